"""Servers that exist in tests only: the real application over real HTTP, with other actions.

The recorder keeps what it decoded and then answers as a server does that has no action built. The
echo answers every action in full, each output with a value of exactly its contract type; asked in
`EMPTY_REGION`, with null wherever the contract allows it. The third has its own actions.
"""

import asyncio
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest.mock import patch

import msgspec
import structlog
import uvicorn
from tests.contexts import make_context
from tests.contract import samples
from tests.serving import Running

from countenance import app, asgi
from countenance.actions import Outcome
from countenance.actions.perform import Performer
from countenance.contract.catalogue import Action
from countenance.settings import load
from countenance.wire import steps
from countenance.wire.call import Call
from countenance.wire.protocol import bounded_protocol

EMPTY_REGION = "ap-bangkok"
START_SECONDS = 30
# Their own tests are elsewhere; here one machine calls as often as it can.
UNLIMITED = ("limit_address", "limit_rate")
_call: ContextVar[Call] = ContextVar("call")


@dataclass(frozen=True)
class Seen:
    """One request as the server understood it; parameters that were absent are left out."""

    service: str
    action: str
    params: dict[str, Any]
    region: str | None
    language: str
    algorithm: str  # tc3 or v1
    method: str
    token: bool
    key: str
    headers: dict[str, str] = field(repr=False)


@dataclass(frozen=True)
class TestServer:
    """A server that answers on a thread of this process, with one key of its own."""

    __test__ = False

    port: int
    secret_id: str
    secret_key: str
    seen: dict[str, Seen]  # by RequestId
    parts: app.Server
    loop: asyncio.AbstractEventLoop

    @property
    def endpoint(self) -> str:
        """Host and port, as SDKs want it."""
        return f"127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        """The address with its scheme."""
        return f"http://{self.endpoint}"

    @property
    def running(self) -> Running:
        """The same server for who only calls it."""
        return Running(self.url, self.secret_id, self.secret_key, Path(), Path(), 0, "")

    def wait(self, work: Any) -> Any:
        """The result of a coroutine of one of the server's parts, run where they live."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(START_SECONDS)


class Echo(Performer):
    """Answers every action, none of which it runs."""

    async def perform(self, action: Action, *_: object, **__: object) -> Outcome:
        """The whole response of the action, from the contract."""
        values = samples.outputs(action, empty=_call.get().region == EMPTY_REGION)
        return Outcome(msgspec.convert(values, action.response))


@contextmanager
def recorder(folder: Path, **settings: object) -> Iterator[TestServer]:
    """The server that decodes and keeps; every action is answered UnsupportedOperation."""
    with patch.object(app, "handlers", dict):
        parts, application = _build(folder, settings)
    with _run(parts, application) as running:
        yield running


@contextmanager
def real(
    folder: Path, now: Callable[[], float] = time.time, **settings: object
) -> Iterator[TestServer]:
    """The server as it is, in this process, so that a test can break a part of it.

    `now` is the clock of sessions and what they keep, not that of signatures.
    """
    with _run(*_build(folder, settings, now)) as running:
        yield running


@contextmanager
def echo(folder: Path, **settings: object) -> Iterator[TestServer]:
    """The server that answers every action with everything the contract has for it."""
    parts, application = _build(folder, settings)
    parts.performer = Echo({}, make_context(), parts.usage)
    with _run(parts, application) as running:
        yield running


def _build(
    folder: Path, settings: dict[str, Any], now: Callable[[], float] = time.time
) -> tuple[app.Server, Any]:
    """The application as it is, less its networks and its limits per second."""
    with patch.object(app, "warm", lambda *_: None):
        return asgi.build(load(folder, environ={}, workers=1, **settings), now)


@contextmanager
def _run(parts: app.Server, application: Any) -> Iterator[TestServer]:
    seen: dict[str, Seen] = {}
    kept = [step for step in parts.chain if steps.name(step) not in UNLIMITED]
    parts.chain = (*kept[:-1], _keep_in(seen), kept[-1])
    config = uvicorn.Config(
        application,
        port=0,
        http=bounded_protocol(parts.settings.query_limit),
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=5,
    )
    server = _Listening(config)
    started: Future[TestServer] = Future()
    thread = threading.Thread(target=lambda: asyncio.run(_serve(server, parts, seen, started)))
    with _errors_logged_only():
        thread.start()
        try:
            yield started.result(START_SECONDS)
        finally:
            server.should_exit = True
            thread.join(START_SECONDS)


@contextmanager
def _errors_logged_only() -> Iterator[None]:
    """A line for each of thousands of requests would bury what a failed test has to say."""
    before = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger("error"))
    try:
        yield
    finally:
        structlog.configure(**before)


class _Listening(uvicorn.Server):
    """Says when it listens, or when it will not."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.up = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        try:
            await super().startup(sockets)
        finally:
            self.up.set()


async def _serve(
    server: _Listening, parts: app.Server, seen: dict[str, Seen], started: Future[TestServer]
) -> None:
    serving = asyncio.ensure_future(server.serve())
    await server.up.wait()
    try:
        port = server.servers[0].sockets[0].getsockname()[1]
        key = await parts.keys.create("clients")
        loop = asyncio.get_running_loop()
        running = TestServer(port, key.secret_id, key.secret_key, seen, parts, loop)
    except BaseException as error:
        server.should_exit = True
        started.set_exception(error)
    else:
        started.set_result(running)
    await serving


def _keep_in(seen: dict[str, Seen]) -> steps.Step:
    async def keep(call: Call) -> None:
        _call.set(call)
        seen[call.request_id] = Seen(
            service=call.routed.service,
            action=call.routed.name,
            params=samples.present(msgspec.to_builtins(call.request)),
            region=call.region,
            language=str(call.language),
            algorithm=call.family,
            method=call.method,
            token=call.token is not None,
            key=call.account.key_id,
            headers=dict(call.headers),
        )

    return keep
