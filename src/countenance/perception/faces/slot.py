"""The embedding slot: the networks of one embedding and how each is fed, weighed and read.

An operator's own network is a folder with `model.onnx` and `model.json`; ours ship as JSON beside
this module. A slot without anchors, or whose file has another sha256, is refused: anchors belong to
one embedding and are never borrowed.
"""

import hashlib
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, Literal

import msgspec

from countenance.perception import networks, runtime, weights
from countenance.perception.faces import anchors as marks
from countenance.perception.faces.align import Alignment
from countenance.perception.faces.anchors import Calibration

_FITTED = ("anchors", "calibration")  # of a slot's fields, those that `calibrate` writes


class SlotError(ValueError):
    """A model folder that cannot be used; the message says which file and why."""


class Member(msgspec.Struct, frozen=True, kw_only=True):
    """One network: the input value is `(pixel - mean) * scale`, the metric the cosine.

    `whiten` then brings each image to mean 0 and deviation 1. `flip` adds the vector of the
    mirrored face. `center` is subtracted from the vector before it is made a unit vector.
    `weight` is the share of this network's cosine where there are several.
    """

    weights: str = ""  # a name in weights.toml; empty: `file` beside model.json
    file: str = "model.onnx"
    input: str
    output: str = ""
    size: tuple[int, int]
    color: Literal["RGB", "BGR"]
    mean: float
    scale: float
    whiten: bool = False
    align: Alignment
    dim: int
    sha256: str
    license: str
    commercial: bool
    flip: bool = False
    center: tuple[float, ...] = ()
    weight: float = 1.0


class Slot(msgspec.Struct, frozen=True, kw_only=True):
    """One embedding: its networks, and what its cosines mean.

    `anchors` maps scores to cosines: `zero` (score 0), "50" to "90" (false-match rates of 1e-1 to
    1e-5), `hundred` (score 100). Both they and `calibration` are absent only while they are fitted.
    """

    kind: Literal["embedding"]
    name: str
    members: tuple[Member, ...]
    anchors: dict[str, float] = {}
    calibration: Calibration | None = None

    @property
    def commercial(self) -> bool:
        """Whether the licence of every network allows commercial use."""
        return all(member.commercial for member in self.members)

    @property
    def license(self) -> str:
        """The licences of the networks, each once."""
        return ", ".join(dict.fromkeys(member.license for member in self.members))

    def score(self, cosine: float) -> float:
        """The wire score 0 to 100 of a cosine."""
        return marks.score(cosine, self.anchors)


class Loaded(msgspec.Struct, frozen=True):
    """A slot and its compiled networks, in the order of its members."""

    slot: Slot
    models: tuple[runtime.Model, ...]


def read(choice: str, *, anchored: bool = True) -> tuple[Slot, tuple[Path, ...]]:
    """The slot of a name we ship or of a model folder, and the file of each of its networks.

    Without `anchored`, anchors are neither asked for nor read: for fitting them. Raises `SlotError`
    and, where one of our own weight files is not there, `WeightsMissing` with the command for it.
    """
    text, folder = describe(choice)
    where = str(folder / "model.json") if folder else f"{choice}.json"
    slot = _parse(text, where, anchored)
    return slot, _files(slot, choice, where, folder)


def describe(choice: str) -> tuple[bytes, Path | None]:
    """The JSON of a slot as it is written, and its folder, None for one we ship."""
    shipped = resources.files(__package__) / "slots" / f"{choice}.json"
    if choice.isidentifier() and shipped.is_file():
        return shipped.read_bytes(), None
    folder = Path(choice).expanduser()
    description = folder / "model.json"
    if not description.is_file():
        raise SlotError(f"face embedding {choice!r}: neither a model we ship nor a model folder")
    return description.read_bytes(), folder


