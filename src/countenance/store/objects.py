"""Every stored artefact of a person: sealed with its owner's data key, with a kind and an end.

A row is written before its bytes and removed after them, so whatever dies half-way leaves a row
that the sweep finds, and no bytes that nothing knows of.
"""

import asyncio
import hashlib
import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal, TypeVar, get_args

import msgspec
from sqlalchemy import ColumnElement, Row, and_, delete, literal, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.dml import ReturningUpdate

from countenance.store.blobs import BATCH, Blobs
from countenance.store.data_keys import DataKey, DataKeys
from countenance.store.database import Database
from countenance.store.errors import SecretsError, StoreError
from countenance.store.secrets import MasterKey
from countenance.store.tables import objects

T = TypeVar("T")

Kind = Literal["video", "frame", "card", "text", "package", "upload"]
KINDS: tuple[Kind, ...] = get_args(Kind)

LARGE = 256 * 1024  # bytes; sealing more than this would hold up the event loop
HALF_WRITTEN = 3600.0  # seconds after which whoever was writing is taken for dead
PARKED = "!"  # begins the label of a row whose bytes come or go; no caller's label does


@dataclass(frozen=True, slots=True)
class Stored:
    """What is known of an artefact without opening it; `size` and `md5` are of its content."""

    id: str
    owner: str
    label: str
    kind: Kind
    media_type: str
    size: int
    md5: str
    created: float
    expires: float


class NotStored(StoreError):
    """Absent, erased, expired, half-written or altered: which of these, nobody is told."""

    def __init__(self) -> None:
        super().__init__("There is no such stored object.")


class Occupied(StoreError):
    """Other bytes are stored there, and were not to be replaced."""

    def __init__(self) -> None:
        super().__init__("There is another stored object.")


