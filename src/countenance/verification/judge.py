"""The job that judges a recording: look at it, decide, keep what is to be kept, write the verdict.

It may be begun again at any point: what it stores replaces what an earlier try stored, and the
verdict is one transaction, which only a session that is still being judged lets pass.
"""

import asyncio
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Literal

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from countenance.accounts.usage import Usage
from countenance.compute import Busy, Compute
from countenance.jobs import Jobs, Later
from countenance.observe import Metrics, log
from countenance.perception.portraits import cut_face, encode
from countenance.perception.verify import (
    ClipParams,
    EngineError,
    InputError,
    VerificationReport,
    check_clip,
    verify_clip,
)
from countenance.store.objects import Kind, NotStored, Objects
from countenance.verification import evidence, labels, outcome
from countenance.verification.evidence import Evidence
from countenance.verification.package import Words, make_package
from countenance.verification.policy import Policies
from countenance.verification.session import Attempt, Challenge, Session
from countenance.verification.sessions import Sessions, UnknownToken
from countenance.verification.steps import IllegalStep, erase, judge
from countenance.verification.verdict import judge_clip

KIND = "judge"
BUSY_SECONDS = 1.0  # until a recording is tried again for which there was no place to wait
LOADING_SECONDS = 0.5  # until it is asked again whether the networks are loaded
SERVICE = "faceid"
UNDECODABLE = {"video": "video_format", "photo": "photo_poor"}


@dataclass(frozen=True, slots=True)
class Examined:
    """What was measured of a recording, and the pictures of it as JPEG."""

    report: VerificationReport
    best: bytes | None
    face: bytes | None


@dataclass(frozen=True, slots=True)
class _Found:
    attempt: Attempt
    record: Evidence
    examined: Examined | None = None


