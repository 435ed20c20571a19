"""Which SecretIds exist, so that a flood of invented ones does not become a flood of queries."""

import asyncio
from collections.abc import Callable

from sqlalchemy import select

from countenance.store.database import Database
from countenance.store.tables import keys

SIZE = 100_000  # digests held, 32 bytes each: the longest-lived keys first, then the newest
PART = 2_000  # digests read at a time, so that other requests are served in between
REST = 20  # after a reading none begins for so many times as long as it took
# Ids outside the index that may be asked for in a row; with what a second adds they are 20.
GUESSES = 15
GUESSES_PER_SECOND = 5.0


class KeyIndex:
    """The lookup digests of all keys, read again at most every `ttl` seconds (see `REST`).

    `clock` counts seconds; for one event loop.
    """

    def __init__(self, database: Database, ttl: float, clock: Callable[[], float]) -> None:
        self._database = database
        self._ttl = ttl
        self._clock = clock
        self._digests: frozenset[bytes] = frozenset()
        self._until = clock()
        self._forgotten = 0
        self._reading = asyncio.Lock()
        self._guesses = float(GUESSES)
        self._counted = clock()

    async def admits(self, digest: bytes) -> bool:
        """Whether the database is worth asking: for each known digest, and for a few others.

        The others are what another process may have made since the index was read.
        """
        if digest in self._digests:
            return True
        if self._is_old():
            await self._read()
            if digest in self._digests:
                return True
        return self._take_guess()

    def refuses(self, digest: bytes) -> bool:
        """Whether `admits` would say no, as far as that is known without asking the database."""
        return digest not in self._digests and not self._is_old() and self._left() < 1

    def forget(self) -> None:
        """Read the keys again before the next unknown id is judged."""
        self._until = self._clock()
        self._forgotten += 1

    def _is_old(self) -> bool:
        return self._clock() >= self._until

    async def _read(self) -> None:
        # Whoever comes during a reading waits for it: its own key may be in there.
        async with self._reading:
            if not self._is_old():
                return
            begun, forgotten = self._clock(), self._forgotten
            order = (keys.c.parent.is_not(None), keys.c.created.desc())
            query = select(keys.c.lookup).order_by(*order).limit(SIZE)
            found: list[bytes] = []
            async with self._database.read() as connection:
                result = await connection.stream_scalars(query)
                async for part in result.partitions(PART):
                    found.extend(part)
            self._digests = frozenset(found)
            # What was read before a `forget` is not kept past it.
            if forgotten == self._forgotten:
                self._until = begun + max(self._ttl, REST * (self._clock() - begun))

    def _take_guess(self) -> bool:
        if self._left() < 1:
            return False
        self._guesses -= 1
        return True

    def _left(self) -> float:
        now = self._clock()
        gained = (now - self._counted) * GUESSES_PER_SECOND
        self._guesses = min(self._guesses + gained, float(GUESSES))
        self._counted = now
        return self._guesses