class Objects:
    """The artefacts of every owner; an owner is a session, an upload, or the answer of one call."""

    def __init__(
        self,
        database: Database,
        master: MasterKey,
        blobs: Blobs,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._database = database
        self._blobs = blobs
        self._now = now
        self._keys = DataKeys(database, master, now)
        self._listed = float("-inf")

    async def admit(self, connection: AsyncConnection, owner: str) -> None:
        """Make the owner's data key in the caller's transaction, for `put` with `create=False`."""
        await self._keys.make(connection, owner)

    async def put(
        self,
        owner: str,
        label: str,
        kind: Kind,
        data: bytes,
        *,
        media_type: str,
        expires: float,
        create: bool = True,
        replace: bool = True,
    ) -> Stored:
        """Seal and store; what had this owner and label is replaced once all bytes are there.

        With `create` false only for an owner that has a data key: raises `NotStored` when it has
        none or is erased meanwhile. With `replace` false what is there first stays: it is given
        when it is the same content, else `Occupied` is raised. `expires` is UNIX seconds. Raises
        `StoreError` when the store does not answer, which leaves what was there.
        """
        if kind not in KINDS or label.startswith(PARKED):
            raise ValueError(f"An object of kind {kind!r} cannot have the label {label!r}.")
        digest = await _off_loop(len(data), _digest, data)
        stored = Stored(
            id=uuid.uuid4().hex,
            owner=owner,
            label=label,
            kind=kind,
            media_type=media_type,
            size=len(data),
            md5=digest,
            created=self._now(),
            expires=expires,
        )
        async with self._database.begin() as connection:
            if create:
                await self._keys.make(connection, owner)
            key = await self._keys.find(connection, owner)
            if key is None:
                raise NotStored
            if not replace and (there := await self._find_there(connection, stored)):
                return there
            await connection.execute(objects.insert(), _row(stored))
        sealed = await _off_loop(len(data), key.seal, data, _context(stored))
        await self._blobs.put(stored.id, sealed)
        return await self._finish(stored, replace)

    async def get(self, owner: str, label: str) -> tuple[Stored, bytes]:
        """Give an artefact by what it is to its owner; raises `NotStored`."""
        return await self._get(and_(objects.c.owner == owner, objects.c.label == label))

    async def get_by_id(self, id: str) -> tuple[Stored, bytes]:
        """Give an artefact by the id that its URL carries; raises `NotStored`."""
        return await self._get(objects.c.id == id)

    async def find(self, owner: str) -> list[Stored]:
        """List what of the owner can be read now, by label."""
        wanted = select(objects).where(objects.c.owner == owner, *self._readable())
        async with self._database.read() as connection:
            rows = (await connection.execute(wanted.order_by(objects.c.label))).all()
        return [_stored(row) for row in rows]

    async def delete(self, owner: str, *labels: str) -> None:
        """Remove the artefacts of these labels; harmless where there are none."""
        await self._remove(and_(objects.c.owner == owner, objects.c.label.in_(labels)))

    async def erase(self, *owners: str) -> int:
        """Remove the owners' data keys, then all bytes, then the rows; count the objects.

        From the first of these steps on nothing of the owners can be read. Harmless when repeated,
        and to be repeated when it raised `StoreError`.
        """
        count = 0
        for owner in owners:
            async with self._database.begin() as connection:
                await self._keys.remove(connection, owner)
            count += await self._remove(objects.c.owner == owner)
        await self._database.scrub()
        return count

    async def sweep(self) -> int:
        """Remove what has expired, what was left half-written and bytes without a row; count them.

        One bucket and prefix belongs to one database: to another's bytes there are no rows.
        """
        now = self._now()
        dead = and_(objects.c.ready.is_(False), objects.c.created < now - HALF_WRITTEN)
        count = await self._remove(or_(objects.c.expires <= now, dead))
        if now - self._listed >= self._blobs.look_every:
            count += await self._remove_unknown()
            self._listed = now
        return count

    async def _get(self, condition: ColumnElement[bool]) -> tuple[Stored, bytes]:
        async with self._database.read() as connection:
            wanted = select(objects).where(condition, *self._readable())
            row = (await connection.execute(wanted)).first()
            if row is None:
                raise NotStored
            stored = _stored(row)
            key = await self._find_key(connection, stored.owner)
        sealed = await self._blobs.get(stored.id)
        if sealed is None:
            raise NotStored
        try:
            data = await _off_loop(stored.size, key.open, sealed, _context(stored))
        except SecretsError:
            raise NotStored from None
        return stored, data

    async def _find_key(self, connection: AsyncConnection, owner: str) -> DataKey:
        try:
            key = await self._keys.find(connection, owner)
        except SecretsError:
            raise NotStored from None
        if key is None:
            raise NotStored
        return key

    def _readable(self) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
        return objects.c.ready.is_(True), objects.c.expires > self._now()

    async def _finish(self, stored: Stored, replace: bool) -> Stored:
        """Put the new row in the place of the former one, unless the owner was erased meanwhile.

        One writer of an owner after another: of two at once the second sees what the first placed.
        """
        mine, kept = objects.c.id == stored.id, stored
        former = and_(objects.c.owner == stored.owner, objects.c.label == stored.label)
        try:
            async with self._database.begin() as connection:
                key = await self._keys.find(connection, stored.owner, hold=True)
                row = (await connection.execute(select(objects.c.id).where(mine))).first()
                if key is None or row is None:
                    raise NotStored
                if not replace:
                    kept = await self._find_there(connection, stored) or stored
                if kept is stored:
                    aside = _retire(former, label=literal(PARKED) + objects.c.id)
                    old = list((await connection.execute(aside)).scalars())
                    place = {"label": stored.label, "ready": True}
                    await connection.execute(update(objects).where(mine).values(place))
        except (NotStored, Occupied):
            await self._take_back(stored)
            raise
        await (self._remove_retired(old) if kept is stored else self._take_back(stored))
        return kept

    async def _find_there(self, connection: AsyncConnection, stored: Stored) -> Stored | None:
        same = (objects.c.owner == stored.owner, objects.c.label == stored.label)
        row = (await connection.execute(select(objects).where(*same, *self._readable()))).first()
        if row is not None and (row.size, row.md5) != (stored.size, stored.md5):
            raise Occupied
        return None if row is None else _stored(row)

    async def _take_back(self, stored: Stored) -> None:
        await self._remove(objects.c.id == stored.id)
        await self._blobs.delete([stored.id])  # also where an erasure took the row

    async def _remove(self, condition: ColumnElement[bool]) -> int:
        """Take rows out of use, then remove their bytes, then the rows; give how many."""
        async with self._database.begin() as connection:
            ids = list((await connection.execute(_retire(condition))).scalars())
        await self._remove_retired(ids)
        return len(ids)

    async def _remove_retired(self, ids: Sequence[str]) -> None:
        for start in range(0, len(ids), BATCH):
            batch = ids[start : start + BATCH]
            await self._blobs.delete(batch)
            async with self._database.begin() as connection:
                await connection.execute(delete(objects).where(objects.c.id.in_(batch)))

    async def _remove_unknown(self) -> int:
        count = 0
        async for ids in self._blobs.list():
            known = select(objects.c.id).where(objects.c.id.in_(ids))
            async with self._database.read() as connection:
                rows = set((await connection.execute(known)).scalars())
            unknown = [id for id in ids if id not in rows]
            await self._blobs.delete(unknown)
            count += len(unknown)
        return count


def _retire(condition: ColumnElement[bool], **values: object) -> ReturningUpdate[str]:
    """Take rows out of use; should their removal not come to its end, the sweep ends it."""
    retire = update(objects).where(condition).values(ready=False, expires=0.0, **values)
    return retire.returning(objects.c.id)


async def _off_loop(size: int, work: Callable[..., T], *arguments: object) -> T:
    if size > LARGE:
        return await asyncio.to_thread(work, *arguments)
    return work(*arguments)


def _digest(data: bytes) -> str:
    return hashlib.md5(data, usedforsecurity=False).hexdigest()


def _context(stored: Stored) -> bytes:
    """What the sealed bytes are bound to, so that none opens in the place of another."""
    bound = (stored.id, stored.owner, stored.label, stored.kind, stored.media_type)
    return b"countenance object 1 " + msgspec.json.encode(bound)


def _row(stored: Stored) -> dict[str, object]:
    return asdict(stored) | {"label": PARKED + stored.id, "ready": False}


def _stored(row: Row[Any]) -> Stored:
    return Stored(**{name: getattr(row, name) for name in Stored.__dataclass_fields__})
