"""A track as the detectors of motion read it: differences, distinct pictures, thumbnails."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from countenance.perception.media import Track

Floats = NDArray[np.float32]
Reals = NDArray[np.float64]
Box = tuple[float, float, float, float]

_NEAR = 0.17  # seconds about a frame within which its neighbours move as it does
_THUMB = 64
_CONTRAST = 40.0  # grey levels: the deviation every thumbnail is brought to
_EVEN = 1.0  # grey levels: a deviation below this is no picture


@dataclass(frozen=True, slots=True)
class Place:
    """Where the face was: seconds from the first frame; x, y, width, height as shares of it."""

    time: float
    box: Box


@dataclass(frozen=True, slots=True, eq=False)
class Series:
    """Frames with their times; `distinct` are the indices of those that bring a new picture."""

    times: Reals
    frames: NDArray[np.uint8]
    distinct: NDArray[np.intp]

    @property
    def step(self) -> float:
        """Usual seconds between two frames."""
        return float(np.median(np.diff(self.times)))


def series(track: Track, *, same: float, repeat: float) -> Series:
    """Tell new pictures from repeated ones.

    A camera slower than its file repeats frames, and a codec makes repeats differ by a little: a
    frame counts as repeated where it differs from the one before by less than `same` grey levels,
    or by less than `repeat` times what neighbouring frames do. Held against the second largest of
    these, so that a cut among them does not make everything beside it a repeat.
    """
    moved = differences(track.frames, 1)
    reach = max(1, round(_NEAR / max(float(np.median(np.diff(track.times))), 1e-3)))
    around = [moved[max(0, i - reach) : i + reach + 1] for i in range(len(moved))]
    usual = np.array([np.partition(part, -2)[-2] if len(part) > 1 else 0.0 for part in around])
    repeated = (moved < same) | (moved < repeat * usual)
    distinct = np.flatnonzero(np.concatenate([[True], ~repeated]))
    return Series(track.times, track.frames, distinct)


def differences(frames: NDArray[np.uint8], lag: int) -> Reals:
    """Mean absolute difference of each frame and the one `lag` later, grey levels."""
    pairs = zip(frames[:-lag], frames[lag:], strict=True)
    return np.array([float(cv2.absdiff(a, b).mean()) for a, b in pairs])


def thumbnails(frames: NDArray[np.uint8], boxes: list[Box] | None = None) -> Floats:
    """Each frame, or a box of each (shares of it), as 64 x 64 numbers of one mean and deviation.

    Brightness and contrast are taken out: a lamp or an exposure that changes is no movement.
    """
    height, width = frames.shape[1:]
    rows = []
    for i, frame in enumerate(frames):
        left, top, right, bottom = (0, 0, width, height)
        if boxes is not None:
            left, top, right, bottom = pixels_of(boxes[i], width, height)
        part = frame[top:bottom, left:right]
        small = cv2.resize(part, (_THUMB, _THUMB), interpolation=cv2.INTER_AREA)
        row = small.astype(np.float32).ravel()
        row -= row.mean()
        row *= _CONTRAST / max(float(row.std()), _EVEN)
        rows.append(row)
    return np.stack(rows)


def pixels_of(box: Box, width: int, height: int) -> tuple[int, int, int, int]:
    """Left, top, right and bottom of a box inside a frame, at least a pixel wide and high."""
    x, y, wide, high = box
    left = min(max(0, int(x * width)), width - 1)
    top = min(max(0, int(y * height)), height - 1)
    right = min(max(left + 1, int((x + wide) * width)), width)
    bottom = min(max(top + 1, int((y + high) * height)), height)
    return left, top, right, bottom


def box_at(places: tuple[Place, ...], time: float) -> Box:
    """The box of the place nearest in time; there must be one."""
    return min(places, key=lambda place: abs(place.time - time)).box
