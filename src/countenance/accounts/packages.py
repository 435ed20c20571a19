"""Packages: how many billable answers an account has, of which each takes one."""

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from countenance.accounts.accounts import find_id
from countenance.accounts.errors import NotFound
from countenance.accounts.patterns import complete
from countenance.accounts.permissions import allow
from countenance.accounts.quotas import check_amount
from countenance.store.database import Database
from countenance.store.tables import packages


@dataclass(frozen=True, slots=True)
class Package:
    """`size` billable answers of what `pattern` (`service:Action`) matches, `used` of them spent.

    `created` and `expires` are UNIX seconds; `expires` None: never.
    """

    id: str
    pattern: str
    size: int
    used: int
    created: float
    expires: float | None

    def serves(self, now: float) -> bool:
        """Whether something is left and it has not expired."""
        return self.used < self.size and (self.expires is None or now < self.expires)


class Packages:
    """The packages of one database; a running server sees a change within seconds."""

    def __init__(self, database: Database, now: Callable[[], float] = time.time) -> None:
        self._database = database
        self._now = now

    async def list(self, account: str) -> list[Package]:
        """Give the packages of the account of that name, in the order in which they are spent.

        Raises `NotFound`.
        """
        async with self._database.read() as connection:
            return await read_packages(connection, await find_id(connection, account))

    async def add(
        self, account: str, pattern: str, size: int, expires: float | None = None
    ) -> Package:
        """Give the account a package more; `expires` is UNIX seconds.

        Raises `NotFound`, and `ValueError` for a pattern, number or moment that does not fit.
        """
        pattern, now = complete(pattern), self._now()
        check_amount(size)
        if expires is not None and expires <= now:
            raise ValueError("A package expires in the future or never.")
        package = Package(f"pkg-{secrets.token_hex(8)}", pattern, size, 0, now, expires)
        async with self._database.begin() as connection:
            row = {"account_id": await find_id(connection, account)}
            row |= {name: getattr(package, name) for name in Package.__slots__}
            await connection.execute(self._database.insert(packages), row)
        return package

    async def remove(self, account: str, package: str) -> None:
        """Take the package of that id from the account; raises `NotFound`.

        An account without a package that matches an action is served without limit.
        """
        async with self._database.begin() as connection:
            own = packages.c.account_id == await find_id(connection, account)
            statement = delete(packages).where(own, packages.c.id == package)
            result = await connection.execute(statement)
        if not result.rowcount:
            raise NotFound(f"The account `{account}` has no package `{package}`.")


async def read_packages(
    connection: AsyncConnection,
    account_id: str,
    name: str | None = None,
    *,
    lock: bool = False,
) -> list[Package]:
    """Give the account's packages, or those for the action of that `service:Action`.

    They come in the order in which they are spent: what expires first, then what is oldest. With
    `lock` no other transaction spends of them before the end of this one.
    """
    own: ColumnElement[bool] = packages.c.account_id == account_id
    query = select(*(packages.c[field] for field in Package.__slots__)).where(own)
    query = query.order_by(packages.c.id)
    rows = await connection.execute(query.with_for_update() if lock else query)
    found = [Package(**row._mapping) for row in rows]
    fitting = [p for p in found if name is None or allow([p.pattern], *name.split(":"))]
    return sorted(fitting, key=lambda p: (p.expires or float("inf"), p.created, p.id))
