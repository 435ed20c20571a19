"""The library face: the server's engines and decisions on files or bytes, without a server."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from countenance.perception import runtime
from countenance.perception.faces import slot as slots
from countenance.perception.faces.compare import ComparisonReport
from countenance.perception.liveness.still import StillLivenessReport
from countenance.perception.verify import (
    VerificationReport,
    check_clip,
    check_still,
    compare_stills,
    verify_clip,
)
from countenance.reasons import Reason, reason
from countenance.verification.meaning import meaning
from countenance.verification.policy import Policy
from countenance.verification.verdict import Verdict, judge_clip, judge_live_still, judge_stills

Source = str | Path | bytes


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two stills compared: `score` 0 to 100, `passed` at the policy's score (70).

    `reasons` say why not; `report` holds what was measured on either picture.
    """

    passed: bool
    score: float
    meaning: str
    reasons: tuple[Reason, ...]
    report: ComparisonReport
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class PhotoLiveness:
    """A picture judged: `score` 0 to 100, live above 87, 0 where it could not be scored.

    `reasons` say why it is not live; `report` holds the cues.
    """

    passed: bool
    score: float
    reasons: tuple[Reason, ...]
    report: StillLivenessReport
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Verification:
    """A clip judged: `live` 0 to 1 (None when no face was scored), `score` 0 unless it is live.

    `best_frame` is BGR uint8, the frame that was compared.
    """

    passed: bool
    live: float | None
    score: float
    meaning: str
    reasons: tuple[Reason, ...]
    best_frame: NDArray[np.uint8] | None
    report: VerificationReport
    verdict: Verdict


def compare(a: Source, b: Source, policy: Policy | None = None, **options: Any) -> Comparison:
    """Compare the largest faces of two pictures (JPEG, PNG or BMP: a path or the bytes).

    Options are those of `Policy.stills`: `control`, `turn`, `mesh`. Raises `InputError` naming `a`
    or `b` when one is not a picture.
    """
    policy = policy or Policy()
    report = compare_stills(_bytes(a), _bytes(b), policy.stills(**options))
    verdict = judge_stills(report, policy)
    return Comparison(
        passed=verdict.passed,
        score=round(verdict.score, 2),
        meaning=explain(report.score, report.model),
        reasons=told(verdict),
        report=report,
        verdict=verdict,
    )


def check_liveness(video: Source, policy: Policy | None = None) -> Verification:
    """Judge whether a short video (MP4, MOV, AVI, FLV, WebM, MKV) shows a live person."""
    policy = policy or Policy()
    return verification(check_clip(_bytes(video), policy.silent()), policy, with_photo=False)


def check_photo_liveness(photo: Source, policy: Policy | None = None) -> PhotoLiveness:
    """Judge whether one picture (JPEG, PNG or BMP) was taken of a live person.

    A picture says less than a video. Raises `InputError` naming `photo` when it is no picture.
    """
    policy = policy or Policy()
    report = check_still(_bytes(photo), policy.live_still())
    verdict = judge_live_still(report, policy)
    return PhotoLiveness(
        passed=verdict.passed,
        score=verdict.score,
        reasons=told(verdict),
        report=report,
        verdict=verdict,
    )


def verify(photo: Source, video: Source, policy: Policy | None = None) -> Verification:
    """Judge a video's liveness and whether its person is the one in the photo."""
    policy = policy or Policy()
    report = verify_clip(_bytes(photo), _bytes(video), policy.silent())
    return verification(report, policy, with_photo=True)


def verification(report: VerificationReport, policy: Policy, *, with_photo: bool) -> Verification:
    """The answer about one clip, from its report."""
    verdict = judge_clip(report, policy, with_photo=with_photo)
    return Verification(
        passed=verdict.passed,
        live=report.liveness.median,
        score=round(verdict.score, 2),
        meaning=explain(report.score if verdict.score else None, report.model),
        reasons=told(verdict),
        best_frame=report.best,
        report=report,
        verdict=verdict,
    )


def told(verdict: Verdict) -> tuple[Reason, ...]:
    """The reasons of a verdict, each once, in telling order."""
    return tuple(reason(key) for key in dict.fromkeys(f.key for f in verdict.findings))


def explain(score: float | None, model: str) -> str:
    """What a score means under the model that gave it; empty where there is none."""
    if score is None:
        return ""
    return meaning(score, slots.load(model, runtime.choice().engine).slot)


def _bytes(source: Source) -> bytes:
    return source if isinstance(source, bytes) else Path(source).expanduser().read_bytes()
