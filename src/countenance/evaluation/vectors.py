"""Labelled pictures to embeddings; a picture that gives none is listed, never dropped silently."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from countenance.evaluation.people import Labelled, Photo
from countenance.perception.faces import embed as embeddings
from countenance.perception.faces.detect import Face, detect
from countenance.perception.media import ImageParams, MediaError, decode_image

IMAGE = ImageParams(formats=("jpeg", "png", "bmp"))


@dataclass(frozen=True, slots=True)
class Lost:
    """A picture without an embedding, and why."""

    name: str
    why: str


@dataclass(frozen=True, slots=True, eq=False)
class Vectors:
    """Embeddings: row i of `matrix` (float32 [n, dim], unit length) is `photos[i]`."""

    photos: tuple[Photo, ...]
    matrix: NDArray[np.float32]
    lost: tuple[Lost, ...] = ()


def embed(
    data: Labelled,
    model: str,
    step: Callable[[Iterable[Photo]], Iterable[Photo]] = lambda photos: photos,
) -> Vectors:
    """Embed the main face of every picture; `step` may wrap the pictures in a progress bar.

    The model needs no anchors. Raises SlotError and WeightsMissing for a model that cannot be used.
    """
    found: list[Photo] = []
    rows: list[NDArray[np.float32]] = []
    lost: list[Lost] = []
    for photo in step(data.photos):
        try:
            pixels, face = main_face(data.root / photo.name)
        except (MediaError, LookupError) as error:
            why = error.detail if isinstance(error, MediaError) else "no face found"
            lost.append(Lost(photo.name, why))
            continue
        rows.append(embeddings.embed(pixels, face, model, anchored=False))
        found.append(photo)
    matrix = np.stack(rows) if rows else np.zeros((0, 0), np.float32)
    return Vectors(tuple(found), matrix, tuple(lost))


def main_face(file: Path) -> tuple[NDArray[np.uint8], Face]:
    """The picture (BGR) and the face it is of: large and near the middle, as portraits are made.

    Raises MediaError for what is no picture and LookupError where no face is found.
    """
    pixels = decode_image(file.read_bytes(), IMAGE).pixels
    faces = detect(pixels)
    if not faces:
        raise LookupError(file)
    height, width = pixels.shape[:2]

    def worth(face: Face) -> float:
        across = (face.box[0] + face.box[2] / 2) / width - 0.5
        down = (face.box[1] + face.box[3] / 2) / height - 0.5
        return float(face.area / (width * height) - 2 * (across**2 + down**2))

    return pixels, max(faces, key=worth)
