"""Portraits with something drawn before the face, by the points of its mesh."""

import cv2
import numpy as np
from tests.conftest import Pixels

from countenance.perception.faces.detect import detect
from countenance.perception.faces.mesh import fit

# fmt: off
JAW = [93, 132, 58, 172, 136, 150, 149, 176, 148, 152, 377, 400, 378, 379, 365, 397, 288, 361, 323]
# fmt: on
EYE_CORNERS = ((33, 133), (362, 263))


def mask(portrait: Pixels, colour: tuple[int, int, int]) -> Pixels:
    """A mask of one BGR colour from the ridge of the nose to the chin, shaded like the face."""
    points = _points(portrait)
    top = [points[117], points[197], points[346]]
    return _laid(portrait, np.array([*top, *points[JAW][::-1]]), colour)


def bar(portrait: Pixels, colour: tuple[int, int, int]) -> Pixels:
    """A thing of one BGR colour held before the mouth, under the nose."""
    points = _points(portrait)
    (left, _), (right, _) = points[172], points[397]
    top, bottom = points[164][1], points[199][1]
    corners = [[left, top], [right, top], [right, bottom], [left, bottom]]
    return _laid(portrait, np.array(corners), colour)


def dark_glasses(portrait: Pixels) -> Pixels:
    """Black lenses that let a tenth of the light through."""
    points = _points(portrait)
    width = float(np.hypot(*(points[263] - points[33])))
    lenses = np.zeros(portrait.shape[:2], np.float32)
    for outer, inner in EYE_CORNERS:
        centre = (points[outer] + points[inner]) / 2 + (0, 0.03 * width)
        axes = (int(0.3 * width), int(0.22 * width))
        cv2.ellipse(lenses, [int(v) for v in centre], axes, 0, 0, 360, 0.9, -1)
    return np.asarray(portrait * (1 - lenses[:, :, None]), np.uint8)


def _points(portrait: Pixels) -> np.ndarray:
    return fit(portrait, detect(portrait)[0]).points[:, :2]


def _laid(portrait: Pixels, outline: np.ndarray, colour: tuple[int, int, int]) -> Pixels:
    area = np.zeros(portrait.shape[:2], np.uint8)
    cv2.fillPoly(area, [np.round(outline).astype(np.int32)], 1)
    light = cv2.GaussianBlur(cv2.cvtColor(portrait, cv2.COLOR_BGR2GRAY), (0, 0), 12) / 128.0
    cloth = np.clip(np.array(colour) * np.sqrt(light)[:, :, None], 0, 255)
    return np.where(area[:, :, None] > 0, cloth, portrait).astype(np.uint8)
