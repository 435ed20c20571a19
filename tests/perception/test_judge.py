"""The judge on real recordings: one verdict for each, whatever happens around it."""

import asyncio
import threading
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import cv2
import msgspec
import numpy as np
import pytest
from sqlalchemy import select, update
from structlog.testing import capture_logs
from tests.conftest import Pixels, jpeg

from countenance.accounts.accounts import Accounts
from countenance.accounts.usage import Usage
from countenance.compute.local import LocalCompute
from countenance.jobs import Jobs
from countenance.observe import Metrics
from countenance.perception.faces import embed as embeddings
from countenance.perception.liveness import antispoof
from countenance.settings import Rule, Settings
from countenance.store import tables
from countenance.store.blobs import Blobs, FolderBlobs, MemoryBlobs
from countenance.store.database import Database
from countenance.store.objects import Objects
from countenance.store.secrets import MasterKey
from countenance.verification import labels, steps
from countenance.verification.judge import BUSY_SECONDS, Judge
from countenance.verification.lives import Lives
from countenance.verification.package import Package
from countenance.verification.policy import Policies, Policy
from countenance.verification.session import Attempt, Config, Session
from countenance.verification.sessions import Request, Sessions

ACTION = "ApplyWebVerificationBizTokenIntl"
CHUNK = 100_000
PHONE = b"p" * 32


@dataclass
class Clock:
    """Stands still until it is told to move."""

    time: float = 1_700_000_000.0

    def __call__(self) -> float:
        return self.time


@dataclass
class Bench:
    """A judge and all it stands on; what is due is run by `work`."""

    database: Database
    blobs: Blobs
    account: str
    keep: bool = True
    compute: LocalCompute = field(default_factory=lambda: LocalCompute(1, 2, lambda: None))
    clock: Clock = field(default_factory=Clock)

    def __post_init__(self) -> None:
        master = MasterKey(bytes(range(32)))
        self.objects = Objects(self.database, master, self.blobs, self.clock)
        self.jobs = Jobs(self.database, self.clock)
        lives = Lives.from_settings(Settings())
        self.sessions = Sessions(self.database, master, self.objects, self.jobs, lives, self.clock)
        self.policies = Policies(Policy(), {"lenient": Rule(pass_score=0.0)})
        self.usage = Usage(self.database, self.clock)
        self.metrics = Metrics()
        self.judge = Judge(
            self.sessions,
            self.objects,
            self.compute,
            self.policies,
            self.usage,
            self.jobs,
            metrics=self.metrics,
            keep=self.keep,
            now=self.clock,
        )

    async def record(
        self, video: bytes, photo: bytes | None = None, *, rule: str = "", attempts: int = 3
    ) -> Session:
        """A session whose recording was handed in."""
        config = Config(mode="compare" if photo else "liveness", attempts=attempts)
        session, _ = await self.sessions.create(
            self.account, "web", ACTION, config, rule=rule, extra="order 4711", photo=photo
        )
        await self.sessions.take(session.id, lambda s, now: steps.begin(s, now, None, PHONE))
        await self.sessions.take(session.id, lambda s, now: steps.agree(s, now, "1", "en"))
        return await self.hand_in(session, video)

    async def hand_in(self, session: Session, video: bytes) -> Session:
        """One recording of an open session, in chunks."""
        id, number = session.id, f"{len(session.attempts) + 1:032}"
        session = await self.sessions.take(
            id, lambda s, now: steps.challenge(s, now, number, "nonce")
        )
        parts = [video[i : i + CHUNK] for i in range(0, len(video), CHUNK)]
        for n, part in enumerate(parts):
            await self.put_chunk(session, n, part)
            await self.sessions.take(
                id, lambda s, now, n=n, part=part: steps.take_chunk(s, now, n, len(part))
            )
        return await self.sessions.take(
            id, lambda s, now: steps.submit(s, now, len(parts)), also=self.judge.add
        )

    async def put_chunk(self, session: Session, n: int, part: bytes) -> None:
        assert session.challenge is not None
        label = labels.chunk(session.challenge, n)
        expires = self.clock() + 3600
        await self.objects.put(
            session.id, label, "video", part, media_type="video/mp4", expires=expires
        )

    async def work(self, session: Session) -> Session:
        """Run what is due, and give the session as it then is."""
        while await self.jobs.run_due():
            pass
        return await self.sessions.load(session.id)

    async def rows(self, name: str) -> list[Any]:
        async with self.database.read() as connection:
            return list(await connection.execute(select(tables.metadata.tables[name])))

    async def kept(self, session: Session) -> list[str]:
        return [one.label for one in await self.objects.find(session.id)]

    async def billed(self) -> list[tuple[str, int, int]]:
        return [(row.outcome, row.calls, row.billed) for row in await self.rows("usage")]


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    async with Database(f"sqlite:///{tmp_path}/state/countenance.db") as database:
        await database.migrate()
        yield database


