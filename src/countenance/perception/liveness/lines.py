"""Long straight edges beside a face: pixels on an edge vote for the slanted lines through them."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

_SLOPES = np.linspace(-0.36, 0.36, 25)  # 20 degrees either way, half a pixel apart at the ends
_ALIKE = 0.2  # how far an edge pixel's own slope may be off its line's
_STEEP = 0.6  # the most an upright edge leans
_NONE = 9.0  # the slope of what is no edge
_AWAY = 28  # pixels that a line may lie outside the picture beside the face's middle
_KEPT = 8  # lines of each side
_SHORTEST = 0.05  # of the picture's height: the least that speaks for a line
_APART = 3, 4  # slopes and pixels within which a line is the same again
_BLACK, _RIM = 12, 3  # a digital border: no lighter than this; edges this near to it are its own


@dataclass(frozen=True, slots=True, eq=False)
class Lines:
    """Lines of one side: where each crosses `middle`, its slope, its votes.

    `votes` K x N + 1: how many pixels of the line, from the picture's first row (column) to each,
    lie on an edge. The last line is the picture's own border, which nobody votes for (NaN).
    """

    offsets: NDArray[np.float64]
    slopes: NDArray[np.float64]
    votes: Floats
    middle: float

    def __len__(self) -> int:
        return len(self.offsets)

    def share(
        self, first: NDArray[np.float64], last: NDArray[np.float64], least: int
    ) -> NDArray[np.float64]:
        """How much of each line (first axis) is edge between two places inside the picture.

        NaN where fewer than `least` pixels are left, and for the border.
        """
        end = self.votes.shape[1] - 1
        start = np.clip(np.round(first), 0, end).astype(int)
        stop = np.clip(np.round(last), 0, end).astype(int)
        which = np.arange(len(self)).reshape(-1, *[1] * (first.ndim - 1))
        count = stop - start
        there = self.votes[which, stop] - self.votes[which, start]
        return np.where(count >= least, there / np.maximum(count, 1), np.nan)


def upright(pixels: NDArray[np.uint8], contrast: float) -> tuple[Floats, Floats]:
    """The slope dx/dy of upright edges a pixel wide (9 elsewhere), and of level ones transposed.

    `contrast` is the least change of a colour, in bytes a pixel.
    """
    picture = np.asarray(cv2.GaussianBlur(pixels, (0, 0), 1.0), np.float32)
    across = np.asarray(cv2.Sobel(picture, cv2.CV_32F, 1, 0, scale=1 / 8), np.float32)
    down = np.asarray(cv2.Sobel(picture, cv2.CV_32F, 0, 1, scale=1 / 8), np.float32)
    strongest = (across**2 + down**2).argmax(2)[..., None]
    across, down = (np.take_along_axis(v, strongest, 2)[..., 0] for v in (across, down))
    size = np.hypot(across, down)
    size[_bordered(pixels)] = 0
    return _slopes(across, down, size, contrast), _slopes(down.T, across.T, size.T, contrast)


def _slopes(across: Floats, down: Floats, size: Floats, contrast: float) -> Floats:
    crest = (size >= np.roll(size, 1, 1)) & (size > np.roll(size, -1, 1)) & (size > contrast)
    crest &= np.abs(down) < _STEEP * np.abs(across)
    slope = np.full(size.shape, _NONE, np.float32)
    slope[crest] = -down[crest] / across[crest]
    return slope


def _bordered(pixels: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Where a digital black border lies, with its edge: bars of a player, corners of a scan."""
    dark = (pixels.max(2) <= _BLACK).astype(np.uint8)
    _, pieces = cv2.connectedComponents(dark, connectivity=4)
    rim = np.concatenate([pieces[0], pieces[-1], pieces[:, 0], pieces[:, -1]])
    border = np.isin(pieces, np.setdiff1d(rim, [0])).astype(np.uint8)
    side = 2 * _RIM + 1
    return np.asarray(cv2.dilate(border, np.ones((side, side), np.uint8)) > 0)


def beside(slope: Floats, sides: tuple[float, float], middle: float) -> tuple[Lines, Lines]:
    """The lines before and behind a face in a map of upright edges, the best first.

    `sides` are the columns between which the face lies, `middle` the row of its middle.
    """
    height, width = slope.shape
    row = int(np.clip(middle, 1, height - 1))
    columns = np.arange(-_AWAY, width + _AWAY)
    near = np.empty((height, len(_SLOPES), len(columns)), np.uint8)
    flags = cv2.INTER_NEAREST | cv2.WARP_INVERSE_MAP
    for index, lean in enumerate(_SLOPES):
        alike = (np.abs(slope - np.float32(lean)) < _ALIKE).astype(np.uint8)
        alike = np.asarray(cv2.dilate(alike, np.ones((1, 3), np.uint8)), np.uint8)
        shear = np.array([[1, lean, -_AWAY - lean * row], [0, 1, 0]])
        near[:, index] = cv2.warpAffine(alike, shear, (len(columns), height), flags=flags)
    votes = np.zeros((height + 1, len(_SLOPES), len(columns)), np.int16)
    for down in range(height):  # by the row: what numpy sums along an axis it sums by the number
        np.add(votes[down], near[down], out=votes[down + 1])
    # The stretch about the middle in which most of the line is edge, by how much it is more.
    more = 2 * votes
    more -= np.arange(height + 1, dtype=np.int16)[:, None, None]
    gains = more[row:].max(0) - more[: row + 1].min(0)
    first = _best(np.where(columns < sides[0], gains, np.int16(-1)), votes, columns, -_AWAY, row)
    last = _best(
        np.where(columns > sides[1], gains, np.int16(-1)), votes, columns, width + _AWAY, row
    )
    return first, last


def _best(
    gains: NDArray[np.int16],
    votes: NDArray[np.int16],
    columns: NDArray[np.int_],
    border: float,
    row: int,
) -> Lines:
    offsets, slopes, kept = [], [], []
    height = votes.shape[0] - 1
    for _ in range(_KEPT):
        lean, at = (int(v) for v in np.unravel_index(gains.argmax(), gains.shape))
        if gains[lean, at] < 2 * _SHORTEST * height:
            break
        offsets.append(float(columns[at]))
        slopes.append(float(_SLOPES[lean]))
        kept.append(votes[:, lean, at].astype(np.float32))
        slope_low, low = max(0, lean - _APART[0]), max(0, at - _APART[1])
        gains[slope_low : lean + _APART[0] + 1, low : at + _APART[1] + 1] = -1
    kept.append(np.full(height + 1, np.nan, np.float32))
    return Lines(np.array([*offsets, border]), np.array([*slopes, 0.0]), np.stack(kept), float(row))
