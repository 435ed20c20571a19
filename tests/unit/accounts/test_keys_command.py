import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from countenance.cli.keys import app


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the machine has set does not reach the command."""
    for name in ("DATABASE_URL", "DATA_DIR", "CONFIG", "MASTER_KEY"):
        monkeypatch.delenv(f"COUNTENANCE_{name}", raising=False)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "state"


def run(folder: Path, *arguments: str) -> Result:
    return CliRunner().invoke(app, [*arguments, "--data-dir", str(folder)])


def run_json(folder: Path, *arguments: str) -> Any:
    result = run(folder, *arguments, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_the_life_of_a_key(folder: Path) -> None:
    made = run_json(
        folder, "create", "--account", "shop", "--name", "till", "--allow", "iai:*", "--days", "2"
    )
    assert len(made.pop("SecretKey")) == 32
    assert made["SecretId"].startswith("AKID")
    assert (made["Account"], made["Name"], made["Permissions"]) == ("shop", "till", ["iai:*"])
    assert run_json(folder, "list") == [made]
    assert run_json(folder, "list", "--account", "other") == []
    for command, enabled in (("disable", False), ("enable", True)):
        state = {"Subject": made["KeyId"], "State": f"{command}d"}
        assert run_json(folder, command, made["KeyId"]) == state
        assert run_json(folder, "list")[0]["Enabled"] is enabled
    assert run(folder, "delete", made["SecretId"]).exit_code == 0
    assert run_json(folder, "list") == []


def test_people_read_whole_ids_once_a_note_and_no_secret_twice(folder: Path) -> None:
    result = run(folder, "create", "--name", "[red]till")
    lines = dict(line.split() for line in result.stdout.splitlines()[:4])
    assert set(lines) == {"KeyId", "Account", "SecretId", "SecretKey"}
    assert "shown this once" in result.stdout
    shown = run(folder, "list").stdout
    for part in (lines["KeyId"], lines["SecretId"], "[red]till", "enabled", "never", "all"):
        assert part in shown
    assert lines["SecretKey"] not in shown
    run(folder, "disable", lines["KeyId"])
    assert "disabled" in run(folder, "list").stdout


def test_an_empty_list_says_what_to_do(folder: Path) -> None:
    assert "countenance keys create" in run(folder, "list").stdout


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["disable", "key-0"], "no key `key-0`"),
        (["rotate", "key-0"], "no key `key-0`"),
        (["mint", "key-0"], "no key `key-0`"),
        (["mint", "key-0", "--seconds", "59"], "60 to 129600 seconds; 59 were"),
        (["allow", "key-0", "iai:*"], "no key `key-0`"),
        (["mfa", "key-0", "on"], "no key `key-0`"),
        (["create", "--allow", "everything"], "no permission"),
        (["create", "--days", "-1"], "in the future"),
        (["create", "--account", ""], "A name has"),
    ],
)
def test_a_mistake_ends_in_one_sentence(folder: Path, arguments: list[str], told: str) -> None:
    result = run(folder, *arguments)
    assert result.exit_code == 1
    assert told in result.stderr
    assert result.stderr.count("\n") == 1
    assert result.stdout == ""


def test_a_lost_master_key_is_said(folder: Path) -> None:
    run(folder, "create")
    (folder / "master.key").unlink()
    result = run(folder, "list")
    assert result.exit_code == 1
    assert "Restore the master key" in result.stderr


def test_an_open_master_key_file_is_said(folder: Path) -> None:
    run(folder, "create")
    (folder / "master.key").chmod(0o644)
    assert "chmod 600" in run(folder, "list").stderr


def test_what_is_no_database_is_said(folder: Path) -> None:
    folder.mkdir()
    (folder / "countenance.db").write_bytes(b"something else entirely" * 100)
    result = run(folder, "list")
    assert result.exit_code == 1
    assert result.stderr.endswith("file is not a database\n")


def test_a_database_that_cannot_be_opened_is_said(folder: Path) -> None:
    (folder / "countenance.db").mkdir(parents=True)
    result = run(folder, "list")
    assert result.exit_code == 1
    assert "Is a directory" in result.stderr
