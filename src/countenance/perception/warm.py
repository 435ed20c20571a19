"""What is done before a server calls itself ready: every network it may use loaded and run once."""

import cv2
import numpy as np

from countenance.perception import runtime
from countenance.perception.faces import embed, mesh
from countenance.perception.faces.detect import CANVASES, Face, detect
from countenance.perception.liveness import antispoof
from countenance.perception.media import decode_image, decoder


def warm(embedding: str, engine: runtime.Engine) -> None:
    """Load and run every network on a grey image, and start the decoding children.

    Raises `WeightsMissing` or `SlotError` when a network cannot be had.
    """
    runtime.configure(engine)
    decoder().start()
    _, grey = cv2.imencode(".png", np.full((640, 640, 3), 127, np.uint8))
    pixels = decode_image(grey.tobytes()).pixels
    for rows, columns in CANVASES:
        detect(pixels[:rows, :columns])
    points = np.array([[270, 280], [370, 280], [320, 340], [280, 400], [360, 400]], np.float32)
    face = Face((220.0, 200.0, 200.0, 260.0), points, 1.0)
    mesh.fit(pixels, face)
    antispoof.live(pixels, face)
    embed.embed(pixels, face, embedding)
