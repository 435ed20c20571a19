"""The sweep that ends what is stored when its time has come."""

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from sqlalchemy import delete, exists, select
from sqlalchemy.ext.asyncio import AsyncConnection

from countenance.store.database import Database
from countenance.store.objects import Objects
from countenance.store.tables import data_keys, events, evidence, objects, sessions

BATCH = 500  # rows deleted in one transaction

Erase = Callable[[str], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class Swept:
    """How much one sweep removed; `keys` are those that nothing was left under."""

    sessions: int
    objects: int
    keys: int
    records: int


class Retention:
    """Erases sessions whose result can be asked for no more, expired artefacts and old records.

    `erase` erases one session by its id, for having expired. `keep_records` is seconds from a
    session's beginning. All of it may run on several replicas at once.
    """

    def __init__(
        self,
        database: Database,
        objects: Objects,
        erase: Erase,
        *,
        keep_records: float,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._database = database
        self._objects = objects
        self._erase = erase
        self._keep_records = keep_records
        self._now = now

    async def sweep(self) -> Swept:
        """Do all that is due. What fails for one session is raised once the others are done."""
        faults: list[Exception] = []
        erased = await self._erase_sessions(faults)
        removed = await self._objects.sweep()
        keys = await self._remove_idle_keys()
        records = await self._remove_records()
        # On SQLite also when nothing was removed: an erasure may have met a reader.
        if self._database.is_sqlite or erased or removed or keys or records:
            await self._database.scrub()
        if faults:
            raise faults[0]
        return Swept(erased, removed, keys, records)

    async def _erase_sessions(self, faults: list[Exception]) -> int:
        over = select(sessions.c.id).where(
            sessions.c.result_until <= self._now(), sessions.c.erased.is_(None)
        )
        async with self._database.read() as connection:
            ids = list((await connection.execute(over)).scalars())
        count = 0
        for id in ids:
            try:
                await self._erase(id)
                count += 1
            except Exception as error:  # one that cannot be erased must not keep the others
                faults.append(error)
        return count

    async def _remove_idle_keys(self) -> int:
        """Remove the keys of owners that have nothing left; a session keeps its until erased.

        A key is made in the transaction of its first artefact or of its session.
        """
        used = exists().where(objects.c.owner == data_keys.c.owner)
        alive = exists().where(sessions.c.id == data_keys.c.owner, sessions.c.erased.is_(None))
        idle = select(data_keys.c.owner).where(~used, ~alive).limit(BATCH)
        count = 0
        # Looked for without keeping writers out, and judged once more where they are.
        while True:
            async with self._database.read() as connection:
                owners = list((await connection.execute(idle)).scalars())
            if not owners:
                return count
            gone = delete(data_keys).where(data_keys.c.owner.in_(owners), ~used, ~alive)
            async with self._database.begin() as connection:
                removed = (await connection.execute(gone)).rowcount
            count += removed
            if removed < BATCH:
                return count

    async def _remove_records(self) -> int:
        count = 0
        while True:
            async with self._database.begin() as connection:
                gone = await self._remove_some(connection)
            count += gone
            if gone < BATCH:
                return count

    async def _remove_some(self, connection: AsyncConnection) -> int:
        old = select(sessions.c.id).where(
            sessions.c.erased.is_not(None), sessions.c.created <= self._now() - self._keep_records
        )
        ids = list((await connection.execute(old.limit(BATCH))).scalars())
        for table in (evidence, events):
            await connection.execute(delete(table).where(table.c.session_id.in_(ids)))
        await connection.execute(delete(sessions).where(sessions.c.id.in_(ids)))
        return len(ids)
