import asyncio
import contextlib
import datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import IntegrityError

from countenance.accounts.accounts import Accounts
from countenance.accounts.allowances import Allowances
from countenance.accounts.packages import Packages
from countenance.accounts.usage import Totals, Usage, UsageRow
from countenance.store.database import Database

LOW = "FailedOperation.CompareLowSimilarity"


@pytest.fixture
async def account(database: Database) -> str:
    return (await Accounts(database).ensure("default")).id


@pytest.fixture
def usage(database: Database, clock: Any) -> Usage:
    return Usage(database, clock)


async def test_calls_are_counted_per_action_outcome_and_utc_day(
    usage: Usage, account: str, clock: Any
) -> None:
    clock.time = datetime.datetime(2026, 3, 1, 23, 59, 59, tzinfo=datetime.UTC).timestamp()
    await usage.record(account, "faceid", "CompareFaceLiveness", "Success", 1)
    await usage.record(account, "faceid", "CompareFaceLiveness", "Success", 1)
    await usage.record(account, "faceid", "CompareFaceLiveness", LOW, 1)
    await usage.record(account, "iai", "CompareFace", "InvalidParameterValue", 0)
    clock.time += 1
    await usage.record(account, "faceid", "CompareFaceLiveness", "Success", 1)
    first, second = datetime.date(2026, 3, 1), datetime.date(2026, 3, 2)
    rows = [
        UsageRow(account, first, "faceid", "CompareFaceLiveness", LOW, 1, 1),
        UsageRow(account, first, "faceid", "CompareFaceLiveness", "Success", 2, 2),
        UsageRow(account, first, "iai", "CompareFace", "InvalidParameterValue", 1, 0),
        UsageRow(account, second, "faceid", "CompareFaceLiveness", "Success", 1, 1),
    ]
    assert await usage.rows() == rows
    assert await usage.rows(account, last=first) == rows[:3]
    assert await usage.rows(account, first=second) == rows[3:]
    assert await usage.totals(account) == Totals(5, 4)
    assert await usage.totals(account, first, first) == Totals(4, 3)
    assert await usage.totals("other") == Totals(0, 0)


async def test_no_update_is_lost(usage: Usage, account: str, database_url: str, clock: Any) -> None:
    # Two pools, as two processes on one database would have.
    async with Database(database_url) as other:
        replicas = (usage, Usage(other, clock))
        await asyncio.gather(
            *(
                replicas[number % 2].record(account, "iai", "CompareFace", "Success", number % 2)
                for number in range(90)
            )
        )
    assert await usage.totals(account) == Totals(90, 45)


async def test_what_was_recorded_is_committed(
    usage: Usage, account: str, database_url: str
) -> None:
    await usage.record(account, "iai", "CompareFace", "Success", 1)
    async with Database(database_url) as other:
        assert await Usage(other).totals() == Totals(1, 1)


async def test_only_known_accounts_are_metered(usage: Usage) -> None:
    with pytest.raises(IntegrityError):
        await usage.record("nobody", "iai", "CompareFace", "Success", 1)


@pytest.mark.parametrize("billed", [-1, 2])
async def test_a_call_is_billed_once_or_not_at_all(usage: Usage, account: str, billed: int) -> None:
    with pytest.raises(ValueError, match="once"):
        await usage.record(account, "iai", "CompareFace", "Success", billed)


@settings(max_examples=10, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(["A", "B"]), st.sampled_from(["Success", LOW]), st.booleans()),
        max_size=8,
    )
)
def test_totals_are_the_sums_of_the_rows(calls: list[tuple[str, str, bool]]) -> None:
    import tempfile

    async def run() -> None:
        with tempfile.TemporaryDirectory() as folder:
            async with Database(f"sqlite:///{folder}/countenance.db") as database:
                await database.migrate()
                account = (await Accounts(database).ensure("default")).id
                usage = Usage(database)
                for action, outcome, billed in calls:
                    await usage.record(account, "iai", action, outcome, billed)
                rows = await usage.rows(account)
                assert len(rows) == len({call[:2] for call in calls})
                total = Totals(sum(r.calls for r in rows), sum(r.billed for r in rows))
                assert total == await usage.totals(account)
                assert total == Totals(len(calls), sum(call[2] for call in calls))

    asyncio.run(run())


async def test_a_concluded_attempt_is_billed_and_is_no_call(
    database: Database, account: str, clock: Any
) -> None:
    await Packages(database, clock).add("default", "faceid:GetLivenessResult", 5)
    package = await Packages(database, clock).add("default", "faceid:ApplyLivenessToken", 1)
    usage = Usage(database, clock, allowances=Allowances(database, clock))
    for code, billed in (("0", 1), ("0", 1), ("1201", 0)):
        async with database.begin() as connection:
            await usage.charge(connection, account, "faceid", "ApplyLivenessToken", code, billed)
    rows = [(row.outcome, row.calls, row.billed) for row in await usage.rows(account)]
    assert rows == [("0", 0, 2), ("1201", 0, 0)]
    used = {one.id: one.used for one in await Packages(database, clock).list("default")}
    # The second attempt found the package used up: what was promised with the token is kept.
    assert used == {one: int(one == package.id) for one in used}


async def test_a_charge_is_undone_with_its_transaction(
    database: Database, account: str, clock: Any
) -> None:
    usage = Usage(database, clock)
    with contextlib.suppress(RuntimeError):
        async with database.begin() as connection:
            await usage.charge(connection, account, "faceid", "ApplyLivenessToken", "0", 1)
            raise RuntimeError
    assert await usage.rows(account) == []
