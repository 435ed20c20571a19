"""Metering: how often each account called what, with which outcome, and what of it is billed.

Nothing is charged here: `billed` is the count an operator's own invoice may start from.
"""

import datetime
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass

from sqlalchemy import ColumnElement, delete, func, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from countenance.accounts.allowances import Allowances
from countenance.accounts.quotas import find_day
from countenance.store.database import Database
from countenance.store.tables import repeats, usage

SWEEP_SECONDS = 60.0  # between two removals of what no repeat can meet any more
_COUNTS = ("calls", "billed", "repeats")


@dataclass(frozen=True, slots=True)
class UsageRow:
    """The calls of one account, UTC day, action and outcome.

    `repeats` are calls beside `calls`: equal ones a moment after, answered and not metered. The
    charge of a repeat counts under its own outcome where the call it repeats was not billed.
    """

    account_id: str
    day: datetime.date
    service: str
    action: str
    outcome: str
    calls: int
    billed: int
    repeats: int = 0


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums over the rows asked for."""

    calls: int
    billed: int
    repeats: int = 0


class Usage:
    """The counters of one database; any number of replicas may add to them.

    An equal call within `window` seconds of one that was metered is not metered again; 0 meters
    every call.
    """

    def __init__(
        self,
        database: Database,
        now: Callable[[], float] = time.time,
        *,
        window: float = 0.0,
        allowances: Allowances | None = None,
    ) -> None:
        self._database = database
        self._now = now
        self._window = window
        self._allowances = allowances
        self._next_sweep = 0.0
        fresh = database.insert(usage)
        # The database adds, so that no two writers can count from the same old value.
        self._count = fresh.on_conflict_do_update(
            index_elements=list(usage.primary_key),
            set_={name: usage.c[name] + fresh.excluded[name] for name in _COUNTS},
        )
        first = database.insert(repeats)
        # A row comes back for the first of equal calls alone: of several at once, on whatever
        # replica, the others wait for it here and find its row.
        self._remember = first.on_conflict_do_update(
            index_elements=list(repeats.primary_key),
            set_={name: first.excluded[name] for name in ("expires", "billed")},
            where=repeats.c.expires <= first.excluded.expires - window,
        ).returning(repeats.c.billed)

    async def record(
        self,
        account_id: str,
        service: str,
        action: str,
        outcome: str,
        billed: int,
        digest: bytes | None = None,
    ) -> int:
        """Count one call under today's UTC date, committed on return; give what was billed.

        `outcome` is `Success` or the dotted code of the Result or Error that was answered;
        `billed` is 1 or 0 (`contract/billing`). `digest` is 32 bytes that stand for the request;
        None repeats no call. A repeat gives 0, unless it is the first of its kind to be billed.
        Raises `ApiError`, with nothing counted, when a quota or a package has nothing left.
        """
        if billed not in (0, 1):
            raise ValueError("A call is billed once or not at all.")
        now, name, calls, charge = self._now(), f"{service}:{action}", 1, billed
        async with self._database.begin() as connection:
            if digest is not None and self._window:
                key = dict[str, object](account_id=account_id, action=name, digest=digest)
                calls, charge = await self._weigh(connection, key, billed, now)
            if self._allowances is not None and (calls or charge):
                await self._allowances.take(connection, account_id, name, calls, charge)
            counted = (calls, charge, 1 - calls)
            row = UsageRow(account_id, find_day(now), service, action, outcome, *counted)
            await connection.execute(self._count, asdict(row))
        if now >= self._next_sweep:
            self._next_sweep = now + SWEEP_SECONDS
            await self._sweep(now)
        return charge

    async def charge(
        self,
        connection: AsyncConnection,
        account_id: str,
        service: str,
        action: str,
        outcome: str,
        billed: int,
    ) -> None:
        """Count what a verification came to, under the action that issued its token.

        In the caller's transaction, so that it is counted as often as it is concluded: once. It
        adds to `billed` alone, as the person's attempt is no call, and is refused by no quota: what
        was promised with the token is kept. `outcome` is the attempt's number.
        """
        if billed and self._allowances is not None:
            await self._allowances.spend(connection, account_id, f"{service}:{action}", billed)
        day = find_day(self._now())
        row = UsageRow(account_id, day, service, action, outcome, 0, billed)
        await connection.execute(self._count, asdict(row))

    async def rows(
        self,
        account_id: str | None = None,
        first: datetime.date | None = None,
        last: datetime.date | None = None,
    ) -> list[UsageRow]:
        """Give the counters of one account or of all, from day `first` to `last` inclusive."""
        query = select(usage).where(*_narrow(account_id, first, last))
        async with self._database.read() as connection:
            found = await connection.execute(query.order_by(*usage.primary_key))
            return [UsageRow(**row._mapping) for row in found]

    async def totals(
        self,
        account_id: str | None = None,
        first: datetime.date | None = None,
        last: datetime.date | None = None,
    ) -> Totals:
        """Sum the counters that `rows` would give."""
        query = select(*(func.sum(usage.c[name]) for name in _COUNTS))
        async with self._database.read() as connection:
            found = await connection.execute(query.where(*_narrow(account_id, first, last)))
            return Totals(*(int(count or 0) for count in found.one()))

    async def _weigh(
        self, connection: AsyncConnection, key: dict[str, object], billed: int, now: float
    ) -> tuple[int, int]:
        """Give what the call adds to `calls` and to `billed`, and remember it."""
        row = key | {"expires": now + self._window, "billed": bool(billed)}
        if (await connection.execute(self._remember, row)).one_or_none() is not None:
            return 1, billed
        if not billed:
            return 0, 0
        same = (repeats.c[name] == value for name, value in key.items())
        statement = update(repeats).where(*same, ~repeats.c.billed).values(billed=True)
        return 0, (await connection.execute(statement)).rowcount

    async def _sweep(self, now: float) -> None:
        # On PostgreSQL another replica may be at it, or a repeat of an old call be on its way.
        old = select(*repeats.primary_key).where(repeats.c.expires <= now)
        statement = delete(repeats).where(
            tuple_(*repeats.primary_key).in_(old.with_for_update(skip_locked=True))
        )
        async with self._database.begin() as connection:
            await connection.execute(statement)


def _narrow(
    account_id: str | None, first: datetime.date | None, last: datetime.date | None
) -> list[ColumnElement[bool]]:
    bounds = []
    if account_id is not None:
        bounds.append(usage.c.account_id == account_id)
    if first is not None:
        bounds.append(usage.c.day >= first)
    if last is not None:
        bounds.append(usage.c.day <= last)
    return bounds
