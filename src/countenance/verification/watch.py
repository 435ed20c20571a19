"""Who in this process waits for a session to change, and is told when this process changes it."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager


class Watch:
    """Other replicas change sessions too: whoever waits looks from time to time besides."""

    def __init__(self) -> None:
        self._waiting: dict[str, set[asyncio.Event]] = {}

    @contextmanager
    def on(self, session_id: str) -> Iterator[asyncio.Event]:
        """An event that is set with each change from here on; read the session after entering."""
        event = asyncio.Event()
        self._waiting.setdefault(session_id, set()).add(event)
        try:
            yield event
        finally:
            others = self._waiting[session_id]
            others.discard(event)
            if not others:
                del self._waiting[session_id]

    def tell(self, session_id: str) -> None:
        """Wake who waits for this session."""
        for event in self._waiting.get(session_id, ()):
            event.set()

    def count(self, session_id: str) -> int:
        """How many wait for this session."""
        return len(self._waiting.get(session_id, ()))
