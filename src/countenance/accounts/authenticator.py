"""Finds who a SecretId belongs to; asked on every signed request."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network

from sqlalchemy import select

from countenance.accounts.cache import Cache
from countenance.accounts.keys import secret_context
from countenance.contract import catalogue
from countenance.contract.states import State
from countenance.store.database import Database
from countenance.store.secrets import MasterKey
from countenance.store.tables import accounts, keys

TTL = 5.0  # seconds after which a change made by another process is seen
CAPACITY = 4096
ID_LENGTH = 128  # characters; ours have 36
SERVICES = tuple(sorted({action.service for action in catalogue.actions()}))


@dataclass(frozen=True, slots=True)
class Caller:
    """Who signs with a key, as stored: what to refuse is for the caller of `find` to decide.

    `expires` is UNIX seconds; `permissions` None allows all; `states` holds the services that are
    not active, by name.
    """

    account_id: str
    key_id: str
    secret: str = field(repr=False)
    token: str | None = field(repr=False)
    enabled: bool
    permissions: frozenset[str] | None
    expires: float | None
    mfa: bool = False
    allowed: tuple[IPv4Network | IPv6Network, ...] = ()
    denied: tuple[IPv4Network | IPv6Network, ...] = ()
    rates: Mapping[str, int] = field(default_factory=dict)
    states: Mapping[str, State] = field(default_factory=dict)


class Authenticator:
    """Known and unknown ids are remembered for `ttl` seconds, apart, so that a flood of
    invented ids pushes out no real one.
    """

    def __init__(
        self,
        database: Database,
        master: MasterKey,
        *,
        ttl: float = TTL,
        capacity: int = CAPACITY,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database = database
        self._master = master
        self._known: Cache[str, Caller] = Cache(ttl, capacity, clock)
        self._unknown: Cache[str, bool] = Cache(ttl, capacity, clock)
        self._changes = 0

    async def find(self, secret_id: str) -> Caller | None:
        """Give the caller, also a disabled or expired one; None for an unknown id.

        Raises `SecretsError` when the stored secret does not open.
        """
        caller = self._known.get(secret_id)
        if caller is not None or self._unknown.get(secret_id):
            return caller
        if not 0 < len(secret_id) <= ID_LENGTH or not secret_id.isascii():
            return None
        changes = self._changes
        caller = await self._load(secret_id)
        # What was read before an `invalidate` is not kept past it.
        if changes == self._changes:
            if caller is None:
                self._unknown.put(secret_id, True)
            else:
                self._known.put(secret_id, caller)
        return caller

    def invalidate(self, secret_id: str | None = None) -> None:
        """Forget one id, or all, so that the next request sees a change at once."""
        self._changes += 1
        for cache in (self._known, self._unknown):
            if secret_id is None:
                cache.clear()
            else:
                cache.drop(secret_id)

    async def _load(self, secret_id: str) -> Caller | None:
        query = (
            select(
                keys.c.id,
                keys.c.account_id,
                keys.c.secret_key,
                keys.c.enabled,
                keys.c.permissions,
                keys.c.expires,
                accounts.c.state,
            )
            .join(accounts)
            .where(keys.c.lookup == self._master.lookup(secret_id))
        )
        async with self._database.read() as connection:
            row = (await connection.execute(query)).one_or_none()
        if row is None:
            return None
        return Caller(
            account_id=row.account_id,
            key_id=row.id,
            secret=self._master.open(row.secret_key, secret_context(row.id)).decode(),
            token=None,
            enabled=row.enabled,
            permissions=None if row.permissions is None else frozenset(row.permissions),
            expires=row.expires,
            states={} if row.state == "active" else dict.fromkeys(SERVICES, "suspended"),
        )
