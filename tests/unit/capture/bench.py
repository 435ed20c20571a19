"""The capture protocol in this process: real parts, a clock that stands still, any caller."""

import hashlib
import json
import re
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import msgspec
from starlette.applications import Starlette
from starlette.types import Scope

from countenance.accounts.accounts import Accounts
from countenance.accounts.usage import Usage
from countenance.capture import shapes
from countenance.capture.parts import Parts
from countenance.capture.routes import routes
from countenance.compute.local import LocalCompute
from countenance.jobs import Jobs
from countenance.observe import Metrics
from countenance.settings import Settings
from countenance.store.blobs import MemoryBlobs
from countenance.store.database import Database
from countenance.store.objects import Objects
from countenance.store.secrets import MasterKey
from countenance.verification.judge import Judge
from countenance.verification.lives import Lives
from countenance.verification.policy import Policies, Policy
from countenance.verification.session import Attempt, Config, Family, Session
from countenance.verification.sessions import Sessions
from countenance.verification.steps import judge

HOST = "verify.example"
URL = f"https://{HOST}/capture/v1/"
MASTER = MasterKey(bytes(range(32)))


@dataclass
class Clock:
    """A time that stands still until it is moved."""

    time: float = 1_000_000.0

    def __call__(self) -> float:
        return self.time


DESCRIBED = json.loads((Path("docs") / "reference" / "capture-openapi.json").read_text("utf-8"))


@dataclass(frozen=True)
class Answer:
    """What a request was answered."""

    status: int
    headers: httpx.Headers
    body: dict[str, Any]

    @property
    def code(self) -> str:
        """The code of the error form, empty without one."""
        return str(self.body.get("error", {}).get("code", ""))

    @property
    def told(self) -> tuple[int, str]:
        """Status and code of a refusal."""
        return self.status, self.code


@dataclass
class Device:
    """One device that holds a token, and perhaps the session."""

    bench: "Bench"
    token: str
    key: str = ""
    nonce: str = ""
    address: str = "203.0.113.7"
    headers: dict[str, str] = field(default_factory=dict)

    async def ask(self, method: str, path: str, **request: Any) -> Answer:
        headers = {"Authorization": f"Bearer {self.token}"} | self.headers
        headers |= {"X-Capture-Device": self.key} if self.key else {}
        headers |= {"X-Capture-Nonce": self.nonce} if self.nonce else {}
        headers |= request.pop("headers", {})
        return await self.bench.ask(self.address, method, path, headers=headers, **request)

    async def begin(self, **body: Any) -> Answer:
        answer = await self.ask("POST", "begin", json=body)
        self.key = answer.body.get("device", self.key)
        return answer

    async def consent(self, accepted: bool = True, version: str = "1") -> Answer:
        body = {"version": version, "accepted": accepted, "locale": "en"}
        return await self.ask("POST", "consent", json=body)

    async def challenge(self) -> Answer:
        answer = await self.ask("POST", "challenge", json={})
        self.nonce = (answer.body.get("challenge") or {}).get("nonce", self.nonce)
        return answer

    async def put(self, n: int, data: bytes, media_type: str = "video/mp4") -> Answer:
        headers = {"Content-Type": media_type}
        return await self.ask("PUT", f"recording/{n}", content=data, headers=headers)

    async def complete(self, *chunks: bytes, **body: Any) -> Answer:
        sha256 = hashlib.sha256(b"".join(chunks)).hexdigest()
        known = {"chunks": len(chunks), "sha256": sha256} | body
        return await self.ask("POST", "recording/complete", json=known)

    async def ready(self) -> "Device":
        """Go on to an open challenge."""
        for answer in (await self.begin(), await self.consent(), await self.challenge()):
            assert answer.status == 200, answer.body
        return self

    async def submitted(self, *chunks: bytes) -> "Device":
        """Go on to a recording that waits to be judged."""
        await self.ready()
        for n, chunk in enumerate(chunks or (b"a", b"b")):
            assert (await self.put(n, chunk)).status == 200
        assert (await self.complete(*(chunks or (b"a", b"b")))).status == 202
        return self


