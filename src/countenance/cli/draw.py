"""Pictures of what was seen: box, points and mesh over the person's own picture."""

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from countenance.perception.faces.view import View

BLUE, GREEN, WHITE, GREY = (241, 114, 45), (96, 174, 39), (255, 255, 255), (150, 150, 150)
HEIGHT = 480
FONT = cv2.FONT_HERSHEY_SIMPLEX
Pixels = NDArray[np.uint8]


def draw_view(pixels: Pixels, view: View) -> Pixels:
    """A copy of a BGR image (as the view turned it) with its faces drawn in."""
    canvas = pixels.copy()
    unit = max(1, round(max(canvas.shape[:2]) / 500))
    for index, face in enumerate(view.faces):
        x, y, width, height = (round(v) for v in face.box)
        colour = BLUE if index == 0 else GREY
        cv2.rectangle(canvas, (x, y), (x + width, y + height), colour, 2 * unit, cv2.LINE_AA)
        for point in face.points:
            cv2.circle(canvas, _pixel(point), 2 * unit, WHITE, -1, cv2.LINE_AA)
    if view.mesh is not None:
        for point in view.mesh.points:
            cv2.circle(canvas, _pixel(point), max(1, unit // 2), GREEN, -1, cv2.LINE_AA)
    return canvas


def side_by_side(left: Pixels, right: Pixels, caption: str) -> Pixels:
    """Two pictures at one height under a caption."""
    pair = np.hstack([_to_height(left), np.full((HEIGHT, 8, 3), 255, np.uint8), _to_height(right)])
    band = np.full((44, pair.shape[1], 3), 255, np.uint8)
    cv2.putText(band, caption, (10, 30), FONT, 0.7, (40, 40, 40), 2, cv2.LINE_AA)
    return np.vstack([band, pair])


def save(path: Path, pixels: Pixels) -> None:
    """Write a picture in the format its name says; raises `OSError` when it cannot."""
    try:
        _, data = cv2.imencode(path.suffix or ".png", pixels)
    except cv2.error:
        raise OSError(0, "no picture format has this suffix", str(path)) from None
    path.write_bytes(data.tobytes())


def _pixel(point: NDArray[np.float32]) -> tuple[int, int]:
    return round(float(point[0])), round(float(point[1]))


def _to_height(pixels: Pixels) -> Pixels:
    width = max(1, round(pixels.shape[1] * HEIGHT / pixels.shape[0]))
    return np.asarray(cv2.resize(pixels, (width, HEIGHT), interpolation=cv2.INTER_AREA), np.uint8)
