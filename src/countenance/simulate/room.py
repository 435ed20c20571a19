"""A made-up room, out of focus: what is behind whoever holds a medium before the camera."""

import cv2
import numpy as np
from numpy.typing import NDArray

from countenance.simulate.light import Floats, blurred

Reals = NDArray[np.float64]

_SIZE = (480, 640)


def room(rng: np.random.Generator) -> Floats:
    """Linear BGR, 480 x 640: a wall lit from one side, a window or lamp, shelves, a floor line."""
    height, width = _SIZE
    y, x = np.mgrid[0 : 1 : height * 1j, 0 : 1 : width * 1j].astype(np.float32)
    wall = rng.uniform(0.25, 0.6) * np.array([rng.uniform(0.8, 1.0), rng.uniform(0.9, 1.0), 1.0])
    slope = rng.uniform(-0.5, 0.5) * (x - 0.5) - 0.3 * (y - 0.5)
    picture = np.asarray(wall * (1 + slope[..., None]), np.float32)

    def box(place: Reals, colour: Reals) -> None:
        """`place` is left, top, width, height as shares of the picture."""
        left, top, wide, high = (float(v) for v in place)
        first = (int(left * width), int(top * height))
        last = (int((left + wide) * width), int((top + high) * height))
        cv2.rectangle(picture, first, last, tuple(float(v) for v in colour), cv2.FILLED)

    if rng.random() < 0.5:
        glow = np.array([1.0, 0.97, 0.92]) * rng.uniform(0.7, 1.2)
        box(rng.uniform((0.05, 0.02, 0.12, 0.3), (0.7, 0.2, 0.25, 0.45)), glow)
    for _ in range(int(rng.integers(1, 4))):
        case = rng.uniform((0, 0.25, 0.15, 0.25), (0.75, 0.7, 0.35, 0.7))
        box(case, np.array([0.05, 0.09, 0.16]) * rng.uniform(0.5, 2.5))
        for _ in range(int(rng.integers(2, 9))):
            aside, above, thick = rng.uniform((0, -0.12, 0.01), (0.25, 0.2, 0.05))
            book = np.array([case[0] + aside, case[1] + above, thick, 0.12])
            box(book, rng.uniform(0.02, 0.5, 3))
    lower = rng.uniform(0.8, 0.95)
    picture[y > lower] *= np.float32(rng.uniform(0.3, 0.7))
    return np.maximum(blurred(picture, rng.uniform(2.5, 6.0)), 0)
