import io
import stat
from pathlib import Path

import pytest

from countenance.perception import weights

A = b"a weight " * 1000


def test_the_folder_follows_the_environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HOME", "/home/someone")
    monkeypatch.delenv("COUNTENANCE_MODELS", raising=False)
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    assert weights.directory() == Path("/home/someone/.local/share/countenance/models")
    monkeypatch.setenv("XDG_DATA_HOME", "/data")
    assert weights.directory() == Path("/data/countenance/models")
    monkeypatch.setenv("COUNTENANCE_MODELS", "~/elsewhere")
    assert weights.directory() == Path("/home/someone/elsewhere")
    weights.set_directory(tmp_path)
    assert weights.directory() == tmp_path
    weights.set_directory(None)
    assert weights.directory() == Path("/home/someone/elsewhere")


@pytest.mark.usefixtures("catalogue")
def test_a_missing_file_names_the_command(folder: Path) -> None:
    assert weights.state("a") == "missing"
    with pytest.raises(weights.WeightsMissing, match="missing; run `countenance models pull a`"):
        weights.path("a")
    assert not folder.exists()


@pytest.mark.usefixtures("catalogue")
@pytest.mark.parametrize("data", [A[:-1], A + b"x", b"A" + A[1:]])
def test_a_damaged_file_is_refused(folder: Path, data: bytes) -> None:
    folder.mkdir()
    (folder / "a.onnx").write_bytes(data)
    assert weights.state("a") == "damaged"
    with pytest.raises(weights.WeightsMissing, match="damaged"):
        weights.path("a")


@pytest.mark.usefixtures("catalogue")
def test_a_file_is_hashed_once_per_process(folder: Path) -> None:
    folder.mkdir()
    file = folder / "a.onnx"
    file.write_bytes(A)
    assert weights.path("a") == file
    file.write_bytes(b"changed afterwards")
    assert weights.path("a") == file
    weights.set_directory(folder)
    with pytest.raises(weights.WeightsMissing):
        weights.path("a")


@pytest.mark.usefixtures("catalogue")
def test_install_puts_a_whole_readable_file_in_place(folder: Path) -> None:
    with weights.changing():
        weights.install("a", io.BytesIO(A))
    assert (folder / "a.onnx").read_bytes() == A
    assert stat.S_IMODE((folder / "a.onnx").stat().st_mode) == 0o644
    assert sorted(file.name for file in folder.iterdir()) == [".lock", "a.onnx"]


@pytest.mark.usefixtures("catalogue")
@pytest.mark.parametrize("data", [b"", A[:-1], b"A" + A[1:], A + b"x"])
def test_install_refuses_other_bytes_and_keeps_what_was_there(folder: Path, data: bytes) -> None:
    with weights.changing():
        weights.install("a", io.BytesIO(A))
        with pytest.raises(weights.WeightsRefused, match="a: size or sha256"):
            weights.install("a", io.BytesIO(data))
    assert (folder / "a.onnx").read_bytes() == A
    assert sorted(file.name for file in folder.iterdir()) == [".lock", "a.onnx"]


@pytest.mark.usefixtures("catalogue")
def test_install_reads_one_byte_too_many_at_most(folder: Path) -> None:
    endless = io.BytesIO(A + b"x" * 10_000_000)
    with weights.changing(), pytest.raises(weights.WeightsRefused):
        weights.install("a", endless)
    assert endless.tell() == len(A) + 1


def test_what_a_dead_process_left_is_removed(folder: Path) -> None:
    folder.mkdir()
    (folder / f"{weights.UNFINISHED}a.onnx").write_bytes(b"half")
    (folder / f"{weights.UNFINISHED}abc").mkdir()
    (folder / f"{weights.UNFINISHED}abc" / "archive").write_bytes(b"half")
    (folder / "mine.onnx").write_bytes(b"kept")
    with weights.changing():
        assert sorted(file.name for file in folder.iterdir()) == [".lock", "mine.onnx"]
