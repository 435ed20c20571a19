"""Keeps small grey frames of the whole of a video's analysed part; runs in the child."""

from dataclasses import dataclass
from math import ceil
from typing import Any

import numpy as np
from av.video.reformatter import Interpolation
from numpy.typing import NDArray

from .params import TRACK_ASPECT, VideoParams
from .timeline import Timeline


@dataclass(frozen=True, slots=True, eq=False)
class Track:
    """`frames` uint8 times x height x width, upright; `size` is width, height."""

    times: tuple[float, ...]
    frames: NDArray[np.uint8]
    size: tuple[int, int]


class Tracker:
    """Takes every decoded frame in the order shown and keeps every so many of them, small."""

    def __init__(self, timeline: Timeline, params: VideoParams) -> None:
        self._params = params
        shown = timeline.times[: params.max_frames]
        expected = sum(t - timeline.start <= params.analysed_seconds for t in shown)
        self._every = max(1, ceil(expected / params.track_frames))
        self._seen = 0
        self._times: list[float] = []
        self._frames: list[NDArray[np.uint8]] = []

    def add(self, frame: Any, time: float) -> None:
        """Take the next frame, `time` seconds from the first."""
        wanted = self._seen % self._every == 0 and len(self._times) < self._params.track_frames
        self._seen += 1
        if not wanted:
            return
        pixels = self._shrunk(frame)
        if not self._frames or pixels.shape == self._frames[0].shape:
            self._times.append(time)
            self._frames.append(pixels)

    def finish(self) -> Track | None:
        """Return what was kept; None when no frame came."""
        if not self._frames:
            return None
        height, width = self._frames[0].shape
        return Track(tuple(self._times), np.stack(self._frames), (width, height))

    def _shrunk(self, frame: Any) -> NDArray[np.uint8]:
        turns = quarters(frame)
        if self._frames:  # a stream may change its size; the track keeps the first
            height, width = np.rot90(self._frames[0], -turns).shape
        else:
            width, height = _fitting(frame.width, frame.height, self._params.track_side)
        grey = frame.to_ndarray(
            format="gray",
            width=width,
            height=height,
            interpolation=Interpolation.AREA,
            threads=1,
        )
        return np.ascontiguousarray(np.rot90(grey, turns))


def quarters(frame: Any) -> int:
    """Return the quarter turns counter-clockwise, 0 to 3, that bring a frame upright."""
    rotation: int = frame.rotation
    return round(rotation / 90) % 4


def _fitting(width: int, height: int, side: int) -> tuple[int, int]:
    """Width and height of which the short is at most `side` and the long at most 2.4 times it."""
    scale = min(side / min(width, height), TRACK_ASPECT * side / max(width, height), 1.0)
    return max(int(width * scale), 1), max(int(height * scale), 1)
