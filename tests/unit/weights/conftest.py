import hashlib
import io
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
import pytest

from countenance.perception import carriers, weights
from countenance.perception.weights import Archive, Carrier, Catalogue, Weight

A, B, C = b"a weight " * 1000, b"another" * 500, b"a third"


def _zip(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in files.items():
            packed.writestr(name, data)
    return buffer.getvalue()


def _tgz(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as packed:
        for name, data in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            packed.addfile(entry, io.BytesIO(data))
    return buffer.getvalue()


PACKED = {
    "first": _zip({"first/a.onnx": A, "first/b.task": _zip({"inner/b.tflite": B}), "x.py": b"no"}),
    "second": _zip({"second/a.onnx": A}),
    "node": _tgz({"package/index.js": b"no", "package/c.onnx": C}),
}


def _weight(file: str, data: bytes, *places: tuple[str, tuple[str, ...]]) -> Weight:
    return Weight(
        title=file,
        file=file,
        bytes=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        code="MIT",
        licence="MIT",
        commercial="yes",
        provenance="made here",
        notes="made here",
        carriers=tuple(Carrier(archive, member) for archive, member in places),
    )


CATALOGUE = Catalogue(
    optional=(),
    groups={"both": ("a", "b"), "third": ("c",)},
    archives={
        name: Archive(
            client="npm" if name == "node" else "pip",
            package=name,
            version="1.0",
            bytes=len(data),
            sha256=hashlib.sha256(data).hexdigest(),
        )
        for name, data in PACKED.items()
    },
    weights={
        "a": _weight("a.onnx", A, ("first", ("first/a.onnx",)), ("second", ("second/a.onnx",))),
        "b": _weight("b.tflite", B, ("first", ("first/b.task", "inner/b.tflite"))),
        "c": _weight("c.onnx", C, ("node", ("package/c.onnx",))),
    },
)


@dataclass
class Registry:
    """Stands in for the package clients: serves PACKED, counts, and fails where told to."""

    served: dict[str, bytes] = field(default_factory=lambda: dict(PACKED))
    asked: list[str] = field(default_factory=list)
    during: Callable[[], None] = lambda: None

    def fetch(self, archive: Archive, folder: Path, tick: carriers.Tick) -> Path:
        self.asked.append(archive.package)
        self.during()
        if archive.package not in self.served:
            raise carriers.CarrierError("no such package")
        data = self.served[archive.package]
        tick(len(data) // 2)
        file = folder / "archive"
        file.write_bytes(data)
        tick(len(data))
        return file


@pytest.fixture
def catalogue(monkeypatch: pytest.MonkeyPatch) -> Catalogue:
    monkeypatch.setattr(weights, "catalogue", lambda: CATALOGUE)
    return CATALOGUE


@pytest.fixture
def registry(monkeypatch: pytest.MonkeyPatch, catalogue: Catalogue) -> Registry:
    stand_in = Registry()
    monkeypatch.setattr(carriers, "fetch", stand_in.fetch)
    return stand_in


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    models = tmp_path / "models"
    weights.set_directory(models)
    yield models
    weights.set_directory(None)


@pytest.fixture
def without_member(catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch) -> None:
    """The catalogue's first place of `a` is one its archive does not have."""
    places = (Carrier("first", ("first/none.onnx",)), catalogue.weights["a"].carriers[1])
    changed = msgspec.structs.replace(catalogue.weights["a"], carriers=places)
    known = msgspec.structs.replace(catalogue, weights={**catalogue.weights, "a": changed})
    monkeypatch.setattr(weights, "catalogue", lambda: known)
