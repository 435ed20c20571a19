"""Quotas and packages: what an account may still use, before a call and in its transaction."""

import asyncio
import datetime
from typing import Any

import pytest
from sqlalchemy import event

from countenance.accounts.accounts import Accounts
from countenance.accounts.allowances import Allowances
from countenance.accounts.errors import NotFound
from countenance.accounts.packages import Packages
from countenance.accounts.quotas import Quota, Quotas
from countenance.accounts.usage import Totals, Usage
from countenance.contract import catalogue
from countenance.contract.errors import ApiError
from countenance.store.database import Database

COMPARE = catalogue.find("2020-03-03", "CompareFace")
LIVENESS = catalogue.find("2018-03-01", "CompareFaceLiveness")
USED_UP = "ResourcesSoldOut.ChargeStatusException"
NEW_YEARS_EVE = datetime.datetime(2026, 12, 31, 23, 59, tzinfo=datetime.UTC).timestamp()


@pytest.fixture
async def account(database: Database) -> str:
    return (await Accounts(database).ensure("shop")).id


@pytest.fixture
def allowances(database: Database, clock: Any) -> Allowances:
    return Allowances(database, clock, clock=clock)


@pytest.fixture
def usage(database: Database, clock: Any, allowances: Allowances) -> Usage:
    return Usage(database, clock, window=10, allowances=allowances)


@pytest.fixture
def quotas(database: Database, clock: Any) -> Quotas:
    return Quotas(database, clock)


@pytest.fixture
def packages(database: Database, clock: Any) -> Packages:
    return Packages(database, clock)


async def _compare(
    usage: Usage, account: str, billed: int = 1, digest: bytes | None = None
) -> int | str:
    """The charge, or the code of the refusal."""
    try:
        return await usage.record(account, "iai", "CompareFace", "Success", billed, digest)
    except ApiError as error:
        return error.code


