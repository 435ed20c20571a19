"""What an erasure leaves in the files of a database in use, against a reader with the key."""

import os
import random
from pathlib import Path

import pytest
from sqlalchemy import text
from tests import databases
from tests.erasure import recover, search

from countenance.store import database as database_module
from countenance.store.blobs import FolderBlobs, MemoryBlobs
from countenance.store.database import Database
from countenance.store.objects import Objects
from countenance.store.secrets import MasterKey

OWNERS = 30


async def test_of_many_owners_only_the_erased_leave_nothing(tmp_path: Path) -> None:
    rng = random.Random(5)
    owners = [f"{rng.getrandbits(128):032x}" for _ in range(OWNERS)]
    plants = {owner: os.urandom(40) for owner in owners}
    data = tmp_path / "data"
    master = MasterKey.load_or_create(data / "master.key", {})
    async with Database(f"sqlite:///{data}/countenance.db") as database:
        await database.migrate()
        objects = Objects(database, master, FolderBlobs(data / "objects"))
        for owner in owners:
            for label in ("request", "photo", "video-1"):
                content = b"<" + plants[owner] + b">"
                await objects.put(owner, label, "text", content, media_type="x/y", expires=9e9)
        before = recover(data)
        assert all(before.holds(plant) for plant in plants.values())
        assert len(before.sealed) == 3 * OWNERS
        assert search(tmp_path, plants, {}) == {}  # stored, and nowhere readable
        erased = rng.sample(owners, OWNERS // 2)
        await objects.erase(*erased)
        # While the database is open: its log and shared memory are among the files.
        after = recover(data)
        for owner in owners:
            assert after.holds(plants[owner]) is (owner not in erased)
        kept = set(after.noise().values())
        gone = {name: value for name, value in before.noise().items() if value not in kept}
        assert len(gone) > OWNERS * 3
        assert search(tmp_path, {}, gone) == {}
        assert search(tmp_path, {}, after.noise())  # the search finds what is there


async def test_on_postgresql_the_rows_are_vacuumed_away(tmp_path: Path, postgres: str) -> None:
    url, owner = databases.make("postgresql", tmp_path, postgres), "f" * 32
    size = text("SELECT pg_relation_size('data_keys') + pg_relation_size('objects')")
    async with Database(url) as database:
        await database.migrate()
        objects = Objects(database, MasterKey(bytes(32)), MemoryBlobs())
        await objects.put(owner, "photo", "frame", b"x", media_type="x", expires=9e9)
        async with database.read() as connection:
            assert (await connection.execute(size)).scalar_one() > 0
        await objects.erase(owner)
        async with database.read() as connection:
            # No page is left that could hold a dead row; the write-ahead log is another matter.
            assert (await connection.execute(size)).scalar_one() == 0


async def test_a_reader_puts_the_emptying_of_the_log_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database_module, "SCRUB_SECONDS", 0.05)
    async with Database(f"sqlite:///{tmp_path}/countenance.db") as database:
        await database.migrate()
        assert await database.scrub()
        async with database.read() as reader:
            await reader.execute(text("SELECT count(*) FROM data_keys"))
            async with database.begin() as writer:
                await writer.execute(text("DELETE FROM jobs"))
                await writer.execute(text("INSERT INTO replays VALUES (x'00', 1)"))
            assert not await database.scrub()
        assert await database.scrub()
        assert (tmp_path / "countenance.db-wal").stat().st_size == 0
