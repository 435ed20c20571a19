import io
import tarfile
from pathlib import Path

import pytest

from countenance.perception import bundle, weights
from countenance.perception.pull import pull

from .conftest import A, B, C, Registry

pytestmark = pytest.mark.usefixtures("folder")


def _tar(file: Path, entries: list[tuple[tarfile.TarInfo, bytes]]) -> Path:
    with tarfile.open(file, "w") as tar:
        for entry, data in entries:
            entry.size = len(data)
            tar.addfile(entry, io.BytesIO(data))
    return file


@pytest.mark.usefixtures("registry")
def test_what_is_exported_is_imported_elsewhere(tmp_path: Path) -> None:
    pull()
    file = tmp_path / "weights.tar"
    assert bundle.write(file) == ["a", "b", "c"]
    weights.set_directory(tmp_path / "elsewhere")
    assert bundle.read(file) == ["a", "b", "c"]
    assert [weights.path(name).read_bytes() for name in "abc"] == [A, B, C]


@pytest.mark.usefixtures("registry")
def test_the_tar_depends_on_the_weights_alone(tmp_path: Path) -> None:
    pull()
    bundle.write(tmp_path / "one.tar", ["both"])
    weights.path("a").touch()
    weights.path("a").chmod(0o600)
    bundle.write(tmp_path / "two.tar", ["a", "b"])
    assert (tmp_path / "one.tar").read_bytes() == (tmp_path / "two.tar").read_bytes()


def test_a_missing_weight_is_not_exported(tmp_path: Path, registry: Registry) -> None:
    pull(["c"])
    with pytest.raises(weights.WeightsMissing, match=r"a\.onnx is missing"):
        bundle.write(tmp_path / "weights.tar")
    assert not (tmp_path / "weights.tar").exists()


@pytest.mark.usefixtures("catalogue")
@pytest.mark.parametrize(
    "name", ["../a.onnx", "/a.onnx", "./a.onnx", "models/a.onnx", "evil.onnx", ".lock", "a.onnx/"]
)
def test_any_other_name_refuses_the_whole_tar(tmp_path: Path, folder: Path, name: str) -> None:
    entries = [(tarfile.TarInfo("c.onnx"), C), (tarfile.TarInfo(name), A)]
    if name == "a.onnx/":
        entries[1][0].type = tarfile.DIRTYPE
    with pytest.raises(bundle.BundleError, match="no weight file"):
        bundle.read(_tar(tmp_path / "x.tar", entries))
    assert not folder.exists()
    assert sorted(file.name for file in tmp_path.iterdir()) == ["x.tar"]


@pytest.mark.usefixtures("catalogue")
@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE])
def test_links_are_refused(tmp_path: Path, folder: Path, kind: bytes) -> None:
    entry = tarfile.TarInfo("a.onnx")
    entry.type, entry.linkname = kind, "/etc/hostname"
    with pytest.raises(bundle.BundleError, match="no weight file"):
        bundle.read(_tar(tmp_path / "x.tar", [(entry, b"")]))
    assert not folder.exists()


@pytest.mark.usefixtures("catalogue")
def test_other_bytes_under_a_known_name_are_refused(tmp_path: Path, folder: Path) -> None:
    entries = [(tarfile.TarInfo("a.onnx"), b"A" + A[1:])]
    with pytest.raises(weights.WeightsRefused, match="a: size or sha256"):
        bundle.read(_tar(tmp_path / "x.tar", entries))
    assert [file.name for file in folder.iterdir()] == [".lock"]


@pytest.mark.usefixtures("catalogue")
@pytest.mark.parametrize("data", [b"no tar at all", b"\x1f\x8b" + bytes(600), b"x" * 600])
def test_what_is_no_tar_is_told(tmp_path: Path, data: bytes) -> None:
    file = tmp_path / "x.tar"
    file.write_bytes(data)
    with pytest.raises(bundle.BundleError, match=r"x\.tar is no readable tar"):
        bundle.read(file)
