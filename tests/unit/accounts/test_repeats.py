"""A repeat of a call is answered afresh and metered once."""

import asyncio
import hashlib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from countenance.accounts.accounts import Accounts
from countenance.accounts.usage import SWEEP_SECONDS, Totals, Usage, UsageRow
from countenance.store.database import Database
from countenance.store.tables import repeats

WINDOW = 10
ONE, OTHER = hashlib.sha256(b"one").digest(), hashlib.sha256(b"other").digest()
FAILED = "FailedOperation.CompareFail"


@pytest.fixture
async def account(database: Database) -> str:
    return (await Accounts(database).ensure("default")).id


@pytest.fixture
def usage(database: Database, clock: Any) -> Usage:
    return Usage(database, clock, window=WINDOW)


async def _compare(usage: Usage, account: str, digest: bytes | None, billed: int = 1) -> int:
    outcome = "Success" if billed else FAILED
    return await usage.record(account, "iai", "CompareFace", outcome, billed, digest)


async def test_an_equal_call_within_the_window_is_metered_once(
    usage: Usage, account: str, clock: Any
) -> None:
    assert await _compare(usage, account, ONE) == 1
    clock.time += WINDOW - 0.01
    assert await _compare(usage, account, ONE) == 0
    assert await usage.totals() == Totals(1, 1, 1)


async def test_the_window_does_not_grow_with_each_repeat(
    usage: Usage, account: str, clock: Any
) -> None:
    counted = []
    for _ in range(5):
        counted.append(await _compare(usage, account, ONE))
        clock.time += 4.0
    # At 0, 4 and 8 seconds the first window, at 12 and 16 the second.
    assert counted == [1, 0, 0, 1, 0]


async def test_at_the_end_of_the_window_it_is_a_new_call(
    usage: Usage, account: str, clock: Any
) -> None:
    await _compare(usage, account, ONE)
    clock.time += WINDOW
    assert await _compare(usage, account, ONE) == 1
    assert await usage.totals() == Totals(2, 2, 0)


async def test_another_account_action_or_body_is_another_call(
    usage: Usage, account: str, database: Database
) -> None:
    other = (await Accounts(database).ensure("other")).id
    await _compare(usage, account, ONE)
    assert await _compare(usage, account, OTHER) == 1
    assert await _compare(usage, other, ONE) == 1
    assert await usage.record(account, "iai", "DetectLiveFace", "Success", 1, ONE) == 1
    assert await usage.record(account, "faceid", "CompareFace", "Success", 1, ONE) == 1
    assert await usage.totals() == Totals(5, 5, 0)


async def test_a_call_without_a_digest_repeats_none(usage: Usage, account: str) -> None:
    assert [await _compare(usage, account, None) for _ in range(3)] == [1, 1, 1]
    assert await usage.totals() == Totals(3, 3, 0)


async def test_without_a_window_every_call_is_metered(
    database: Database, account: str, clock: Any
) -> None:
    usage = Usage(database, clock)
    assert [await _compare(usage, account, ONE) for _ in range(3)] == [1, 1, 1]
    assert await usage.totals() == Totals(3, 3, 0)


async def test_the_charge_of_a_repeat_counts_where_the_first_was_not_billed(
    usage: Usage, account: str, clock: Any
) -> None:
    assert await _compare(usage, account, ONE, billed=0) == 0
    assert await _compare(usage, account, ONE, billed=1) == 1
    assert await _compare(usage, account, ONE, billed=1) == 0
    assert await _compare(usage, account, ONE, billed=0) == 0
    failed, passed = await usage.rows()
    assert (failed.outcome, failed.calls, failed.billed, failed.repeats) == (FAILED, 1, 0, 1)
    assert (passed.outcome, passed.calls, passed.billed, passed.repeats) == ("Success", 0, 1, 2)


async def test_equal_calls_at_once_on_two_replicas_are_metered_once(
    usage: Usage, account: str, database_url: str, clock: Any
) -> None:
    async with Database(database_url) as other:
        replicas = (usage, Usage(other, clock, window=WINDOW))
        counted = await asyncio.gather(
            *(_compare(replicas[number % 2], account, ONE) for number in range(50))
        )
    assert sorted(counted) == [0] * 49 + [1]
    (row,) = await usage.rows()
    assert (row.calls, row.billed, row.repeats) == (1, 1, 49)


async def test_equal_calls_at_once_are_billed_once_whichever_is_answered_first(
    usage: Usage, account: str, database_url: str, clock: Any
) -> None:
    async with Database(database_url) as other:
        replicas = (usage, Usage(other, clock, window=WINDOW))
        counted = await asyncio.gather(
            *(_compare(replicas[n % 2], account, ONE, billed=n % 3 == 1) for n in range(50))
        )
    assert sum(counted) == 1
    assert await usage.totals() == Totals(1, 1, 49)


async def test_what_no_repeat_can_meet_is_removed(
    usage: Usage, account: str, database: Database, clock: Any
) -> None:
    await _compare(usage, account, ONE)
    clock.time += SWEEP_SECONDS
    await _compare(usage, account, OTHER)
    async with database.read() as connection:
        assert list((await connection.execute(select(repeats.c.digest))).scalars()) == [OTHER]


CALLS = st.lists(
    st.tuples(st.sampled_from([ONE, OTHER]), st.integers(0, 1), st.integers(0, 6)), max_size=12
)


@settings(max_examples=15, deadline=None)
@given(CALLS)
def test_any_sequence_counts_each_window_once(calls: list[tuple[bytes, int, int]]) -> None:
    import tempfile

    async def run() -> None:
        with tempfile.TemporaryDirectory() as folder:
            async with Database(f"sqlite:///{folder}/countenance.db") as database:
                await database.migrate()
                account = (await Accounts(database).ensure("default")).id
                now = 1_700_000_000.0
                usage = Usage(database, lambda: now, window=WINDOW)
                windows: dict[bytes, list[tuple[float, int]]] = {ONE: [], OTHER: []}
                for digest, billed, later in calls:
                    now += later
                    begun = windows[digest]
                    if not begun or now - begun[-1][0] >= WINDOW:
                        begun.append((now, billed))
                    else:
                        begun[-1] = (begun[-1][0], begun[-1][1] | billed)
                    await _compare(usage, account, digest, billed)
                found = [window for begun in windows.values() for window in begun]
                counted = len(found)
                expected = Totals(counted, sum(b for _, b in found), len(calls) - counted)
                assert await usage.totals() == expected

    asyncio.run(run())


def test_a_row_without_repeats_reads_as_before() -> None:
    import datetime

    assert UsageRow("acc", datetime.date(2026, 3, 1), "iai", "A", "Success", 1, 1).repeats == 0