async def test_an_account_with_neither_is_served_without_a_query(
    allowances: Allowances, account: str, database: Database
) -> None:
    await allowances.check(account, COMPARE)
    seen: list[str] = []
    engine = database._readers.sync_engine

    def note(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        await allowances.check(account, COMPARE)
        await allowances.check(account, LIVENESS)
    finally:
        event.remove(engine, "before_cursor_execute", note)
    assert seen == []


async def test_a_first_quota_is_seen_within_the_time_of_the_cache(
    allowances: Allowances, quotas: Quotas, usage: Usage, account: str, clock: Any
) -> None:
    await _compare(usage, account)
    await quotas.set("shop", "iai", 1, "day")
    await allowances.check(account, COMPARE)
    clock.time += 5.0
    with pytest.raises(ApiError, match="LimitExceeded"):
        await allowances.check(account, COMPARE)


async def test_a_quota_that_is_used_up_is_named_with_its_period_and_end(
    allowances: Allowances, quotas: Quotas, usage: Usage, account: str, clock: Any
) -> None:
    clock.time = NEW_YEARS_EVE
    await quotas.set("shop", "iai", 2, "month")
    await allowances.check(account, COMPARE)
    await _compare(usage, account)
    await _compare(usage, account, billed=0)
    with pytest.raises(ApiError) as refused:
        await allowances.check(account, COMPARE)
    assert refused.value.code == "LimitExceeded"
    assert refused.value.message == (
        "Quota limit exceeded. The account's quota of 2 calls of `iai:*` a month is used up; it "
        "starts anew on 2027-01-01 at 00:00 UTC."
    )
    assert "每月 2 次" in refused.value.say("zh-CN")
    await allowances.check(account, LIVENESS)
    clock.time += 60
    await allowances.check(account, COMPARE)


async def test_a_day_ends_sooner_than_a_month(
    allowances: Allowances, quotas: Quotas, usage: Usage, account: str, clock: Any
) -> None:
    clock.time = NEW_YEARS_EVE - 86_400
    await quotas.set("shop", "iai:CompareFace", 1, "day")
    await quotas.set("shop", "*:*", 2, "month")
    await _compare(usage, account)
    with pytest.raises(ApiError, match=r"a day.*2026-12-31"):
        await allowances.check(account, COMPARE)
    clock.time += 86_400
    await allowances.check(account, COMPARE)
    await _compare(usage, account)
    with pytest.raises(ApiError, match=r"a month.*2027-01-01"):
        await allowances.check(account, LIVENESS)


async def test_a_repeat_takes_nothing_of_a_quota(
    quotas: Quotas, usage: Usage, account: str
) -> None:
    await quotas.set("shop", "iai", 1, "day")
    digest = bytes(32)
    assert await _compare(usage, account, digest=digest) == 1
    assert await _compare(usage, account, digest=digest) == 0
    assert await _compare(usage, account, digest=bytes(31) + b"1") == "LimitExceeded"
    assert await usage.totals() == Totals(1, 1, 1)


async def test_no_more_calls_are_metered_at_once_than_a_quota_has(
    quotas: Quotas, usage: Usage, account: str, database_url: str, clock: Any
) -> None:
    await quotas.set("shop", "iai", 10, "day")
    await quotas.set("shop", "*:CompareFace", 12, "month")
    async with Database(database_url) as other:
        replicas = (usage, Usage(other, clock, allowances=Allowances(other, clock, clock=clock)))
        found = await asyncio.gather(*(_compare(replicas[n % 2], account) for n in range(40)))
    assert sorted(map(str, found)) == ["1"] * 10 + ["LimitExceeded"] * 30
    assert await usage.totals() == Totals(10, 10)
    assert [quota.used for quota in await quotas.list("shop")] == [10, 10]


async def test_a_package_is_spent_by_what_is_billed_alone(
    allowances: Allowances, packages: Packages, usage: Usage, account: str
) -> None:
    await packages.add("shop", "iai:CompareFace", 2)
    assert await _compare(usage, account, billed=0) == 0
    assert await _compare(usage, account) == 1
    await allowances.check(account, COMPARE)
    assert await _compare(usage, account) == 1
    with pytest.raises(ApiError) as refused:
        await allowances.check(account, COMPARE)
    assert refused.value.code == USED_UP
    assert "`iai`" in refused.value.message
    await allowances.check(account, LIVENESS)
    (package,) = await packages.list("shop")
    assert package.used == 2


async def test_the_state_of_a_used_up_package_is_said_in_the_words_of_the_action(
    allowances: Allowances, packages: Packages, usage: Usage, account: str
) -> None:
    await packages.add("shop", "faceid", 1)
    await usage.record(account, "faceid", "CompareFaceLiveness", "Success", 1)
    for name, code in (
        ("CompareFaceLiveness", "UnauthorizedOperation.Arrears"),
        ("ApplyCardVerification", "ResourceUnavailable.ResourcePackageRunOut"),
    ):
        with pytest.raises(ApiError) as refused:
            await allowances.check(account, catalogue.find("2018-03-01", name))
        assert refused.value.code == code


async def test_what_expires_first_is_spent_first_and_what_has_expired_is_not(
    allowances: Allowances, packages: Packages, usage: Usage, account: str, clock: Any
) -> None:
    lasting = await packages.add("shop", "iai", 1)
    late = await packages.add("shop", "iai", 1, clock.time + 200)
    soon = await packages.add("shop", "iai", 5, clock.time + 100)
    assert [package.id for package in await packages.list("shop")] == [soon.id, late.id, lasting.id]
    await _compare(usage, account)
    clock.time += 100
    await _compare(usage, account)
    await _compare(usage, account)
    with pytest.raises(ApiError, match=USED_UP):
        await allowances.check(account, COMPARE)
    assert [package.used for package in await packages.list("shop")] == [1, 1, 1]


async def test_no_more_is_billed_at_once_than_a_package_has(
    packages: Packages, usage: Usage, account: str, database_url: str, clock: Any
) -> None:
    await packages.add("shop", "iai", 4)
    await packages.add("shop", "iai:CompareFace", 6)
    async with Database(database_url) as other:
        replicas = (usage, Usage(other, clock, allowances=Allowances(other, clock, clock=clock)))
        found = await asyncio.gather(*(_compare(replicas[n % 2], account) for n in range(40)))
    assert sorted(map(str, found)) == ["1"] * 10 + [USED_UP] * 30
    assert await usage.totals() == Totals(10, 10)
    assert sum(package.used for package in await packages.list("shop")) == 10


async def test_equal_calls_at_once_take_one_of_a_package(
    packages: Packages, usage: Usage, account: str
) -> None:
    await packages.add("shop", "iai", 10)
    await asyncio.gather(*(_compare(usage, account, digest=bytes(32)) for _ in range(20)))
    assert [package.used for package in await packages.list("shop")] == [1]


async def test_without_its_packages_an_account_is_served_again(
    allowances: Allowances, packages: Packages, usage: Usage, account: str
) -> None:
    package = await packages.add("shop", "iai", 1)
    await _compare(usage, account)
    assert await _compare(usage, account) == USED_UP
    await packages.remove("shop", package.id)
    await allowances.check(account, COMPARE)
    assert await _compare(usage, account) == 1


async def test_a_quota_is_changed_and_taken_away(quotas: Quotas, account: str) -> None:
    await quotas.set("shop", "faceid", 5, "day")
    await quotas.set("shop", "faceid", 7, "day")
    await quotas.set("shop", "faceid:*", 70, "month")
    assert await quotas.list("shop") == [
        Quota("faceid:*", "day", 7, 0),
        Quota("faceid:*", "month", 70, 0),
    ]
    await quotas.remove("shop", "faceid", "day")
    assert [quota.period for quota in await quotas.list("shop")] == ["month"]
    await quotas.remove("shop", "faceid")
    assert await quotas.list("shop") == []
    with pytest.raises(NotFound, match=r"`shop`.*`faceid:\*`"):
        await quotas.remove("shop", "faceid")


async def test_what_does_not_fit_is_named(
    quotas: Quotas, packages: Packages, account: str, clock: Any
) -> None:
    with pytest.raises(ValueError, match="`ocr` names no action"):
        await quotas.set("shop", "ocr", 1, "day")
    with pytest.raises(ValueError, match="0 arrived"):
        await packages.add("shop", "iai", 0)
    with pytest.raises(ValueError, match="future"):
        await packages.add("shop", "iai", 1, clock.time)
    with pytest.raises(NotFound, match="`bank`"):
        await packages.add("bank", "iai", 1)
    with pytest.raises(NotFound, match="`pkg-1`"):
        await packages.remove("shop", "pkg-1")


@pytest.mark.parametrize(
    ("today", "month"),
    [("2026-01-31", "2026-02-01"), ("2028-02-29", "2028-03-01"), ("2026-12-01", "2027-01-01")],
)
def test_a_month_ends_with_its_last_day(today: str, month: str) -> None:
    day = datetime.date.fromisoformat(today)
    assert Quota("iai:*", "month", 1, 0).resets(day) == datetime.date.fromisoformat(month)
    assert Quota("iai:*", "day", 1, 0).resets(day) == day + datetime.timedelta(days=1)
