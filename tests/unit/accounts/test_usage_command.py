"""`countenance usage` and `countenance accounts state|quota|package`."""

import asyncio
import datetime
from pathlib import Path

import pytest
from tests.unit.accounts.commands import run, run_json

from countenance.accounts.accounts import Accounts
from countenance.accounts.usage import Usage
from countenance.contract.states import STATES
from countenance.store.database import Database

LOW = "FailedOperation.CompareLowSimilarity"


@pytest.fixture
def folder(folder: Path, database_url: str) -> Path:
    """The accounts `shop` and `bank`, and what they called on two days."""

    async def fill() -> None:
        async with Database(database_url) as database:
            await database.migrate()
            shop, bank = [(await Accounts(database).ensure(n)).id for n in ("shop", "bank")]
            for day in (1, 2):
                moment = datetime.datetime(2026, 3, day, 12, tzinfo=datetime.UTC).timestamp()
                usage = Usage(database, lambda moment=moment: moment, window=10)
                for digest in (bytes(32), bytes(32), None):
                    await usage.record(shop, "iai", "CompareFace", "Success", 1, digest)
                await usage.record(shop, "faceid", "CompareFaceLiveness", LOW, 1)
                await usage.record(bank, "iai", "CompareFace", "FailedOperation.ServerError", 0)

    asyncio.run(fill())
    return folder


def test_usage_sums_up_by_action(folder: Path) -> None:
    compare = {"Service": "iai", "Action": "CompareFace"}
    liveness = {"Service": "faceid", "Action": "CompareFaceLiveness"}
    assert run_json(folder, "usage") == {
        "By": "action",
        "Usage": [
            {"Account": "bank", **compare, "Calls": 2, "Billed": 0, "Repeats": 0},
            {"Account": "shop", **liveness, "Calls": 2, "Billed": 2, "Repeats": 0},
            {"Account": "shop", **compare, "Calls": 4, "Billed": 4, "Repeats": 2},
        ],
        "Totals": {"Calls": 8, "Billed": 6, "Repeats": 2},
    }


def test_usage_of_an_account_and_of_days(folder: Path) -> None:
    found = run_json(folder, "usage", "--account", "shop", "--by", "day")
    assert [line["Day"] for line in found["Usage"]] == ["2026-03-01", "2026-03-02"]
    found = run_json(folder, "usage", "--from", "2026-03-02", "--by", "outcome")
    assert [line["Outcome"] for line in found["Usage"]] == [
        "FailedOperation.ServerError",
        LOW,
        "Success",
    ]
    assert found["Totals"] == {"Calls": 4, "Billed": 3, "Repeats": 1}
    assert run_json(folder, "usage", "--to", "2026-02-28")["Usage"] == []


def test_people_read_a_table_with_totals(folder: Path) -> None:
    lines = run(folder, "usage").stdout.splitlines()
    assert lines[0].split() == ["Account", "Service", "Action", "Calls", "Billed", "Repeats"]
    assert lines[-1].split() == ["Total", "8", "6", "2"]
    assert run(folder, "usage", "--to", "2020-01-01").stdout == "Nothing was called.\n"


def test_a_state_is_set_for_one_service_or_all(folder: Path) -> None:
    found = run_json(folder, "accounts", "state", "shop", "iai", "arrears")
    assert found == {"Account": "shop", "States": {"faceid": "active", "iai": "arrears"}}
    found = run_json(folder, "accounts", "state", "shop", "all", "frozen")
    assert set(found["States"].values()) == {"frozen"}
    assert "frozen" in run(folder, "accounts", "state", "shop").stdout
    assert run_json(folder, "accounts", "state", "bank")["States"]["iai"] == "active"


def test_a_quota_is_set_shown_with_its_use_and_cleared(folder: Path) -> None:
    none = {"Account": "shop", "Quotas": []}
    assert run_json(folder, "accounts", "quota", "shop") == none
    set_ = ("accounts", "quota", "shop", "iai", "100", "--per", "month")
    quota = {"Pattern": "iai:*", "Period": "month", "Calls": 100, "Used": 0}
    assert run_json(folder, *set_) == {"Account": "shop", "Quotas": [quota]}
    shown = run(folder, "accounts", "quota", "shop").stdout.splitlines()
    assert shown[1].split() == ["iai:*", "month", "100", "0"]
    assert run_json(folder, "accounts", "quota", "shop", "iai", "--clear") == none
    assert run(folder, "accounts", "quota", "shop").stdout == "shop has no quotas.\n"


def test_a_package_is_added_shown_and_removed(folder: Path) -> None:
    add = ("accounts", "package", "shop", "iai:CompareFace", "50", "--expires", "2098-12-31")
    (package,) = run_json(folder, *add)["Packages"]
    assert package["Expires"] == "2099-01-01T00:00:00Z"
    assert (package["Pattern"], package["Size"], package["Used"]) == ("iai:CompareFace", 50, 0)
    run(folder, "accounts", "package", "shop", "iai", "5")
    shown = run(folder, "accounts", "package", "shop").stdout
    assert package["Package"] in shown
    assert "never" in shown
    remove = ("accounts", "package", "shop", "--remove", package["Package"])
    assert [p["Size"] for p in run_json(folder, *remove)["Packages"]] == [5]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ("usage --account nobody", "`nobody`"),
        ("usage --from yesterday", "`yesterday` is no day"),
        ("usage --from 2026-03-02 --to 2026-03-01", "--from 2026-03-02 is after --to 2026-03-01"),
        ("accounts state nobody", "`nobody`"),
        ("accounts state shop ocr active", "the services are faceid, iai"),
        ("accounts state shop iai broken", f"the states are {', '.join(STATES)}"),
        ("accounts quota shop ocr 1 --per day", "`ocr` names no action"),
        ("accounts quota shop iai 1 --per week", "the periods are day and month"),
        ("accounts quota shop iai 0 --per day", "0 arrived"),
        ("accounts quota shop iai --clear", "no such quota"),
        ("accounts package shop iai 1 --expires 2020-01-01", "future"),
        ("accounts package shop --remove pkg-0", "`pkg-0`"),
    ],
)
def test_what_does_not_fit_ends_in_one_line(folder: Path, arguments: str, told: str) -> None:
    result = run(folder, *arguments.split())
    assert result.exit_code == 1
    assert told in result.stderr
    assert result.stderr.count("\n") == 1
    assert result.stdout == ""


@pytest.mark.parametrize(
    "arguments",
    [
        "accounts state shop iai",
        "accounts quota shop iai",
        "accounts quota shop iai 5",
        "accounts quota shop --clear",
        "accounts quota shop iai 5 --clear",
        "accounts package shop iai",
        "accounts package shop iai 5 --remove pkg-0",
        "accounts package shop --expires 2098-12-31",
        "usage --by week",
    ],
)
def test_half_a_command_is_refused_with_its_usage(default_folder: Path, arguments: str) -> None:
    assert run(default_folder, *arguments.split()).exit_code == 2
