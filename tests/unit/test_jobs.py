"""Jobs: run once at a time by whichever runner takes them, again when one fails or dies."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest
import structlog
from sqlalchemy import Row, select

from countenance.jobs import Jobs, Later, find_gap
from countenance.store.database import Database
from countenance.store.tables import jobs as table


@dataclass
class Clock:
    """Stands still until it is told to move."""

    time: float = 1_700_000_000.0

    def __call__(self) -> float:
        return self.time


@dataclass
class Work:
    """Counts what it is asked to do, and can be made to wait or to fail."""

    done: list[str] = field(default_factory=list)
    at_once: int = 0
    most: int = 0
    gate: asyncio.Event | None = None
    fault: Exception | None = None

    async def __call__(self, subject: str) -> None:
        self.at_once += 1
        self.most = max(self.most, self.at_once)
        try:
            if self.gate is not None:
                await self.gate.wait()
            await asyncio.sleep(0)
            if self.fault is not None:
                raise self.fault
            self.done.append(subject)
        finally:
            self.at_once -= 1


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    async with Database(database_url) as database:
        await database.migrate()
        yield database


async def _add(jobs: Jobs, database: Database, *subjects: str, due: float | None = None) -> None:
    async with database.begin() as connection:
        for subject in subjects:
            await jobs.add(connection, "work", subject, due)
    jobs.wake()


async def _rows(database: Database) -> list[Row[tuple[object, ...]]]:
    async with database.read() as connection:
        return list(await connection.execute(select(table).order_by(table.c.subject)))


async def _until(reached: Callable[[], bool | Awaitable[bool]]) -> None:
    async with asyncio.timeout(30):
        # What is waited for is in the database, or in another process.
        while not (found if isinstance(found := reached(), bool) else await found):  # noqa: ASYNC110
            await asyncio.sleep(0.005)


@asynccontextmanager
async def _running(jobs: Jobs, seconds: float = 20.0) -> AsyncIterator[Jobs]:
    await jobs.start()
    try:
        yield jobs
    finally:
        await jobs.close(seconds)


async def test_two_runners_share_the_jobs_and_none_runs_twice(database_url: str) -> None:
    async with Database(database_url) as one, Database(database_url) as other:
        await one.migrate()
        work, subjects = Work(), [f"job-{i:02}" for i in range(40)]
        runners = [Jobs(one, poll=0.01), Jobs(other, poll=0.01)]
        for jobs in runners:
            jobs.handle("work", work, at_once=3)
        async with _running(runners[0]), _running(runners[1]):
            await _add(runners[0], one, *subjects)
            await _until(lambda: len(work.done) >= len(subjects))
        assert sorted(work.done) == subjects
        assert work.most <= 6
        assert await _rows(one) == []


async def test_a_waiting_job_is_there_once_at_the_sooner_time(database: Database) -> None:
    clock, work = Clock(), Work()
    jobs = Jobs(database, clock)
    jobs.handle("work", work)
    for due in (clock.time + 60, clock.time + 30, clock.time + 90):
        await _add(jobs, database, "a", due=due)
    assert [row.due for row in await _rows(database)] == [clock.time + 30]
    assert await jobs.run_due() == 0
    clock.time += 30
    assert await jobs.run_due() == 1
    assert work.done == ["a"]


async def test_a_job_asked_for_while_it_runs_is_run_again(database: Database) -> None:
    work = Work(gate=asyncio.Event())
    jobs = Jobs(database)
    jobs.handle("work", work, at_once=2)
    async with _running(jobs):
        await _add(jobs, database, "a")
        await _until(lambda: work.at_once == 1)
        await _add(jobs, database, "a")
        assert work.gate is not None
        work.gate.set()
        await _until(lambda: len(work.done) == 2)
    assert work.most == 1
    assert await _rows(database) == []


async def test_a_transaction_that_is_undone_adds_no_job(database: Database) -> None:
    jobs = Jobs(database)

    async def fail() -> None:
        async with database.begin() as connection:
            await jobs.add(connection, "work", "a")
            raise RuntimeError("half way")

    with pytest.raises(RuntimeError):
        await fail()
    assert await _rows(database) == []


async def test_work_that_fails_is_tried_again_after_growing_gaps(database: Database) -> None:
    clock, work = Clock(), Work(fault=LookupError("number 4711"))
    jobs = Jobs(database, clock)
    jobs.handle("work", work)
    await _add(jobs, database, "a", "b")
    gaps = []
    with structlog.testing.capture_logs() as lines:
        for _ in range(6):
            assert await jobs.run_due() == 2
            assert await jobs.run_due() == 0
            first, _ = await _rows(database)
            assert (first.lease, first.fault) == (None, "LookupError")
            gaps.append(first.due - clock.time)
            clock.time = first.due
    assert gaps == [2, 8, 32, 128, 512, 600]
    assert "4711" not in str(lines)
    assert [line["seconds"] for line in lines[::2]] == gaps
    work.fault = None
    assert await jobs.run_due() == 2
    assert await _rows(database) == []
    assert find_gap(5000) == 600


async def test_work_that_is_to_come_back_later_has_not_failed(database: Database) -> None:
    clock, work = Clock(), Work(fault=Later(5))
    jobs = Jobs(database, clock)
    jobs.handle("work", work)
    await _add(jobs, database, "a")
    for _ in range(3):
        assert await jobs.run_due() == 1
        (row,) = await _rows(database)
        assert (row.due - clock.time, row.tries, row.fault) == (5, 0, None)
        clock.time += 5


async def test_a_loop_outlives_its_work_and_its_database(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    work = Work(fault=LookupError())
    jobs = Jobs(database, poll=0.01)
    jobs.handle("work", work)
    read, away = database.read, iter([True, True, False])

    def fail() -> object:
        if next(away, False):
            raise OSError("the database is away")
        return read()

    monkeypatch.setattr(database, "read", fail)
    with structlog.testing.capture_logs() as lines:
        async with _running(jobs):
            await _add(jobs, database, "a")
            await _until(lambda: work.most == 1)
            work.fault = None
            await _add(jobs, database, "b")
            await _until(lambda: work.done == ["b"])
    assert {line["event"] for line in lines} == {"jobs cannot be read", "a job failed"}


async def test_a_lease_is_renewed_for_as_long_as_the_work_goes_on(database_url: str) -> None:
    async with Database(database_url) as one, Database(database_url) as other:
        await one.migrate()
        slow, work = Work(gate=asyncio.Event()), Work()
        first, second = Jobs(one, lease=0.3, poll=0.02), Jobs(other, lease=0.3, poll=0.02)
        first.handle("work", slow)
        second.handle("work", work)
        async with _running(first):
            await _add(first, one, "a")
            await _until(lambda: slow.at_once == 1)
            begun = (await _rows(one))[0].due
            async with _running(second):

                async def renewed() -> bool:
                    return bool((await _rows(one))[0].due > begun + 1.0)

                await _until(renewed)
                assert slow.gate is not None
                slow.gate.set()
                await _until(lambda: slow.done == ["a"])
    assert work.done == []


async def test_work_whose_lease_another_has_taken_is_stopped(database: Database) -> None:
    slow, work = Work(gate=asyncio.Event()), Work()
    # The clock of the first runs behind, so that its leases end long before it renews them.
    first = Jobs(database, Clock(0.0), lease=0.3, poll=0.02)
    second = Jobs(database)
    first.handle("work", slow)
    second.handle("work", work)
    async with _running(first):
        await _add(first, database, "a")
        await _until(lambda: slow.at_once == 1)
        assert await second.run_due() == 1
        await _until(lambda: slow.at_once == 0)
    assert (slow.done, work.done) == ([], ["a"])
    assert await _rows(database) == []


KILLED = """
import asyncio, sys
from countenance.jobs import Jobs
from countenance.store.database import Database

