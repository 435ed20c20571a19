"""API keys: made, listed, switched and deleted; the SecretKey is given out when it is made."""

import math
import secrets
import string
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, Row, Select, and_, delete, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from countenance.accounts.accounts import Account, Accounts, check_name
from countenance.accounts.cache import Cache
from countenance.accounts.errors import NotFound
from countenance.accounts.permissions import parse
from countenance.store.database import Database
from countenance.store.errors import SecretsError
from countenance.store.secrets import MasterKey
from countenance.store.tables import accounts, keys

ALPHABET = string.ascii_letters + string.digits
PREFIX = "AKID"  # what clients and secret scanners know a SecretId by
LENGTH = 32  # characters, 190 bits
TOUCH_SECONDS = 60.0  # `last_used` is no more precise than this
TOUCH_CAPACITY = 4096


@dataclass(frozen=True, slots=True)
class Key:
    """A key as a list shows it; times are UNIX seconds, `permissions` None allows all."""

    id: str
    account: str
    account_id: str
    name: str
    secret_id: str = field(repr=False)
    created: float
    last_used: float | None
    enabled: bool
    expires: float | None
    permissions: frozenset[str] | None


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key with its SecretKey, which no other call gives out."""

    key: Key
    secret_id: str = field(repr=False)
    secret_key: str = field(repr=False)


class Keys:
    """The keys of one database, sealed under one master key."""

    def __init__(
        self, database: Database, master: MasterKey, now: Callable[[], float] = time.time
    ) -> None:
        self._database = database
        self._master = master
        self._now = now
        self._accounts = Accounts(database, now)
        self._touched: Cache[str, bool] = Cache(TOUCH_SECONDS, TOUCH_CAPACITY, now)

    async def create(
        self,
        account: str,
        *,
        name: str = "",
        permissions: Iterable[str] | None = None,
        expires: float | None = None,
    ) -> NewKey:
        """Make a key for the account of that name, which is made when it is not there.

        Raises `ValueError` for a name, a permission or a time that does not fit.
        """
        check_name(name, empty=True)
        allowed = None if permissions is None else parse(permissions)
        if expires is not None and not self._now() < expires < math.inf:
            raise ValueError("A key expires in the future or never.")
        owner = await self._accounts.ensure(account)
        async with self._database.begin() as connection:
            return await self._insert(connection, owner, name, allowed, expires)

    async def ensure_demo(self) -> Key | NewKey:
        """Give the demo account's key: with its SecretKey on the call that makes it, not later."""
        owner = await self._accounts.ensure_demo()
        # The account's row is locked so that two replicas do not make a key each.
        lock = select(accounts.c.id).where(accounts.c.id == owner.id).with_for_update()
        usable = and_(keys.c.account_id == owner.id, keys.c.enabled, keys.c.expires.is_(None))
        query = select(keys).where(usable).order_by(keys.c.created, keys.c.id).limit(1)
        async with self._database.begin() as connection:
            await connection.execute(lock)
            row = (await connection.execute(query)).one_or_none()
            if row is None:
                return await self._insert(connection, owner, "demo", None, None)
        return self._build(row, owner.name)

    async def list(self, account: str | None = None) -> list[Key]:
        """Give the keys of one account or of all, oldest first."""
        query = _join().order_by(keys.c.created, keys.c.id)
        if account is not None:
            query = query.where(accounts.c.name == account)
        async with self._database.read() as connection:
            rows = (await connection.execute(query)).all()
        return [self._build(row, row.account) for row in rows]

    async def disable(self, reference: str) -> None:
        """Switch off the key of that id or SecretId; raises `NotFound`."""
        await self._switch(reference, False)

    async def enable(self, reference: str) -> None:
        """Switch on the key of that id or SecretId; raises `NotFound`."""
        await self._switch(reference, True)

    async def delete(self, reference: str) -> None:
        """Remove the key of that id or SecretId for good; raises `NotFound`."""
        async with self._database.begin() as connection:
            result = await connection.execute(delete(keys).where(self._match(reference)))
        _require(result.rowcount, reference)

    async def touch(self, key_id: str) -> None:
        """Note that the key signed a valid request; writes at most once a minute per key."""
        if self._touched.get(key_id):
            return
        self._touched.put(key_id, True)
        now = self._now()
        # Another replica may have written within the minute.
        stale = or_(keys.c.last_used.is_(None), keys.c.last_used <= now - TOUCH_SECONDS)
        statement = update(keys).where(keys.c.id == key_id, stale).values(last_used=now)
        async with self._database.begin() as connection:
            await connection.execute(statement)

    async def check_master(self) -> None:
        """Raise `SecretsError` when the stored keys were sealed under another master key."""
        async with self._database.read() as connection:
            row = (await connection.execute(_join().order_by(keys.c.created).limit(1))).first()
        if row is None:
            return
        try:
            self._build(row, row.account)
        except SecretsError:
            raise SecretsError(
                "The master key does not open the keys in the database. Restore the master key "
                "that made them (the file master.key, or COUNTENANCE_MASTER_KEY)."
            ) from None

    async def _insert(
        self,
        connection: AsyncConnection,
        owner: Account,
        name: str,
        permissions: frozenset[str] | None,
        expires: float | None,
    ) -> NewKey:
        key_id = f"key-{secrets.token_hex(8)}"
        secret_id, secret_key = PREFIX + _draw(), _draw()
        values = {
            "id": key_id,
            "account_id": owner.id,
            "name": name,
            "lookup": self._master.lookup(secret_id),
            "secret_id": self._master.seal(secret_id.encode(), id_context(key_id)),
            "secret_key": self._master.seal(secret_key.encode(), secret_context(key_id)),
            "created": self._now(),
            "enabled": True,
            "expires": expires,
            "permissions": None if permissions is None else sorted(permissions),
        }
        row = (await connection.execute(insert(keys).values(values).returning(keys))).one()
        return NewKey(self._build(row, owner.name), secret_id, secret_key)

    async def _switch(self, reference: str, enabled: bool) -> None:
        statement = update(keys).where(self._match(reference)).values(enabled=enabled)
        async with self._database.begin() as connection:
            result = await connection.execute(statement)
        _require(result.rowcount, reference)

    def _match(self, reference: str) -> ColumnElement[bool]:
        if reference.startswith(PREFIX):
            return keys.c.lookup == self._master.lookup(reference)
        return keys.c.id == reference

    def _build(self, row: Row[tuple[object, ...]], account: str) -> Key:
        allowed = row.permissions
        return Key(
            id=row.id,
            account=account,
            account_id=row.account_id,
            name=row.name,
            secret_id=self._master.open(row.secret_id, id_context(row.id)).decode(),
            created=row.created,
            last_used=row.last_used,
            enabled=row.enabled,
            expires=row.expires,
            permissions=None if allowed is None else frozenset(allowed),
        )


def id_context(key_id: str) -> str:
    """Name the place a SecretId is sealed for, so that it opens in no other row or column."""
    return f"keys/{key_id}/secret_id"


def secret_context(key_id: str) -> str:
    """Name the place a SecretKey is sealed for, so that it opens in no other row or column."""
    return f"keys/{key_id}/secret_key"


def _draw() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def _join() -> Select[tuple[object, ...]]:
    return select(keys, accounts.c.name.label("account")).join(accounts)


def _require(count: int, reference: str) -> None:
    if not count:
        raise NotFound(f"There is no key `{reference}`.")
