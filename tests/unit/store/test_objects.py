"""Sealed artefacts: bound to their place, replaced whole, gone when erased or expired."""

import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update
from tests import blobs as stores
from tests.blobs import S3Server

from countenance.store.blobs import Blobs, FolderBlobs, MemoryBlobs
from countenance.store.database import Database
from countenance.store.errors import StoreError
from countenance.store.objects import HALF_WRITTEN, LARGE, NotStored, Objects
from countenance.store.secrets import MasterKey
from countenance.store.tables import data_keys
from countenance.store.tables import objects as table

MASTER = MasterKey(bytes(range(32)))
OWNER, OTHER = "a" * 32, "b" * 32


@dataclass
class Clock:
    """A time that stands still until it is moved."""

    time: float = 1_000_000.0

    def __call__(self) -> float:
        return self.time


@dataclass
class Bench:
    """Objects on a store of one kind, and all it stands on."""

    database: Database
    blobs: Blobs
    clock: Clock = field(default_factory=Clock)

    def __post_init__(self) -> None:
        self.objects = Objects(self.database, MASTER, self.blobs, self.clock)

    async def put(
        self, data: bytes, label: str = "best-1", owner: str = OWNER, **more: bool
    ) -> str:
        expires = self.clock() + 600
        stored = await self.objects.put(
            owner, label, "frame", data, media_type="image/jpeg", expires=expires, **more
        )
        return stored.id

    async def rows(self) -> list[tuple[str, str, bool]]:
        async with self.database.read() as connection:
            found = await connection.execute(select(table.c.id, table.c.label, table.c.ready))
            return [(row.id, row.label, row.ready) for row in found]

    async def bytes(self) -> set[str]:
        return {id async for batch in self.blobs.list() for id in batch}


@pytest.fixture
async def database(sqlite_url: str) -> AsyncIterator[Database]:
    async with Database(sqlite_url) as database:
        yield database


@pytest.fixture(params=stores.KINDS)
def blobs(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Blobs:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", stores.KEY_ID)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", stores.SECRET)
    server: S3Server | None = request.getfixturevalue("s3") if request.param == "s3" else None
    return stores.make(request.param, tmp_path, server)


@pytest.fixture
def bench(database: Database, blobs: Blobs) -> Bench:
    return Bench(database, blobs)


@pytest.fixture
def quick(database: Database) -> Bench:
    """For what does not depend on where the bytes are."""
    return Bench(database, MemoryBlobs())


@pytest.mark.parametrize("size", [0, 5, LARGE + 1])
async def test_gives_back_what_was_put(bench: Bench, size: int) -> None:
    data = b"\x07" * size
    id = await bench.put(data)
    for stored, read in (
        await bench.objects.get(OWNER, "best-1"),
        await bench.objects.get_by_id(id),
    ):
        assert read == data
        assert (stored.id, stored.size, stored.md5) == (id, size, hashlib.md5(data).hexdigest())
        assert (stored.kind, stored.media_type) == ("frame", "image/jpeg")
    assert [stored.id for stored in await bench.objects.find(OWNER)] == [id]


async def test_the_store_holds_nothing_of_the_content(bench: Bench) -> None:
    id = await bench.put(b"a face, say" * 30)
    held = await bench.blobs.get(id)
    assert held is not None
    assert b"face" not in held


async def test_the_same_label_is_replaced(bench: Bench) -> None:
    first = await bench.put(b"first")
    second = await bench.put(b"second")
    assert (await bench.objects.get(OWNER, "best-1"))[1] == b"second"
    assert await bench.rows() == [(second, "best-1", True)]
    assert await bench.bytes() == {second} != {first}


