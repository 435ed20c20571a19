"""Real objects in a real database and memory, at a moment that the test says."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from countenance.files.info import Files
from countenance.files.routes import routes
from countenance.files.uploads import Uploads
from countenance.files.urls import FileUrls
from countenance.store.blobs import MemoryBlobs
from countenance.store.database import Database
from countenance.store.objects import Objects
from countenance.store.secrets import MasterKey

BASE = "http://127.0.0.1:8480"
LIFE, UPLOAD_LIFE = 600, 7200


@dataclass
class Room:
    """Everything that stands behind `/files/`, at `moment`."""

    database: Database
    moment: float = 1_800_000_000.5
    blobs: MemoryBlobs = field(default_factory=MemoryBlobs)

    def __post_init__(self) -> None:
        master = MasterKey(bytes(32))
        self.objects = Objects(self.database, master, self.blobs, self.now)
        self.urls = FileUrls(BASE, bytes(range(32)), self.now)
        self.uploads = Uploads(self.objects)
        self.files = self.make()
        self.app = Starlette(routes=routes(self.urls, self.uploads))

    def now(self) -> float:
        return self.moment

    def make(self, **changes: Any) -> Files:
        lives = {"life": LIFE, "frame_life": LIFE, "upload_life": UPLOAD_LIFE}
        return Files(self.urls, self.objects, **lives | changes, now=self.now)

    async def ask(self, method: str, url: str, **more: Any) -> httpx.Response:
        transport = httpx.ASGITransport(self.app)
        async with httpx.AsyncClient(transport=transport) as client:
            return await client.request(method, url, **more)

    async def count(self) -> int:
        """How many bytes lie in the store under some id."""
        return sum([len(ids) async for ids in self.blobs.list()])


@pytest.fixture
async def room(sqlite_url: str) -> AsyncIterator[Room]:
    async with Database(sqlite_url) as database:
        yield Room(database)
