"""The outline of a medium: a bezel or the edge of a sheet as straight edges all about a face.

A person stands before the edges of a room and hides parts of them; they run on past where they
cross. A face on a medium lies inside the medium's edges, which are whole and end where they meet.
"""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from countenance.perception.faces.detect import Face
from countenance.perception.liveness.lines import Lines, beside, upright

Reals = NDArray[np.float64]
Places = tuple[Reals, Reals]  # x and y
Sides = tuple[Lines, Lines, Lines, Lines]  # left, right, top, bottom
Corners = tuple[tuple[float, float], ...]

_SIDE = 256  # pixels of the longer side of what is looked at
_TRIM = 0.07  # of a side at each end: corners are round
_PAST = 0.04, 0.22  # of a side beyond its ends: where a line that runs on would be seen
_LEAST = 6, 4  # pixels: of a side, and of what lies past it
_ROOM = 1.15, 6.0  # times the face: the least and the most an outline spans
_SKEW, _TAPER = 0.2, 0.25  # slopes: off a right angle, and between opposite sides
_CORNERS, _MET = 2, 0.5  # so many corners at least, with so much of both sides' nearest thirds
_RUNS_ON, _OPEN = 0.3, 0.15  # what lines that run past their corners cost, and a side out of sight


@dataclass(frozen=True, slots=True)
class OutlineParams:
    """A `score` of so much and more is a medium; `contrast` is the least of an edge, in bytes.

    Chosen on 84 simulated stills of one portrait (73 found), and 0 of 96 of NUAA live 1 to 4.
    On another portrait, other seeds and NUAA live subjects 5 to 8: 42 of 42 screens and 36 of 42
    sheets found, 0 of 96 people taken for one; of 192 NUAA prints, whose edges often lie outside
    the picture, 59 are found.
    """

    score: float = 0.5
    contrast: float = 4.0


@dataclass(frozen=True, slots=True)
class Outline:
    """`score` 0 to 1, of the best outline found; `corners` its pixels (x, y) clockwise from the
    top left, None where there is none.

    `sides` is how many of its sides are in the picture, 3 or 4.
    """

    score: float
    corners: Corners | None
    sides: int


NOTHING = Outline(0.0, None, 0)


def measure(pixels: NDArray[np.uint8], face: Face, params: OutlineParams | None = None) -> Outline:
    """The best outline about a face of a BGR image; never raises for a picture without one."""
    params = params or OutlineParams()
    scale = min(1.0, _SIDE / max(pixels.shape[:2]))
    size = (max(1, round(pixels.shape[1] * scale)), max(1, round(pixels.shape[0] * scale)))
    small = np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)
    if min(size) < 32:
        return NOTHING
    x, y, wide, high = (v * scale for v in face.box)
    standing, lying = upright(small, params.contrast)
    left, right = beside(standing, (x + 0.1 * wide, x + 0.9 * wide), y + high / 2)
    top, bottom = beside(lying, (y + 0.1 * high, y + 0.95 * high), x + wide / 2)
    return _best((left, right, top, bottom), (wide, high), scale)


def _best(sides: Sides, face: tuple[float, float], scale: float) -> Outline:
    """Every left line with every right, top and bottom (four axes in this order), and the best."""
    left, right, top, bottom = sides
    corners = _meet(left, top), _meet(right, top), _meet(right, bottom), _meet(left, bottom)
    whole = len(left), len(right), len(top), len(bottom)
    real = np.stack([_spread(~np.isnan(s.votes[:, 0]), (k,), whole) for k, s in enumerate(sides)])
    lean = np.stack([_spread(s.slopes, (k,), whole) for k, s in enumerate(sides)])
    share, length, past, met = _evidence(sides, corners, whole)
    count = real.sum(0)
    fits = (count >= 3) & ~(real & np.isnan(share)).any(0)
    fits &= _shaped(lean, real) & _roomy(corners, face)
    fits &= np.sort(met, 0)[-_CORNERS] >= _MET
    share, length = np.nan_to_num(share), real * length
    weakest = np.where(real, share, 1).min(0)
    mean = (share * length).sum(0) / np.maximum(length.sum(0), 1)
    score = (weakest + mean) / 2 - _RUNS_ON * past - _OPEN * (count == 3)
    best = np.unravel_index(np.where(fits, score, 0).argmax(), whole)
    if not fits[best] or score[best] <= 0:
        return NOTHING
    a, b, c, d = best
    found = [
        (float(x[i, j]) / scale, float(y[i, j]) / scale)
        for (x, y), i, j in zip(corners, (a, b, b, a), (c, c, d, d), strict=True)
    ]
    return Outline(min(1.0, float(score[best])), tuple(found), int(count[best]))


