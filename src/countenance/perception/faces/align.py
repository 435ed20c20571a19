"""Similarity alignment of five points to the 112 x 112 template of the embedding networks.

Umeyama, "Least-squares estimation of transformation parameters between two point patterns",
IEEE TPAMI 13(4), 1991; the template is the one ArcFace published and SFace was trained on.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

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
SIDE = 112


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


def align(
    pixels: NDArray[np.uint8], points: NDArray[np.float32], side: int = SIDE
) -> NDArray[np.uint8]:
    """The face warped to the template: BGR [side, side, 3], bilinear, black outside the image."""
    matrix = similarity(points.astype(np.float64), TEMPLATE * (side / SIDE))
    return np.asarray(
        cv2.warpAffine(pixels, matrix, (side, side), flags=cv2.INTER_LINEAR), dtype=np.uint8
    )
