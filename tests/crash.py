"""A whole verification whose server is killed at one of its writes, finished from what is left.

The merchant and the person are in this process and outlive every server. What a server had not
answered when it died they ask again, of the next one, as any client would.
"""

import base64
import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import msgspec
from sqlalchemy import select

from countenance.jobs import LEASE_SECONDS
from countenance.store import tables
from countenance.store.objects import HALF_WRITTEN
from countenance.verification import evidence
from tests.capture import Capture, CaptureError
from tests.client import Client
from tests.contract.servers import TestServer, real
from tests.crash_server import Order
from tests.serving import Running

APPLY, RESULT = "ApplyWebVerificationBizTokenIntl", "GetWebVerificationResultIntl"
EXTRA, REDIRECT = "order 4711", "https://shop.example/done"
LONGEST_LIFE = 10 * 86400.0  # after which nothing of a token without a verification is left
CHUNK = 24 * 1024  # small, so that a tiny clip has several
ONE_THREAD = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"), "1")


class Died(Exception):
    """The server did not answer: it is gone."""


@dataclass
class Flow:
    """A merchant and a person; `steps` are requests that can each be repeated."""

    clip: bytes
    photo: bytes | None = None
    token: str = ""
    nonce: str = ""
    capture: Capture = field(default_factory=lambda: Capture("", ""))
    result: dict[str, Any] = field(default_factory=dict)
    lost: str = ""  # the step whose answer never came
    client: Client | None = None
    done: list[str] = field(default_factory=list)

    @property
    def steps(self) -> dict[str, Callable[[], None]]:
        return {
            "token": self._ask_token,
            "begin": self._begin,
            "consent": self._consent,
            "challenge": self._challenge,
            "send": self._send,
            "complete": self._complete,
            "wait": self._wait,
            "result": self._read,
            "erase": self._erase,
        }

    def close(self) -> None:
        """Put the phone away."""
        self.capture.http.close()

    def go_on(self, url: str, secret_id: str, secret_key: str, until: str = "erase") -> None:
        """Make the steps that are not done, up to `until`; raises `Died`."""
        told = Running(url, secret_id, secret_key, Path(), Path(), 0, "")
        self.client, self.capture.url = Client(told), url
        for name, step in self.steps.items():
            if name not in self.done:
                try:
                    step()
                except httpx.TransportError:
                    self.lost = name
                    raise Died(name) from None
                self.done.append(name)
            if name == until:
                return

    def _call(self, action: str, **params: Any) -> dict[str, Any]:
        assert self.client is not None
        answer = self.client.call(action, params)
        assert "Error" not in answer.response, answer.response
        return answer.response

    def _ask_token(self) -> None:
        config = {"CheckMode": 2 if self.photo else 3, "SecurityLevel": 1}
        photo = {}
        if self.photo:
            photo = {"CompareImageBase64": base64.b64encode(self.photo).decode()}
        told = self._call(APPLY, RedirectURL=REDIRECT, Extra=EXTRA, Config=config, **photo)
        self.token = self.capture.token = told["BizToken"]

    def _begin(self) -> None:
        # Had it begun and not heard so, the link is in use, by a key that nobody holds.
        self.capture.begin(take_over=self.lost == "begin", client={"camera": "front"})

    def _consent(self) -> None:
        self.capture.consent(self.capture.status()["consent"]["version"])

    def _challenge(self) -> None:
        self.nonce = self.capture.challenge()["challenge"]["nonce"]

    def _send(self) -> None:
        chunks = [self.clip[i : i + CHUNK] for i in range(0, len(self.clip), CHUNK)]
        for n in range(self.capture.arrived()["chunks"], len(chunks)):
            self.capture.put(n, chunks[n], self.nonce)

    def _complete(self) -> None:
        chunks = -(-len(self.clip) // CHUNK)
        self.capture.complete(self.clip, self.nonce, chunks=chunks)

    def _wait(self) -> None:
        self.capture.wait()

    def _read(self) -> None:
        self.result = self._call(RESULT, BizToken=self.token)

    def _erase(self) -> None:
        try:
            self.capture.erase()
        except CaptureError as error:
            # Erased, and the answer was lost.
            if not (self.lost == "erase" and error.code == "not_available"):
                raise


class Crashes:
    """Starts servers that die, in a process that imported the product once."""

    def __init__(self) -> None:
        command = [sys.executable, "-W", "error", "-m", "tests.crash_server"]
        environment = os.environ | ONE_THREAD
        self._forks = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment, text=True
        )

    def run(self, flow: Flow, order: Order) -> str:
        """Let the flow go on until its server dies; the step it was in, empty when it did not."""
        told = self._tell(order)
        step = ""
        order.armed.touch()
        try:
            flow.go_on(told["url"], told["secret_id"], told["secret_key"])
        except Died as died:
            step = str(died)
        else:
            os.kill(told["pid"], signal.SIGKILL)
        assert self._read() == {"ended": True}
        order.armed.unlink()
        return step

    def close(self) -> None:
        """End the process that forks."""
        assert self._forks.stdin is not None
        assert self._forks.stdout is not None
        self._forks.stdin.close()
        self._forks.wait(30)
        self._forks.stdout.close()

    def _tell(self, order: Order) -> dict[str, Any]:
        assert self._forks.stdin is not None
        self._forks.stdin.write(msgspec.json.encode(order).decode() + "\n")
        self._forks.stdin.flush()
        return self._read()

    def _read(self) -> dict[str, Any]:
        assert self._forks.stdout is not None
        line = self._forks.stdout.readline()
        assert line, "the process that forks has ended"
        told: dict[str, Any] = json.loads(line)
        return told


