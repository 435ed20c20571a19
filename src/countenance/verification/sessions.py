"""Sessions in the database: found by token, and changed by one writer at a time.

A change is read, stepped and written back where nobody wrote in between; otherwise it is made
again on what is there now. What a step ends, and what that leaves to remove, is written with it.
"""

import time
import uuid
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import msgspec
from msgspec.structs import replace
from sqlalchemy import Row, Select, bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from countenance.jobs import Jobs
from countenance.store.database import Database
from countenance.store.objects import NotStored, Objects
from countenance.store.secrets import MasterKey
from countenance.store.tables import sessions
from countenance.verification import events, labels
from countenance.verification.lives import Lives
from countenance.verification.session import Config, Erasure, Family, Session
from countenance.verification.steps import IllegalStep, Wait, current, erase
from countenance.verification.watch import Watch

TIDY, ERASE = "tidy", "erase"  # kinds of jobs
PNG = b"\x89PNG"

Step = Callable[[Session, float], Session]
Also = Callable[[AsyncConnection, Session], Awaitable[None]]

_FIELDS = Session.__struct_fields__  # a column each
# Built once: a fresh statement costs more than what it does.
_READ = select(*(sessions.c[name] for name in _FIELDS))
_BY_ID = _READ.where(sessions.c.id == bindparam("value"))
_BY_TOKEN = _READ.where(sessions.c.token == bindparam("value"))
_WRITE = (
    update(sessions)
    .where(sessions.c.id == bindparam("known"), sessions.c.revision == bindparam("before"))
    .values({name: bindparam(name) for name in _FIELDS if name != "id"})
)
_JSON = ("config", "consent", "challenge", "attempts")


class UnknownToken(Exception):
    """No session has this token or id (any more)."""


class Request(msgspec.Struct, frozen=True):
    """What came with the token for its result and its end; personal, so it is an artefact."""

    extra: str | None = None
    redirect: str | None = None


class Sessions:
    """The sessions of one database; any number of replicas may change them."""

    def __init__(
        self,
        database: Database,
        master: MasterKey,
        objects: Objects,
        jobs: Jobs,
        lives: Lives,
        now: Callable[[], float] = time.time,
    ) -> None:
        self.lives = lives
        self.watch = Watch()
        self._database = database
        self._master = master
        self._objects = objects
        self._jobs = jobs
        self._now = now
        jobs.handle(TIDY, self._tidy)
        jobs.handle(ERASE, self._erase)

    async def create(
        self,
        account_id: str,
        family: Family,
        action: str,
        config: Config,
        *,
        rule: str = "",
        extra: str | None = None,
        redirect: str | None = None,
        photo: bytes | None = None,
    ) -> tuple[Session, str]:
        """Issue a session and its token, an upper-case UUID of which only a digest is kept.

        What comes with it is stored before the row: a crash in between leaves artefacts that
        nobody can ask for, and that expire.
        """
        token = str(uuid.uuid4()).upper()
        config = replace(config, result_life=self.lives.families[family].result)
        fresh = self.lives.issue(uuid.uuid4().hex, account_id, family, action, config, self._now())
        session = replace(fresh, rule=rule)
        if extra is not None or redirect is not None:
            await self._objects.put(
                session.id,
                labels.REQUEST,
                "text",
                msgspec.json.encode(Request(extra, redirect)),
                media_type="application/json",
                expires=self.lives.find_request_expiry(session),
            )
        if photo is not None:
            await self._objects.put(
                session.id,
                labels.PHOTO,
                "frame",
                photo,
                media_type="image/png" if photo.startswith(PNG) else "image/jpeg",
                expires=self.lives.find_photo_expiry(session),
            )
        async with self._database.begin() as connection:
            await self._objects.admit(connection, session.id)
            row = _encode(session) | {"token": self._master.lookup(token)}
            await connection.execute(sessions.insert(), row)
        return session, token

    async def find(self, token: str) -> Session:
        """Give the session of a token as time has made it; raises `UnknownToken`."""
        session = await self._read(_BY_TOKEN, self._master.lookup(token))
        if current(session, self._now()) is session:
            return session
        return await self.take(session.id, current)

    async def load(self, session_id: str) -> Session:
        """Give a session as it was written last; raises `UnknownToken`."""
        return await self._read(_BY_ID, session_id)

    async def take(self, session_id: str, step: Step, *, also: Also | None = None) -> Session:
        """Make a step and give the session after it; `step` may be called several times.

        `also` writes in the same transaction, and is not called for a step that changes nothing.
        Raises what `step` raises, and `UnknownToken`. What time alone has changed is kept even
        where the step is refused.
        """
        while True:
            before = await self.load(session_id)
            now, refused = self._now(), None
            try:
                after = step(before, now)
            except (IllegalStep, Wait) as error:
                after, refused = current(before, now), error
            if after is before or after == before:
                written: Session | None = before
            else:
                written = await self._write(before, after, now, None if refused else also)
            if written is not None:
                if refused is not None:
                    raise refused
                return written

    async def request(self, session: Session) -> Request:
        """What came with the token; empty when nothing did or when it was erased."""
        try:
            _, data = await self._objects.get(session.id, labels.REQUEST)
        except NotStored:
            return Request()
        return msgspec.json.decode(data, type=Request)

    async def erase(self, session_id: str, why: Erasure) -> Session:
        """Erase every artefact and what of the row tells more than the verdict.

        Once the row says so the erasure happens, whatever becomes of this process.
        """
        session = await self.take(session_id, partial(_erase_for, why))
        await self._objects.erase(session_id)
        return session

    async def _read(self, query: Select[*tuple[Any, ...]], value: str | bytes) -> Session:
        async with self._database.read() as connection:
            row = (await connection.execute(query, {"value": value})).one_or_none()
        if row is None:
            raise UnknownToken
        return _decode(row)

    async def _write(
        self, before: Session, after: Session, now: float, also: Also | None
    ) -> Session | None:
        """Give the session as written, or None when another writer came first."""
        after = replace(after, revision=before.revision + 1)
        row = _encode(after) | {"known": before.id, "before": before.revision}
        del row["id"]  # which is never set
        ends, erased = after.final and not before.final, after.erased and not before.erased
        async with self._database.begin() as connection:
            if (await connection.execute(_WRITE, row)).rowcount == 0:
                return None
            await events.write(connection, before, after, now)
            if erased:
                await self._jobs.add(connection, ERASE, after.id)
            elif ends:
                await self._jobs.add(connection, TIDY, after.id)
            if also is not None:
                await also(connection, after)
        if ends or erased:
            self._jobs.wake()
        self.watch.tell(after.id)
        return after

    async def _tidy(self, session_id: str) -> None:
        """Remove what only served to reach the verdict."""
        found = [one.label for one in await self._objects.find(session_id)]
        await self._objects.delete(session_id, *filter(labels.is_spent, found))

    async def _erase(self, session_id: str) -> None:
        await self._objects.erase(session_id)


def _erase_for(why: Erasure, session: Session, now: float) -> Session:
    return erase(session, now, why)


def _encode(session: Session) -> dict[str, Any]:
    row = {name: getattr(session, name) for name in _FIELDS}
    return row | {name: msgspec.to_builtins(row[name]) for name in _JSON}


def _decode(row: Row[Any]) -> Session:
    return msgspec.convert(dict(zip(_FIELDS, row, strict=True)), Session)
