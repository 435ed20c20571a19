"""One record for each verdict: by which rules and networks it was reached, and on which numbers.

Nothing in it shows or names a person, so it is kept longer than what was recorded.
"""

import math
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from functools import cache

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from countenance.perception import runtime, weights
from countenance.perception.faces import slot
from countenance.perception.verify import VerificationReport
from countenance.store.tables import evidence
from countenance.verification.policy import Policy
from countenance.verification.verdict import Verdict
from countenance.version import VERSION

NETWORKS = ("yunet", "face_landmarks", "face_blendshapes", "fr_liveness")  # that judge a clip


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """`models` maps names to sha256; `scores` are what was weighed, by name.

    `reasons` are as found, each with where: `photo no_face`. `fault` is the stage in which we
    failed, when there is no verdict.
    """

    policy: str
    rule: str
    product: str
    engine: str
    models: dict[str, str]
    passed: bool
    reasons: tuple[str, ...] = ()
    scores: dict[str, float] = {}
    not_checked: tuple[str, ...] = ()
    fault: str | None = None


def collect(
    policy: Policy,
    rule: str,
    *,
    verdict: Verdict | None = None,
    report: VerificationReport | None = None,
    reasons: tuple[str, ...] = (),
    fault: str | None = None,
) -> Evidence:
    """The record of a verdict, or of why there is none (`reasons`, `fault`)."""
    engine = runtime.choice().engine
    found = tuple(f"{one.where} {one.key}" for one in verdict.findings) if verdict else ()
    return Evidence(
        policy=policy.version,
        rule=rule,
        product=VERSION,
        engine=f"{engine} {runtime.version(engine)}",
        models=dict(find_models(policy.embedding)),
        passed=verdict is not None and verdict.passed,
        reasons=found or reasons,
        scores=dict(_scores(report)) if report is not None else {},
        not_checked=verdict.not_run if verdict is not None else (),
        fault=fault,
    )


async def write(
    connection: AsyncConnection, session_id: str, attempt: int, record: Evidence, now: float
) -> None:
    """Keep the record with the verdict, in its transaction."""
    row = {
        "session_id": session_id,
        "attempt": attempt,
        "created": now,
        "policy": record.policy,
        "record": msgspec.to_builtins(record),
    }
    await connection.execute(evidence.insert(), row)


async def read(connection: AsyncConnection, session_id: str) -> dict[int, Evidence]:
    """The records of a session by attempt."""
    wanted = select(evidence.c.attempt, evidence.c.record)
    rows = await connection.execute(
        wanted.where(evidence.c.session_id == session_id).order_by(evidence.c.attempt)
    )
    return {row.attempt: msgspec.convert(row.record, Evidence) for row in rows}


@cache
def find_models(embedding: str) -> tuple[tuple[str, str], ...]:
    """Name and sha256 of every network that a clip is judged with."""
    known = weights.catalogue().weights
    members = slot.read(embedding)[0].members
    own = [(one.weights or f"{embedding}/{one.file}", one.sha256) for one in members]
    return (*((name, known[name].sha256) for name in NETWORKS), *own)


def _scores(report: VerificationReport) -> Iterator[tuple[str, float]]:
    yield from _flatten("", report.liveness.cues)
    for name in ("cosine", "score", "continuity"):
        yield from _flatten(name, getattr(report, name))


def _flatten(name: str, value: object) -> Iterator[tuple[str, float]]:
    """The finite numbers of nested reports; JSON has no others."""
    if isinstance(value, bool | int | float):
        if math.isfinite(value):
            yield name, float(value)
    elif isinstance(value, tuple):
        for i, one in enumerate(value):
            yield from _flatten(f"{name}.{i}", one)
    elif is_dataclass(value):
        for one in fields(value):
            inner = f"{name}.{one.name}" if name else one.name
            yield from _flatten(inner, getattr(value, one.name))
