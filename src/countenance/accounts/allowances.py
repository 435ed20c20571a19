"""What an account may still use: quotas of calls and packages of billable answers.

`check` refuses before the work is done; `take` decides, in the transaction that meters the call.
Of calls that are answered at the same moment no more are metered than a quota has left and no more
billed than a package has: the others are refused with their work done. Only that an account has a
first quota or package is seen late, by `TTL`.
"""

import time
from collections.abc import Callable

from sqlalchemy import select, union_all, update
from sqlalchemy.ext.asyncio import AsyncConnection

from countenance.accounts.cache import Cache
from countenance.accounts.packages import Package, read_packages
from countenance.accounts.permissions import allow
from countenance.accounts.quotas import find_day, read_quotas
from countenance.contract import catalogue, states
from countenance.contract.catalogue import Action
from countenance.contract.errors import ApiError, failure
from countenance.contract.messages import text
from countenance.store.database import Database
from countenance.store.tables import packages, quotas

TTL = 5.0  # seconds after which an account's first quota or package is seen
CAPACITY = 4096


class Allowances:
    """The quotas and packages of one database, as the request chain asks for them."""

    def __init__(
        self,
        database: Database,
        now: Callable[[], float] = time.time,
        *,
        ttl: float = TTL,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database = database
        self._now = now
        self._patterns: Cache[str, frozenset[str]] = Cache(ttl, CAPACITY, clock)
        self._actions = {f"{a.service}:{a.name}": a for a in catalogue.actions()}

    async def check(self, account_id: str, action: Action) -> None:
        """Raise `ApiError` unless a call of the action fits the account's quotas and packages.

        An account that has neither for the action costs no query.
        """
        if not await self._limits(account_id, action):
            return
        name = f"{action.service}:{action.name}"
        async with self._database.read() as connection:
            await self._check_quotas(connection, account_id, name)
            found = await read_packages(connection, account_id, name)
        if found:
            self._find_package(found, action)

    async def take(
        self, connection: AsyncConnection, account_id: str, name: str, calls: int, billed: int
    ) -> None:
        """Take a call or a billable answer of `service:Action`, in the caller's transaction.

        To be called before the call is added to the usage. Raises `ApiError`, upon which the
        transaction is to be undone.
        """
        action = self._actions[name]
        if not await self._limits(account_id, action, connection):
            return
        if calls:
            await self._check_quotas(connection, account_id, name, lock=True)
        found = await read_packages(connection, account_id, name, lock=True) if billed else []
        if found:
            package = self._find_package(found, action)
            statement = update(packages).where(packages.c.id == package.id)
            await connection.execute(statement.values(used=packages.c.used + billed))

    async def spend(
        self, connection: AsyncConnection, account_id: str, name: str, billed: int
    ) -> None:
        """Take what was billed from the package that is next, as far as one has anything left.

        In the caller's transaction, for work that was admitted earlier and is not refused now.
        """
        if not await self._limits(account_id, self._actions[name], connection):
            return
        found = await read_packages(connection, account_id, name, lock=True)
        now = self._now()
        package = next((package for package in found if package.serves(now)), None)
        if package is not None:
            statement = update(packages).where(packages.c.id == package.id)
            await connection.execute(statement.values(used=packages.c.used + billed))

    async def _limits(
        self, account_id: str, action: Action, connection: AsyncConnection | None = None
    ) -> bool:
        patterns = self._patterns.get(account_id)
        if patterns is None:
            if connection is None:
                async with self._database.read() as reading:
                    patterns = await _read_patterns(reading, account_id)
            else:
                patterns = await _read_patterns(connection, account_id)
            self._patterns.put(account_id, patterns)
        return bool(patterns) and allow(patterns, action.service, action.name)

    async def _check_quotas(
        self, connection: AsyncConnection, account_id: str, name: str, *, lock: bool = False
    ) -> None:
        today = find_day(self._now())
        for quota in await read_quotas(connection, account_id, today, name, lock=lock):
            if quota.used >= quota.calls:
                detail = text(
                    f"quota.{quota.period}",
                    n=quota.calls,
                    pattern=quota.pattern,
                    reset=quota.resets(today).isoformat(),
                )
                raise failure("LimitExceeded", detail)

    def _find_package(self, found: list[Package], action: Action) -> Package:
        now = self._now()
        package = next((package for package in found if package.serves(now)), None)
        if package is None:
            raise _used_up(action)
        return package


def _used_up(action: Action) -> ApiError:
    error = states.refusal("package-used-up", action)
    assert error is not None  # only `active` is no refusal
    return error


async def _read_patterns(connection: AsyncConnection, account_id: str) -> frozenset[str]:
    both = union_all(
        *(select(t.c.pattern).where(t.c.account_id == account_id) for t in (quotas, packages))
    )
    return frozenset((await connection.execute(both)).scalars())
