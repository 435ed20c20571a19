"""Measures of a face's fitness for comparison, taken on the 112 x 112 aligned crop."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from countenance.perception.faces.align import align
from countenance.perception.faces.detect import Face


@dataclass(frozen=True, slots=True)
class Quality:
    """`short_side` pixels of the box's shorter side; `sharpness` the variance of the Laplacian of

    the aligned grey crop after a sigma 1 Gaussian (noise does not pass for detail); `luma` the mean
    grey of the crop's middle, 0 to 255.
    """

    short_side: float
    sharpness: float
    luma: float


@dataclass(frozen=True, slots=True)
class QualityParams:
    """Cuts read off the degraded-LFW tables the project measured (250 images a row).

    Blur of sigma 4 has sharpness 2.5 / 3.5 / 5.1 (percentiles 5 / 50 / 95) against 16 / 35 / 61 for
    clean faces; darkening to 0.3 leaves luma 28 / 38 / 50 against 92 / 129 / 168. The upper luma
    cut is a choice: no over-exposed set was measured.
    """

    min_side: float = 40.0
    min_sharpness: float = 5.0
    min_luma: float = 50.0
    max_luma: float = 235.0


PREFERRED = QualityParams(min_side=60.0, min_sharpness=12.0, min_luma=70.0, max_luma=200.0)


def measure(pixels: NDArray[np.uint8], face: Face) -> Quality:
    """Measure one face of a BGR image."""
    grey = cv2.cvtColor(align(pixels, face.points), cv2.COLOR_BGR2GRAY)
    smooth = cv2.GaussianBlur(grey, (0, 0), 1.0)
    return Quality(
        short_side=float(min(face.box[2], face.box[3])),
        sharpness=float(cv2.Laplacian(smooth, cv2.CV_64F).var()),
        luma=float(grey[16:96, 20:92].mean()),
    )


def complaints(quality: Quality, params: QualityParams) -> tuple[str, ...]:
    """The reasons a face falls short of `params`, most useful first; empty when it does not."""
    found = []
    if quality.short_side < params.min_side:
        found.append("face_small")
    if quality.luma < params.min_luma:
        found.append("too_dark")
    elif quality.luma > params.max_luma:
        found.append("too_bright")
    if quality.sharpness < params.min_sharpness:
        found.append("blurred")
    return tuple(found)
