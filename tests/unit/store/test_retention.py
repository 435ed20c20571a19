"""The sweep: what is over is erased, what is not stays, and one that fails keeps no other."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import Table, func, insert, select, update
from tests import databases

from countenance.store.blobs import MemoryBlobs
from countenance.store.database import Database
from countenance.store.errors import StoreError
from countenance.store.objects import Kind, NotStored, Objects
from countenance.store.retention import BATCH, Retention, Swept
from countenance.store.secrets import MasterKey
from countenance.store.tables import accounts, data_keys, events, evidence, sessions

NOW, DAY = 1_000_000.0, 86400.0
OVER, LIVE, CALL = "a" * 32, "b" * 32, "c" * 32


class Bench:
    """A database with a clock and the sweep; erasing writes only what the sweep reads."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.time = NOW
        self.broken: set[str] = set()
        self.objects = Objects(database, MasterKey(bytes(32)), MemoryBlobs(), lambda: self.time)
        self.retention = Retention(
            database, self.objects, self.erase, keep_records=30 * DAY, now=lambda: self.time
        )

    async def erase(self, id: str) -> None:
        if id in self.broken:
            raise StoreError("The objects folder does not answer (OSError).")
        await self.objects.erase(id)
        async with self.database.begin() as connection:
            erased = {"erased": self.time, "erased_why": "expired"}
            await connection.execute(update(sessions).where(sessions.c.id == id).values(erased))

    async def add(self, id: str, result_until: float, **columns: object) -> None:
        row = {"id": id, "account_id": "acc", "token": id.encode(), "family": "web"}
        row |= {"action": "x", "rule": "", "config": {}, "state": "passed", "revision": 0}
        row |= {"created": NOW, "begin_until": NOW, "finish_until": NOW, "attempts": []}
        async with self.database.begin() as connection:
            await connection.execute(
                insert(sessions), row | {"result_until": result_until} | columns
            )
            await self.objects.admit(connection, id)

    async def put(self, owner: str, kind: Kind = "frame", seconds: float = 600) -> None:
        expires = self.time + seconds
        await self.objects.put(owner, kind, kind, b"x", media_type="x", expires=expires)

    async def count(self, table: Table) -> int:
        async with self.database.read() as connection:
            return (await connection.execute(select(func.count()).select_from(table))).scalar_one()


@pytest.fixture
async def bench(sqlite_url: str) -> AsyncIterator[Bench]:
    async with Database(sqlite_url) as database:
        async with database.begin() as connection:
            row = {"id": "acc", "name": "default", "created": NOW, "demo": False}
            await connection.execute(insert(accounts), row)
        yield Bench(database)


async def test_a_session_is_erased_the_moment_its_result_ends(bench: Bench) -> None:
    await bench.add(OVER, NOW + 10)
    await bench.add(LIVE, NOW + 11)
    await bench.put(OVER)
    await bench.put(LIVE)
    bench.time += 9.9
    assert await bench.retention.sweep() == Swept(0, 0, 0, 0)
    bench.time = NOW + 10
    assert await bench.retention.sweep() == Swept(1, 0, 0, 0)
    with pytest.raises(NotStored):
        await bench.objects.get(OVER, "frame")
    assert (await bench.objects.get(LIVE, "frame"))[1] == b"x"
    assert await bench.count(data_keys) == 1
    assert await bench.retention.sweep() == Swept(0, 0, 0, 0)


async def test_an_expired_artefact_takes_the_key_that_nothing_else_needs(bench: Bench) -> None:
    await bench.add(LIVE, NOW + DAY)
    await bench.put(LIVE, seconds=10)
    await bench.put(CALL, seconds=10)
    await bench.put(CALL, "upload", seconds=20)
    bench.time += 10
    assert await bench.retention.sweep() == Swept(0, 2, 0, 0)
    bench.time += 10
    assert await bench.retention.sweep() == Swept(0, 1, 1, 0)
    # The session may still store: its key is gone with its erasure, not before.
    await bench.put(LIVE)


async def test_records_go_when_they_are_old_and_erased(bench: Bench) -> None:
    await bench.add(OVER, NOW, erased=NOW)
    await bench.add(LIVE, NOW + 60 * DAY)
    for id in (OVER, LIVE):
        async with bench.database.begin() as connection:
            proof = {"session_id": id, "attempt": 1, "created": NOW, "policy": "p", "record": {}}
            await connection.execute(insert(evidence), proof)
            told = {"session_id": id, "id": id, "account_id": "acc", "kind": "k", "created": NOW}
            await connection.execute(insert(events), told | {"payload": {}})
    bench.time += 30 * DAY - 1
    assert (await bench.retention.sweep()).records == 0
    bench.time += 1
    assert (await bench.retention.sweep()).records == 1
    for table in (sessions, evidence, events):
        assert await bench.count(table) == 1


async def test_more_records_than_one_transaction_takes(bench: Bench) -> None:
    columns = {"account_id": "acc", "family": "web", "action": "x", "rule": "", "config": {}}
    columns |= {"state": "passed", "revision": 0, "created": 0, "begin_until": 0, "erased": 1}
    columns |= {"finish_until": 0, "result_until": 0, "attempts": []}
    rows = [columns | {"id": f"{n}", "token": b"%d" % n} for n in range(BATCH + 1)]
    async with bench.database.begin() as connection:
        await connection.execute(insert(sessions), rows)
    bench.time = 40 * DAY
    assert (await bench.retention.sweep()).records == BATCH + 1


async def test_one_that_cannot_be_erased_keeps_no_other(bench: Bench) -> None:
    await bench.add(OVER, NOW)
    await bench.add(LIVE, NOW)
    bench.broken = {OVER}
    with pytest.raises(StoreError, match="does not answer"):
        await bench.retention.sweep()
    assert await bench.count(data_keys) == 1
    bench.broken = set()
    assert await bench.retention.sweep() == Swept(1, 0, 0, 0)


async def test_postgresql_is_swept_alike(tmp_path: Path, postgres: str) -> None:
    async with Database(databases.make("postgresql", tmp_path, postgres)) as database:
        await database.migrate()
        async with database.begin() as connection:
            row = {"id": "acc", "name": "default", "created": NOW, "demo": False}
            await connection.execute(insert(accounts), row)
        bench = Bench(database)
        await bench.add(OVER, NOW + 10)
        await bench.add(LIVE, NOW + 60 * DAY)
        for owner in (OVER, LIVE, CALL):
            await bench.put(owner)
            await bench.put(owner)  # in the place of the first
        bench.time += 10
        assert await bench.retention.sweep() == Swept(1, 0, 0, 0)
        bench.time += 590
        assert await bench.retention.sweep() == Swept(0, 2, 1, 0)
        bench.time += 30 * DAY
        assert await bench.retention.sweep() == Swept(0, 0, 0, 1)
        assert await bench.count(data_keys) == 1
