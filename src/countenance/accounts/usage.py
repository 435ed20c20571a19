"""Metering: how often each account called what, with which outcome, and what of it is billed.

Nothing is charged here: `billed` is the count an operator's own invoice may start from.
"""

import datetime
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass

from sqlalchemy import ColumnElement, func, select

from countenance.store.database import Database
from countenance.store.tables import usage


@dataclass(frozen=True, slots=True)
class UsageRow:
    """The calls of one account, UTC day, action and outcome."""

    account_id: str
    day: datetime.date
    service: str
    action: str
    outcome: str
    calls: int
    billed: int


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums over the rows asked for."""

    calls: int
    billed: int


class Usage:
    """The counters of one database; any number of replicas may add to them."""

    def __init__(self, database: Database, now: Callable[[], float] = time.time) -> None:
        self._database = database
        self._now = now
        fresh = database.insert(usage)
        # The database adds, so that no two writers can count from the same old value.
        self._count = fresh.on_conflict_do_update(
            index_elements=list(usage.primary_key),
            set_={name: usage.c[name] + fresh.excluded[name] for name in ("calls", "billed")},
        )

    async def record(
        self, account_id: str, service: str, action: str, outcome: str, billed: int
    ) -> None:
        """Count one call under today's UTC date, committed on return.

        `outcome` is `Success` or the dotted code of the Result or Error that was answered;
        `billed` is 1 or 0 (the billing facts of the published result tables).
        """
        if billed < 0:
            raise ValueError("billed counts upwards")
        today = datetime.datetime.fromtimestamp(self._now(), datetime.UTC).date()
        row = UsageRow(account_id, today, service, action, outcome, 1, billed)
        async with self._database.begin() as connection:
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
        query = select(func.sum(usage.c.calls), func.sum(usage.c.billed))
        async with self._database.read() as connection:
            found = await connection.execute(query.where(*_narrow(account_id, first, last)))
            calls, billed = found.one()
        return Totals(int(calls or 0), int(billed or 0))


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
