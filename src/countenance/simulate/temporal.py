"""What is done to a recording in time: stills that pass for video, repeats, cuts, slow cameras.

Each takes a made clip (or one picture, see `still`) and gives another, as an attacker who feeds a
camera's stream would show it: nothing of the medium is seen, time alone tells. `noise` is the
deviation, in grey levels, of what a second sensor or an attacker adds to every frame.
"""

from collections.abc import Sequence

import cv2
import numpy as np
from cv2.typing import MatLike

from countenance.simulate.clip import Clip
from countenance.simulate.light import Bytes
from countenance.simulate.motion import drift
from countenance.simulate.truth import Truth, Turn

STATIC, NOISY, HELD, TILTED = "static", "static-noise", "held-photo", "tilted-photo"
LOOP, PING_PONG, FREEZES, CUT = "loop", "ping-pong", "freezes", "cut"

_HAND = (2.0, 0.02, 6.0, 6.0)  # degrees, share of the size, pixels: what a hand turns and moves
_TILT = 12.0  # pixels a corner of a tilted photograph moves


def still(picture: Bytes, *, size: tuple[int, int] = (640, 480)) -> Bytes:
    """A BGR picture scaled and cropped to fill a frame of `size` (width, height)."""
    height, width = picture.shape[:2]
    scale = max(size[0] / width, size[1] / height)
    across = (max(size[0], round(width * scale)), max(size[1], round(height * scale)))
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    full = cv2.resize(picture, across, interpolation=way)
    left, top = (across[0] - size[0]) // 2, (across[1] - size[1]) // 2
    return np.ascontiguousarray(full[top : top + size[1], left : left + size[0]], np.uint8)


def static(
    picture: Bytes, *, seed: int, seconds: float = 3.0, rate: float = 25.0, noise: float = 0.0
) -> Clip:
    """One frame for the whole time, with or without the noise of a sensor."""
    count = _count(seconds, rate)
    species = NOISY if noise else STATIC
    frames = _noisy([picture] * count, noise, np.random.default_rng([seed, 10]))
    return Clip(frames, rate, _attack(species, seed, count))


def held(
    picture: Bytes, *, seed: int, seconds: float = 3.0, rate: float = 25.0, noise: float = 2.0
) -> Clip:
    """A photograph that fills the frame, in a hand: turned by up to 2 degrees, zoomed by up to

    2 %, shifted by up to 6 pixels.
    """
    rng = np.random.default_rng([seed, 11])
    count = _count(seconds, rate)
    reach = rng.uniform(0.6, 1.0)
    ways = drift(rng, tuple(reach * v / 2 for v in _HAND), (0.15, 0.8)).at(np.arange(count) / rate)
    height, width = picture.shape[:2]
    shown, turns = [], []
    for row in np.clip(ways, [-v for v in _HAND], _HAND):
        angle, zoom, x, y = (float(v) for v in row)
        matrix = cv2.getRotationMatrix2D((width / 2, height / 2), -angle, 1 + zoom)
        matrix[:, 2] += np.array([x, y])
        shown.append(_warped(picture, np.vstack([matrix, np.array([[0, 0, 1]])])))
        turns.append(Turn(0.0, 0.0, angle))
    return Clip(_noisy(shown, noise, rng), rate, _attack(HELD, seed, count, turns))


def tilted(
    picture: Bytes, *, seed: int, seconds: float = 3.0, rate: float = 25.0, noise: float = 2.0
) -> Clip:
    """A photograph that fills the frame, tilted to and fro: its corners move by up to 12 pixels.

    A clip of this species has no angles in its truth: the tilt is known in pixels only.
    """
    rng = np.random.default_rng([seed, 12])
    count = _count(seconds, rate)
    height, width = picture.shape[:2]
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    ways = drift(rng, (0.6 * _TILT,) * 8, (0.15, 0.8)).at(np.arange(count) / rate)
    shown = []
    for row in np.clip(ways, -_TILT, _TILT):
        moved = corners + row.reshape(4, 2).astype(np.float32)
        shown.append(_warped(picture, cv2.getPerspectiveTransform(corners, moved)))
    return Clip(_noisy(shown, noise, rng), rate, _attack(TILTED, seed, count))