class Judge:
    """Judges the sessions in state `judging`, at most `at_once` at a time on this server.

    With `keep` false nothing of a recording is stored, and the verdict that ends a session erases
    what came with its token as well.
    """

    def __init__(
        self,
        sessions: Sessions,
        objects: Objects,
        compute: Compute,
        policies: Policies,
        usage: Usage,
        jobs: Jobs,
        *,
        metrics: Metrics | None = None,
        at_once: int = 1,
        keep: bool = True,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._sessions = sessions
        self._objects = objects
        self._compute = compute
        self._policies = policies
        self._usage = usage
        self._jobs = jobs
        self._metrics = metrics or Metrics()
        self._keep = keep
        self._now = now
        jobs.handle(KIND, self.judge, at_once=at_once)

    async def add(self, connection: AsyncConnection, session: Session) -> None:
        """Have a session judged, in the transaction that hands its recording in."""
        await self._jobs.add(connection, KIND, session.id)

    async def judge(self, session_id: str) -> None:
        """Judge what a session waits for; nothing where it waits for nothing (any more)."""
        if not self._compute.ready:
            raise Later(LOADING_SECONDS)
        try:
            session = await self._sessions.load(session_id)
        except UnknownToken:
            return
        if session.state == "judging" and session.challenge is not None:
            await self._judge(session, session.challenge)
        await self._drop_chunks(session_id)

    async def _judge(self, session: Session, challenge: Challenge) -> None:
        begun = time.perf_counter()
        try:
            media_type, video = await self._read(session, challenge)
        except NotStored:  # lost by the store, or a moment ago erased with the session
            found = self._fail(session, "liveness")
        else:
            found = await self._find(session, video)
            try:
                await self._store(session, challenge, video, media_type, found)
            except NotStored:  # erased meanwhile: there is nothing left to judge
                return
        if await self._write(session, found):
            self._metrics.attempts.labels(session.family, found.attempt.code).inc()
            log().info(
                "judged",
                action=session.action,
                code=found.attempt.code,
                billed=found.attempt.billed,
                seconds=round(time.perf_counter() - begun, 3),
            )

    async def _read(self, session: Session, challenge: Challenge) -> tuple[str, bytes]:
        """The recording and its media type; raises `NotStored`."""
        parts = [
            await self._objects.get(session.id, labels.chunk(challenge, n))
            for n in range(challenge.chunks)
        ]
        return parts[0][0].media_type, b"".join(data for _, data in parts)

    async def _find(self, session: Session, video: bytes) -> _Found:
        """The attempt that a recording comes to; raises `Later` when no worker can be had."""
        policy = self._policies.find(session.rule)
        if policy is None:  # the operator has taken the rule away
            return self._fail(session, "comparison")
        compare = session.config.mode == "compare"
        photo = None
        if compare:
            try:
                _, photo = await self._objects.get(session.id, labels.PHOTO)
            except NotStored:
                return self._fail(session, "comparison")
        try:
            examined = await self._compute.run(examine, photo, video, policy.session())
        except Busy:
            raise Later(BUSY_SECONDS) from None
        except InputError as error:
            key = UNDECODABLE[error.name]
            attempt = outcome.from_reason(session, key, id=_name(), at=self._now())
            return _Found(attempt, evidence.collect(policy, session.rule, reasons=(key,)))
        except EngineError as error:
            log().error("an engine failed", reason=error.stage, action=session.action)
            return self._fail(session, error.stage)
        verdict = judge_clip(examined.report, policy, with_photo=compare)
        record = evidence.collect(policy, session.rule, verdict=verdict, report=examined.report)
        attempt = outcome.from_verdict(session, verdict, id=_name(), at=self._now())
        return _Found(attempt, record, examined)

    def _fail(self, session: Session, stage: Literal["liveness", "comparison"]) -> _Found:
        """The attempt that a fault of ours ends."""
        policy = self._policies.find(session.rule) or self._policies.find("")
        assert policy is not None  # the server's own
        attempt = outcome.from_fault(session, stage, id=_name(), at=self._now())
        record = evidence.collect(policy, session.rule, reasons=attempt.reasons, fault=stage)
        return _Found(attempt, record)

    async def _store(
        self, session: Session, challenge: Challenge, video: bytes, media_type: str, found: _Found
    ) -> None:
        """Keep the recording and what was made of it; raises `NotStored` for an erased session."""
        if not self._keep:
            return
        number, now = found.attempt.number, self._now()

        async def put(label: str, kind: Kind, data: bytes | None, type: str) -> None:
            if data is not None:
                expires = self._sessions.lives.find_expiry(session, kind, now)
                await self._objects.put(
                    session.id, label, kind, data, media_type=type, expires=expires, create=False
                )

        examined = found.examined
        recording = examined.report.recording if examined else None
        words = await self._read_words(session)
        # Off the loop: the digest of megabytes.
        package = await asyncio.to_thread(
            make_package, challenge, video, media_type, recording, words
        )
        await put(labels.video(number), "video", video, media_type)
        if examined is not None:
            await put(labels.best(number), "frame", examined.best, "image/jpeg")
            await put(labels.profile(number), "frame", examined.face, "image/jpeg")
        encoded = msgspec.json.encode(package)
        await put(labels.package(number), "package", encoded, "application/json")

    async def _read_words(self, session: Session) -> Words:
        try:
            _, data = await self._objects.get(session.id, labels.CLIENT)
        except NotStored:
            return {}
        return msgspec.json.decode(data, type=Words)

    async def _write(self, session: Session, found: _Found) -> bool:
        """Write the verdict; whether it was still wanted."""
        attempt = found.attempt

        async def also(connection: AsyncConnection, after: Session) -> None:
            await evidence.write(connection, after.id, attempt.number, found.record, attempt.at)
            if attempt.billed:
                await self._usage.charge(
                    connection,
                    after.account_id,
                    SERVICE,
                    after.action,
                    str(attempt.code),
                    attempt.billed,
                )

        step = partial(_conclude, attempt, forget=not self._keep)
        try:
            await self._sessions.take(session.id, step, also=also)
        except (IllegalStep, UnknownToken):  # erased, or judged by another replica
            return False
        return True

    async def _drop_chunks(self, session_id: str) -> None:
        """Remove the chunks of every challenge but the open one."""
        stored = [one.label for one in await self._objects.find(session_id)]
        try:
            # Read after the labels: the challenge of none of them is yet to come.
            session = await self._sessions.load(session_id)
        except UnknownToken:
            return
        still = session.challenge if session.state in ("recording", "judging") else None
        spent = [label for label in stored if labels.is_chunk(label, but_of=still)]
        if spent:
            await self._objects.delete(session_id, *spent)


def examine(photo: bytes | None, video: bytes, params: ClipParams) -> Examined:
    """Judge a recording and compare it with a photo where there is one; what `compute` runs."""
    report = check_clip(video, params) if photo is None else verify_clip(photo, video, params)
    if report.best is None or report.face is None:
        return Examined(report, None, None)
    return Examined(report, encode(report.best), encode(cut_face(report.best, report.face)))


def _conclude(attempt: Attempt, session: Session, now: float, *, forget: bool) -> Session:
    judged = judge(session, now, attempt)
    return erase(judged, now, "verdict") if forget and judged.final else judged


def _name() -> str:
    """Seq, RequestId: what the attempt is called to the integrator."""
    return str(uuid.uuid4())
