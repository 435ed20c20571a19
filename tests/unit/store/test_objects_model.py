"""Objects against a dictionary, on a store that breaks off before or after any of its steps."""

import uuid
from collections.abc import AsyncIterator, Sequence
from typing import Literal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from countenance.store.blobs import MemoryBlobs
from countenance.store.database import Database
from countenance.store.errors import StoreError
from countenance.store.objects import HALF_WRITTEN, NotStored, Objects
from countenance.store.secrets import MasterKey
from countenance.store.tables import data_keys
from countenance.store.tables import objects as table

Broken = Literal["", "before", "after"]
Step = tuple[Literal["put", "delete", "erase", "sweep"], int, int, bytes, Broken]
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["put", "put", "put", "delete", "erase", "sweep"]),
        st.integers(0, 1),  # which owner
        st.integers(0, 1),  # which label
        st.binary(max_size=3),
        st.sampled_from(["", "", "before", "after"]),
    ),
    max_size=12,
)


class Breaking(MemoryBlobs):
    """Fails its next step, before or after it has done it."""

    broken: Broken = ""

    async def put(self, id: str, data: bytes) -> None:
        self._fail("before")
        await super().put(id, data)
        self._fail("after")

    async def delete(self, ids: Sequence[str]) -> None:
        self._fail("before")
        await super().delete(ids)
        self._fail("after")

    def _fail(self, when: Broken) -> None:
        if self.broken == when:
            self.broken = ""
            raise StoreError("The objects folder does not answer (OSError).")


class Model:
    """What may be read: for each place the contents that an unfinished step leaves open."""

    def __init__(self, database: Database) -> None:
        self.time = 1_000_000.0
        self.blobs = Breaking()
        self.objects = Objects(database, MasterKey(bytes(32)), self.blobs, lambda: self.time)
        self.owners = [uuid.uuid4().hex for _ in range(2)]
        self.known: dict[tuple[str, str], set[bytes | None]] = {
            (owner, label): {None} for owner in self.owners for label in ("a", "b")
        }

    async def step(self, step: Step) -> None:
        kind, owner_number, label_number, data, broken = step
        owner, label = self.owners[owner_number], "ab"[label_number]
        self.blobs.broken = broken
        touched = [(owner, label)] if kind in ("put", "delete") else []
        touched += [place for place in self.known if kind == "erase" and place[0] == owner]
        new = data if kind == "put" else None
        try:
            await self._do(kind, owner, label, data)
        except StoreError:
            # What is removed can be read no more from the first step on.
            for place in touched:
                self.known[place] = {new} if new is None else self.known[place] | {new}
        else:
            for place in touched:
                self.known[place] = {new}
        self.blobs.broken = ""

    async def _do(self, kind: str, owner: str, label: str, data: bytes) -> None:
        if kind == "put":
            expires = self.time + 100 * HALF_WRITTEN
            await self.objects.put(owner, label, "text", data, media_type="x", expires=expires)
        elif kind == "delete":
            await self.objects.delete(owner, label)
        elif kind == "erase":
            await self.objects.erase(owner)
        else:
            await self.objects.sweep()

    async def read(self, owner: str, label: str) -> bytes | None:
        try:
            return (await self.objects.get(owner, label))[1]
        except NotStored:
            return None


@pytest.fixture
async def database(sqlite_url: str) -> AsyncIterator[Database]:
    async with Database(sqlite_url) as database:
        yield database


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(steps=STEPS)
async def test_whatever_breaks_off_nothing_is_mixed_up_or_left(
    database: Database, steps: list[Step]
) -> None:
    model = Model(database)
    for step in steps:
        await model.step(step)
        for (owner, label), possible in model.known.items():
            assert await model.read(owner, label) in possible
    model.time += HALF_WRITTEN + 1
    await model.objects.sweep()
    mine = select(table).where(table.c.owner.in_(model.owners))
    async with database.read() as connection:
        rows = (await connection.execute(mine)).all()
    stored = {id async for ids in model.blobs.list() for id in ids}
    assert {row.id for row in rows} == stored  # no orphan byte, no row without its bytes
    assert all(row.ready for row in rows)
    for owner in model.owners:
        await model.objects.erase(owner)
    assert [id async for ids in model.blobs.list() for id in ids] == []
    left = select(data_keys).where(data_keys.c.owner.in_(model.owners))
    async with database.read() as connection:
        assert (await connection.execute(left)).all() == []
        assert (await connection.execute(mine)).all() == []