@contextlib.contextmanager
def crashes() -> Iterator[Crashes]:
    """Servers that die, for as long as the context lasts."""
    made = Crashes()
    try:
        yield made
    finally:
        made.close()


@dataclass
class Clock:
    """The time of this machine, and more: what passes while nobody waits for it."""

    ahead: float = 0.0

    def __call__(self) -> float:
        return time.time() + self.ahead


def finish(flow: Flow, folder: Path) -> None:
    """A new server on what is left: the flow comes to its end, and everything is as it should be.

    Raises `AssertionError` for whatever is not.
    """
    clock = Clock(LEASE_SECONDS + 1)
    with real(folder, clock, keys_per_account=99) as server:
        key = (server.url, server.secret_id, server.secret_key)
        kept = "erase" not in flow.done and flow.lost != "erase"
        if kept:
            flow.go_on(*key, until="result")
            _check_result(flow)
        clock.ahead = HALF_WRITTEN + 60
        server.wait(_sweep(server))
        if kept:
            _check_kept(flow, server)
        _check_bytes(server)
        flow.go_on(*key)
        _check_records(flow, server)
        # A token whose answer was lost is opened by nobody, and what came with it expires.
        clock.ahead = LONGEST_LIFE
        server.wait(_sweep(server))
        assert _rows(server, "objects") == []
        assert _rows(server, "data_keys") == []
        _check_bytes(server)


def _check_result(flow: Flow) -> None:
    assert flow.result["ErrorCode"] == 0, flow.result
    assert flow.result["Extra"] == EXTRA
    assert base64.b64decode(flow.result["VideoBase64"]) == flow.clip
    assert base64.b64decode(flow.result["BestFrameBase64"]).startswith(b"\xff\xd8\xff")


def _check_kept(flow: Flow, server: TestServer) -> None:
    """Every artefact of the verification opens; nothing else is stored anywhere."""
    parts = server.parts
    session = server.wait(parts.sessions.find(flow.token))
    stored = server.wait(parts.objects.find(session.id))
    kept = {"best-1", "package-1", "profile-1", "request", "video-1"}
    assert {one.label for one in stored} == kept
    for one in stored:
        assert len(server.wait(parts.objects.get(session.id, one.label))[1]) == one.size


def _check_bytes(server: TestServer) -> None:
    """After a sweep: every row has its bytes, and all bytes have a row."""
    rows = _rows(server, "objects")
    assert all(row.ready for row in rows)
    folder = server.parts.settings.objects_folder
    assert {row.id for row in rows} == {file.name for file in folder.iterdir()}


def _check_records(flow: Flow, server: TestServer) -> None:
    """One verdict, one record of it, one charge, each event once."""
    session = server.wait(server.parts.sessions.find(flow.token))
    (attempt,) = session.attempts
    assert (session.state, attempt.passed) == ("passed", True)

    async def read() -> Any:
        async with server.parts.database.read() as connection:
            return await evidence.read(connection, session.id)

    records = server.wait(read())
    assert [number for number, record in records.items() if record.passed] == [1]
    assert len(_rows(server, "evidence")) == 1
    told = sorted(row.kind for row in _rows(server, "events") if row.session_id == session.id)
    assert told == ["verification.attempt", "verification.erased", "verification.finished"]
    assert [row.billed for row in _rows(server, "usage") if row.billed] == [1]


async def _sweep(server: TestServer) -> None:
    while await server.parts.jobs.run_due():
        pass
    await server.parts.retention.sweep()


def _rows(server: TestServer, name: str) -> list[Any]:
    async def read() -> list[Any]:
        async with server.parts.database.read() as connection:
            return list(await connection.execute(select(tables.metadata.tables[name])))

    found: list[Any] = server.wait(read())
    return found
