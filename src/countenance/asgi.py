"""The ASGI application: which of our parts each connection goes to."""

import secrets
import time
from collections.abc import Awaitable, Callable
from importlib import resources
from pathlib import Path
from typing import Any

import msgspec
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from starlette.types import Receive, Scope, Send

from countenance.app import Server
from countenance.capture import page
from countenance.capture import routes as capture
from countenance.capture.parts import Parts
from countenance.contract import catalogue
from countenance.files import routes as files
from countenance.settings import Settings
from countenance.tryit import demo
from countenance.tryit.engine import PerceptionEngine
from countenance.tryit.guard import is_page_request
from countenance.tryit.routes import routes
from countenance.wire import address, guard

STATIC = Path(str(resources.files("countenance") / "static"))
PATHS = ("/livez", "/readyz", "/metrics", "/reflect")
FOLDERS = ("/try/", "/reflect/", "/verify/", "/demo/", "/files/", capture.PREFIX)


def build(settings: Settings, now: Callable[[], float] = time.time) -> tuple[Server, "Application"]:
    """The server's parts and its ASGI application."""
    server = Server(settings, now)
    return server, Application(server)


class Application:
    """ASGI: lifespan, the health addresses, the page, and for everything else the chain."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._secret = secrets.token_urlsafe(16)
        self._pages = Starlette(routes=self._routes())

    def _routes(self) -> list[BaseRoute]:
        found: list[BaseRoute] = [
            Route("/livez", self._live),
            Route("/readyz", self._ready),
            Route("/metrics", self._metrics),
            *files.routes(self._server.urls, self._server.uploads),
            *page.routes(STATIC, self._server.settings.frame_ancestors),
            *capture.routes(self._capture_parts()),
        ]
        if self._server.settings.try_page:
            engine = PerceptionEngine(self._server.compute, self._server.policy)
            found += routes(engine, STATIC)
            base = self._server.settings.public_url.rstrip("/")
            found += demo.routes(self._secret, base, self._call_as_demo)
        return found

    def _capture_parts(self) -> Parts:
        server, settings = self._server, self._server.settings
        return Parts(
            sessions=server.sessions,
            objects=server.objects,
            jobs=server.jobs,
            judge=server.judge,
            compute=server.compute,
            policy=server.policy,
            master=server.master,
            metrics=server.metrics,
            party=self._party,
            draining=lambda: server.draining,
            rate=settings.rate_per_address,
            public_url=settings.public_url,
            keep_records=settings.keep_records,
        )

    def _party(self, scope: Scope) -> str | None:
        """Whom a request comes from, None for one that no limit per address concerns."""
        settings = self._server.settings
        peer = scope["client"][0] if scope.get("client") else ""
        found = guard.party(address.client(peer, scope["headers"], settings.proxies))
        return None if settings.rate_loopback_exempt and found == "loopback" else found

    @property
    def demo_link(self) -> str | None:
        """Where whoever is told may run a verification until this server ends; None: nowhere."""
        if not self._server.settings.try_page:
            return None
        return f"{self._server.settings.public_url.rstrip('/')}/demo/{self._secret}"

    async def _call_as_demo(self, name: str, request: msgspec.Struct) -> Any:
        account = await self._server.accounts.ensure_demo()
        action = catalogue.find("2018-03-01", name)
        outcome = await self._server.performer.perform(action, request, account.id)
        return outcome.response

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One connection event of the ASGI server."""
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
        elif scope["type"] == "http" and self._is_ours(scope):
            await self._pages(scope, receive, send)
        elif scope["type"] == "http":
            await self._server.answer(scope, receive, send)

    def _is_ours(self, scope: Scope) -> bool:
        path = scope["path"]
        if path == "/":
            return self._server.settings.try_page and is_page_request(scope)
        return path in PATHS or path.startswith(FOLDERS)

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        moments: dict[str, Callable[[], Awaitable[None]]] = {
            "startup": self._server.start,
            "shutdown": self._server.close,
        }
        for moment, act in moments.items():
            await receive()
            try:
                await act()
            except Exception as error:
                await send({"type": f"lifespan.{moment}.failed", "message": str(error)})
                return
            await send({"type": f"lifespan.{moment}.complete"})

    async def _live(self, _: Request) -> Response:
        return Response("live\n", media_type="text/plain")

    async def _ready(self, _: Request) -> Response:
        if self._server.draining:
            return Response("draining\n", status_code=503, media_type="text/plain")
        if self._server.compute.ready:
            return Response("ready\n", media_type="text/plain")
        return Response("loading\n", status_code=503, media_type="text/plain")

    async def _metrics(self, _: Request) -> Response:
        await self._server.measure()
        return Response(self._server.metrics.text(), media_type="text/plain; version=0.0.4")
