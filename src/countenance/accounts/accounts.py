"""Accounts: whom keys belong to and usage is counted for."""

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Row, select, update

from countenance.accounts.errors import NotFound
from countenance.store.database import Database
from countenance.store.tables import accounts

State = Literal["active", "suspended"]
NAME_LENGTH = 128
DEMO = "demo"


@dataclass(frozen=True, slots=True)
class Account:
    """`created` is UNIX seconds; `demo` marks the account whose key the server shows at start."""

    id: str
    name: str
    created: float
    demo: bool
    state: State


class Accounts:
    """The accounts of one database; names are unique."""

    def __init__(self, database: Database, now: Callable[[], float] = time.time) -> None:
        self._database = database
        self._now = now

    async def ensure(self, name: str, *, demo: bool = False) -> Account:
        """Find the account of that name or make it; `demo` counts only when it is made.

        Raises `ValueError` when the name is empty, too long or holds unprintable characters.
        """
        check_name(name)
        fresh = {
            "id": f"acc-{secrets.token_hex(8)}",
            "name": name,
            "created": self._now(),
            "demo": demo,
            "state": "active",
        }
        statement = self._database.insert(accounts).values(fresh)
        async with self._database.begin() as connection:
            # Both replicas of a first start may get here; the second finds the first one's row.
            await connection.execute(statement.on_conflict_do_nothing(index_elements=["name"]))
            found = await connection.execute(select(accounts).where(accounts.c.name == name))
            return _build(found.one())

    async def ensure_demo(self) -> Account:
        """Find or make the demo account; an ordinary account that is named so stays ordinary."""
        query = select(accounts).where(accounts.c.demo).order_by(accounts.c.created).limit(1)
        async with self._database.read() as connection:
            row = (await connection.execute(query)).one_or_none()
        if row is not None:
            return _build(row)
        account = await self.ensure(DEMO, demo=True)
        if account.demo:
            return account
        return await self.ensure(f"{DEMO}-{secrets.token_hex(4)}", demo=True)

    async def list(self) -> list[Account]:
        """Give every account, oldest first."""
        query = select(accounts).order_by(accounts.c.created, accounts.c.id)
        async with self._database.read() as connection:
            return [_build(row) for row in await connection.execute(query)]

    async def set_state(self, name: str, state: State) -> Account:
        """Suspend or resume an account; raises `NotFound`."""
        statement = update(accounts).where(accounts.c.name == name).values(state=state)
        async with self._database.begin() as connection:
            row = (await connection.execute(statement.returning(accounts))).one_or_none()
        if row is None:
            raise NotFound(f"There is no account named `{name}`.")
        return _build(row)


def check_name(name: str, *, empty: bool = False) -> None:
    """Raise `ValueError` unless `name` is fit to be shown in a list."""
    if not (empty or name) or len(name) > NAME_LENGTH or not name.isprintable():
        raise ValueError(
            f"A name has {0 if empty else 1} to {NAME_LENGTH} printable characters; "
            f"{len(name)} arrived."
        )


def _build(row: Row[tuple[object, ...]]) -> Account:
    return Account(**row._mapping)
