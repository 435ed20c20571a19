"""The embedding slot: a network file and the `model.json` that says how to feed it and read it.

An operator's own network is a folder with `model.onnx` and `model.json`; ours ship as JSON beside
this module. A slot without anchors, or whose file has another sha256, is refused: anchors belong to
one network and are never borrowed.
"""

import hashlib
from functools import cache
from importlib import resources
from itertools import pairwise
from pathlib import Path
from typing import Literal

import msgspec
import numpy as np

from countenance.perception import runtime, weights


class SlotError(ValueError):
    """A model folder that cannot be used; the message says which file and why."""


class Calibration(msgspec.Struct, frozen=True, kw_only=True):
    """What the anchors rest on; `supported_to` is the highest score the sample can speak for."""

    cohort: str
    impostor_pairs: int
    genuine_pairs: int
    method: str
    interval_90: dict[str, tuple[float, float]] = {}
    supported_to: float


class Slot(msgspec.Struct, frozen=True, kw_only=True):
    """One embedding network: the input value is `(pixel - mean) * scale`, the metric the cosine.

    `anchors` maps scores to cosines: `zero` (score 0), "50" to "90" (false-match rates of 1e-1 to
    1e-5), `hundred` (score 100).
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
    anchors: dict[str, float]
    calibration: Calibration

    def score(self, cosine: float) -> float:
        """The wire score 0 to 100 of a cosine, piecewise linear between the anchors."""
        marks = [(0.0, self.anchors["zero"])]
        marks += [(float(k), v) for k, v in self.anchors.items() if k.isdigit()]
        marks += [(100.0, self.anchors["hundred"])]
        marks.sort()
        scores, cosines = zip(*marks, strict=True)
        return float(np.interp(cosine, cosines, scores))


class Loaded(msgspec.Struct, frozen=True):
    """A slot and its compiled network."""

    slot: Slot
    model: runtime.Model


def read(choice: str) -> tuple[Slot, Path]:
    """The slot and network file of `sface` or of a model folder; raises `SlotError`."""
    shipped = resources.files(__package__) / "slots" / f"{choice}.json"
    if choice.isidentifier() and shipped.is_file():
        slot = _parse(shipped.read_bytes(), f"{choice}.json")
        return slot, weights.path(slot.weights)
    folder = Path(choice).expanduser()
    description = folder / "model.json"
    if not description.is_file():
        raise SlotError(f"face embedding {choice!r}: neither a model we ship nor a model folder")
    slot = _parse(description.read_bytes(), str(description))
    file = folder / "model.onnx"
    if not file.is_file():
        raise SlotError(f"{file}: not found")
    found = hashlib.sha256(file.read_bytes()).hexdigest()
    if found != slot.sha256:
        raise SlotError(f"{file}: sha256 is {found}, model.json states {slot.sha256}")
    return slot, file


@cache
def load(choice: str, engine: str) -> Loaded:
    """The compiled network of a slot, once per process and engine."""
    slot, file = read(choice)
    return Loaded(slot, runtime.load(file))


def _parse(text: bytes, where: str) -> Slot:
    try:
        slot = msgspec.json.decode(text, type=Slot)
    except msgspec.DecodeError as error:
        raise SlotError(f"{where}: {error}") from None
    wanted = ["zero", "50", "60", "70", "80", "90", "hundred"]
    missing = [name for name in wanted if name not in slot.anchors]
    if missing:
        raise SlotError(f"{where}: anchors are missing: {', '.join(missing)}")
    values = [slot.anchors[name] for name in wanted]
    if any(low >= high for low, high in pairwise(values)):
        raise SlotError(f"{where}: anchors do not rise with the score")
    return slot
