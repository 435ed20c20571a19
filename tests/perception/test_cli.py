"""The command line on real pictures and clips, and against a real server."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import pytest
import typer
from tests.conftest import Pixels, jpeg
from tests.media import NOISE
from tests.serving import Running
from typer.testing import CliRunner, Result

from countenance.cli.root import app
from countenance.perception.media import decode_video


@pytest.fixture(scope="module")
def folder(
    tmp_path_factory: pytest.TempPathFactory,
    astronaut: Pixels,
    hopper: Pixels,
    live_clip: bytes,
    print_clip: bytes,
) -> Path:
    """Pictures and clips as files."""
    made = tmp_path_factory.mktemp("files")
    for name, data in {
        "one.jpg": jpeg(astronaut),
        "same.jpg": jpeg(astronaut[20:420, 40:460], 70),
        "other.jpg": jpeg(hopper),
        "live.mp4": live_clip,
        "print.mp4": print_clip,
        "text.jpg": b"no picture at all " * 20,
    }.items():
        (made / name).write_bytes(data)
    return made


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """In an empty folder, without keys and settings of the machine."""
    monkeypatch.chdir(tmp_path)
    for name in ("COUNTENANCE_DATA_DIR", "COUNTENANCE_CONFIG", "COUNTENANCE_EMBEDDING"):
        monkeypatch.delenv(name, raising=False)
    for name in ("TENCENTCLOUD_SECRET_ID", "TENCENTCLOUD_SECRET_KEY"):
        monkeypatch.delenv(name, raising=False)


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def run_json(status: int, *arguments: object) -> Any:
    result = run(*arguments, "--json")
    assert result.exit_code == status, result.output
    return json.loads(result.stdout)


def fails(*arguments: object, status: int = 2) -> str:
    """The one line on standard error of a command that cannot do what it is asked to."""
    result = run(*arguments)
    assert result.exit_code == status, result.output
    assert result.stdout == ""
    line = " ".join(result.stderr.split())
    assert "Traceback" not in line
    assert len(result.stderr.splitlines()) <= 1 + len(line) // 80  # one line, folded at 80
    return line


def test_compare_one_person(folder: Path) -> None:
    found = run_json(0, "compare", folder / "one.jpg", folder / "same.jpg")
    assert found["passed"] is True
    assert found["score"] > 90
    assert found["meaning"].startswith("Fewer than 1 in 1,000 pairs")
    assert found["cosine"] > 0.75
    assert found["reasons"] == []
    assert found["faces"] == {"a": 1, "b": 1}
    assert found["model"] == "sface"


def test_compare_two_people(folder: Path) -> None:
    found = run_json(1, "compare", folder / "one.jpg", folder / "other.jpg")
    assert (found["passed"], [r["key"] for r in found["reasons"]]) == (False, ["low_similarity"])
    told = run("compare", folder / "one.jpg", folder / "other.jpg")
    assert told.exit_code == 1
    assert "Not shown to match" in told.stdout
    assert f"score {found['score']:.2f} of 100." in told.stdout


def test_liveness(folder: Path) -> None:
    live = run_json(0, "liveness", folder / "live.mp4")
    assert (live["passed"], live["reasons"]) == (True, [])
    assert 0.6 <= live["live"] <= 1
    assert len(live["frames"]) == 12
    assert all(frame["people"] == 1 for frame in live["frames"])
    assert live["not_run"] == []
    assert live["cues"]["vetoes"] == []
    assert live["cues"]["pictures"] <= live["cues"]["frames"]
    assert live["cues"]["required"] <= live["live"]
    fake = run_json(1, "liveness", folder / "print.mp4")
    assert [r["key"] for r in fake["reasons"]] == ["spoof"]
    told = run("liveness", folder / "print.mp4")
    assert "Not shown to be live" in told.stdout
    assert "over 12 of 12 frames" in told.stdout


def test_liveness_of_a_picture(folder: Path, print_clip: bytes) -> None:
    live = run_json(0, "liveness", folder / "one.jpg")
    assert (live["passed"], live["reasons"], live["people"]) == (True, [], 1)
    assert live["score"] > live["passes"] == 87
    assert live["live"] > live["required"]
    assert live["not_run"]
    copy = folder / "copy.jpg"
    copy.write_bytes(jpeg(decode_video(print_clip).frames[0].pixels))
    fake = run_json(1, "liveness", copy)
    assert [r["key"] for r in fake["reasons"]] == ["spoof"]
    told = run("liveness", copy)
    assert "Not shown to be live" in told.stdout
    assert f"score {fake['score']:.2f} of 100" in told.stdout
    assert "One picture cannot rule out a good copy" in told.stdout


def test_a_picture_without_a_face_is_not_scored(folder: Path, tmp_path: Path) -> None:
    empty = tmp_path / "noise.jpg"
    empty.write_bytes(NOISE)
    found = run_json(1, "liveness", empty)
    assert [r["key"] for r in found["reasons"]] == ["no_face"]
    assert found["score"] is None
    assert "not scored" in run("liveness", empty).stdout


def test_verify(folder: Path) -> None:
    same = run_json(0, "verify", folder / "one.jpg", folder / "live.mp4")
    assert (same["passed"], same["reasons"]) == (True, [])
    assert same["score"] > 70
    assert same["meaning"]
    other = run_json(1, "verify", folder / "other.jpg", folder / "live.mp4")
    assert [r["key"] for r in other["reasons"]] == ["low_similarity"]
    fake = run_json(1, "verify", folder / "one.jpg", folder / "print.mp4")
    assert [r["key"] for r in fake["reasons"]] == ["spoof"]
    assert (fake["score"], fake["meaning"]) == (0, "")
    assert "Not verified" in run("verify", folder / "one.jpg", folder / "print.mp4").stdout


@pytest.mark.parametrize(
    ("command", "files"),
    [("compare", ("one.jpg", "other.jpg")), ("verify", ("one.jpg", "live.mp4"))],
)
def test_draw_writes_a_picture(folder: Path, command: str, files: tuple[str, str]) -> None:
    for name in ("seen.png", "seen.jpg"):
        result = run(command, *(folder / file for file in files), "--draw", name)
        assert f"drawn: {name}" in result.stderr
        picture = cv2.imread(name)
        assert picture is not None
        assert picture.shape[0] == 480 + 44
        assert picture.shape[1] > 600


@pytest.mark.parametrize("name", ["seen.xyz", "seen", "nowhere/seen.png"])
def test_a_drawing_that_cannot_be_written_is_told(folder: Path, name: str) -> None:
    files = (folder / "one.jpg", folder / "same.jpg")
    result = run("compare", *files, "--draw", name)
    if name == "seen":  # no suffix: PNG
        assert result.exit_code == 0
        assert Path(name).read_bytes().startswith(b"\x89PNG")
    else:
        assert name in fails("compare", *files, "--draw", name)


def test_what_is_no_picture_or_no_video_is_told_in_a_line(folder: Path) -> None:
    one, text = folder / "one.jpg", folder / "text.jpg"
    assert fails("compare", one, text).startswith("b: image format")
    assert fails("compare", text, one).startswith("a: image format")
    assert fails("compare", one, folder / "live.mp4").startswith("b: image format")
    assert fails("verify", text, folder / "live.mp4").startswith("photo: image format")
    assert fails("verify", one, text).startswith("video: video format")
    assert fails("liveness", text).startswith("video: video format")
    assert fails("liveness", "missing.mp4") == "missing.mp4: No such file or directory"
    assert fails("compare", one, folder).endswith(": Is a directory")


def test_a_setting_that_does_not_fit_is_told(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COUNTENANCE_EMBEDDING", "nowhere")
    assert "'nowhere'" in fails("compare", folder / "one.jpg", folder / "one.jpg")
    monkeypatch.setenv("COUNTENANCE_NONSENSE", "1")
    assert "COUNTENANCE_NONSENSE" in fails("liveness", folder / "live.mp4")


# --- call


@pytest.fixture
def key(server: Running) -> list[str]:
    return ["--url", server.url, "--secret-id", server.secret_id, "--secret-key", server.secret_key]


def test_call_sends_files_as_base64(folder: Path, key: list[str]) -> None:
    sent = ("call", "CompareFace", f"ImageA=@{folder / 'one.jpg'}")
    same = run_json(0, *sent, f"ImageB=@{folder / 'same.jpg'}", "QualityControl=1", *key)
    assert same["Response"]["Score"] > 90
    refused = run(*sent, *key)
    assert refused.exit_code == 1
    error = json.loads(refused.stdout)["Error"]
    assert error["Code"] == "MissingParameter.ErrorParameterEmpty"


def test_call_shortens_what_nobody_reads(folder: Path, key: list[str]) -> None:
    sent = [f"ImageBase64=@{folder / 'one.jpg'}", f"VideoBase64=@{folder / 'live.mp4'}"]
    answer = run("call", "CompareFaceLiveness", *sent, "LivenessType=SILENT", *key)
    assert answer.exit_code == 0, answer.output
    found = json.loads(answer.stdout)
    assert found["Result"] == "Success"
    assert found["BestFrameBase64"].endswith("characters)")
    assert len(found["BestFrameBase64"]) < 80


def test_call_takes_the_key_from_the_environment(
    server: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TENCENTCLOUD_SECRET_ID", server.secret_id)
    monkeypatch.setenv("TENCENTCLOUD_SECRET_KEY", "x" * 32)
    found = run_json(1, "call", "CompareFace", "--url", server.url)
    assert found["Response"]["Error"]["Code"] == "AuthFailure.SignatureFailure"


def test_call_tells_what_is_wrong_in_a_line(key: list[str], server: Running) -> None:
    assert "a key is needed" in fails("call", "CompareFace")
    assert fails("call", "CompareFaces", *key).startswith("CompareFaces: no such action")
    assert "NAME=VALUE" in fails("call", "CompareFace", "ImageA", *key)
    assert fails("call", "CompareFace", "ImageA=@missing", *key).startswith("missing: No such file")
    nobody = [*key[2:], "--url", "http://127.0.0.1:9"]
    assert fails("call", "CompareFace", *nobody, status=3).startswith("http://127.0.0.1:9: ")
    page = [*key[2:], "--url", f"{server.url}/livez"]
    assert "not of the API" in fails("call", "CompareFace", *page, status=3)


# --- help


def _commands(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    yield path
    for name, inner in getattr(command, "commands", {}).items():
        yield from _commands(inner, (*path, name))


COMMANDS = list(_commands(typer.main.get_command(app)))


def test_the_commands_of_this_release_are_there() -> None:
    names = {path[0] for path in COMMANDS if path}
    assert {"serve", "keys", "call", "compare", "liveness", "verify", "models", "doctor"} <= names


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_every_command_has_help(path: tuple[str, ...]) -> None:
    for option in ("--help", "-h"):
        result = run(*path, option)
        assert result.exit_code == 0
        assert "Usage:" in result.stdout
