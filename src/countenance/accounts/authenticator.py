"""Finds who a SecretId belongs to; asked on every signed request."""

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from ipaddress import IPv4Network, IPv6Network

from sqlalchemy import Row, select

from countenance.accounts import networks
from countenance.accounts.cache import Cache
from countenance.accounts.index import KeyIndex
from countenance.accounts.pairs import secret_context, token_context
from countenance.accounts.permissions import intersect
from countenance.contract.states import State
from countenance.store.database import Database
from countenance.store.secrets import MasterKey
from countenance.store.tables import accounts, keys, service_states

TTL = 5.0  # seconds after which a change made by another process is seen
CAPACITY = 4096
ID_LENGTH = 128  # characters; ours have 36

_PARENTS = keys.alias("parents")
_QUERY = (
    select(
        keys,
        accounts.c.allowed,
        accounts.c.denied,
        accounts.c.rates,
        _PARENTS.c.enabled.label("parent_enabled"),
        _PARENTS.c.expires.label("parent_expires"),
        _PARENTS.c.permissions.label("parent_permissions"),
        _PARENTS.c.mfa.label("parent_mfa"),
        service_states.c.service,
        service_states.c.state,
    )
    .join(accounts, keys.c.account_id == accounts.c.id)
    .outerjoin(_PARENTS, keys.c.parent == _PARENTS.c.id)
    .outerjoin(service_states, keys.c.account_id == service_states.c.account_id)
)


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
    invented ids pushes out no real one; few of them reach the database (`KeyIndex`).
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
        self._known: Cache[bytes, Caller] = Cache(ttl, capacity, clock)
        self._unknown: Cache[bytes, bool] = Cache(ttl, capacity, clock)
        self._index = KeyIndex(database, ttl, clock)
        self._asking: dict[bytes, asyncio.Task[Caller | None]] = {}
        self._changes = 0

    async def find(self, secret_id: str) -> Caller | None:
        """Give the caller, also a disabled or expired one; None for an unknown id.

        Raises `SecretsError` when what is stored does not open.
        """
        if not 0 < len(secret_id) <= ID_LENGTH or not secret_id.isascii():
            return None
        # Of every id alike, so that a remembered one takes no less time than an invented one.
        digest = self._master.lookup(secret_id)
        caller = self._known.get(digest)
        if caller is not None or self._unknown.get(digest):
            return caller
        # Requests at once with one id ask once: a new key's first burst is one guess (`KeyIndex`).
        asking = self._asking.get(digest)
        if asking is None:
            # At once, because a task would take time that tells an unknown id from a known one.
            if self._index.refuses(digest):
                return None
            asking = self._asking[digest] = asyncio.create_task(self._ask(digest))
            asking.add_done_callback(partial(self._forget_asking, digest))
        return await asyncio.shield(asking)

    async def _ask(self, digest: bytes) -> Caller | None:
        if not await self._index.admits(digest):
            return None
        changes = self._changes
        caller = await self._load(digest)
        # What was read before an `invalidate` is not kept past it.
        if changes == self._changes:
            if caller is None:
                self._unknown.put(digest, True)
            else:
                self._known.put(digest, caller)
        return caller

    def invalidate(self, secret_id: str | None = None) -> None:
        """Forget one id, or all, so that the next request sees a change at once."""
        self._changes += 1
        self._asking.clear()
        self._index.forget()
        for cache in (self._known, self._unknown):
            if secret_id is None:
                cache.clear()
            else:
                cache.drop(self._master.lookup(secret_id))

    def _forget_asking(self, digest: bytes, asked: "asyncio.Task[Caller | None]") -> None:
        if self._asking.get(digest) is asked:
            del self._asking[digest]

    async def _load(self, digest: bytes) -> Caller | None:
        query = _QUERY.where(keys.c.lookup == digest)
        async with self._database.read() as connection:
            rows = (await connection.execute(query)).all()
        if not rows:
            return None
        # One row for each service that is not active, or a single one.
        states = {row.service: row.state for row in rows if row.service is not None}
        return self._build(rows[0], states)

    def _build(self, row: Row[tuple[object, ...]], states: Mapping[str, State]) -> Caller:
        own = None if row.permissions is None else frozenset(row.permissions)
        expires, mfa, permissions = row.expires, row.mfa, own
        if row.parent is not None:
            # A temporary key is worth no more than the key it was minted from.
            lent = row.parent_permissions
            permissions = intersect(own, None if lent is None else frozenset(lent))
            ends = [moment for moment in (expires, row.parent_expires) if moment is not None]
            expires, mfa = min(ends, default=None), mfa or row.parent_mfa
        return Caller(
            account_id=row.account_id,
            key_id=row.id,
            secret=self._open(row.secret_key, secret_context(row.id)),
            token=None if row.token is None else self._open(row.token, token_context(row.id)),
            enabled=row.enabled and (row.parent is None or row.parent_enabled),
            permissions=permissions,
            expires=expires,
            mfa=mfa,
            allowed=networks.parse(row.allowed or ()),
            denied=networks.parse(row.denied or ()),
            rates=dict(row.rates or {}),
            states=states,
        )

    def _open(self, sealed: bytes, context: str) -> str:
        return self._master.open(sealed, context).decode()
