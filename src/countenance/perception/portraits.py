"""Pictures to keep of a judged clip: the best frame, and the face cut out of it."""

import cv2
import numpy as np
from numpy.typing import NDArray

from countenance.perception.faces.detect import Face

QUALITY = 95  # of the JPEG; at 95 a comparison with the frame itself loses nothing that shows
MARGIN = 0.5  # of the face's longer side, around its box: hair, chin and ears


def cut_face(pixels: NDArray[np.uint8], face: Face) -> NDArray[np.uint8]:
    """The face with a margin around it, square where the frame has room for it; BGR, a view."""
    x, y, width, height = face.box
    half = max(width, height) * (0.5 + MARGIN)
    middle = (x + width / 2, y + height / 2)
    left, top = (max(0, round(m - half)) for m in middle)
    right, bottom = (max(1, round(m + half)) for m in middle)
    return pixels[min(top, pixels.shape[0] - 1) : bottom, min(left, pixels.shape[1] - 1) : right]


def encode(pixels: NDArray[np.uint8]) -> bytes:
    """A BGR picture as JPEG."""
    encoded, data = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
    assert encoded  # a BGR array always encodes
    return data.tobytes()