def _evidence(
    sides: Sides, corners: tuple[Places, ...], whole: tuple[int, ...]
) -> tuple[Reals, Reals, Reals, Reals]:
    """Of each side (first axis) of every combination what share is edge, and its length; of each
    combination what share of the lines past its corners is; of each corner (first axis) how much
    of both sides next to it is.
    """
    tl, tr, br, bl = corners
    shares, lengths, past, ends = [], [], np.zeros(whole), np.zeros(whole)
    firsts: list[Reals] = []
    lasts: list[Reals] = []
    for lines, first, last, axes in (
        (sides[0], tl[1][:, :, None], bl[1][:, None, :], (0, 2, 3)),
        (sides[1], tr[1][:, :, None], br[1][:, None, :], (1, 2, 3)),
        (sides[2], tl[0].T[:, :, None], tr[0].T[:, None, :], (2, 0, 1)),
        (sides[3], bl[0].T[:, :, None], br[0].T[:, None, :], (3, 0, 1)),
    ):
        start, stop = np.broadcast_arrays(first, last)
        long = stop - start
        share = lines.share(start + _TRIM * long, stop - _TRIM * long, _LEAST[0])
        shares.append(_spread(share, axes, whole))
        lengths.append(_spread(np.maximum(long, 0), axes, whole))
        for found, low, high in (
            (firsts, start + _TRIM * long, start + long / 3),
            (lasts, stop - long / 3, stop - _TRIM * long),
        ):
            near = np.nan_to_num(lines.share(low, high, _LEAST[1]))
            found.append(_spread(near, axes, whole))
        for low, high in (
            (start - _PAST[1] * long, start - _PAST[0] * long),
            (stop + _PAST[0] * long, stop + _PAST[1] * long),
        ):
            beyond = _spread(lines.share(low, high, _LEAST[1]), axes, whole)
            past += np.nan_to_num(beyond)
            ends += ~np.isnan(beyond)
    first, last = np.stack(firsts), np.stack(lasts)  # of left, right, top and bottom
    met = np.minimum(
        np.stack([first[0], first[1], last[1], last[0]]),
        np.stack([first[2], last[2], last[3], first[3]]),
    )
    return np.stack(shares), np.stack(lengths), past / np.maximum(ends, 1), met


def _shaped(lean: Reals, real: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Whether the sides could be a rectangle's, seen from an angle."""
    known = lean * real  # the picture's own border leans nowhere
    up = known[:2].sum(0) / np.maximum(real[:2].sum(0), 1)
    level = known[2:].sum(0) / np.maximum(real[2:].sum(0), 1)
    fits = np.abs(up + level) < _SKEW
    for one, other in ((0, 1), (2, 3)):
        fits &= (np.abs(lean[one] - lean[other]) < _TAPER) | ~(real[one] & real[other])
    return np.asarray(fits)


def _roomy(corners: tuple[Places, ...], face: tuple[float, float]) -> NDArray[np.bool_]:
    """Whether an outline is larger than the face, and not so large that it is the room's."""
    tl, tr, br, bl = corners
    wide = tr[0][None, :, :, None] - tl[0][:, None, :, None]
    wide = (wide + br[0][None, :, None, :] - bl[0][:, None, None, :]) / 2
    high = bl[1][:, None, None, :] - tl[1][:, None, :, None]
    high = (high + br[1][None, :, None, :] - tr[1][None, :, :, None]) / 2
    least, most = _ROOM
    roomy = (wide > least * face[0]) & (high > least * face[1]) & (wide < most * face[0])
    return np.asarray(roomy)


def _meet(standing: Lines, lying: Lines) -> Places:
    """x and y of where every standing line crosses every lying one."""
    at, lean = standing.offsets[:, None], standing.slopes[:, None]
    height, tilt = lying.offsets[None], lying.slopes[None]
    y = (height + tilt * (at - lean * standing.middle - lying.middle)) / (1 - tilt * lean)
    return at + lean * (y - standing.middle), y


def _spread(values: NDArray[Any], axes: tuple[int, ...], whole: tuple[int, ...]) -> NDArray[Any]:
    """Values over some of the four axes (named in their order) as a view over all of them."""
    shape = [whole[axis] if axis in axes else 1 for axis in range(4)]
    return np.broadcast_to(values.transpose(np.argsort(axes)).reshape(shape), whole)