@pytest.fixture
async def bench(database: Database, tmp_path: Path) -> AsyncIterator[Bench]:
    account = await Accounts(database).ensure("shop")
    bench = Bench(database, FolderBlobs(tmp_path / "objects"), account.id)
    await bench.compute.start()
    yield bench
    await bench.compute.close()


@pytest.fixture(scope="module")
def photo(astronaut: Pixels) -> bytes:
    return jpeg(astronaut)


def _only(session: Session) -> Attempt:
    (attempt,) = session.attempts
    return attempt


async def test_a_live_person_who_is_the_one_in_the_photo_passes(
    bench: Bench, live_clip: bytes, photo: bytes
) -> None:
    session = await bench.record(live_clip, photo)
    words = {"fps": 30, "camera": "front"}
    await bench.objects.put(
        session.id,
        labels.CLIENT,
        "package",
        msgspec.json.encode(words),
        media_type="application/json",
        expires=bench.clock() + 3600,
    )
    with capture_logs() as lines:
        session = await bench.work(session)
    attempt = _only(session)
    assert (session.state, attempt.passed, attempt.code, attempt.billed) == ("passed", True, 0, 1)
    assert attempt.similarity is not None
    assert attempt.similarity >= 70
    # What it was judged from is gone; what was made of it is there.
    kept = ["best-1", "package-1", "profile-1", "request", "video-1"]
    assert await bench.kept(session) == kept
    stored, video = await bench.objects.get(session.id, "video-1")
    assert (stored.media_type, video) == ("video/mp4", live_clip)
    assert stored.expires >= session.result_until  # at which all of it is erased
    _, best = await bench.objects.get(session.id, "best-1")
    _, face = await bench.objects.get(session.id, "profile-1")
    shapes = [cv2.imdecode(np.frombuffer(one, np.uint8), 1).shape for one in (best, face)]
    assert shapes[1][0] < shapes[0][0]
    _, told = await bench.objects.get(session.id, "package-1")
    package = msgspec.json.decode(told, type=Package)
    assert (package.attempt, package.recording.bytes) == (1, len(live_clip))
    assert (package.recording.codec, package.client) == ("h264", words)
    (record,) = await bench.rows("evidence")
    assert (record.policy, record.record["passed"]) == (Policy().version, True)
    assert record.record["scores"]["score"] == pytest.approx(attempt.similarity, abs=0.01)
    assert await bench.billed() == [("0", 0, 1)]
    assert await bench.rows("jobs") == []
    (line,) = [line for line in lines if line["event"] == "judged"]
    assert (line["code"], line["billed"], line["action"]) == (0, 1, ACTION)


async def test_another_person_is_told_and_may_try_again(
    bench: Bench, live_clip: bytes, hopper: Pixels
) -> None:
    session = await bench.work(await bench.record(live_clip, jpeg(hopper)))
    attempt = _only(session)
    assert (session.state, attempt.passed, attempt.reasons) == ("begun", False, ("low_similarity",))
    assert (attempt.liveness, attempt.compare) == (None, "low_similarity")
    assert labels.PHOTO in await bench.kept(session)
    assert not [label for label in await bench.kept(session) if label.startswith("chunk")]


async def test_a_print_is_refused(bench: Bench, print_clip: bytes) -> None:
    session = await bench.work(await bench.record(print_clip, attempts=1))
    attempt = _only(session)
    assert (session.state, attempt.passed, attempt.code) == ("failed", False, 1002)
    counted = 'countenance_attempts_total{code="1002",family="web"} 1.0'
    assert counted in bench.metrics.text().decode()
    assert attempt.liveness is not None
    (record,) = await bench.rows("evidence")
    assert f"video {attempt.liveness}" in record.record["reasons"]


async def test_a_recording_that_is_no_video_is_told(bench: Bench) -> None:
    session = await bench.work(await bench.record(b"noise" * 50_000))
    attempt = _only(session)
    assert (session.state, attempt.counted) == ("begun", True)
    assert (attempt.reasons, attempt.code, attempt.billed) == (("video_format",), 1104, 0)
    assert await bench.kept(session) == ["package-1", "request", "video-1"]
    (record,) = await bench.rows("evidence")
    assert (record.record["reasons"], record.record["passed"]) == (["video_format"], False)
    assert await bench.billed() == []


