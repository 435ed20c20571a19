"""`countenance calibrate` and `evaluate faces` on two portraits: what so little cannot carry."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from tests.conftest import Pixels, jpeg
from tests.unit.evaluation import made
from typer.testing import CliRunner

from countenance.cli.root import app
from countenance.evaluation import people, vectors
from countenance.perception.faces import slot as slots

RUN = CliRunner()


@pytest.fixture(scope="module")
def portraits(tmp_path_factory: pytest.TempPathFactory, astronaut: Pixels, hopper: Pixels) -> Path:
    """Two people with three pictures each, and a picture without a face."""
    folder = tmp_path_factory.mktemp("people")
    for name, pixels in {"collins": astronaut, "hopper": hopper}.items():
        (folder / name).mkdir()
        dark = np.asarray(pixels * 0.7, np.uint8)
        for number, seen in enumerate((pixels, dark, pixels[:, ::-1])):
            (folder / name / f"{number}.jpg").write_bytes(jpeg(np.ascontiguousarray(seen)))
    (folder / "hopper" / "wall.jpg").write_bytes(jpeg(np.full((200, 200, 3), 128, np.uint8)))
    (folder / "groups.tsv").write_text("name\tgroup\ncollins\tone\nhopper\tother\n")
    return folder


def test_two_people_carry_no_anchor(portraits: Path, tmp_path: Path) -> None:
    out = tmp_path / "model.json"
    done = RUN.invoke(app, ["calibrate", "--people", str(portraits), "--out", str(out)])
    assert done.exit_code == 2
    told = " ".join(done.output.split())
    assert "2 people make 1 pairs of people" in told
    assert "46 people or more are needed" in told
    assert not out.exists()


def test_an_evaluation_says_what_two_people_cannot_tell(portraits: Path, tmp_path: Path) -> None:
    page = tmp_path / "report.html"
    command = ["evaluate", "faces", "--data", str(portraits)]
    done = RUN.invoke(app, [*command, "--html", str(page)])
    assert done.exit_code == 0, done.output
    assert "n too small (0 of 9)" in done.output
    assert "cannot be told" in done.output
    assert "hopper/wall.jpg: no face found" in done.output
    report = json.loads(RUN.invoke(app, [*command, "--json"]).stdout)
    assert (report["whole"]["people"], report["whole"]["images"]) == (2, 6)
    assert [point["fmr"]["estimate"] for point in report["whole"]["points"]] == [None] * 3
    assert [group["points"] for group in report["groups"]] == [[], []]
    assert report["lost"] == [{"name": "hopper/wall.jpg", "why": "no face found"}]
    assert report["whole"]["curve"]["fmr"] == []
    html = page.read_text("utf-8")
    assert "The sample is too small for a curve" in html
    shown = len(report["impostors"]) + len(report["genuine"])
    assert html.count("data:image/jpeg") == 2 * shown > 6
    assert "http" not in html.replace("http-equiv", "")


def test_a_page_without_pictures_holds_no_face(portraits: Path, tmp_path: Path) -> None:
    page = tmp_path / "report.html"
    command = ["evaluate", "faces", "--data", str(portraits), "--html", str(page), "--no-pictures"]
    assert RUN.invoke(app, command).exit_code == 0
    assert "data:image" not in page.read_text("utf-8")


@pytest.mark.parametrize(
    ("command", "rule"),
    [
        (["calibrate"], "give either --people or --pairs"),
        (["calibrate", "--people", "nowhere"], "nowhere: there is no such file or folder"),
        (["evaluate", "faces", "--data", "nowhere"], "nowhere: there is no such file or folder"),
    ],
)
def test_wrong_input_is_told_in_a_line(command: list[str], rule: str) -> None:
    done = RUN.invoke(app, command)
    assert done.exit_code == 2
    assert rule in " ".join(done.output.split())


def test_an_unknown_group_is_told(portraits: Path) -> None:
    done = RUN.invoke(app, ["calibrate", "--people", str(portraits), "--group", "third"])
    assert done.exit_code == 2
    assert "there is no group 'third' (groups: one, other)" in " ".join(done.output.split())


def test_anchors_are_written_into_a_model_folder_that_had_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text, _ = slots.describe("sface")
    fields = json.loads(text) | {"name": "mine", "weights": ""}
    del fields["anchors"], fields["calibration"]
    (file,) = slots.read("sface")[1]
    shutil.copy(file, tmp_path / "model.onnx")
    (tmp_path / "model.json").write_text(json.dumps(fields))
    with pytest.raises(slots.SlotError, match="countenance calibrate"):
        slots.read(str(tmp_path))

    found = made.vectors(100, 2)
    monkeypatch.setattr(vectors, "embed", lambda data, model, step: found)
    monkeypatch.setattr(people, "read", lambda source: people.Labelled(source, found.photos))
    command = ["calibrate", "--people", "made", "--model", str(tmp_path), "--cohort", "made up"]
    done = RUN.invoke(app, [*command, "--json"])
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    slot, _ = slots.read(str(tmp_path))
    assert slot.anchors == told["anchors"]
    assert slot.calibration is not None
    assert slot.calibration.cohort == "made up"
    assert (slot.calibration.people, slot.calibration.images) == (100, 200)
    assert slot.calibration.supported_to == 50
    assert told["written"] == str(tmp_path / "model.json")
    assert json.loads((tmp_path / "model.json").read_text("utf-8"))["name"] == "mine"