@dataclass
class Bench:
    """Sessions of one account, and the application that serves their devices."""

    database: Database
    clock: Clock = field(default_factory=Clock)
    rate: int = 0
    draining: bool = False
    pause: float = 1.0  # between two requests, for the limits of their number

    def __post_init__(self) -> None:
        settings, policy = Settings(), Policy()
        self.objects = Objects(self.database, MASTER, MemoryBlobs(), self.clock)
        self.jobs = Jobs(self.database, self.clock)
        lives = Lives.from_settings(settings)
        self.sessions = Sessions(self.database, MASTER, self.objects, self.jobs, lives, self.clock)
        self.ticks = Clock()
        self.compute = LocalCompute(1, 0, lambda: None)
        self.metrics = Metrics()
        usage = Usage(self.database, self.clock)
        policies = Policies(policy, {})
        self.parts = Parts(
            sessions=self.sessions,
            objects=self.objects,
            jobs=self.jobs,
            judge=Judge(self.sessions, self.objects, self.compute, policies, usage, self.jobs),
            compute=self.compute,
            policy=policy,
            master=MASTER,
            metrics=self.metrics,
            party=_party,
            draining=lambda: self.draining,
            rate=self.rate,
            public_url="https://public.example/base",
            keep_records=settings.keep_records,
            now=self.clock,
            ticks=self.ticks,
        )
        self.app = Starlette(routes=routes(self.parts))

    async def ask(self, address: str, method: str, path: str, **request: Any) -> Answer:
        self.ticks.time += self.pause
        transport = httpx.ASGITransport(self.app, client=(address, 1234))
        async with httpx.AsyncClient(transport=transport, base_url=URL, trust_env=False) as client:
            answer = await client.request(method, path, **request)
        found = Answer(answer.status_code, answer.headers, json.loads(answer.content or b"{}"))
        check(method, path, found)
        return found

    async def issue(self, family: Family = "web", **config: Any) -> Device:
        account = await Accounts(self.database).ensure_demo()
        known: dict[str, Any] = {"mode": "liveness", "attempts": 3} | config
        redirect = known.pop("redirect", None)
        _, token = await self.sessions.create(
            account.id,
            family,
            "ApplyWebVerificationBizTokenIntl",
            Config(**known),
            redirect=redirect,
        )
        return Device(self, token)

    async def judge(self, device: Device, attempt: Attempt) -> Session:
        """Reach a verdict as the job would."""
        session = await self.sessions.find(device.token)

        def step(before: Session, now: float) -> Session:
            return judge(before, now, attempt)

        return await self.sessions.take(session.id, step)


def check(method: str, path: str, answer: Answer) -> None:
    """Hold an answer against the OpenAPI description of its request."""
    step = re.sub(r"^recording/[^c].*", "recording/{n}", path.partition("?")[0])
    request = DESCRIBED["paths"].get(f"/{step}", {}).get(method.lower())
    if request is None:
        assert answer.status in (404, 405)
        return
    known = request["responses"].get(str(answer.status))
    assert known is not None, f"{method} {path}: {answer.status} {answer.code} is not described"
    assert not answer.code or answer.code in known["description"].split(", "), answer.code
    schema: str = known["content"]["application/json"]["schema"]["$ref"]
    struct = getattr(shapes, schema.rpartition("/")[2])
    assert json.loads(msgspec.json.encode(msgspec.convert(answer.body, struct))) == answer.body


def _party(scope: Scope) -> str | None:
    return str(scope["client"][0])


async def make_database(folder: Path) -> Path:
    """A file with all tables, to copy: to make them takes longer than most tests."""
    file = folder / "countenance.db"
    async with Database(f"sqlite:///{file}") as database:
        await database.migrate()
        await database.scrub()  # into the file, out of its write-ahead log
    return file


def open_database(made: Path, folder: Path) -> Database:
    shutil.copy(made, folder / "countenance.db")
    return Database(f"sqlite:///{folder}/countenance.db")