@pytest.mark.parametrize(
    ("module", "function", "stage"),
    [(antispoof, "_run", "liveness"), (embeddings, "embed", "comparison")],
)
async def test_a_fault_of_ours_is_no_attempt_of_the_person(
    bench: Bench,
    live_clip: bytes,
    photo: bytes,
    monkeypatch: pytest.MonkeyPatch,
    module: Any,
    function: str,
    stage: str,
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("of a person")

    session = await bench.record(live_clip, photo, attempts=1)
    monkeypatch.setattr(module, function, fail)
    with capture_logs() as lines:
        session = await bench.work(session)
    attempt = _only(session)
    assert (session.state, session.attempts_left) == ("begun", 1)
    assert (attempt.counted, attempt.passed, attempt.billed) == (False, False, 0)
    (record,) = await bench.rows("evidence")
    assert record.record["fault"] == stage
    assert "of a person" not in str(lines)
    assert {"an engine failed", "judged"} == {line["event"] for line in lines}


@pytest.mark.parametrize("lost", ["chunk", "photo", "rule"])
async def test_what_we_have_lost_is_a_fault_of_ours(
    bench: Bench, photo: bytes, database: Database, lost: str
) -> None:
    session = await bench.record(b"noise", photo, rule="lenient")
    assert session.challenge is not None
    if lost == "rule":
        async with database.begin() as connection:
            await connection.execute(update(tables.sessions).values(rule="gone"))
    else:
        label = labels.PHOTO if lost == "photo" else labels.chunk(session.challenge, 0)
        await bench.objects.delete(session.id, label)
    session = await bench.work(session)
    assert (session.state, _only(session).counted) == ("begun", False)


async def test_a_rule_has_its_own_score(bench: Bench, live_clip: bytes, hopper: Pixels) -> None:
    session = await bench.work(await bench.record(live_clip, jpeg(hopper), rule="lenient"))
    assert session.state == "passed"


async def test_a_recording_waits_for_a_worker_and_for_the_networks(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = await bench.record(b"noise")
    monkeypatch.setattr(bench.compute, "_ready", False)
    assert (await bench.work(session)).state == "judging"
    monkeypatch.setattr(bench.compute, "_ready", True)
    bench.clock.time += 1
    free = threading.Event()
    held = [asyncio.create_task(bench.compute.run(free.wait, 30)) for _ in range(3)]
    await asyncio.sleep(0)
    assert (await bench.work(session)).state == "judging"
    (job,) = await bench.rows("jobs")
    assert (job.due - bench.clock(), job.tries, job.fault) == (BUSY_SECONDS, 0, None)
    free.set()
    await asyncio.gather(*held)
    bench.clock.time = job.due
    assert (await bench.work(session)).state == "begun"


async def test_a_job_that_is_begun_again_writes_one_verdict(bench: Bench, live_clip: bytes) -> None:
    session = await bench.record(live_clip)
    # Two replicas at it at once: the lease of the first ran out while it worked.
    await asyncio.gather(bench.judge.judge(session.id), bench.judge.judge(session.id))
    session = await bench.work(session)
    assert session.state == "passed"
    assert len(await bench.rows("evidence")) == 1
    assert await bench.billed() == [("0", 0, 1)]
    before = await bench.kept(session), await bench.rows("events"), session
    await bench.judge.judge(session.id)
    session = await bench.work(session)
    assert (await bench.kept(session), await bench.rows("events"), session) == before
    await bench.judge.judge("nobody")


async def test_a_session_that_is_erased_while_it_is_judged_keeps_nothing(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = await bench.record(b"noise")
    run = bench.compute.run

    async def erase(*arguments: Any) -> Any:
        await bench.sessions.erase(session.id, "redacted")
        return await run(*arguments)

    monkeypatch.setattr(bench.compute, "run", erase)
    session = await bench.work(session)
    assert (session.state, session.attempts) == ("left", ())
    assert await bench.rows("objects") == await bench.rows("evidence") == []
    assert [id async for batch in bench.blobs.list() for id in batch] == []


async def test_without_retention_nothing_but_the_verdict_stays(database: Database) -> None:
    account = await Accounts(database).ensure("shop")
    bench = Bench(database, MemoryBlobs(), account.id, keep=False)
    await bench.compute.start()
    session = await bench.work(await bench.record(b"noise", attempts=2))
    assert (session.state, session.erased) == ("begun", None)
    assert await bench.kept(session) == ["request"]
    session = await bench.work(await bench.hand_in(session, b"noise"))
    assert (session.state, session.erased_why) == ("failed", "verdict")
    assert [one.code for one in session.attempts] == [1104, 1104]
    assert await bench.rows("objects") == await bench.rows("data_keys") == []
    assert await bench.sessions.request(session) == Request()
    assert len(await bench.rows("evidence")) == 2
    await bench.compute.close()


async def test_chunks_of_a_challenge_that_was_replaced_go_and_the_open_ones_stay(
    bench: Bench,
) -> None:
    session = await bench.work(await bench.record(b"noise"))
    for number in ("a" * 32, "b" * 32):
        session = await bench.sessions.take(
            session.id, lambda s, now, id=number: steps.challenge(s, now, id, "nonce")
        )
        await bench.put_chunk(session, 0, b"part")
    await bench.judge.judge(session.id)
    chunks = [label for label in await bench.kept(session) if labels.is_chunk(label)]
    assert chunks == [f"chunk-{'b' * 32}-0"]