async def test_erased_means_key_bytes_and_rows(bench: Bench) -> None:
    await bench.put(b"one", "best-1")
    await bench.put(b"two", "video-1")
    kept = await bench.put(b"of another", owner=OTHER)
    assert await bench.objects.erase(OWNER) == 2
    assert await bench.objects.erase(OWNER) == 0
    assert await bench.bytes() == {kept}
    assert [id for id, *_ in await bench.rows()] == [kept]
    async with bench.database.read() as connection:
        assert (await connection.execute(select(data_keys.c.owner))).scalars().all() == [OTHER]
    with pytest.raises(NotStored):
        await bench.objects.get(OWNER, "best-1")
    assert (await bench.objects.get(OTHER, "best-1"))[1] == b"of another"


async def test_a_deleted_label_is_gone_and_no_other(bench: Bench) -> None:
    await bench.put(b"one", "chunk-1-0")
    await bench.put(b"two", "chunk-1-1")
    kept = await bench.put(b"three", "best-1")
    await bench.objects.delete(OWNER, "chunk-1-0", "chunk-1-1", "never-there")
    assert await bench.bytes() == {kept}
    assert [stored.label for stored in await bench.objects.find(OWNER)] == ["best-1"]


async def test_nothing_is_read_past_its_end_and_the_sweep_removes_it(bench: Bench) -> None:
    id = await bench.put(b"x")
    bench.clock.time += 599.9
    assert (await bench.objects.get_by_id(id))[1] == b"x"
    assert await bench.objects.sweep() == 0
    bench.clock.time += 0.1
    with pytest.raises(NotStored):
        await bench.objects.get_by_id(id)
    assert await bench.objects.find(OWNER) == []
    assert await bench.objects.sweep() == 1
    assert await bench.bytes() == set()
    assert await bench.rows() == []


async def test_bytes_without_a_row_are_swept_when_all_are_looked_at(bench: Bench) -> None:
    kept = await bench.put(b"x")
    await bench.objects.sweep()
    await bench.blobs.put("c" * 32, b"of nobody")
    if bench.blobs.look_every:
        assert await bench.objects.sweep() == 0
    fresh = Objects(bench.database, MASTER, bench.blobs, bench.clock)
    assert await fresh.sweep() == 1
    assert await bench.bytes() == {kept}


async def test_without_create_an_owner_must_have_been_admitted(quick: Bench) -> None:
    with pytest.raises(NotStored):
        await quick.put(b"x", create=False)
    async with quick.database.begin() as connection:
        await quick.objects.admit(connection, OWNER)
    await quick.put(b"x", create=False)
    await quick.objects.erase(OWNER)
    with pytest.raises(NotStored):
        await quick.put(b"y", create=False)
    assert await quick.rows() == []
    assert await quick.bytes() == set()


class Slow(MemoryBlobs):
    """Does something else between the row and the bytes."""

    def __init__(self) -> None:
        super().__init__()
        self.meanwhile: list[object] = []

    async def put(self, id: str, data: bytes) -> None:
        for work in self.meanwhile:
            self.meanwhile = []
            await work  # type: ignore[misc]
        await super().put(id, data)


@pytest.mark.parametrize("create", [True, False])
async def test_an_erasure_meanwhile_leaves_nothing(database: Database, create: bool) -> None:
    slow = Slow()
    bench = Bench(database, slow)
    await bench.put(b"before", "video-1")
    slow.meanwhile = [bench.objects.erase(OWNER)]
    with pytest.raises(NotStored):
        await bench.put(b"x", create=create)
    assert await bench.rows() == []
    assert await bench.bytes() == set()


async def test_of_two_writers_the_last_to_end_wins_and_the_other_leaves_nothing(
    database: Database,
) -> None:
    slow = Slow()
    bench = Bench(database, slow)
    slow.meanwhile = [bench.put(b"quick")]
    id = await bench.put(b"slow")
    assert (await bench.objects.get(OWNER, "best-1"))[1] == b"slow"
    assert await bench.rows() == [(id, "best-1", True)]
    assert await bench.bytes() == {id}


