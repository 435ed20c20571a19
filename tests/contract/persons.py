"""People who verify with a token, through the parts of a server that runs in this process."""

import secrets
import uuid
from typing import Any

from tests.contract.servers import TestServer

from countenance.verification import labels
from countenance.verification.session import Session
from countenance.verification.sessions import Step
from countenance.verification.steps import agree, begin, challenge, leave, submit, take_chunk

CHUNK = 256 * 1024


class Person:
    """Opens a token on a device and records what they are given."""

    def __init__(self, server: TestServer, token: str) -> None:
        self.server = server
        self.token = token
        self._parts = server.parts
        self._device = secrets.token_bytes(32)

    def open(self) -> Session:
        """Open the link and agree."""
        return self._wait(self._open())

    def leave(self) -> Session:
        """Close the page."""
        return self._wait(self._take(leave))

    def record(self, clip: bytes, media_type: str = "video/mp4") -> Session:
        """One attempt, judged; the session after it."""
        return self._wait(self._record(clip, media_type))

    def _wait(self, work: Any) -> Session:
        session: Session = self.server.wait(work)
        return session

    async def _take(self, step: Step) -> Session:
        session = await self._parts.sessions.find(self.token)
        return await self._parts.sessions.take(session.id, step)

    async def _open(self) -> Session:
        device = self._device
        await self._take(lambda session, now: begin(session, now, device, device))
        return await self._take(lambda session, now: agree(session, now, "1", "en"))

    async def _record(self, clip: bytes, media_type: str) -> Session:
        await self._open()
        name, nonce = uuid.uuid4().hex, secrets.token_hex(32)
        session = await self._take(lambda session, now: challenge(session, now, name, nonce))
        assert session.recording is not None
        sizes = [min(CHUNK, len(clip) - at) for at in range(0, len(clip), CHUNK)]
        for n, size in enumerate(sizes):
            await self._parts.objects.put(
                session.id,
                labels.chunk(session.recording, n),
                "video",
                clip[n * CHUNK : n * CHUNK + size],
                media_type=media_type,
                expires=session.result_until,
            )
            await self._take(lambda session, now, n=n, size=size: take_chunk(session, now, n, size))
        await self._take(lambda session, now: submit(session, now, len(sizes)))
        await self._parts.judge.judge(session.id)
        return await self._parts.sessions.find(self.token)
