"""Who asks: the bearer of a token, and whether the device is the one that holds the session."""

import secrets
from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.requests import Request

from countenance.capture.limits import Window
from countenance.capture.parts import Parts
from countenance.capture.refusals import Refused, translate, wait
from countenance.verification import steps
from countenance.verification.session import Session
from countenance.verification.sessions import UnknownToken
from countenance.verification.steps import IllegalStep

LONGEST = 128  # characters of a token, a device key, a nonce
GUESSES, GUESSES_SECONDS = 30, 60.0  # of a party, until it must wait
PACE = 100  # requests of one session in a second: all chunks of a recording at once


@dataclass(frozen=True, slots=True)
class Holder:
    """A request by the device that holds the session; `device` is the digest of its key."""

    token: str
    session: Session
    device: bytes

    def hold(self, session: Session, now: float) -> Session:
        """The first part of every step: by then another device may hold the session."""
        return steps.hold(session, now, self.device)


class Bearers:
    """Finds sessions by what a request carries, and slows down who carries the wrong thing."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._guesses = Window(GUESSES, GUESSES_SECONDS, parts.ticks)
        self._pace = Window(PACE, 1.0, parts.ticks)

    async def find(self, request: Request) -> tuple[str, Session]:
        """The token and its session; raises `Refused`."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        token = token.strip().upper()
        if scheme.lower() != "bearer" or len(token) > LONGEST:
            token = ""  # looked for all the same
        try:
            session = await self._parts.sessions.find(token)
        except UnknownToken:
            raise self.count(request, Refused("not_available")) from None
        if seconds := self._pace.take(session.id):
            raise wait("too_many", seconds)
        return token, session

    async def hold(self, request: Request) -> Holder:
        """The device that holds the session, which is noted as seen; raises `Refused`."""
        token, session = await self.find(request)
        key = request.headers.get("x-capture-device", "")
        holder = Holder(token, session, self.digest(session, key))
        try:
            held = holder.hold(session, self._parts.now())
            if held is not session:
                held = await self._parts.sessions.take(session.id, holder.hold)
        except IllegalStep as error:
            raise self.count(request, translate(error)) from None
        return Holder(token, held, holder.device)

    def admit(self, request: Request) -> None:
        """Refuse a party that guessed too often; for who shows no key but the token."""
        party = self._parts.party(request.scope)
        if party is not None and (seconds := self._guesses.wait(party)):
            raise wait("too_many", seconds)

    def count(self, request: Request, refused: Refused) -> Refused:
        """Count a wrong token or key; what to answer: the refusal, or to wait."""
        party = self._parts.party(request.scope)
        seconds = 0.0 if party is None else self._guesses.take(party)
        return wait("too_many", seconds) if seconds else refused

    def digest(self, session: Session, key: str) -> bytes:
        """What is kept of a device key."""
        return self._parts.master.lookup(f"device {session.id} {key[:LONGEST]}")

    def digest_nonce(self, session: Session, nonce: str) -> str:
        """What is kept of a nonce."""
        return self._parts.master.lookup(f"nonce {session.id} {nonce[:LONGEST]}").hex()


def make_key() -> str:
    """A device key or nonce: 256 bits that nobody guesses."""
    return secrets.token_urlsafe(32)


def check_origin(headers: Headers, public_url: str) -> None:
    """Refuse a browser that shows another site's page; programs and apps send no Origin."""
    origin, host = headers.get("origin"), headers.get("host", "")
    if origin is None:
        foreign = headers.get("sec-fetch-site", "none") not in ("none", "same-origin")
    else:
        public = urlsplit(public_url)
        ours = (f"http://{host}", f"https://{host}", f"{public.scheme}://{public.netloc}")
        foreign = origin.lower() not in {one.lower() for one in ours}
    if foreign:
        raise Refused("bad_origin")
