"""One key for everything of one owner; its row is what an erasure removes first."""

import os
from collections.abc import Callable

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from countenance.store.database import Database
from countenance.store.errors import SecretsError
from countenance.store.secrets import LENGTH, MasterKey, seal, unseal
from countenance.store.tables import data_keys


class DataKey:
    """Seals and opens (AES-256-GCM) what belongs to one owner."""

    __slots__ = ("_cipher",)

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(key)

    def __repr__(self) -> str:
        return "DataKey(hidden)"

    def seal(self, data: bytes, context: bytes) -> bytes:
        """Encrypt so that only `open` with the same `context` gives the data back."""
        return seal(self._cipher, data, context)

    def open(self, sealed: bytes, context: bytes) -> bytes:
        """Decrypt; raises `SecretsError` on any change of bytes, context or key."""
        try:
            return unseal(self._cipher, sealed, context)
        except (ValueError, InvalidTag):
            raise SecretsError("Stored bytes do not open.") from None


class DataKeys:
    """The rows of wrapped keys; every method works in the caller's transaction."""

    def __init__(self, database: Database, master: MasterKey, now: Callable[[], float]) -> None:
        self._database = database
        self._master = master
        self._now = now

    async def make(self, connection: AsyncConnection, owner: str) -> None:
        """Make the owner's key unless there is one."""
        wrapped = self._master.wrap(os.urandom(LENGTH), owner)
        fresh = self._database.insert(data_keys).on_conflict_do_nothing()
        await connection.execute(
            fresh, {"owner": owner, "wrapped": wrapped, "created": self._now()}
        )

    async def find(
        self, connection: AsyncConnection, owner: str, *, hold: bool = False
    ) -> DataKey | None:
        """Give the owner's key, None when it was erased or never made; raises `SecretsError`.

        With `hold` nobody else holds or removes it until the end of the transaction.
        """
        wanted = select(data_keys.c.wrapped).where(data_keys.c.owner == owner)
        if hold:  # SQLite has one writer anyway, and leaves this out
            wanted = wanted.with_for_update()
        wrapped = (await connection.execute(wanted)).scalar()
        return None if wrapped is None else DataKey(self._master.unwrap(wrapped, owner))

    async def remove(self, connection: AsyncConnection, owner: str) -> bool:
        """Delete the owner's key: from the commit on nothing of the owner can be read."""
        gone = await connection.execute(delete(data_keys).where(data_keys.c.owner == owner))
        return gone.rowcount > 0
