"""The requests of the capture protocol, each a step of one session; `routes` says where they are.

`docs/reference/capture-protocol.md` explains them to whoever writes a client.
"""

import asyncio
import contextlib
import re
import uuid

from starlette.requests import Request
from starlette.responses import Response

from countenance.capture import bodies, shapes
from countenance.capture.answers import answer
from countenance.capture.bearer import Bearers, Holder, make_key
from countenance.capture.look import Looks
from countenance.capture.parts import Parts
from countenance.capture.recording import Recordings, keep_words
from countenance.capture.refusals import Refused, translate, wait
from countenance.capture.view import CONSENT, forward, recording, show
from countenance.verification import steps
from countenance.verification.session import Session
from countenance.verification.steps import IllegalStep

LONGEST_WAIT = 20.0  # seconds of `status`
SMALL = re.compile(r"[0-9]{1,2}")
WAITING = 4  # requests of one session that may wait at once
POLL_SECONDS = 1.0  # between two readings, for verdicts that another replica reaches


class Protocol:
    """One method for each request; all raise `Refused`, and `IllegalStep` or `Wait` of a step."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._sessions = parts.sessions
        self._bearers = Bearers(parts)
        self._recordings = Recordings(parts, self._bearers)
        self._looks = Looks(parts)

    async def begin(self, request: Request, _: str) -> Response:
        """Take the session to this device, which is told its key unless it has it."""
        token, session = await self._bearers.find(request)
        body = await bodies.read_json(request, "begin", shapes.Begin)
        known = None if body.device is None else self._bearers.digest(session, body.device)
        if known is None or known != session.device:
            self._bearers.admit(request)
        key = make_key()
        fresh = self._bearers.digest(session, key)

        def step(before: Session, now: float) -> Session:
            return steps.begin(before, now, known, fresh, body.take_over)

        try:
            begun = await self._sessions.take(session.id, step)
        except IllegalStep as error:
            raise self._bearers.count(request, translate(error)) from None
        if begun.device == fresh:
            await self._recordings.drop(session)  # what another device had recorded
        else:
            key = body.device or ""
        await keep_words(self._parts, begun, body.client)
        return await self._view(begun, token, device=key)

    async def consent(self, request: Request, _: str) -> Response:
        """Note what the person said; who refuses has left."""
        holder = await self._bearers.hold(request)
        body = await bodies.read_json(request, "consent", shapes.Agreement)
        if body.version != CONSENT:
            raise Refused("bad_request#version", version=CONSENT)
        say = steps.agree if body.accepted else steps.decline

        def step(session: Session, now: float) -> Session:
            return say(holder.hold(session, now), now, body.version, body.locale)

        return await self._view(await self._sessions.take(holder.session.id, step), holder.token)

    async def look(self, request: Request, _: str) -> Response:
        """Say what hinders a good recording in a picture that is not kept."""
        holder = await self._bearers.hold(request)
        return answer(await self._looks.look(request, holder))

    async def challenge(self, request: Request, _: str) -> Response:
        """Allow one recording, in the place of one that was allowed before."""
        holder = await self._bearers.hold(request)
        if not holder.session.agreed and not holder.session.final:
            raise Refused("wrong_state#consent")
        nonce = make_key()
        digest = self._bearers.digest_nonce(holder.session, nonce)
        name = uuid.uuid4().hex

        def step(session: Session, now: float) -> Session:
            return steps.challenge(holder.hold(session, now), now, name, digest)

        session = await self._sessions.take(holder.session.id, step)
        await self._recordings.drop(holder.session)
        return await self._view(session, holder.token, nonce=nonce)

    async def put(self, request: Request, number: str) -> Response:
        """Take one chunk of the recording."""
        holder = await self._bearers.hold(request)
        if not SMALL.fullmatch(number) or int(number) >= steps.CHUNKS:
            raise Refused("bad_request#number", name="n", low=0, high=steps.CHUNKS - 1)
        return answer(recording(await self._recordings.take(request, holder, int(number))))

    async def resume(self, request: Request, _: str) -> Response:
        """Say what has arrived of the recording."""
        holder = await self._bearers.hold(request)
        if holder.session.recording is None:
            raise Refused("wrong_state", step="recording", state=holder.session.state)
        return answer(recording(holder.session))

    async def complete(self, request: Request, _: str) -> Response:
        """Hand the recording in to be judged."""
        holder = await self._bearers.hold(request)
        body = await bodies.read_json(request, "recording/complete", shapes.Complete)
        session = await self._recordings.complete(request, holder, body)
        return await self._view(session, holder.token, status=202)

    async def status(self, request: Request, _: str) -> Response:
        """The view, at the latest after `wait` seconds if the recording is being judged."""
        holder = await self._bearers.hold(request)
        seconds = _read_wait(request.query_params.get("wait", "0"))
        redirect = None
        if seconds and holder.session.state == "judging":
            # Where nothing is kept, the verdict erases it: who waits for one is told all the same.
            redirect = (await self._sessions.request(holder.session)).redirect
        session = await self._await_verdict(holder, seconds)
        return await self._view(session, holder.token, redirect=redirect)

    async def leave(self, request: Request, _: str) -> Response:
        """End the verification without a verdict."""
        holder = await self._bearers.hold(request)
        body = await bodies.read_json(request, "leave", shapes.Leave)

        def step(session: Session, now: float) -> Session:
            return steps.leave(holder.hold(session, now), now, body.why)

        return await self._view(await self._sessions.take(holder.session.id, step), holder.token)

    async def kept(self, request: Request, _: str) -> Response:
        """What is stored of this verification, by kind."""
        session = (await self._bearers.hold(request)).session
        stored = await self._parts.objects.find(session.id)
        items = [
            shapes.Item(
                kind=kind,
                bytes=sum(one.size for one in stored if one.kind == kind),
                until=round(max(one.expires for one in stored if one.kind == kind)),
            )
            for kind in dict.fromkeys(one.kind for one in stored)
        ]
        until = session.result_until + self._parts.keep_records
        erased = session.erased is not None
        return answer(shapes.Kept(items=items, records_until=round(until), erased=erased))

    async def erase(self, request: Request, _: str) -> Response:
        """Erase everything but the verdict, which must have been reached."""
        holder = await self._bearers.hold(request)
        await bodies.read_json(request, "erase", shapes.Nothing)
        if not holder.session.final:
            raise Refused("wrong_state", step="erase", state=holder.session.state)
        await self._sessions.erase(holder.session.id, "person")
        return answer(shapes.Erased(erased=True))

    async def _await_verdict(self, holder: Holder, seconds: float) -> Session:
        """The session as soon as it is not being judged; no connection is held meanwhile."""
        session, clock = holder.session, asyncio.get_running_loop().time
        if seconds and self._sessions.watch.count(session.id) >= WAITING:
            raise wait("too_many", 1.0)
        until = clock() + seconds
        with self._sessions.watch.on(session.id) as changed:
            while session.state == "judging" and clock() < until and not self._parts.draining():
                changed.clear()
                now = self._parts.now()
                session = holder.hold(await self._sessions.load(session.id), now)
                if session.state == "judging":
                    with contextlib.suppress(TimeoutError):
                        left = min(POLL_SECONDS, max(0.0, until - clock()))
                        await asyncio.wait_for(changed.wait(), left)
        return session

    async def _view(
        self,
        session: Session,
        token: str,
        *,
        status: int = 200,
        redirect: str | None = None,
        device: str = "",
        nonce: str = "",
    ) -> Response:
        if session.final and redirect is None:
            redirect = (await self._sessions.request(session)).redirect
        now = self._parts.now()
        view = show(
            session,
            now,
            redirect=None if redirect is None else forward(redirect, token),
            device=device,
            nonce=nonce,
        )
        return answer(view, status)


def _read_wait(stated: str) -> float:
    if not SMALL.fullmatch(stated) or int(stated) > LONGEST_WAIT:
        raise Refused("bad_request#number", name="wait", low=0, high=int(LONGEST_WAIT))
    return float(stated)
