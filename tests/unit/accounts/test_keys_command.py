from pathlib import Path

import pytest
from tests.unit.accounts.commands import run, run_json


def test_the_life_of_a_key(folder: Path) -> None:
    create = "keys create --account shop --name till --allow iai:* --days 2"
    made = run_json(folder, *create.split())
    assert len(made.pop("SecretKey")) == 32
    assert made["SecretId"].startswith("AKID")
    assert (made["Account"], made["Name"], made["Permissions"]) == ("shop", "till", ["iai:*"])
    assert run_json(folder, "keys", "list") == [made]
    assert run_json(folder, "keys", "list", "--account", "other") == []
    for command, enabled in (("disable", False), ("enable", True)):
        state = {"Subject": made["KeyId"], "State": f"{command}d"}
        assert run_json(folder, "keys", command, made["KeyId"]) == state
        assert run_json(folder, "keys", "list")[0]["Enabled"] is enabled
    assert run(folder, "keys", "delete", made["SecretId"]).exit_code == 0
    assert run_json(folder, "keys", "list") == []


def test_people_read_whole_ids_once_a_note_and_no_secret_twice(folder: Path) -> None:
    result = run(folder, "keys", "create", "--name", "[red]till")
    lines = dict(line.split() for line in result.stdout.splitlines()[:4])
    assert set(lines) == {"KeyId", "Account", "SecretId", "SecretKey"}
    assert "shown this once" in result.stdout
    shown = run(folder, "keys", "list").stdout
    for part in (lines["KeyId"], lines["SecretId"], "[red]till", "enabled", "never", "all"):
        assert part in shown
    assert lines["SecretKey"] not in shown
    run(folder, "keys", "disable", lines["KeyId"])
    assert "disabled" in run(folder, "keys", "list").stdout


def test_an_empty_list_says_what_to_do(folder: Path) -> None:
    assert "countenance keys create" in run(folder, "keys", "list").stdout


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
    result = run(folder, "keys", *arguments)
    assert result.exit_code == 1
    assert told in result.stderr
    assert result.stderr.count("\n") == 1
    assert result.stdout == ""


def test_a_lost_master_key_is_said(folder: Path) -> None:
    run(folder, "keys", "create")
    (folder / "master.key").unlink()
    result = run(folder, "keys", "list")
    assert result.exit_code == 1
    assert "Restore the master key" in result.stderr


def test_an_open_master_key_file_is_said(folder: Path) -> None:
    run(folder, "keys", "create")
    (folder / "master.key").chmod(0o644)
    assert "chmod 600" in run(folder, "keys", "list").stderr


def test_what_is_no_database_is_said(default_folder: Path) -> None:
    default_folder.mkdir()
    (default_folder / "countenance.db").write_bytes(b"something else entirely" * 100)
    result = run(default_folder, "keys", "list")
    assert result.exit_code == 1
    assert result.stderr.endswith("file is not a database\n")


def test_a_database_that_cannot_be_opened_is_said(default_folder: Path) -> None:
    (default_folder / "countenance.db").mkdir(parents=True)
    result = run(default_folder, "keys", "list")
    assert result.exit_code == 1
    assert "Is a directory" in result.stderr