@cache
def load(choice: str, engine: str, anchored: bool = True) -> Loaded:
    """The compiled networks of a slot, once per process and engine; raises `SlotError`."""
    slot, files = read(choice, anchored=anchored)
    models = []
    for member, file in zip(slot.members, files, strict=True):
        try:
            model = networks.open_file(file)
        except (ValueError, RuntimeError) as error:  # openvino's errors are RuntimeErrors
            raise SlotError(f"{file} is no network that can be run: {error}") from error
        if unfit := _unfit(member, model):
            raise SlotError(f"{file}: {unfit}")
        models.append(model)
    return Loaded(slot, tuple(models))


def _files(slot: Slot, choice: str, where: str, folder: Path | None) -> tuple[Path, ...]:
    files, missing = [], []
    known = weights.catalogue()
    for member in slot.members:
        if not member.weights:
            files.append(_own(member, where, folder))
            continue
        if member.weights not in known.weights:
            raise SlotError(f"{where}: there is no weight {member.weights!r}")
        if member.sha256 != known.weights[member.weights].sha256:
            raise SlotError(f"{where}: the sha256 of {member.weights} is another")
        try:
            files.append(weights.path(member.weights))
        except weights.WeightsMissing:
            missing.append(member.weights)
    if missing:
        group = known.groups.get(choice, ())
        wanted = choice if set(missing) <= set(group) else " ".join(missing)
        raise weights.WeightsMissing(
            f"the embedding {choice!r} needs weight files that are missing or damaged "
            f"({', '.join(missing)}); run `countenance models pull {wanted}`"
        )
    return tuple(files)


def _own(member: Member, where: str, folder: Path | None) -> Path:
    if folder is None:
        raise SlotError(f"{where}: a network names no weights")
    file = folder / member.file
    if not file.is_file():
        raise SlotError(f"{file}: not found")
    with file.open("rb") as stream:
        found = hashlib.file_digest(stream, "sha256").hexdigest()
    if found != member.sha256:
        raise SlotError(f"{file}: sha256 is {found}, model.json states {member.sha256}")
    return file


def _unfit(member: Member, model: runtime.Model) -> str:
    """What of the description the network contradicts; empty where they agree."""
    if member.input not in model.inputs:
        return f"there is no input {member.input!r}, there is {', '.join(model.inputs)}"
    if len(model.inputs) > 1:
        return f"one input expected, there are {', '.join(model.inputs)}"
    shape, wanted = model.inputs[member.input].shape, (1, 3, *member.size)
    if len(shape) != 4 or any(a not in (-1, b) for a, b in zip(shape, wanted, strict=True)):
        return f"the input {member.input!r} has the shape {shape}, not {wanted}"
    if member.output and member.output not in model.outputs:
        return f"there is no output {member.output!r}, there is {', '.join(model.outputs)}"
    if not member.output and len(model.outputs) > 1:
        return f"`output` must name one of {', '.join(model.outputs)}"
    return ""


def _parse(text: bytes, where: str, anchored: bool = True) -> Slot:
    try:
        fields = msgspec.json.decode(text, type=dict[str, Any])
        fitted = {name: fields.pop(name) for name in _FITTED if name in fields}
        # a slot of one network may state it directly, without `members`
        fields.setdefault("members", [fields])
        slot = msgspec.convert(fields, Slot)
    except msgspec.DecodeError as error:
        raise SlotError(f"{where}: {error}") from None
    if unfit := _disagree(slot):
        raise SlotError(f"{where}: {unfit}")
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


def _disagree(slot: Slot) -> str:
    """What the fields of a description make impossible; empty where all is well."""
    if not slot.members:
        return "`members` is empty"
    for member in slot.members:
        if member.size[0] != member.size[1]:
            return f"`size` must be square, not {member.size[0]} x {member.size[1]}"
        if member.center and len(member.center) != member.dim:
            return f"`center` has {len(member.center)} values, `dim` is {member.dim}"
        if member.weight <= 0:
            return "`weight` must be above 0"
    return ""
