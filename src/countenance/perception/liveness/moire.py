"""Beats between the pixels of a screen and those of the camera: peaks in the face's spectrum.

A camera that looks at a screen samples its sub-pixels too coarsely, so their pattern comes back
as stripes of colour or grey at a frequency of its own: one point of the spectrum, high above what
is around it. Skin, hair and cloth have broad spectra. Prints and good displays show nothing: a low
score is no sign of life.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from countenance.perception.faces.detect import Face

_LEAST, _MOST = 96, 384  # pixels, the side of the window
_TINY = 32  # a window smaller than this has no band to look at
_DETAIL = 4.0  # pixels: sigma of the blur whose difference is looked at
_AROUND = 15  # bins: the box a peak is held against
_BAND = 0.08, 0.48  # cycles a pixel
_AXIS = 2  # bins off the axes: rows and columns of a codec's blocks lie on them
_PEAKS = 8


def score(pixels: NDArray[np.uint8], face: Face) -> float:
    """How far the spectrum's highest peaks stand out, in deviations; 3.0 and more is suspicious.

    `pixels` are BGR at the resolution they came in: resizing or re-encoding takes the pattern
    away. 0.0 where the image is too small or too even to have a spectrum.
    """
    window = _window(pixels, face)
    side = window.shape[0]
    if side < _TINY:
        return 0.0
    blue, green, red = cv2.split(window.astype(np.float32))
    taper = np.hanning(side).astype(np.float32)
    band = _in_band(side)
    planes = ((blue + green + red) / 3, blue - green, red - green)
    return max(_stands_out(np.asarray(plane, np.float32), taper, band) for plane in planes)


def _window(pixels: NDArray[np.uint8], face: Face) -> NDArray[np.uint8]:
    """The square about the middle of the face, as wide as it, moved inside the image."""
    height, width = pixels.shape[:2]
    x, y, wide, high = face.box
    side = _smooth(min(max(round(wide), _LEAST), height, width, _MOST))
    left = min(max(0, round(x + wide / 2 - side / 2)), width - side)
    top = min(max(0, round(y + high / 2 - side / 2)), height - side)
    return pixels[top : top + side, left : left + side]


def _smooth(side: int) -> int:
    """The next side not above this whose transform is cheap: a prime costs ten times as much."""
    while side > 1 and cv2.getOptimalDFTSize(side) != side:
        side -= 1
    return side


def _in_band(side: int) -> NDArray[np.bool_]:
    """Which bins of half a centred spectrum (side x side // 2 + 1) are looked at."""
    down = np.arange(side)[:, None] - side // 2
    across = np.arange(side // 2 + 1)[None]
    radius = np.hypot(down, across) / side
    off = (np.abs(down) > _AXIS) & (across > _AXIS)
    return np.asarray((radius >= _BAND[0]) & (radius <= _BAND[1]) & off, np.bool_)


def _stands_out(
    plane: NDArray[np.float32], taper: NDArray[np.float32], band: NDArray[np.bool_]
) -> float:
    """Mean of the largest contrasts over the deviation of all, of one plane."""
    detail = plane - cv2.GaussianBlur(plane, (0, 0), _DETAIL)
    detail *= taper[:, None] * taper
    side = len(taper)
    # A real picture's spectrum is the same on both sides of its middle: half of it is enough,
    # with what the box needs of the other half.
    margin = _AROUND // 2
    parts = np.asarray(cv2.dft(detail, flags=cv2.DFT_COMPLEX_OUTPUT), np.float32)
    parts = parts[:, np.arange(-margin, side // 2 + 1 + margin) % side]
    size = np.asarray(cv2.magnitude(parts[..., 0], parts[..., 1]), np.float32)
    level = np.fft.fftshift(np.log1p(size), axes=0)
    contrast = level - cv2.blur(level, (_AROUND, _AROUND))
    values = contrast[:, margin : margin + side // 2 + 1][band]
    spread = float(values.std())
    if spread < 1e-3:
        return 0.0
    highest = np.partition(values, -_PEAKS // 2)[-_PEAKS // 2 :]  # each has its twin
    return float(highest.mean()) / spread
