"""Leased rows in the database, run by any replica.

A job is a kind and a subject. Whoever takes it leases it for a while and renews the lease as long
as the work goes on; the lease of a process that died runs out, and another takes the job. So work
runs at least once and on one replica at a time, and must bear to be begun again.
"""

import asyncio
import contextlib
import time
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, case, delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from countenance.observe import describe, log
from countenance.store.database import Database
from countenance.store.tables import jobs

POLL_SECONDS = 3.0  # within which a job that another process added is found
LEASE_SECONDS = 30.0
FIRST_GAP, GROWTH, LONGEST_GAP = 2.0, 4.0, 600.0  # seconds between the tries of work that fails
CONTENDED_SECONDS = 0.05  # after another took what was to be taken

Work = Callable[[str], Awaitable[None]]


class Later(Exception):
    """Raised by work that cannot be done yet, which is no failure; `seconds` until it may be."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"in {seconds:g} s")
        self.seconds = seconds


@dataclass(slots=True)
class _Handler:
    work: Work
    at_once: int
    every: float | None
    running: int = 0


@dataclass(frozen=True, slots=True)
class _Job:
    kind: str
    subject: str
    lease: str
    tries: int

    @property
    def mine(self) -> ColumnElement[bool]:
        """Its row, while nobody else has taken it."""
        same = (jobs.c.kind == self.kind, jobs.c.subject == self.subject)
        return and_(*same, jobs.c.lease == self.lease)


class Jobs:
    """The jobs of one database, and a loop that runs those that have a handler here.

    `now` is UNIX seconds, `lease` seconds. An idle loop reads one row every `poll` seconds.
    """

    def __init__(
        self,
        database: Database,
        now: Callable[[], float] = time.time,
        *,
        lease: float = LEASE_SECONDS,
        poll: float = POLL_SECONDS,
    ) -> None:
        self._database = database
        self._now = now
        self._lease = lease
        self._poll = poll
        self._handlers: dict[str, _Handler] = {}
        self._woken = asyncio.Event()
        self._running: set[asyncio.Task[None]] = set()
        self._loop: asyncio.Task[None] | None = None
        self._closing = False
        fresh = database.insert(jobs)
        due = fresh.excluded.due
        taken = jobs.c.lease.is_not(None)
        again = or_(jobs.c.again.is_(None), jobs.c.again > due)
        self._add = fresh.on_conflict_do_update(
            index_elements=["kind", "subject"],
            set_={
                "due": case((and_(~taken, jobs.c.due > due), due), else_=jobs.c.due),
                "again": case((and_(taken, again), due), else_=jobs.c.again),
            },
        )

    def handle(
        self, kind: str, work: Work, *, at_once: int = 1, every: float | None = None
    ) -> None:
        """Run jobs of a kind with `work(subject)`, at most `at_once` of them here at a time.

        With `every`, one job of the kind, its subject empty, is run at each start and then so many
        seconds after each end.
        """
        self._handlers[kind] = _Handler(work, at_once, every)

    async def add(
        self, connection: AsyncConnection, kind: str, subject: str, due: float | None = None
    ) -> None:
        """Have a job run at `due` (now), in the caller's transaction; call `wake` after it.

        A job that waits already is run at the sooner of both times; one that runs is run again.
        """
        now = self._now()
        row = {"kind": kind, "subject": subject, "due": now if due is None else due}
        await connection.execute(self._add, row | {"tries": 0, "created": now})

    def wake(self) -> None:
        """Look for jobs at once, not when the next poll comes."""
        self._woken.set()

    async def start(self) -> None:
        """Plan the periodic jobs and begin the loop, in the running event loop."""
        for kind, handler in self._handlers.items():
            if handler.every is not None:
                async with self._database.begin() as connection:
                    await self.add(connection, kind, "")
        self._loop = asyncio.create_task(self._run())

    def drain(self) -> None:
        """Take no more jobs, and let those in hand go on."""
        self._closing = True
        self.wake()

    async def close(self, seconds: float = 20.0) -> None:
        """Take no more jobs, give those in hand `seconds` to end, and hand the others back."""
        self.drain()
        if self._loop is not None:
            await self._loop
        if self._running:
            _, late = await asyncio.wait(self._running, timeout=seconds)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def run_due(self) -> int:
        """Run what is due, one after another, without the loop; how many jobs that were."""
        done = 0
        while isinstance(job := await self._take(list(self._handlers)), _Job):
            await self._work(job)
            done += 1
        return done

    async def count(self) -> dict[str, int]:
        """How many jobs of each kind there are: waiting, running, and to be tried again."""
        query = select(jobs.c.kind, func.count().label("jobs")).group_by(jobs.c.kind)
        async with self._database.read() as connection:
            return {row.kind: row.jobs for row in await connection.execute(query)}

    async def _run(self) -> None:
        while not self._closing:
            self._woken.clear()
            free = [kind for kind, h in self._handlers.items() if h.running < h.at_once]
            try:
                found = await self._take(free) if free else self._poll
            except Exception as error:  # the database is away: it may come back
                log().error("jobs cannot be read", error_type=describe(error))
                found = self._poll
            if isinstance(found, _Job):
                self._begin(found)
                continue
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._woken.wait(), found)

    def _begin(self, job: _Job) -> None:
        handler = self._handlers[job.kind]
        handler.running += 1
        task = asyncio.create_task(self._work(job))
        self._running.add(task)

        def end(_: object) -> None:
            handler.running -= 1
            self._running.discard(task)
            self.wake()

        task.add_done_callback(end)

    async def _take(self, kinds: list[str]) -> _Job | float:
        """A job that is due, leased; or for how many seconds there is none."""
        now = self._now()
        first = _first(kinds)
        async with self._database.read() as connection:
            row = (await connection.execute(first)).one_or_none()
        if row is None or row.due > now:
            return self._poll if row is None else min(self._poll, row.due - now)
        # SQLite has one writer at a time; PostgreSQL passes by what another is taking.
        free = first.where(jobs.c.due <= now).with_for_update(skip_locked=True)
        async with self._database.begin() as connection:
            row = (await connection.execute(free)).one_or_none()
            if row is None:
                return CONTENDED_SECONDS
            job = _Job(row.kind, row.subject, uuid.uuid4().hex, row.tries + 1)
            same = (jobs.c.kind == job.kind, jobs.c.subject == job.subject)
            # What was asked for until now is what begins now.
            later = case((jobs.c.again > now, jobs.c.again), else_=None)
            leased = {"lease": job.lease, "due": now + self._lease, "tries": job.tries}
            await connection.execute(update(jobs).where(*same).values(leased | {"again": later}))
        return job

    async def _work(self, job: _Job) -> None:
        work = asyncio.ensure_future(self._handlers[job.kind].work(job.subject))
        try:
            while not (await asyncio.wait({work}, timeout=self._lease / 3))[0]:
                if not await self._set(job, due=self._now() + self._lease):
                    work.cancel()  # the lease ran out, and another has the job
                    await asyncio.wait({work})
                    return
            await self._end(job, work)
        except asyncio.CancelledError:
            work.cancel()
            await asyncio.wait({work})
            await self._set(job, lease=None, due=self._now())
            raise
        except Exception as error:  # the lease runs out, and the job is run again
            log().error("a job cannot be ended", job=job.kind, error_type=describe(error))
        finally:
            work.cancel()

    async def _end(self, job: _Job, work: asyncio.Future[None]) -> None:
        """Write what becomes of a job whose work has ended."""
        now = self._now()
        if work.cancelled():  # what it waited for is shutting down
            await self._set(job, lease=None, due=now)
        elif (error := work.exception()) is None:
            await self._finish(job, now)
        elif isinstance(error, Later):
            await self._set(job, lease=None, due=now + error.seconds, tries=job.tries - 1)
        else:
            gap = find_gap(job.tries)
            fault = type(error).__qualname__[:128]
            log().error(
                "a job failed",
                job=job.kind,
                error_type=describe(error),
                count=job.tries,
                seconds=gap,
            )
            await self._set(job, lease=None, due=now + gap, fault=fault)

    async def _finish(self, job: _Job, now: float) -> None:
        every = self._handlers[job.kind].every
        async with self._database.begin() as connection:
            asked = select(jobs.c.again).where(job.mine).with_for_update()
            again = (await connection.execute(asked)).scalar_one_or_none()
            if again is None and every is None:
                await connection.execute(delete(jobs).where(job.mine))
                return
            following = now + (every or 0) if again is None else again
            renewed = {"due": following, "again": None, "lease": None, "tries": 0, "fault": None}
            await connection.execute(update(jobs).where(job.mine).values(renewed))

    async def _set(self, job: _Job, **values: object) -> bool:
        """Write into a job's row; whether it is still ours."""
        async with self._database.begin() as connection:
            changed = await connection.execute(update(jobs).where(job.mine).values(values))
        return changed.rowcount == 1


def find_gap(tries: int) -> float:
    """Seconds until work that failed `tries` times is tried again: 2, 8, 32, at most 600."""
    return float(min(FIRST_GAP * GROWTH ** min(tries - 1, 10), LONGEST_GAP))


def _first(kinds: list[str]) -> Select[tuple[str, str, float, int]]:
    columns = (jobs.c.kind, jobs.c.subject, jobs.c.due, jobs.c.tries)
    return select(*columns).where(jobs.c.kind.in_(kinds)).order_by(jobs.c.due).limit(1)
