"""A recording on its way: chunks that are stored before they are counted, and the whole of them."""

import asyncio
import contextlib
import hashlib

import msgspec
from starlette.requests import Request

from countenance.capture import bodies
from countenance.capture.bearer import Bearers, Holder
from countenance.capture.parts import Parts
from countenance.capture.refusals import Refused
from countenance.capture.shapes import CHUNK_BYTES, TYPES, Complete, Words
from countenance.store.objects import NotStored, Occupied
from countenance.verification import labels, steps
from countenance.verification.session import Challenge, Session
from countenance.verification.steps import CHUNKS, TOTAL_BYTES

MOST_WORDS = 64  # of a session
KEPT_SECONDS = 1800.0  # a chunk, after its challenge: what was handed in may wait to be judged


class Recordings:
    """Takes recordings, and hands them over to be judged."""

    def __init__(self, parts: Parts, bearers: Bearers) -> None:
        self._parts = parts
        self._bearers = bearers

    async def take(self, request: Request, holder: Holder, n: int) -> Session:
        """Store chunk `n` and count it; raises `Refused`.

        The same bytes once more are harmless. Whoever comes second with others is refused, so
        that what was counted stays what it was.
        """
        nonce = self._nonce(request, holder.session)
        known = self._open(holder.session, nonce)
        media_type = bodies.check_type(request, TYPES)
        if n > known.chunks:
            raise Refused("wrong_state#order", number=known.chunks)
        data = await bodies.read(request, CHUNK_BYTES)
        if not data:
            raise Refused("bad_request#empty")
        if n == known.chunks and (known.size + len(data) > TOTAL_BYTES or n >= CHUNKS):
            raise Refused("too_large#recording", limit=TOTAL_BYTES, chunks=CHUNKS)
        await self._store(holder.session, known, n, data, media_type)

        def step(session: Session, now: float) -> Session:
            proved = steps.prove(holder.hold(session, now), nonce)
            return steps.take_chunk(proved, now, n, len(data))

        return await self._parts.sessions.take(holder.session.id, step)

    async def complete(self, request: Request, holder: Holder, body: Complete) -> Session:
        """Hand the recording in when all of it has arrived; raises `Refused`."""
        nonce = self._nonce(request, holder.session)
        if holder.session.state == "recording":
            known = self._open(holder.session, nonce)
            if body.chunks != known.chunks:
                raise Refused("damaged", number=known.chunks)
            if await self._sum(holder.session, known) != body.sha256:
                await self._restart(holder, nonce)
                raise Refused("damaged#sum")
            await keep_words(self._parts, holder.session, body.client)

        def step(session: Session, now: float) -> Session:
            proved = steps.prove(holder.hold(session, now), nonce)
            return steps.submit(proved, now, body.chunks)

        session = await self._parts.sessions.take(
            holder.session.id,
            step,
            also=self._parts.judge.add,
        )
        self._parts.jobs.wake()
        return session

    async def drop(self, session: Session) -> None:
        """Remove the chunks of a challenge that is open no more."""
        if session.recording is not None:
            known = session.recording
            # One more than were counted: it may have been stored and not counted.
            found = [labels.chunk(known, n) for n in range(known.chunks + 1)]
            await self._parts.objects.delete(session.id, *found)

    def _nonce(self, request: Request, session: Session) -> str:
        return self._bearers.digest_nonce(session, request.headers.get("x-capture-nonce", ""))

    def _open(self, session: Session, nonce: str) -> Challenge:
        known = steps.prove(session, nonce).recording
        if known is None:
            raise Refused("wrong_state", step="recording", state=session.state)
        return known

    async def _store(
        self, session: Session, challenge: Challenge, n: int, data: bytes, media_type: str
    ) -> None:
        try:
            await self._parts.objects.put(
                session.id,
                labels.chunk(challenge, n),
                "video",
                data,
                media_type=media_type,
                expires=challenge.until + KEPT_SECONDS,
                create=False,
                replace=False,
            )
        except Occupied:
            raise Refused("wrong_state#chunk", number=n) from None
        except NotStored:  # the session was erased meanwhile
            raise Refused("not_available") from None

    async def _sum(self, session: Session, challenge: Challenge) -> str | None:
        """The SHA-256 of all chunks, None where one has been lost."""
        found = hashlib.sha256()
        for n in range(challenge.chunks):
            try:
                _, data = await self._parts.objects.get(session.id, labels.chunk(challenge, n))
            except NotStored:
                return None
            await asyncio.to_thread(found.update, data)
        return found.hexdigest()

    async def _restart(self, holder: Holder, nonce: str) -> None:
        def step(session: Session, now: float) -> Session:
            return steps.restart(steps.prove(holder.hold(session, now), nonce), now)

        await self._parts.sessions.take(holder.session.id, step)
        await self.drop(holder.session)


async def keep_words(parts: Parts, session: Session, words: Words) -> None:
    """Add to what the device has told of itself, for the capture package."""
    if not words or session.final:
        return
    try:
        _, data = await parts.objects.get(session.id, labels.CLIENT)
        words = msgspec.json.decode(data, type=Words) | words
    except NotStored:
        pass  # it has told nothing yet
    with contextlib.suppress(NotStored):  # erased meanwhile
        await parts.objects.put(
            session.id,
            labels.CLIENT,
            "package",
            msgspec.json.encode(dict(list(words.items())[:MOST_WORDS])),
            media_type="application/json",
            expires=parts.sessions.lives.find_expiry(session, "package", parts.now()),
            create=False,
        )