async def work(subject):
    print(subject, flush=True)
    await asyncio.Event().wait()

async def main():
    async with Database(sys.argv[1]) as database:
        jobs = Jobs(database)
        jobs.handle("work", work)
        await jobs.start()
        await asyncio.Event().wait()

asyncio.run(main())
"""


async def test_the_lease_of_a_killed_process_runs_out(
    database: Database, database_url: str
) -> None:
    clock, work = Clock(), Work()
    jobs = Jobs(database, clock, lease=30.0)
    jobs.handle("work", work)
    await _add(jobs, database, "a")
    command = [sys.executable, "-W", "error", "-c", KILLED, database_url]
    process = await asyncio.create_subprocess_exec(*command, stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert await process.stdout.readline() == b"a\n"
    os.kill(process.pid, signal.SIGKILL)
    await process.wait()
    (row,) = await _rows(database)
    assert row.lease is not None
    clock.time = row.due - 0.001
    assert await jobs.run_due() == 0
    clock.time = row.due
    assert await jobs.run_due() == 1
    assert work.done == ["a"]


async def test_closing_lets_the_work_in_hand_end(database: Database) -> None:
    work = Work(gate=asyncio.Event())
    jobs = Jobs(database)
    jobs.handle("work", work)
    async with _running(jobs):
        await _add(jobs, database, "a", "b")
        await _until(lambda: work.at_once == 1)
        assert work.gate is not None
        asyncio.get_running_loop().call_later(0.01, work.gate.set)
    assert len(work.done) == 1
    assert len(await _rows(database)) == 1


async def test_work_that_does_not_end_in_time_is_handed_back(database: Database) -> None:
    clock, work = Clock(), Work(gate=asyncio.Event())
    jobs = Jobs(database, clock)
    jobs.handle("work", work)
    async with _running(jobs, seconds=0.0):
        await _add(jobs, database, "a")
        await _until(lambda: work.at_once == 1)
    (row,) = await _rows(database)
    assert (row.lease, row.due) == (None, clock.time)


async def test_work_whose_workers_close_is_handed_back(database: Database) -> None:
    clock = Clock()

    async def work(_: str) -> None:
        raise asyncio.CancelledError  # as a future of a pool that shuts down does

    jobs = Jobs(database, clock)
    jobs.handle("work", work)
    await _add(jobs, database, "a")
    async with _running(jobs):
        await _until(lambda: not jobs._running)
        jobs._closing = True
    (row,) = await _rows(database)
    assert (row.lease, row.fault) == (None, None)


async def test_a_periodic_job_is_run_at_a_start_and_then_at_its_times(database: Database) -> None:
    clock, work = Clock(), Work()
    jobs = Jobs(database, clock, poll=0.01)
    jobs.handle("sweep", work, every=60)
    async with _running(jobs):
        for count in (1, 2, 3):
            await _until(lambda count=count: len(work.done) == count)  # type: ignore[misc]

            async def written() -> bool:
                (row,) = await _rows(database)
                return row.lease is None

            await _until(written)
            (row,) = await _rows(database)
            assert (row.kind, row.subject, row.due) == ("sweep", "", clock.time + 60)
            clock.time += 60
    assert await jobs.count() == {"sweep": 1}


async def test_a_kind_without_a_handler_is_left_to_others(database: Database) -> None:
    work, jobs = Work(), Jobs(database)
    jobs.handle("other", work)
    await _add(jobs, database, "a")
    assert await jobs.run_due() == 0
    assert await jobs.count() == {"work": 1}


async def test_wake_is_heard_before_the_next_poll(database: Database) -> None:
    work, jobs = Work(), Jobs(database, poll=3600)
    jobs.handle("work", work)
    async with _running(jobs):
        await asyncio.sleep(0)
        await _add(jobs, database, "a")
        await _until(lambda: work.done == ["a"])
