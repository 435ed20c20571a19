"""Face embeddings: an aligned face to a unit vector, two vectors to a cosine and a score."""

import numpy as np
from numpy.typing import NDArray

from countenance.perception import runtime
from countenance.perception.faces import slot as slots
from countenance.perception.faces.align import align
from countenance.perception.faces.detect import Face

DEFAULT = "sface"


def embed(
    pixels: NDArray[np.uint8], face: Face, model: str = DEFAULT, *, anchored: bool = True
) -> NDArray[np.float32]:
    """The unit-length embedding (float32 [dim]) of one face of a BGR image.

    A model without anchors is refused; `anchored=False` is for fitting them.
    """
    loaded = slots.load(model, runtime.choice().engine, anchored)
    slot = loaded.slot
    crop = align(pixels, face.points, slot.size[0])
    if slot.color == "RGB":
        crop = crop[:, :, ::-1]
    blob = np.ascontiguousarray(crop.transpose(2, 0, 1)[None], dtype=np.float32)
    if slot.mean or slot.scale != 1:
        blob = (blob - np.float32(slot.mean)) * np.float32(slot.scale)
    outputs = loaded.model.run({slot.input: blob})
    vector = outputs[slot.output] if slot.output else next(iter(outputs.values()))
    vector = vector.reshape(-1)
    if vector.size != slot.dim:
        raise slots.SlotError(f"{slot.name}: {vector.size} values came out, not {slot.dim}")
    if not np.isfinite(vector).all():
        raise slots.SlotError(f"{slot.name}: values that are no numbers came out")
    return np.asarray(vector / max(float(np.linalg.norm(vector)), 1e-12), dtype=np.float32)


def cosine(a: NDArray[np.float32], b: NDArray[np.float32]) -> float:
    """Similarity of two unit vectors, -1 to 1."""
    return float(np.clip(np.dot(a, b), -1.0, 1.0))


def score(value: float, model: str = DEFAULT) -> float:
    """The wire score 0 to 100 of a cosine under a model's anchors."""
    return slots.load(model, runtime.choice().engine).slot.score(value)