def looped(clip: Clip, *, seed: int, share: float = 0.25, noise: float = 1.5) -> Clip:
    """The first `share` of a recording again and again, as long as the recording was."""
    period = max(2, round(share * len(clip.frames)))
    return _picked(clip, LOOP, seed, [i % period for i in range(len(clip.frames))], noise)


def ping_pong(clip: Clip, *, seed: int, share: float = 0.5, noise: float = 1.5) -> Clip:
    """The first `share` of a recording forth and back, as long as the recording was."""
    last = max(2, round(share * len(clip.frames))) - 1
    order = [last - abs(i % (2 * last) - last) for i in range(len(clip.frames))]
    return _picked(clip, PING_PONG, seed, order, noise)


def freezes(clip: Clip, *, seed: int, share: float = 0.5, stretches: int = 2) -> Clip:
    """A recording that stands still for `share` of its time, in as many stretches."""
    rng = np.random.default_rng([seed, 13])
    count = len(clip.frames)
    span, room = count // stretches, round(share * count / stretches)
    order = list(range(count))
    for k in range(stretches):
        start = k * span + int(rng.integers(0, max(1, span - room)))
        order[start : start + room] = [start] * len(order[start : start + room])
    return _picked(clip, FREEZES, seed, order, 0.0)


def spliced(clip: Clip, other: Clip, *, seed: int, first: float, last: float = 1.0) -> Clip:
    """A recording with another of the same size and rate in the place of `first` to `last`.

    Both are shares of the time; the other keeps its own time. A cut at each inner end.
    """
    count = min(len(clip.frames), len(other.frames))
    start, stop = round(first * count), round(last * count)
    kept = [(other if start <= i < stop else clip, i) for i in range(count)]
    turns = [source.truth.turns[i] for source, i in kept]
    lids = tuple(source.truth.lids[i] for source, i in kept)
    truth = Truth(CUT, False, seed, clip.truth.distance, tuple(turns), lids)
    return Clip([source.frames[i] for source, i in kept], clip.rate, truth)


def slow_camera(clip: Clip, *, times: int = 2) -> Clip:
    """The same presentation from a camera `times` slower than the rate of the file.

    Each frame it takes is shown so many times: what a recorder of a fixed rate makes of a camera
    in dim light. The truth stays what it was.
    """
    order = [i - i % times for i in range(len(clip.frames))]
    lids, turns = clip.truth.lids, clip.truth.turns
    truth = Truth(
        clip.truth.species,
        clip.truth.bona_fide,
        clip.truth.seed,
        clip.truth.distance,
        tuple(turns[i] for i in order),
        tuple(lids[i] for i in order),
    )
    return Clip([clip.frames[i] for i in order], clip.rate, truth)


def _picked(clip: Clip, species: str, seed: int, order: Sequence[int], noise: float) -> Clip:
    truth = Truth(
        species,
        False,
        seed,
        clip.truth.distance,
        tuple(clip.truth.turns[i] for i in order),
        tuple(clip.truth.lids[i] for i in order),
    )
    rng = np.random.default_rng([seed, 14])
    return Clip(_noisy([clip.frames[i] for i in order], noise, rng), clip.rate, truth)


def _attack(species: str, seed: int, count: int, turns: Sequence[Turn] = ()) -> Truth:
    """Of a medium that fills the frame, whose distance nobody knows."""
    still_turns = tuple(turns) or (Turn(0.0, 0.0, 0.0),) * count
    return Truth(species, False, seed, 0.0, still_turns, (0.0,) * count)


def _noisy(frames: Sequence[Bytes], noise: float, rng: np.random.Generator) -> list[Bytes]:
    if not noise:
        return list(frames)
    return [_with_noise(frame, noise, rng) for frame in frames]


def _with_noise(frame: Bytes, noise: float, rng: np.random.Generator) -> Bytes:
    grain = rng.standard_normal(frame.shape, np.float32) * np.float32(noise)
    return np.clip(np.rint(frame + grain), 0, 255).astype(np.uint8)


def _warped(picture: Bytes, matrix: MatLike) -> Bytes:
    height, width = picture.shape[:2]
    shown = cv2.warpPerspective(
        picture,
        np.asarray(matrix, np.float64),
        (width, height),
        flags=cv2.INTER_CUBIC,
        borderMode=cv2.BORDER_REFLECT,
    )
    return np.asarray(shown, np.uint8)


def _count(seconds: float, rate: float) -> int:
    return max(2, round(seconds * rate))
