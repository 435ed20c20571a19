"""The silent anti-spoof network: one face in its surroundings to a probability of bona fide.

`fr_liveness` (npm faceplugin-face-recognition-js 0.0.1, MIT; training data undocumented) reads BGR,
0 to 255. The package's own JavaScript feeds it RGB: bona fide medians fall from 1.00 to 0.03.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from countenance.perception.faces.detect import Face
from countenance.perception.networks import network

SIDE = 128
CONTEXT = 2.7  # the crop's size over the face box's, where the image is large enough


def context(shape: tuple[int, ...], face: Face) -> float:
    """How many times the face box the crop can be inside an image of `shape`, at most 2.7."""
    height, width = shape[:2]
    _, _, box_width, box_height = _clipped(shape, face)
    return float(min((height - 1) / box_height, (width - 1) / box_width, CONTEXT))


def live(pixels: NDArray[np.uint8], face: Face) -> float:
    """Probability 0 to 1 that one face of a BGR image is bona fide."""
    return _run(_crop(pixels, face))


def least_live(pixels: NDArray[np.uint8], face: Face) -> float:
    """The lower of two looks at a face: as it is, and with the camera's grain smoothed away.

    The network takes grain for skin. With noise of deviation 16 it accepted 29 of 32 NUAA prints
    at .60, on the lower of the two looks none, and 32 of 32 bona fide frames either way; with
    noise of 8 at half the size 8 of 32 and none. It does not help against noise of 30 (6 of 23).
    """
    crop = _crop(pixels, face)
    return min(_run(crop), _run(_smooth(crop)))


def _smooth(crop: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """A crop without its finest detail: averaged to twice the network's side, then blurred."""
    if min(crop.shape[:2]) > 2 * SIDE:
        small = cv2.resize(crop, (2 * SIDE, 2 * SIDE), interpolation=cv2.INTER_AREA)
        crop = np.asarray(small, np.uint8)
    return np.asarray(cv2.GaussianBlur(crop, (0, 0), 1.0), np.uint8)


def _crop(pixels: NDArray[np.uint8], face: Face) -> NDArray[np.uint8]:
    """The face with its surroundings."""
    x0, y0, x1, y1 = _window(pixels.shape, face)
    return pixels[y0 : y1 + 1, x0 : x1 + 1]


def _run(crop: NDArray[np.uint8]) -> float:
    """The network's answer about one crop of any size."""
    shrunk = cv2.resize(crop, (SIDE, SIDE), interpolation=cv2.INTER_LINEAR)
    blob = np.ascontiguousarray(shrunk.transpose(2, 0, 1)[None], dtype=np.float32)
    logits = network("fr_liveness").run({"input": blob})["output"].reshape(-1)
    odds = np.exp(logits - logits.max())
    return float(odds[0] / odds.sum())


def _clipped(shape: tuple[int, ...], face: Face) -> tuple[float, float, float, float]:
    """The face box inside the image: x, y, width, height, at least one pixel."""
    height, width = shape[:2]
    x0, y0 = max(0.0, face.box[0]), max(0.0, face.box[1])
    x1 = min(float(width), face.box[0] + face.box[2])
    y1 = min(float(height), face.box[1] + face.box[3])
    return x0, y0, max(1.0, x1 - x0), max(1.0, y1 - y0)


def _window(shape: tuple[int, ...], face: Face) -> tuple[int, int, int, int]:
    """The crop, corners included: the box enlarged about its centre, shifted inside, not padded."""
    height, width = shape[:2]
    x, y, box_width, box_height = _clipped(shape, face)
    factor = context(shape, face)
    crop_width, crop_height = box_width * factor, box_height * factor
    left = min(max(0.0, x + box_width / 2 - crop_width / 2), width - 1 - crop_width)
    top = min(max(0.0, y + box_height / 2 - crop_height / 2), height - 1 - crop_height)
    left, top = max(0.0, left), max(0.0, top)
    # A crop as wide or high as the image ends on its last pixel but for an error of rounding.
    right = min(width - 1, int(left + crop_width + 1e-3))
    bottom = min(height - 1, int(top + crop_height + 1e-3))
    return int(left), int(top), right, bottom
