"""Quotas: how many calls an account may make in a UTC day or month."""

import datetime
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias, get_args

from sqlalchemy import Row, delete, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from countenance.accounts.accounts import find_id
from countenance.accounts.errors import NotFound
from countenance.accounts.patterns import complete
from countenance.accounts.permissions import allow
from countenance.store.database import Database
from countenance.store.tables import quotas, usage

Period = Literal["day", "month"]
PERIODS: tuple[Period, ...] = get_args(Period)
Rows: TypeAlias = Sequence[Row[*tuple[Any, ...]]]
MOST = 10**12  # calls of a quota, answers of a package


@dataclass(frozen=True, slots=True, order=True)
class Quota:
    """At most `calls` metered calls, in one `period`, of what `pattern` (`service:Action`) matches.

    `used` is what counts towards it in the running period.
    """

    pattern: str
    period: Period
    calls: int
    used: int

    def resets(self, today: datetime.date) -> datetime.date:
        """Give the day at whose beginning, in UTC, the next period starts."""
        if self.period == "day":
            return today + datetime.timedelta(days=1)
        return (today.replace(day=1) + datetime.timedelta(days=31)).replace(day=1)


class Quotas:
    """The quotas of one database; a running server sees a change within seconds."""

    def __init__(self, database: Database, now: Callable[[], float] = time.time) -> None:
        self._database = database
        self._now = now

    async def list(self, account: str) -> list[Quota]:
        """Give the quotas of the account of that name, by pattern; raises `NotFound`."""
        async with self._database.read() as connection:
            account_id = await find_id(connection, account)
            return await read_quotas(connection, account_id, find_day(self._now()))

    async def set(self, account: str, pattern: str, calls: int, period: Period) -> None:
        """Set or change the quota of that pattern and period.

        Raises `NotFound`, and `ValueError` for a pattern or number that does not fit.
        """
        pattern = complete(pattern)
        check_amount(calls)
        fresh = self._database.insert(quotas)
        statement = fresh.on_conflict_do_update(
            index_elements=list(quotas.primary_key), set_={"calls": fresh.excluded.calls}
        )
        async with self._database.begin() as connection:
            account_id = await find_id(connection, account)
            row = {"account_id": account_id, "pattern": pattern, "period": period, "calls": calls}
            await connection.execute(statement, row)

    async def remove(self, account: str, pattern: str, period: Period | None = None) -> None:
        """Remove the quota of that pattern, of one period or of both; raises `NotFound`."""
        pattern = complete(pattern)
        periods = PERIODS if period is None else (period,)
        async with self._database.begin() as connection:
            own = quotas.c.account_id == await find_id(connection, account)
            chosen = (quotas.c.pattern == pattern, quotas.c.period.in_(periods))
            result = await connection.execute(delete(quotas).where(own, *chosen))
        if not result.rowcount:
            raise NotFound(f"The account `{account}` has no such quota of `{pattern}`.")


async def read_quotas(
    connection: AsyncConnection,
    account_id: str,
    today: datetime.date,
    name: str | None = None,
    *,
    lock: bool = False,
) -> list[Quota]:
    """Give the account's quotas, or those that hold for the action of that `service:Action`.

    With `lock` they are held, so that no other transaction counts towards them before the end of
    this one.
    """
    query = select(quotas).where(quotas.c.account_id == account_id).order_by(*quotas.primary_key)
    rows = (await connection.execute(query.with_for_update() if lock else query)).all()
    rows = [row for row in rows if name is None or allow([row.pattern], *name.split(":"))]
    if not rows:
        return []
    counts = await _count(connection, account_id, rows, today)
    return [
        Quota(row.pattern, row.period, row.calls, _sum(counts, row.pattern, row.period, today))
        for row in rows
    ]


def parse_period(text: str) -> Period:
    """Read the name of a period; raises `ValueError`."""
    for period in PERIODS:
        if text == period:
            return period
    raise ValueError(f"`{text}` is no period; the periods are {' and '.join(PERIODS)}.")


def find_day(moment: float) -> datetime.date:
    """Give the UTC date of UNIX seconds."""
    return datetime.datetime.fromtimestamp(moment, datetime.UTC).date()


def check_amount(amount: int) -> None:
    """Raise `ValueError` unless a quota or a package can have that many."""
    if not 1 <= amount <= MOST:
        raise ValueError(f"A quota or package has 1 to {MOST}; {amount} arrived.")


async def _count(
    connection: AsyncConnection,
    account_id: str,
    rows: Rows,
    today: datetime.date,
) -> Rows:
    first = min(_begin(row.period, today) for row in rows)
    groups = (usage.c.day, usage.c.service, usage.c.action)
    query = select(*groups, func.sum(usage.c.calls).label("calls")).group_by(*groups)
    narrow = (usage.c.account_id == account_id, usage.c.day >= first)
    return (await connection.execute(query.where(*narrow))).all()


def _sum(counts: Rows, pattern: str, period: Period, today: datetime.date) -> int:
    first = _begin(period, today)
    return sum(
        int(row.calls)
        for row in counts
        if row.day >= first and allow([pattern], row.service, row.action)
    )


def _begin(period: Period, today: datetime.date) -> datetime.date:
    return today if period == "day" else today.replace(day=1)
