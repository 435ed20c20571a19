"""Face embeddings: a face to a unit vector, two vectors to a cosine and a score."""

import numpy as np
from numpy.typing import NDArray

from countenance.perception import runtime
from countenance.perception.faces import slot as slots
from countenance.perception.faces.align import crop
from countenance.perception.faces.detect import Face

DEFAULT = "sface"


def embed(
    pixels: NDArray[np.uint8], face: Face, model: str = DEFAULT, *, anchored: bool = True
) -> NDArray[np.float32]:
    """The unit-length embedding (float32 [dim]) of one face of a BGR image.

    That of several networks is their unit vectors end to end, each times the root of its share of
    the weight, so that a cosine is the weighted mean of the networks' cosines. A model without
    anchors is refused; `anchored=False` is for fitting them.
    """
    loaded = slots.load(model, runtime.choice().engine, anchored)
    whole = sum(member.weight for member in loaded.slot.members)
    parts = [
        unit(member, network, pixels, face, loaded.slot.name)
        * np.float32(np.sqrt(member.weight / whole))
        for member, network in zip(loaded.slot.members, loaded.models, strict=True)
    ]
    return np.concatenate(parts)


def cosine(a: NDArray[np.float32], b: NDArray[np.float32]) -> float:
    """Similarity of two unit vectors, -1 to 1."""
    return float(np.clip(np.dot(a, b), -1.0, 1.0))


def score(value: float, model: str = DEFAULT) -> float:
    """The wire score 0 to 100 of a cosine under a model's anchors."""
    return slots.load(model, runtime.choice().engine).slot.score(value)


def unit(
    member: slots.Member,
    network: runtime.Model,
    pixels: NDArray[np.uint8],
    face: Face,
    name: str,
) -> NDArray[np.float32]:
    """The unit vector of one member; `name` is that of the embedding, for errors."""
    square = crop(pixels, face, member.size[0], member.align)
    vector = _run(member, network, square, name)
    if member.flip:
        vector = (vector + _run(member, network, square[:, ::-1], name)) * np.float32(0.5)
    if member.center:
        vector = vector - np.array(member.center, np.float32)
    return np.asarray(vector / max(float(np.linalg.norm(vector)), 1e-12), dtype=np.float32)


def _run(
    member: slots.Member, network: runtime.Model, square: NDArray[np.uint8], name: str
) -> NDArray[np.float32]:
    if member.color == "RGB":
        square = square[:, :, ::-1]
    blob = np.ascontiguousarray(square.transpose(2, 0, 1)[None], dtype=np.float32)
    if member.mean or member.scale != 1:
        blob = (blob - np.float32(member.mean)) * np.float32(member.scale)
    if member.whiten:
        blob = (blob - blob.mean()) / max(float(blob.std()), blob.size**-0.5)
    outputs = network.run({member.input: blob})
    vector = outputs[member.output] if member.output else next(iter(outputs.values()))
    if vector.size != member.dim:
        raise slots.SlotError(f"{name}: {vector.size} values came out, not {member.dim}")
    if not np.isfinite(vector).all():
        raise slots.SlotError(f"{name}: values that are no numbers came out")
    return np.asarray(vector.reshape(-1), dtype=np.float32)