async def test_what_a_dead_writer_left_is_unread_and_swept(quick: Bench) -> None:
    id = await quick.put(b"x")
    async with quick.database.begin() as connection:
        await connection.execute(update(table).values(ready=False, expires=9e9))
    with pytest.raises(NotStored):
        await quick.objects.get_by_id(id)
    quick.clock.time += HALF_WRITTEN
    assert await quick.objects.sweep() == 0
    quick.clock.time += 1
    assert await quick.objects.sweep() == 1
    assert await quick.bytes() == set()


@pytest.mark.parametrize(
    "change",
    [
        {"owner": OTHER},
        {"label": "profile-1"},
        {"kind": "video"},
        {"media_type": "text/html"},
        {"id": "d" * 32},
    ],
    ids=lambda change: next(iter(change)),
)
async def test_a_moved_row_does_not_open(quick: Bench, change: dict[str, str]) -> None:
    await quick.put(b"of another", "video-1", OTHER)
    id = await quick.put(b"x")
    async with quick.database.begin() as connection:
        await connection.execute(update(table).where(table.c.id == id).values(change))
    held = await quick.blobs.get(id)
    assert held is not None
    await quick.blobs.put(change.get("id", id), held)
    with pytest.raises(NotStored):
        await quick.objects.get_by_id(change.get("id", id))


async def test_swapped_bytes_and_swapped_keys_do_not_open(quick: Bench) -> None:
    one, two = await quick.put(b"x", "best-1"), await quick.put(b"y", "best-2")
    held = await quick.blobs.get(two)
    assert held is not None
    await quick.blobs.put(one, held)
    with pytest.raises(NotStored):
        await quick.objects.get_by_id(one)
    third = await quick.put(b"z", owner=OTHER)
    async with quick.database.begin() as connection:
        own = select(data_keys.c.wrapped).where(data_keys.c.owner == OWNER).scalar_subquery()
        await connection.execute(
            update(data_keys).where(data_keys.c.owner == OTHER).values(wrapped=own)
        )
    with pytest.raises(NotStored):
        await quick.objects.get_by_id(third)


@settings(max_examples=30, deadline=None)
@given(place=st.integers(min_value=0), bit=st.integers(0, 7), cut=st.booleans())
async def test_no_altered_byte_is_given_out(place: int, bit: int, cut: bool) -> None:
    key_and_bytes = MASTER.wrap(bytes(32), OWNER)
    at = place % len(key_and_bytes)
    changed = bytearray(key_and_bytes)
    changed[at] ^= 1 << bit
    with pytest.raises(StoreError):
        MASTER.unwrap(bytes(changed[:at] if cut else changed), OWNER)


async def test_bytes_that_are_missing_are_not_stored(quick: Bench) -> None:
    id = await quick.put(b"x")
    await quick.blobs.delete([id])
    with pytest.raises(NotStored):
        await quick.objects.get_by_id(id)


async def test_a_store_that_fails_leaves_what_was_there(database: Database, tmp_path: Path) -> None:
    bench = Bench(database, FolderBlobs(tmp_path / "objects"))
    id = await bench.put(b"x")
    (tmp_path / "objects").rename(tmp_path / "away")
    with pytest.raises(StoreError, match="does not answer"):
        await bench.put(b"y")
    (tmp_path / "away").rename(tmp_path / "objects")
    assert (await bench.objects.get(OWNER, "best-1"))[0].id == id
    bench.clock.time += HALF_WRITTEN + 1
    await bench.objects.sweep()
    assert await bench.rows() == []


@pytest.mark.parametrize(("kind", "label"), [("picture", "best-1"), ("frame", "!best")])
async def test_unknown_kinds_and_labels_of_ours_are_refused(
    quick: Bench, kind: str, label: str
) -> None:
    with pytest.raises(ValueError, match="cannot have the label"):
        await quick.objects.put(OWNER, label, kind, b"", media_type="x", expires=9e9)  # type: ignore[arg-type]
