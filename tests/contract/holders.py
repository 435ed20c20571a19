"""Accounts and keys made in the store of a running server, as its operator's commands do."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from tests.mutations.drafts import Key
from tests.serving import Running

from countenance.accounts.accounts import Accounts
from countenance.accounts.keys import Keys
from countenance.accounts.pairs import NewKey
from countenance.accounts.temporary import Temporary
from countenance.store.database import Database
from countenance.store.secrets import MasterKey

T = TypeVar("T")


@dataclass(frozen=True)
class Holders:
    """What makes keys in the store of one server; `past` seconds back for those long made."""

    server: Running

    def create(self, account: str, *permissions: str, mfa: bool = False) -> Key:
        """A key of an account of its own."""
        allowed = permissions or None
        return self._run(lambda store: store.keys.create(account, permissions=allowed, mfa=mfa))

    def switch_off(self, key: Key) -> None:
        """Disable a key that has not been used yet."""
        self.work(lambda store: store.keys.disable(key.secret_id))

    def mint(self, key: Key, *, ago: float = 0.0) -> Key:
        """Temporary credentials of ten minutes, minted so many seconds ago."""
        return self._run(lambda store: store.temporary.mint(key.secret_id, seconds=600), ago)

    def work(self, work: "Callable[[Store], Awaitable[T]]", ago: float = 0.0) -> T:
        """Do something in the store."""

        async def session() -> T:
            master = MasterKey.load_or_create(self.server.folder / "data" / "master.key")
            async with Database(self.server.database_url) as database:

                def now() -> float:
                    return time.time() - ago

                return await work(
                    Store(
                        Accounts(database, now),
                        Keys(database, master, now, limit=100),
                        Temporary(database, master, now),
                    )
                )

        return asyncio.run(session())

    def _run(self, work: "Callable[[Store], Awaitable[NewKey]]", ago: float = 0.0) -> Key:
        made = self.work(work, ago)
        return Key(made.secret_id, made.secret_key, made.token or "")


@dataclass(frozen=True)
class Store:
    """The parts of a store that a holder is made with."""

    accounts: Accounts
    keys: Keys
    temporary: Temporary
