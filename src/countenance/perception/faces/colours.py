"""The colours of a face at the landmarks of its mesh, each as a ratio and not as a level.

A picture is a lamp times a skin. In the logarithm the lamp is a sum, and it leaves with the
difference to another place of the same face: what is left is the same for every skin.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from countenance.perception.faces.align import TEMPLATE, similarity
from countenance.perception.faces.detect import Face
from countenance.perception.faces.mesh import Mesh

SIDE = 160  # the 112 template with a margin of 24 for the forehead and the jaw
MARGIN = 24
FLOOR = 8.0  # levels added before the logarithm, so that the noise of black counts little
COARSE, FINE = 2.0, 0.8  # sigma of the smoothing, pixels of the crop

Colours = NDArray[np.float64]


def sample(pixels: NDArray[np.uint8], face: Face, mesh: Mesh) -> tuple[Colours, Colours]:
    """Coarse and fine colours [478, 3] in stops: light, red over green, green over blue."""
    matrix = similarity(face.points.astype(np.float64), TEMPLATE + MARGIN)
    crop = cv2.warpAffine(pixels, matrix, (SIDE, SIDE)).astype(np.float32)
    places = (mesh.points[:, :2] @ matrix[:, :2].T + matrix[:, 2]).astype(np.float32)
    return _read(crop, places, COARSE), _read(crop, places, FINE)


def _read(crop: NDArray[np.float32], places: NDArray[np.float32], sigma: float) -> Colours:
    smooth = cv2.GaussianBlur(crop, (0, 0), sigma)
    values = cv2.remap(
        smooth, places[None, :, 0], places[None, :, 1], cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    )  # fmt: skip
    blue, green, red = np.log2(values[0].astype(np.float64) + FLOOR).T
    light = 0.3 * red + 0.6 * green + 0.1 * blue
    return np.stack([light, red - green, green - blue], axis=1)
