"""The squares cut out of an image for the networks: similarity alignment of five points.

Umeyama, "Least-squares estimation of transformation parameters between two point patterns",
IEEE TPAMI 13(4), 1991. The template `arcface5` is the one ArcFace published and SFace was trained
on.
"""

from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from countenance.perception.faces.detect import Face

Alignment = Literal["arcface5", "dlib5", "box"]

SIDE = 112
TEMPLATE = np.array(
    [
        [38.2946, 51.6963],
        [73.5318, 51.5014],
        [56.0252, 71.7366],
        [41.5493, 92.3655],
        [70.7299, 92.2041],
    ],
    dtype=np.float64,
)
# Where YuNet's points lie in the 150 x 150 chips that dlib cuts by its own detector and points:
# medians over 756 photographs of LFW.
DLIB_SIDE = 150
DLIB_TEMPLATE = np.array(
    [
        [47.313, 45.811],
        [103.219, 46.360],
        [75.744, 78.398],
        [51.388, 102.754],
        [99.618, 103.090],
    ],
    dtype=np.float64,
)
BOX_MARGIN = 1.25  # of the box's longer side: what FaceNet was trained on, about


def similarity(source: NDArray[np.floating], target: NDArray[np.floating]) -> NDArray[np.float64]:
    """The 2 x 3 rotation, scale and shift (no reflection) that best takes `source` to `target`."""
    source_mean, target_mean = source.mean(axis=0), target.mean(axis=0)
    centred_source, centred_target = source - source_mean, target - target_mean
    covariance = centred_target.T @ centred_source / len(source)
    u, singular, vt = np.linalg.svd(covariance)
    guard = np.array([1.0, np.sign(np.linalg.det(covariance)) or 1.0])
    rotation = u @ np.diag(guard) @ vt
    variance = float((centred_source**2).sum() / len(source))
    scale = float(singular @ guard) / max(variance, 1e-12)
    shift = target_mean - scale * rotation @ source_mean
    return np.hstack([scale * rotation, shift[:, None]])


def crop(
    pixels: NDArray[np.uint8], face: Face, side: int, alignment: Alignment
) -> NDArray[np.uint8]:
    """The square a network is fed, BGR [side, side, 3], bilinear, black outside the image.

    `arcface5` and `dlib5` turn and scale the five points to a template; `box` cuts an upright
    square around the box.
    """
    if alignment == "arcface5":
        return align(pixels, face.points, side)
    if alignment == "dlib5":
        template = DLIB_TEMPLATE * (side / DLIB_SIDE)
        return _warp(pixels, similarity(face.points.astype(np.float64), template), side)
    x, y, width, height = face.box
    scale = side / (BOX_MARGIN * max(width, height))
    shift = side / 2 - scale * np.array([x + width / 2, y + height / 2])
    return _warp(pixels, np.array([[scale, 0, shift[0]], [0, scale, shift[1]]]), side)


def align(
    pixels: NDArray[np.uint8], points: NDArray[np.float32], side: int = SIDE
) -> NDArray[np.uint8]:
    """The face turned and scaled to the template of `arcface5`, as `crop` does."""
    return _warp(pixels, similarity(points.astype(np.float64), TEMPLATE * (side / SIDE)), side)


def _warp(pixels: NDArray[np.uint8], matrix: NDArray[np.float64], side: int) -> NDArray[np.uint8]:
    return np.asarray(
        cv2.warpAffine(pixels, matrix, (side, side), flags=cv2.INTER_LINEAR), dtype=np.uint8
    )
