"""Face detection with YuNet 2023mar (Wu et al., Machine Intelligence Research 2023; MIT)."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from countenance.perception import runtime
from countenance.perception.networks import network

SIDE = 640  # the longest side that is looked at, and the square the network was exported with
# Rows and columns the network is compiled for, the cheapest first: what lies beyond the image is
# black and costs as much as the rest. Of 19 ms for the square, one thread, an image of 16:9 takes
# 10, one of 4:3 13 and one of at most 320 pixels a side 5.
CANVASES = ((320, 320), (384, 640), (640, 384), (480, 640), (640, 480), (SIDE, SIDE))
STRIDES = (8, 16, 32)


@dataclass(frozen=True, slots=True)
class DetectParams:
    """`min_score` 0.6 and `overlap` (IoU) 0.3 are the values YuNet was published with."""

    min_score: float = 0.6
    overlap: float = 0.3
    max_faces: int = 50


@dataclass(frozen=True, slots=True)
class Face:
    """One detected face in image pixels.

    `box` is x, y, width, height; `points` float32 [5, 2]: the subject's right eye, left eye, nose
    tip, right and left mouth corner; `score` 0 to 1.
    """

    box: tuple[float, float, float, float]
    points: NDArray[np.float32]
    score: float

    @property
    def area(self) -> float:
        """Width times height of the box, square pixels."""
        return self.box[2] * self.box[3]


def detect(pixels: NDArray[np.uint8], params: DetectParams | None = None) -> list[Face]:
    """All faces of a BGR image, largest first; the image is shrunk to 640, never enlarged."""
    params = params or DetectParams()
    pixels, scale = _shrink(pixels)
    rows, columns = _canvas(pixels.shape[0], pixels.shape[1])
    canvas = np.zeros((rows, columns, 3), np.uint8)
    canvas[: pixels.shape[0], : pixels.shape[1]] = pixels
    blob = np.ascontiguousarray(canvas.transpose(2, 0, 1)[None], dtype=np.float32)
    fixed = {} if rows == columns == SIDE else {"input": blob.shape}
    outputs = network("yunet", **fixed).run({"input": blob})

    scores, boxes, points = _decode(outputs, columns, params.min_score)
    kept = _suppress(scores, boxes, params.overlap)
    faces = [
        Face(
            box=(
                float(boxes[i, 0] / scale),
                float(boxes[i, 1] / scale),
                float(boxes[i, 2] / scale),
                float(boxes[i, 3] / scale),
            ),
            points=np.ascontiguousarray(points[i].reshape(5, 2) / scale, dtype=np.float32),
            score=float(scores[i]),
        )
        for i in kept
    ]
    faces.sort(key=lambda face: face.area, reverse=True)
    return faces[: params.max_faces]


def _shrink(pixels: NDArray[np.uint8]) -> tuple[NDArray[np.uint8], float]:
    """The image with a longer side of at most 640 pixels, and the scale it then has.

    First by the mean of whole blocks, then by less than 2: a mean over fractions of pixels costs
    54 ms for 12 megapixels, more than all that follows.
    """
    longest = max(pixels.shape[:2])
    if longest <= SIDE:
        return pixels, 1.0
    block = longest // SIDE
    if block > 1:
        height, width = (max(1, size // block) for size in pixels.shape[:2])
        whole = pixels[: height * block, : width * block]
        means = cv2.resize(whole, (width, height), interpolation=cv2.INTER_AREA)
        pixels = np.asarray(means, np.uint8)
    rest = SIDE / max(pixels.shape[:2])
    if rest < 1.0:
        height, width = pixels.shape[:2]
        size = (max(1, round(width * rest)), max(1, round(height * rest)))
        pixels = np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_LINEAR), np.uint8)
    return pixels, rest / block


def _canvas(height: int, width: int) -> tuple[int, int]:
    """The cheapest canvas that holds an image; onnxruntime runs the network's own shape alone."""
    if runtime.choice().engine != "openvino":
        return SIDE, SIDE
    return next(size for size in CANVASES if height <= size[0] and width <= size[1])


def _suppress(scores: NDArray[np.float32], boxes: NDArray[np.float32], overlap: float) -> list[int]:
    """Greedy non-maximum suppression: indices of the boxes that no better box overlaps."""
    order = np.argsort(-scores)
    corner = boxes[:, :2] + boxes[:, 2:]
    area = boxes[:, 2] * boxes[:, 3]
    kept: list[int] = []
    while order.size:
        best, rest = int(order[0]), order[1:]
        kept.append(best)
        low = np.maximum(boxes[best, :2], boxes[rest, :2])
        high = np.minimum(corner[best], corner[rest])
        shared_area = np.prod(np.clip(high - low, 0, None), axis=1)
        order = rest[shared_area <= overlap * (area[best] + area[rest] - shared_area)]
    return kept


def _decode(
    outputs: dict[str, NDArray[np.float32]], width: int, min_score: float
) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
    """Scores [n], boxes [n, 4] (x, y, w, h) and points [n, 10] in pixels of the canvas.

    Only of the cells whose score is at least `min_score`, a few of up to 8,400.
    """
    scores, boxes, points = [], [], []
    for stride in STRIDES:
        cls = np.clip(outputs[f"cls_{stride}"].reshape(-1), 0, 1)
        obj = np.clip(outputs[f"obj_{stride}"].reshape(-1), 0, 1)
        score = np.sqrt(cls * obj)
        cells = np.flatnonzero(score >= min_score)
        columns = width // stride
        origin = np.stack([cells % columns, cells // columns], axis=1).astype(np.float32)
        regressed = outputs[f"bbox_{stride}"].reshape(-1, 4)[cells]
        centre = (origin + regressed[:, :2]) * stride
        extent = np.exp(np.clip(regressed[:, 2:], -20, 10)) * stride
        offsets = outputs[f"kps_{stride}"].reshape(-1, 5, 2)[cells]
        scores.append(score[cells])
        boxes.append(np.concatenate([centre - extent / 2, extent], axis=1))
        points.append(((origin[:, None, :] + offsets) * stride).reshape(-1, 10))
    return np.concatenate(scores), np.concatenate(boxes), np.concatenate(points)
