"""The embedding slot: which model folders are refused and why, and what a good one gives."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import missing

from countenance.perception import runtime, weights
from countenance.perception.faces import slot as slots
from countenance.perception.faces.slot import Slot, SlotError

SHIPPED = Path(slots.__file__).parent / "slots" / "sface.json"
SCORES = {"zero": 0, "50": 50, "60": 60, "70": 70, "80": 80, "90": 90, "hundred": 100}


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a copy of the SFace file."""
    if weights.state("sface") != "present":
        missing("the weight file of SFace (make models)")
    folder = tmp_path_factory.mktemp("network")
    shutil.copy(weights.path("sface"), folder / "model.onnx")
    return folder


def _describe(folder: Path, **changes: Any) -> str:
    """Write the model.json of SFace with changes; the folder's name."""
    described = json.loads(SHIPPED.read_text("utf-8")) | {"name": "mine", "weights": ""} | changes
    (folder / "model.json").write_text(json.dumps(described), "utf-8")
    return str(folder)


def _anchors(**changes: float | None) -> dict[str, float]:
    anchors = json.loads(SHIPPED.read_text("utf-8"))["anchors"] | changes
    return {name: value for name, value in anchors.items() if value is not None}


def _refusal(choice: str) -> str:
    with pytest.raises(SlotError) as refused:
        slots.read(choice)
    return str(refused.value)


def test_a_good_folder_gives_its_network(network: Path) -> None:
    loaded = slots.load(_describe(network), runtime.choice().engine)
    assert loaded.slot.name == "mine"
    (member,), (model,) = loaded.slot.members, loaded.models
    assert model.inputs[member.input].shape == (1, 3, 112, 112)
    assert model.outputs[member.output].shape == (1, member.dim)


def test_another_network_under_the_same_description_is_refused(tmp_path: Path) -> None:
    (tmp_path / "model.onnx").write_bytes(b"another network")
    told = _refusal(_describe(tmp_path))
    assert "model.onnx: sha256 is" in told
    assert "model.json states 0ba9fbfa" in told


@pytest.mark.parametrize("name", ["zero", "70", "hundred"])
def test_a_missing_anchor_is_named(tmp_path: Path, name: str) -> None:
    told = _refusal(_describe(tmp_path, anchors=_anchors(**{name: None})))
    assert f"anchors are missing: {name}. Fit them with `countenance calibrate`" in told


@pytest.mark.parametrize(("name", "value"), [("70", 0.2), ("70", 0.3221), ("hundred", 0.5)])
def test_anchors_that_do_not_rise_are_refused(tmp_path: Path, name: str, value: float) -> None:
    assert "do not rise" in _refusal(_describe(tmp_path, anchors=_anchors(**{name: value})))


def test_what_is_not_a_model_folder_is_named(tmp_path: Path) -> None:
    assert repr(str(tmp_path)) in _refusal(str(tmp_path))
    assert "neither a model we ship" in _refusal("arcface")
    assert "model.onnx: not found" in _refusal(_describe(tmp_path))
    assert "calibration" in _refusal(_describe(tmp_path, calibration=None))
    (tmp_path / "model.json").write_text("{", "utf-8")
    assert "model.json" in _refusal(str(tmp_path))


def test_the_calibration_of_an_earlier_release_is_refused_with_what_to_do(tmp_path: Path) -> None:
    earlier = {
        "cohort": "who the people are",
        "impostor_pairs": 79024,
        "genuine_pairs": 1176,
        "method": "empirical quantiles of the impostor cosines",
        "supported_to": 80,
    }
    told = _refusal(_describe(tmp_path, calibration=earlier))
    assert "missing required field `people`" in told
    assert told.endswith("Fit them with `countenance calibrate`")


def test_a_network_whose_anchors_are_yet_to_be_fitted_can_be_read(network: Path) -> None:
    folder = _describe(network, anchors={}, calibration={"of": "an earlier release"})
    slot, (file,) = slots.read(folder, anchored=False)
    assert (slot.name, slot.anchors, slot.calibration) == ("mine", {}, None)
    assert file == network / "model.onnx"
    assert "countenance calibrate" in _refusal(folder)


@pytest.fixture(scope="module")
def sface() -> Slot:
    return slots._parse(SHIPPED.read_bytes(), "sface.json")


def test_the_shipped_anchors_belong_to_the_shipped_network(sface: Slot) -> None:
    assert sface.members[0].sha256 == weights.catalogue().weights["sface"].sha256


def test_scores_at_the_anchors_and_between_and_beyond(sface: Slot) -> None:
    for name, score in SCORES.items():
        assert sface.score(sface.anchors[name]) == pytest.approx(score)
    between = (sface.anchors["60"] + sface.anchors["70"]) / 2
    assert sface.score(between) == pytest.approx(65)
    assert (sface.score(-1.0), sface.score(1.0)) == (0.0, 100.0)
