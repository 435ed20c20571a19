"""The embedding slot: a network file and the `model.json` that says how to feed it and read it.

An operator's own network is a folder with `model.onnx` and `model.json`; ours ship as JSON beside
this module. A slot without anchors, or whose file has another sha256, is refused: anchors belong to
one network and are never borrowed.
"""

import hashlib
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, Literal

import msgspec

from countenance.perception import runtime, weights
from countenance.perception.faces import anchors as marks
from countenance.perception.faces.anchors import Calibration

_FITTED = ("anchors", "calibration")  # of a slot's fields, those that `calibrate` writes


class SlotError(ValueError):
    """A model folder that cannot be used; the message says which file and why."""


class Slot(msgspec.Struct, frozen=True, kw_only=True):
    """One embedding network: the input value is `(pixel - mean) * scale`, the metric the cosine.

    `anchors` maps scores to cosines: `zero` (score 0), "50" to "90" (false-match rates of 1e-1 to
    1e-5), `hundred` (score 100). Both they and `calibration` are absent only while they are fitted.
    """

    kind: Literal["embedding"]
    name: str
    weights: str = ""  # a name in weights.toml; empty: model.onnx beside model.json
    input: str
    output: str = ""
    size: tuple[int, int]
    color: Literal["RGB", "BGR"]
    mean: float
    scale: float
    align: Literal["arcface5"]
    dim: int
    sha256: str
    license: str
    commercial: bool
    anchors: dict[str, float] = {}
    calibration: Calibration | None = None

    def score(self, cosine: float) -> float:
        """The wire score 0 to 100 of a cosine."""
        return marks.score(cosine, self.anchors)


class Loaded(msgspec.Struct, frozen=True):
    """A slot and its compiled network."""

    slot: Slot
    model: runtime.Model


def read(choice: str, *, anchored: bool = True) -> tuple[Slot, Path]:
    """The slot and network file of `sface` or of a model folder; raises `SlotError`.

    Without `anchored`, anchors are neither asked for nor read: for fitting them.
    """
    shipped = resources.files(__package__) / "slots" / f"{choice}.json"
    if choice.isidentifier() and shipped.is_file():
        slot = _parse(shipped.read_bytes(), f"{choice}.json", anchored)
        return slot, weights.path(slot.weights)
    folder = Path(choice).expanduser()
    description = folder / "model.json"
    if not description.is_file():
        raise SlotError(f"face embedding {choice!r}: neither a model we ship nor a model folder")
    slot = _parse(description.read_bytes(), str(description), anchored)
    file = folder / "model.onnx"
    if not file.is_file():
        raise SlotError(f"{file}: not found")
    found = hashlib.sha256(file.read_bytes()).hexdigest()
    if found != slot.sha256:
        raise SlotError(f"{file}: sha256 is {found}, model.json states {slot.sha256}")
    return slot, file


@cache
def load(choice: str, engine: str, anchored: bool = True) -> Loaded:
    """The compiled network of a slot, once per process and engine."""
    slot, file = read(choice, anchored=anchored)
    return Loaded(slot, runtime.load(file))


def _parse(text: bytes, where: str, anchored: bool = True) -> Slot:
    try:
        fields = msgspec.json.decode(text, type=dict[str, Any])
        fitted = {name: fields.pop(name) for name in _FITTED if name in fields}
        slot = msgspec.convert(fields, Slot)
    except msgspec.DecodeError as error:
        raise SlotError(f"{where}: {error}") from None
    if not anchored:
        return slot
    try:
        slot = msgspec.convert(fields | fitted, Slot)
        unfit = marks.fault(slot.anchors) or ("" if slot.calibration else "calibration is missing")
    except msgspec.ValidationError as error:
        unfit = str(error)
    if unfit:
        raise SlotError(f"{where}: {unfit}. Fit them with `countenance calibrate`")
    return slot
