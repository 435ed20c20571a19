"""What the commands say of an embedding where it is chosen: its licence, and how to get it."""

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from countenance.cli import doctor, models, serve
from countenance.perception import weights
from countenance.perception.faces import slot as slots
from countenance.settings import load

SHIPPED = Path(slots.__file__).parent / "slots"
BOTH = "contradictory: BSD-3-Clause or CC-BY-NC-SA-4.0"


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without weights."""
    monkeypatch.setenv("COUNTENANCE_MODELS", str(tmp_path))
    weights.set_directory(None)


@pytest.fixture
def there(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every weight file is there, as far as reading a slot goes."""
    monkeypatch.setattr(weights, "path", lambda name: Path(name))


@pytest.mark.usefixtures("bare")
@pytest.mark.parametrize("choice", ["accuracy", "edgeface"])
def test_serve_names_the_command_that_brings_an_optional_embedding(
    choice: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    usual = set(weights.resolve())
    read = weights.path
    monkeypatch.setattr(weights, "path", lambda n: Path(n) if n in usual else read(n))
    with pytest.raises(typer.Exit) as ended:
        serve._check_embedding(choice)
    assert ended.value.exit_code == 2
    said = " ".join(capsys.readouterr().err.split())
    assert said.endswith(f"run `countenance models pull {choice}`")


@pytest.mark.usefixtures("there")
@pytest.mark.parametrize("choice", ["sface", "accuracy"])
def test_serve_says_nothing_of_what_may_be_used(
    choice: str, capsys: pytest.CaptureFixture[str]
) -> None:
    serve._check_embedding(choice)
    assert capsys.readouterr().err == ""


@pytest.mark.usefixtures("there")
def test_serve_warns_of_what_is_not_for_commercial_use(capsys: pytest.CaptureFixture[str]) -> None:
    serve._check_embedding("edgeface")
    said = capsys.readouterr().err
    assert "EdgeFace-S gamma 0.5 is not for commercial use" in said
    assert BOTH in said


@pytest.mark.usefixtures("there")
@pytest.mark.parametrize(
    ("choice", "state", "told"),
    [
        ("sface", "ok", "Apache-2.0"),
        ("accuracy", "ok", "Apache-2.0, MIT, public domain"),
        ("edgeface", "note", BOTH),
    ],
)
def test_doctor_states_the_licence_of_the_embedding(choice: str, state: str, told: str) -> None:
    found, detail = doctor._embedding(load(environ={}, embedding=choice))
    assert (found, told in detail) == (state, True)


def test_models_list_warns_of_what_is_not_for_commercial_use() -> None:
    listed = CliRunner().invoke(models.app, ["list"])
    assert "edgeface_s: not for commercial use" in listed.stderr
    assert listed.stderr.count("not for commercial use.") == 1
    asked = CliRunner().invoke(models.app, ["list", "--json"])
    assert asked.stderr == ""
    uses = {item["name"]: item["commercial"] for item in json.loads(asked.stdout)["weights"]}
    assert (uses["edgeface_s"], uses["facenet"], uses["sface"]) == ("no", "yes", "yes")
