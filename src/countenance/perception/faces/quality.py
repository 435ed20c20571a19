"""Measures of a face's fitness for comparison, taken on the 112 x 112 aligned crop."""

from collections.abc import Sequence
from dataclasses import astuple, dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from countenance.perception.faces.align import align
from countenance.perception.faces.detect import Face

DIM = 70.0  # luma below which noise is counted: in a bright picture texture reads as noise
GREY = 128.0  # a flat face darker than this wants light, a lighter one less of it
BURNT = 250  # level from which a pixel holds nothing
MIDDLE = np.s_[16:96, 20:92]
INSIDE = np.s_[8:104, 8:104]
_ANGLES = np.radians(np.arange(0, 180, 15))
# Second derivative along an angle, of the derivatives in xx, yy and xy.
_ALONG = np.stack(
    [np.cos(_ANGLES) ** 2, np.sin(_ANGLES) ** 2, 2 * np.cos(_ANGLES) * np.sin(_ANGLES)], axis=1
)
# Immerkaer, "Fast noise variance estimation", CVIU 64(2), 1996.
_NOISE = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], np.float32)


@dataclass(frozen=True, slots=True)
class Quality:
    """`short_side` pixels of the box's shorter side; `sharpness` the variance of the Laplacian of

    the aligned grey crop after a sigma 1 Gaussian; `luma` the mean grey of the crop's middle, 0 to
    255; `detail` the variance of the second derivative along the direction that has least, for a
    face whose span is 100 (a movement blurs one direction only, and dim light no detail); `span`
    grey levels between the darkest and the brightest 5 %; `signal` the span over the noise's
    deviation; `burnt` the share of pixels at white.
    """

    short_side: float
    sharpness: float
    luma: float
    detail: float
    span: float
    signal: float
    burnt: float


@dataclass(frozen=True, slots=True)
class QualityParams:
    """Cuts read off genuine LFW pairs, 144 a row, one picture spoilt by more and more.

    A cut lies where SFace begins to miss pairs at Sim 70 that it matched unspoilt; `LEVELS` says
    how many. Misses around the default cuts, with the pairs in the bin: `min_side` 8 % at 22
    pixels, 2 % at 28 (144 each); `min_detail` 30 % at 6 to 8 (114), 27 % at 8 to 10 (110), 5 % at
    15 to 20 (124); `min_span` 38 % at 16 to 20 (32, fog), 15 % at 20 to 25 (47); `min_signal` 43 %
    at 10 to 12 (138), 27 % at 12 to 14 (124); `max_burnt` 42 % at 0.6 to 0.7 (53), 28 % at 0.5 to
    0.6 (50). The mean grey alone breaks nothing above 30: `min_luma`, `max_luma` and
    `min_sharpness` are for checks that need them.
    """

    min_side: float = 32.0
    min_detail: float = 8.0
    min_span: float = 20.0
    min_signal: float = 12.0
    max_burnt: float = 0.6
    min_sharpness: float = 0.0
    min_luma: float = 0.0
    max_luma: float = 255.0


# The cuts of QualityControl 1 to 4. In no bin of the spoilt pairs that a level lets through are
# more than 50, 30, 15, 9 % missed; each asks more than the one before in everything.
LEVELS = {
    1: QualityParams(24.0, 4.0, 16.0, 10.0, 0.8),
    2: QualityParams(),
    3: QualityParams(40.0, 15.0, 25.0, 16.0, 0.4),
    4: QualityParams(60.0, 20.0, 30.0, 20.0, 0.3),
}


def measure(pixels: NDArray[np.uint8], face: Face) -> Quality:
    """Measure one face of a BGR image."""
    grey = np.asarray(cv2.cvtColor(align(pixels, face.points), cv2.COLOR_BGR2GRAY), np.uint8)
    smooth = cv2.GaussianBlur(grey, (0, 0), 1.0)
    middle = grey[MIDDLE]
    low, high = np.percentile(middle, [5, 95])
    span = max(1.0, float(high - low))
    filtered = cv2.filter2D(grey.astype(np.float32), -1, _NOISE)[INSIDE]
    noise = float(np.abs(filtered).mean()) * np.sqrt(np.pi / 2) / 6
    return Quality(
        short_side=float(min(face.box[2], face.box[3])),
        sharpness=float(cv2.Laplacian(smooth, cv2.CV_64F).var()),
        luma=float(middle.mean()),
        detail=_least_detail(grey) * (100.0 / span) ** 2,
        span=span,
        signal=float(span / max(noise, 0.5)),
        burnt=float((middle >= BURNT).mean()),
    )


def typical(measured: Sequence[Quality]) -> Quality:
    """The median of each measure over the frames of a clip; at least one."""
    return Quality(*(float(v) for v in np.median([astuple(one) for one in measured], axis=0)))


def complaints(quality: Quality, params: QualityParams) -> tuple[str, ...]:
    """The reasons a face falls short of `params`, most useful first; empty when it does not."""
    found = []
    if quality.short_side < params.min_side:
        found.append("face_small")
    flat = quality.span < params.min_span
    noisy = quality.luma < DIM and quality.signal < params.min_signal
    burnt = quality.burnt > params.max_burnt or quality.luma > params.max_luma
    if burnt or (flat and quality.luma >= GREY):
        found.append("too_bright")
    elif flat or noisy or quality.luma < params.min_luma:
        found.append("too_dark")
    if quality.detail < params.min_detail or quality.sharpness < params.min_sharpness:
        found.append("blurred")
    return tuple(found)


def _least_detail(grey: NDArray[np.uint8]) -> float:
    """Variance of the second derivative along the direction in which it is least."""
    smooth = cv2.GaussianBlur(grey.astype(np.float32), (0, 0), 1.0)
    orders = ((2, 0), (0, 2), (1, 1))
    derived = [cv2.Sobel(smooth, -1, x, y, ksize=3)[INSIDE].ravel() for x, y in orders]
    shared = np.cov(np.stack(derived))
    return float(np.einsum("ai,ij,aj->a", _ALONG, shared, _ALONG).min())
