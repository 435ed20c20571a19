"""The routes over a made engine: these tests are about the transport, not about faces."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import httpx
import msgspec
import pytest
from starlette.applications import Starlette

from countenance.tryit.routes import routes
from countenance.tryit.shapes import CompareAnswer, FaceSeen, Seen, VerifyAnswer

HERE = "http://127.0.0.1:8480"
LOCAL = ("127.0.0.1", 40000)
SEEN = Seen(
    64, 48, [FaceSeen((1.0, 2.0, 30.0, 40.0), 0.9, [(float(i), float(i)) for i in range(5)])]
)


class MadeEngine:
    """Remembers what arrived; answers fixed values, or raises `fault`."""

    def __init__(self) -> None:
        self.calls: list[tuple[bytes | None, bytes]] = []
        self.fault: Exception | None = None

    async def compare(self, a: bytes, b: bytes) -> msgspec.Struct:
        self._note(a, b)
        return CompareAnswer(a=SEEN, b=SEEN, score=float("nan"), passed=False, meaning="made")

    async def verify(self, photo: bytes | None, video: bytes) -> msgspec.Struct:
        self._note(photo, video)
        return VerifyAnswer(
            photo=None,
            best_frame=None,
            frames=[],
            live=0.5,
            score=None,
            passed=False,
            meaning="made",
        )

    def _note(self, a: bytes | None, b: bytes) -> None:
        if self.fault:
            raise self.fault
        self.calls.append((a, b))


@pytest.fixture
def engine() -> MadeEngine:
    return MadeEngine()


@pytest.fixture
def static(tmp_path: Path) -> Path:
    assets = tmp_path / "try" / "assets"
    assets.mkdir(parents=True)
    (tmp_path / "try" / "index.html").write_text("<!doctype html><title>built</title>")
    (assets / "index-abc123.js").write_text("export {};")
    (assets / "secret.txt").write_text("not served")
    return tmp_path


Connect = Callable[..., httpx.AsyncClient]


@pytest.fixture
async def connect(engine: MadeEngine, static: Path) -> AsyncIterator[Connect]:
    """A client as seen from `peer`, asking under `base`."""
    clients = []

    def open_client(
        base: str = HERE, peer: tuple[str, int] = LOCAL, folder: Path = static
    ) -> httpx.AsyncClient:
        app = Starlette(routes=routes(engine, folder))
        transport = httpx.ASGITransport(app, client=peer)
        clients.append(httpx.AsyncClient(transport=transport, base_url=base))
        return clients[-1]

    yield open_client
    for client in clients:
        await client.aclose()
