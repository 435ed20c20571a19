"""The 478-point face mesh and 52 blendshapes of Google's face_landmarker, fed from a YuNet face.

The two graphs run on the product's own runtime, not on the MediaPipe one (decision 0003).
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from countenance.perception.faces.detect import Face
from countenance.perception.networks import network

SIDE = 256
MARGIN = 1.5  # crop side over the longer side of the box
RIGHT_EYE, LEFT_EYE = (33, 133), (362, 263)  # outer and inner corners, the subject's sides
OUTER_CORNERS = (33, 263)

# The landmarks the blendshape graph reads, in its order (MediaPipe face_blendshapes_graph).
# fmt: off
BLENDSHAPE_POINTS = np.array([
    0, 1, 4, 5, 6, 7, 8, 10, 13, 14, 17, 21, 33, 37, 39, 40, 46, 52, 53, 54, 55, 58, 61, 63,
    65, 66, 67, 70, 78, 80, 81, 82, 84, 87, 88, 91, 93, 95, 103, 105, 107, 109, 127, 132, 133,
    136, 144, 145, 146, 148, 149, 150, 152, 153, 154, 155, 157, 158, 159, 160, 161, 162, 163,
    168, 172, 173, 176, 178, 181, 185, 191, 195, 197, 234, 246, 249, 251, 263, 267, 269, 270,
    276, 282, 283, 284, 285, 288, 291, 293, 295, 296, 297, 300, 308, 310, 311, 312, 314, 317,
    318, 321, 323, 324, 332, 334, 336, 338, 356, 361, 362, 365, 373, 374, 375, 377, 378, 379,
    380, 381, 382, 384, 385, 386, 387, 388, 389, 390, 397, 398, 400, 402, 405, 409, 415, 454,
    466, 468, 469, 470, 471, 472, 473, 474, 475, 476, 477,
], np.int32)
# fmt: on


@dataclass(frozen=True, slots=True)
class Mesh:
    """`points` float32 [478, 3]: image pixels, z in the same unit (negative towards the camera).

    `presence` 0 to 1 is the graph's own belief that the crop holds a face; `blendshapes` float32
    [52], 0 to 1, in MediaPipe's order (9 and 10 the blinks, 25 the open jaw).
    """

    points: NDArray[np.float32]
    presence: float
    blendshapes: NDArray[np.float32]

    @property
    def eye_distance(self) -> float:
        """Pixels between the outer eye corners (the IOD of liveness work)."""
        right, left = self.points[list(OUTER_CORNERS), :2]
        return float(np.hypot(*(left - right)))


def fit(pixels: NDArray[np.uint8], face: Face) -> Mesh:
    """Fit the mesh to one face of a BGR image, in two passes: the box first, then the points."""
    points = glance(pixels, face)
    low, high = points[:, :2].min(axis=0), points[:, :2].max(axis=0)
    box = (float(low[0]), float(low[1]), float(high[0] - low[0]), float(high[1] - low[1]))
    right = points[list(RIGHT_EYE), :2].mean(axis=0)
    left = points[list(LEFT_EYE), :2].mean(axis=0)
    points, presence = _landmarks(pixels, box, right, left)
    chosen = np.ascontiguousarray(points[None, BLENDSHAPE_POINTS, :2])
    shapes = network("face_blendshapes").run({"serving_default_input_points:0": chosen})
    (blendshapes,) = shapes.values()
    return Mesh(points, presence, blendshapes.reshape(52).astype(np.float32))


def glance(pixels: NDArray[np.uint8], face: Face) -> NDArray[np.float32]:
    """The points of the first pass alone, for half the cost: good enough for the pose."""
    points, _ = _landmarks(pixels, face.box, face.points[0], face.points[1])
    return points


def _landmarks(
    pixels: NDArray[np.uint8],
    box: tuple[float, float, float, float],
    right: NDArray[np.float32],
    left: NDArray[np.float32],
) -> tuple[NDArray[np.float32], float]:
    """One pass: points [478, 3] in image pixels and the presence, from an upright square crop."""
    side = MARGIN * max(box[2], box[3])
    angle = float(np.arctan2(left[1] - right[1], left[0] - right[0]))
    cos, sin = np.cos(angle), np.sin(angle)
    centre = np.array([box[0] + box[2] / 2, box[1] + box[3] / 2])
    # crop pixel -> image pixel: scale, rotate by the eye line, move to the box centre
    axes = np.array([[cos, -sin], [sin, cos]]) * (side / SIDE)
    matrix = np.hstack([axes, (centre - axes @ (SIDE / 2, SIDE / 2))[:, None]])
    crop = cv2.warpAffine(
        pixels, matrix, (SIDE, SIDE), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    )
    blob = np.ascontiguousarray(crop[None, :, :, ::-1], dtype=np.float32) / 255.0
    outputs = network("face_landmarks").run({"input_12": blob})
    raw = outputs["Identity"].reshape(478, 3)
    points = np.empty((478, 3), np.float32)
    points[:, :2] = raw[:, :2] @ axes.T + matrix[:, 2]
    points[:, 2] = raw[:, 2] * (side / SIDE)
    logit = float(outputs["Identity_1"].reshape(-1)[0])
    return points, float(1.0 / (1.0 + np.exp(-logit)))
