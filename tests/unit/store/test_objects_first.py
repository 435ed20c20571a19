"""Artefacts that the first of several writers decides."""

import asyncio
import time
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import select

from countenance.store.blobs import MemoryBlobs
from countenance.store.database import Database
from countenance.store.objects import Objects, Occupied, Stored
from countenance.store.secrets import MasterKey
from countenance.store.tables import objects as table

OWNER = "a" * 32


class Bench:
    def __init__(self, database: Database) -> None:
        self.database, self.blobs = database, MemoryBlobs()
        self.objects = Objects(database, MasterKey(bytes(32)), self.blobs)

    async def put(self, data: bytes) -> Stored:
        return await self.objects.put(
            OWNER,
            "chunk-1",
            "video",
            data,
            media_type="video/mp4",
            expires=time.time() + 600,
            replace=False,
        )

    async def rows(self) -> list[str]:
        async with self.database.read() as connection:
            return list((await connection.execute(select(table.c.id))).scalars())

    async def ids(self) -> list[str]:
        return [id async for batch in self.blobs.list() for id in batch]


@pytest.fixture
async def bench(database_url: str) -> AsyncIterator[Bench]:
    async with Database(database_url) as database:
        await database.migrate()
        yield Bench(database)


async def test_what_is_there_first_stays_and_one_of_many_is_first(bench: Bench) -> None:
    contents = [b"a", b"b", b"a", b"c", b"b"]
    found = await asyncio.gather(*map(bench.put, contents), return_exceptions=True)
    stored, kept = await bench.objects.get(OWNER, "chunk-1")
    expected = [stored if data == kept else Occupied for data in contents]
    assert [one if isinstance(one, Stored) else type(one) for one in found] == expected
    assert await bench.put(kept) == stored
    with pytest.raises(Occupied):
        await bench.put(b"late")
    assert await bench.rows() == await bench.ids() == [stored.id]
