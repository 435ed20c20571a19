"""The grain of a picture: noise that a dim camera leaves, or that somebody added."""

import cv2
import numpy as np
from numpy.typing import NDArray

from countenance.perception.faces.detect import Face

# Takes away flat, sloped and curved light alike (Immerkaer, Fast Noise Variance Estimation, 1996);
# the weights' squares add up to 36, so that noise of deviation 1 comes out as 6.
_RESIDUAL = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], np.float32)
_NORM = 6.0
_NORMAL = 0.6745  # the median of the absolute values of normal noise of deviation 1


def measure(pixels: NDArray[np.uint8], face: Face) -> float:
    """Deviation of the noise of a BGR face's brightness, 0 to 255; 0.0 of less than 3 pixels.

    By the median of what is left over, so that the few edges of a face do not count. Of NUAA
    frames at most 0.6, of LFW 0.8, of press photos at full size 2.5.
    """
    x, y, wide, high = (round(v) for v in face.box)
    part = pixels[max(0, y) : max(0, y + high), max(0, x) : max(0, x + wide)]
    if min(part.shape[:2]) < 3:
        return 0.0
    bright = part.astype(np.float32).mean(axis=2)
    left = cv2.filter2D(bright, -1, _RESIDUAL)[1:-1, 1:-1]
    return float(np.median(np.abs(left)) / _NORMAL / _NORM)
