"""Accounts: whom keys belong to, usage is counted for, and limits are set on."""

import secrets
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from sqlalchemy import Row, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from countenance.accounts import networks
from countenance.accounts.errors import NotFound
from countenance.accounts.networks import Network
from countenance.contract import catalogue
from countenance.store.database import Database
from countenance.store.tables import accounts

NAME_LENGTH = 128
DEMO = "demo"
ALL = "*"  # stands for all actions together where a rate is set
HIGHEST_RATE = 100_000  # requests per second
MOST_KEYS = 1000


@dataclass(frozen=True, slots=True)
class Account:
    """`created` is UNIX seconds; `demo` marks the account whose key the server shows at start.

    `allowed` empty means any network; `rates` are requests per second by action, `*` for all
    together; `max_keys` None means as many key pairs as the settings say.
    """

    id: str
    name: str
    created: float
    demo: bool
    allowed: tuple[Network, ...] = ()
    denied: tuple[Network, ...] = ()
    rates: Mapping[str, int] = field(default_factory=dict)
    max_keys: int | None = None


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

    async def set_networks(
        self, name: str, which: Literal["allowed", "denied"], texts: Iterable[str]
    ) -> Account:
        """Put these networks in place of a list's own; none allow any, or deny none.

        Raises `NotFound`, and `ValueError` for what is no network.
        """
        found = [str(network) for network in networks.parse(texts)]
        return await self._set(name, {which: found or None})

    async def set_rate(self, name: str, action: str, rate: int | None) -> Account:
        """Set the requests per second of an action, or of `*`, all together; None: the default.

        Raises `NotFound`, and `ValueError` for an action or a number that does not fit.
        """
        if action != ALL and action not in {known.name for known in catalogue.actions()}:
            raise ValueError(f"`{action}` is no action of the API; `*` stands for all together.")
        if rate is not None and not 1 <= rate <= HIGHEST_RATE:
            raise ValueError(f"A rate is 1 to {HIGHEST_RATE} requests per second; {rate} arrived.")
        async with self._database.begin() as connection:
            query = select(accounts.c.rates).where(accounts.c.name == name).with_for_update()
            rates = dict((await connection.execute(query)).scalar_one_or_none() or {})
            rates.pop(action, None)
            if rate is not None:
                rates[action] = rate
            return await _update(connection, name, {"rates": rates or None})

    async def clear_rates(self, name: str) -> Account:
        """Go back to the default rates; raises `NotFound`."""
        return await self._set(name, {"rates": None})

    async def set_max_keys(self, name: str, most: int | None) -> Account:
        """Set how many key pairs the account may have, None for the settings' number.

        Raises `NotFound`, and `ValueError` for a number that does not fit.
        """
        if most is not None and not 0 <= most <= MOST_KEYS:
            raise ValueError(f"An account has 0 to {MOST_KEYS} key pairs; {most} arrived.")
        return await self._set(name, {"max_keys": most})

    async def _set(self, name: str, values: Mapping[str, object]) -> Account:
        async with self._database.begin() as connection:
            return await _update(connection, name, values)


async def find_id(connection: AsyncConnection, name: str) -> str:
    """Give the id of the account of that name; raises `NotFound`."""
    found = await connection.execute(select(accounts.c.id).where(accounts.c.name == name))
    account_id: str | None = found.scalar_one_or_none()
    if account_id is None:
        raise _not_found(name)
    return account_id


def check_name(name: str, *, empty: bool = False) -> None:
    """Raise `ValueError` unless `name` is fit to be shown in a list."""
    if not (empty or name) or len(name) > NAME_LENGTH or not name.isprintable():
        raise ValueError(
            f"A name has {0 if empty else 1} to {NAME_LENGTH} printable characters; "
            f"{len(name)} arrived."
        )


async def _update(connection: AsyncConnection, name: str, values: Mapping[str, object]) -> Account:
    statement = update(accounts).where(accounts.c.name == name).values(values)
    row = (await connection.execute(statement.returning(accounts))).one_or_none()
    if row is None:
        raise _not_found(name)
    return _build(row)


def _not_found(name: str) -> NotFound:
    return NotFound(f"There is no account named `{name}`.")


def _build(row: Row[tuple[object, ...]]) -> Account:
    return Account(
        id=row.id,
        name=row.name,
        created=row.created,
        demo=row.demo,
        allowed=networks.parse(row.allowed or ()),
        denied=networks.parse(row.denied or ()),
        rates=dict(row.rates or {}),
        max_keys=row.max_keys,
    )
