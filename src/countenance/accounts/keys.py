"""API keys: made, listed, switched and deleted; the SecretKey is given out when it is made."""

import math
import time
from collections.abc import Callable, Iterable

from sqlalchemy import and_, delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from countenance.accounts.accounts import Accounts, check_name
from countenance.accounts.cache import Cache
from countenance.accounts.errors import NotFound, Refused
from countenance.accounts.pairs import (
    Draft,
    Key,
    NewKey,
    build,
    check_usable,
    draw,
    match,
    select_keys,
)
from countenance.accounts.permissions import parse
from countenance.settings import Settings
from countenance.store.database import Database
from countenance.store.errors import SecretsError
from countenance.store.secrets import MasterKey
from countenance.store.tables import accounts, keys

TOUCH_SECONDS = 60.0  # `last_used` is no more precise than this
TOUCH_CAPACITY = 4096
LIMIT = Settings().keys_per_account


class Keys:
    """The keys of one database, sealed under one master key.

    An account has at most `limit` key pairs where its own number does not say otherwise.
    """

    def __init__(
        self,
        database: Database,
        master: MasterKey,
        now: Callable[[], float] = time.time,
        limit: int = LIMIT,
    ) -> None:
        self._database = database
        self._master = master
        self._now = now
        self._limit = limit
        self._accounts = Accounts(database, now)
        self._touched: Cache[str, bool] = Cache(TOUCH_SECONDS, TOUCH_CAPACITY, now)

    async def create(
        self,
        account: str,
        *,
        name: str = "",
        permissions: Iterable[str] | None = None,
        expires: float | None = None,
        mfa: bool = False,
    ) -> NewKey:
        """Make a key for the account of that name, which is made when it is not there.

        Raises `ValueError` for a name, a permission or a time that does not fit, and `Refused`
        when the account has as many keys as it may.
        """
        check_name(name, empty=True)
        allowed = None if permissions is None else parse(permissions)
        self._check_expiry(expires)
        owner = await self._accounts.ensure(account)
        draft = Draft(owner.id, owner.name, name, allowed, expires, mfa)
        async with self._database.begin() as connection:
            await self._check_room(connection, owner.id)
            return await draw(connection, self._master, draft, self._now())

    async def rotate(
        self, reference: str, *, overlap: float = 0.0, expires: float | None = None
    ) -> NewKey:
        """Make a key like that of the id or SecretId, and end the old one in `overlap` seconds.

        The account may have one key more than its limit afterwards: the one that was replaced.
        Raises `NotFound`, `ValueError` for a time that does not fit, and `Refused` for a key
        that is no longer usable, is temporary or expires when no new expiry is given.
        """
        self._check_expiry(expires)
        now = self._now()
        if not 0 <= overlap < math.inf:
            raise ValueError("The overlap is a number of seconds, 0 or more.")
        query = select_keys().where(match(reference, self._master)).with_for_update()
        async with self._database.begin() as connection:
            row = (await connection.execute(query)).one_or_none()
            if row is None:
                raise NotFound(f"There is no key `{reference}`.")
            old = build(row, row.account, self._master)
            check_usable(old, now)
            if old.expires is not None and expires is None:
                raise Refused(
                    f"The key {old.id} expires, so the one that replaces it needs an expiry too: "
                    "give `--days`."
                )
            await self._check_room(connection, old.account_id, spare=1)
            statement = update(keys).where(keys.c.id == old.id)
            if overlap:
                last = math.inf if old.expires is None else old.expires
                statement = statement.values(expires=min(last, now + overlap))
            else:
                statement = statement.values(enabled=False)
            await connection.execute(statement)
            draft = Draft(old.account_id, old.account, old.name, old.permissions, expires, old.mfa)
            return await draw(connection, self._master, draft, now)

    async def ensure_demo(self) -> Key | NewKey:
        """Give the demo account's key: with its SecretKey on the call that makes it, not later.

        Where the account has as many keys as it may and none is of use, the oldest makes room.
        """
        owner = await self._accounts.ensure_demo()
        own = and_(keys.c.account_id == owner.id, keys.c.parent.is_(None))
        query = select(keys).where(own).order_by(keys.c.created, keys.c.id)
        usable = query.where(keys.c.enabled, keys.c.expires.is_(None)).limit(1)
        async with self._database.begin() as connection:
            most, _ = await self._lock(connection, owner.id)
            row = (await connection.execute(usable)).one_or_none()
            if row is not None:
                return build(row, owner.name, self._master)
            found = (await connection.execute(query)).all()
            surplus = [row.id for row in found[: max(0, len(found) + 1 - most)]]
            await connection.execute(delete(keys).where(keys.c.id.in_(surplus)))
            draft = Draft(owner.id, owner.name, "demo")
            return await draw(connection, self._master, draft, self._now())

    async def list(self, account: str | None = None) -> list[Key]:
        """Give the keys of one account or of all, oldest first."""
        query = select_keys().order_by(keys.c.created, keys.c.id)
        if account is not None:
            query = query.where(accounts.c.name == account)
        async with self._database.read() as connection:
            rows = (await connection.execute(query)).all()
        return [build(row, row.account, self._master) for row in rows]

    async def disable(self, reference: str) -> None:
        """Switch off the key of that id or SecretId; raises `NotFound`."""
        await self._set(reference, enabled=False)

    async def enable(self, reference: str) -> None:
        """Switch on the key of that id or SecretId; raises `NotFound`."""
        await self._set(reference, enabled=True)

    async def allow(self, reference: str, permissions: Iterable[str] | None) -> None:
        """Change what the key may call, None for all; raises `NotFound` and `ValueError`."""
        allowed = None if permissions is None else sorted(parse(permissions))
        await self._set(reference, permissions=allowed)

    async def mark_mfa(self, reference: str, mfa: bool) -> None:
        """Say whether the key needs a second factor, which no call carries; raises `NotFound`."""
        await self._set(reference, mfa=mfa)

    async def delete(self, reference: str) -> None:
        """Remove the key of that id or SecretId and what was minted from it; raises `NotFound`."""
        async with self._database.begin() as connection:
            statement = delete(keys).where(match(reference, self._master))
            result = await connection.execute(statement)
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
        query = select_keys().order_by(keys.c.created).limit(1)
        async with self._database.read() as connection:
            row = (await connection.execute(query)).first()
        if row is None:
            return
        try:
            build(row, row.account, self._master)
        except SecretsError:
            raise SecretsError(
                "The master key does not open the keys in the database. Restore the master key "
                "that made them (the file master.key, or COUNTENANCE_MASTER_KEY)."
            ) from None

    async def _set(self, reference: str, **values: object) -> None:
        statement = update(keys).where(match(reference, self._master)).values(values)
        async with self._database.begin() as connection:
            result = await connection.execute(statement)
        _require(result.rowcount, reference)

    async def _lock(self, connection: AsyncConnection, account_id: str) -> tuple[int, str]:
        """Hold the account's row, so that two makers do not count alike; gives limit and name."""
        query = select(accounts.c.max_keys, accounts.c.name).where(accounts.c.id == account_id)
        row = (await connection.execute(query.with_for_update())).one()
        return self._limit if row.max_keys is None else row.max_keys, row.name

    async def _check_room(
        self, connection: AsyncConnection, account_id: str, spare: int = 0
    ) -> None:
        most, name = await self._lock(connection, account_id)
        own = and_(keys.c.account_id == account_id, keys.c.parent.is_(None))
        count = (await connection.execute(select(func.count()).where(own))).scalar_one()
        if count >= most + spare:
            raise Refused(
                f"The account `{name}` has {count} key pairs (its limit: {most}), also counting "
                "those that are disabled or expired. Delete one that is no longer used "
                "(`countenance keys delete`), or raise the limit "
                f"(`countenance accounts max-keys {name} {count + 1}`)."
            )

    def _check_expiry(self, expires: float | None) -> None:
        if expires is not None and not self._now() < expires < math.inf:
            raise ValueError("A key expires in the future or never.")


def _require(count: int, reference: str) -> None:
    if not count:
        raise NotFound(f"There is no key `{reference}`.")
