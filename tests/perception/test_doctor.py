import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from countenance.cli.doctor import doctor
from countenance.cli.egress import PROXIES

APP = typer.Typer()
APP.command()(doctor)


def test_a_fresh_machine_with_weights_passes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("COUNTENANCE_MASTER_KEY", *PROXIES, *map(str.upper, PROXIES)):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COUNTENANCE_PORT", "0")
    result = CliRunner().invoke(APP, ["--data-dir", str(tmp_path / "data"), "--json"])
    answer = json.loads(result.stdout)
    faults = [item for item in answer["checks"] if item["state"] != "ok"]
    assert not faults, f"{faults}: run `countenance models pull` first"
    assert answer["passed"]
    assert result.exit_code == 0
    assert len(answer["checks"]) == 12
    assert not (tmp_path / "data").exists()
