import datetime
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.unit.accounts.commands import run, run_json


@pytest.fixture
def shop(folder: Path) -> Any:
    return run_json(folder, "keys", "create", "--account", "shop")


def test_what_is_set_for_an_account_is_told_and_listed(folder: Path, shop: Any) -> None:
    told = run_json(folder, "accounts", "allow", "shop", "10.0.0.0/8", "203.0.113.7")
    assert told["Allowed"] == ["10.0.0.0/8", "203.0.113.7/32"]
    told = run_json(folder, "accounts", "deny", "shop", "10.6.6.6")
    assert told["Denied"] == ["10.6.6.6/32"]
    assert run_json(folder, "accounts", "rate", "shop", "CompareFace", "5")["Rates"] == {
        "CompareFace": 5
    }
    run(folder, "accounts", "rate", "shop", "*", "100")
    told = run_json(folder, "accounts", "max-keys", "shop", "3")
    assert told == run_json(folder, "accounts", "list")[0]
    assert (told["Account"], told["AccountId"]) == ("shop", shop["AccountId"])
    assert (told["Rates"], told["MaxKeys"]) == ({"CompareFace": 5, "*": 100}, 3)
    shown = run(folder, "accounts", "list").stdout
    for part in ("shop", "10.0.0.0/8 203.0.113.7/32", "10.6.6.6/32", "CompareFace=5 *=100", "3"):
        assert part in shown


def test_what_was_set_is_cleared(folder: Path, shop: Any) -> None:
    fresh = run_json(folder, "accounts", "list")
    for arguments in (
        ("allow", "shop", "10.0.0.0/8"),
        ("deny", "shop", "10.6.6.6"),
        ("rate", "shop", "CompareFace", "5"),
        ("rate", "shop", "DetectFace", "5"),
        ("max-keys", "shop", "3"),
    ):
        assert run(folder, "accounts", *arguments).exit_code == 0
    told = run_json(folder, "accounts", "rate", "shop", "CompareFace", "--clear")
    assert told["Rates"] == {"DetectFace": 5}
    for command in ("allow", "deny", "rate", "max-keys"):
        result = run(folder, "accounts", command, "shop", "--clear")
        assert result.exit_code == 0
    assert run_json(folder, "accounts", "list") == fresh
    assert result.stdout.splitlines() == [
        "shop",
        "  Allowed  from anywhere",
        "  Denied   none",
        "  Rates    default",
        "  Keys     default",
    ]


def test_an_empty_list_says_what_to_do(folder: Path) -> None:
    assert "keys create --account" in run(folder, "accounts", "list").stdout


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["allow", "nobody", "10.0.0.0/8"], "no account named `nobody`"),
        (["allow", "shop", "10.0.0.1/8"], "`10.0.0.1/8` is no network"),
        (["deny", "shop", "here"], "`here` is no network"),
        (["rate", "shop", "Compare", "5"], "`Compare` is no action"),
        (["rate", "shop", "CompareFace", "0"], "0 arrived"),
        (["max-keys", "shop", "2000"], "2000 arrived"),
    ],
)
def test_a_mistake_ends_in_one_sentence(
    folder: Path, shop: Any, arguments: list[str], told: str
) -> None:
    result = run(folder, "accounts", *arguments)
    assert result.exit_code == 1
    assert result.stderr.startswith("countenance accounts: ")
    assert told in result.stderr
    assert result.stderr.count("\n") == 1
    assert result.stdout == ""


@pytest.mark.parametrize(
    "arguments",
    [
        ["accounts", "allow", "shop"],
        ["accounts", "allow", "shop", "10.0.0.0/8", "--clear"],
        ["accounts", "rate", "shop"],
        ["accounts", "rate", "shop", "CompareFace"],
        ["accounts", "rate", "shop", "CompareFace", "5", "--clear"],
        ["accounts", "max-keys", "shop"],
        ["accounts", "max-keys", "shop", "5", "--clear"],
        ["keys", "allow", "key-0"],
        ["keys", "allow", "key-0", "iai:*", "--all"],
        ["keys", "mfa", "key-0", "perhaps"],
    ],
)
def test_an_order_that_says_nothing_or_two_things_is_refused(
    default_folder: Path, arguments: list[str]
) -> None:
    assert run(default_folder, *arguments).exit_code == 2
    assert not default_folder.exists()


def test_the_limit_of_keys_is_the_settings(
    folder: Path, shop: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COUNTENANCE_KEYS_PER_ACCOUNT", "1")
    result = run(folder, "keys", "create", "--account", "shop")
    assert result.exit_code == 1
    assert "`shop` has 1 key pairs (its limit: 1)" in result.stderr
    run(folder, "accounts", "max-keys", "shop", "2")
    assert run(folder, "keys", "create", "--account", "shop").exit_code == 0


def test_a_key_is_rotated_limited_and_marked(folder: Path, shop: Any) -> None:
    new = run_json(folder, "keys", "rotate", shop["KeyId"], "--overlap", "60")
    assert new["SecretKey"] != shop["SecretKey"]
    old = run_json(folder, "keys", "list")[0]
    assert old["KeyId"] == shop["KeyId"]
    assert old["Expires"] is not None
    told = run_json(folder, "keys", "allow", new["KeyId"], "iai:*", "faceid:Get*")
    assert told == {"Subject": new["KeyId"], "Permissions": ["faceid:Get*", "iai:*"]}
    assert run(folder, "keys", "mfa", new["KeyId"], "on").stdout.endswith("is MFA-only.\n")
    changed = run_json(folder, "keys", "list")[1]
    assert (changed["Permissions"], changed["MfaOnly"]) == (["faceid:Get*", "iai:*"], True)
    assert "enabled, MFA-only" in run(folder, "keys", "list").stdout
    assert "may call all" in run(folder, "keys", "allow", new["KeyId"], "--all").stdout
    run(folder, "keys", "mfa", new["KeyId"], "off")
    changed = run_json(folder, "keys", "list")[1]
    assert (changed["Permissions"], changed["MfaOnly"]) == (None, False)


def test_an_mfa_only_key_is_made(folder: Path) -> None:
    assert run_json(folder, "keys", "create", "--mfa-only")["MfaOnly"] is True


def test_temporary_credentials_are_shown_once(folder: Path, shop: Any) -> None:
    arguments = ("keys", "mint", shop["SecretId"], "--seconds", "60", "--allow", "iai:*")
    made = run_json(folder, *arguments)
    assert made["SecretId"].startswith("AKID")
    assert (len(made["SecretKey"]), len(made["Token"])) == (32, 64)
    assert isinstance(made["ExpiredTime"], int)
    ends = datetime.datetime.fromisoformat(made["Expiration"])
    assert ends.timestamp() == made["ExpiredTime"]
    assert made["Parent"] == shop["KeyId"]
    people = run(folder, *arguments).stdout
    lines = dict(line.split() for line in people.splitlines()[:6])
    assert set(lines) == {"KeyId", "Account", "SecretId", "SecretKey", "Token", "Expires"}
    assert "shown this once" in people
    listed = run(folder, "keys", "list").stdout + json.dumps(run_json(folder, "keys", "list"))
    assert f"temporary, of {shop['KeyId']}" in listed
    for secret in (made["SecretKey"], made["Token"], lines["SecretKey"], lines["Token"]):
        assert secret not in listed


@pytest.mark.parametrize("group", ["keys", "accounts"])
def test_help_loads_no_database(group: str) -> None:
    program = f"import sys, countenance.cli.{group}; assert 'sqlalchemy' not in sys.modules"
    subprocess.run([sys.executable, "-c", program], check=True)
