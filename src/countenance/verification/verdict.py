"""Reports and a Policy to a Verdict: pure, and the one place where a measurement becomes a yes."""

from dataclasses import dataclass
from typing import Literal

from countenance.perception.faces.compare import ComparisonReport
from countenance.perception.liveness.still import StillLivenessReport
from countenance.perception.verify import VerificationReport
from countenance.reasons import Mode
from countenance.verification.policy import Policy


@dataclass(frozen=True, slots=True)
class Finding:
    """A reason and the mode (which of the inputs, or the comparison) it was found in."""

    key: str
    mode: Mode
    where: Literal["a", "b", "photo", "video", "match"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """`score` is 0 to 100, and 0 whenever liveness failed; `findings` are in telling order.

    `similarity` keeps the measured score whatever the liveness said: for the operator, never for
    the wire. `not_run` names the checks of the design that were not made.
    """

    passed: bool
    score: float
    similarity: float | None
    findings: tuple[Finding, ...]
    not_run: tuple[str, ...] = ()


def judge_stills(report: ComparisonReport, policy: Policy) -> Verdict:
    """Two stills match when both serve and the score reaches the policy's."""
    findings = [Finding(key, "still", "a") for key in report.a.reasons]
    findings += [Finding(key, "still", "b") for key in report.b.reasons]
    if report.score is not None and _misses(report.score, policy):
        findings.append(Finding("low_similarity", "compare", "match"))
    passed = not findings and report.score is not None
    return Verdict(passed, report.score or 0.0, report.score, tuple(findings))


def judge_live_still(report: StillLivenessReport, policy: Policy) -> Verdict:
    """A picture is live above the policy's score, when no gate refused it and nothing doubts it."""
    keys = (*report.refusals, *report.doubts)
    # Not `<=`: what was not scored, or scored by a network gone wrong, must not pass.
    above = report.score is not None and report.score > policy.live.passes
    return Verdict(
        passed=above and not keys,
        score=report.score or 0.0,
        similarity=None,
        findings=tuple(Finding(key, "still", "photo") for key in keys),
        not_run=report.not_run,
    )


def judge_clip(report: VerificationReport, policy: Policy, *, with_photo: bool) -> Verdict:
    """A clip passes when it is live and, where a photo is given, the two match.

    Fails closed: a comparison that should have been made and was not is not passed.
    """
    findings = [Finding(key, "silent", "video") for key in report.liveness.reasons]
    live = not findings
    if with_photo:
        if report.photo is None or report.photo.reasons:
            keys = report.photo.reasons if report.photo else ("no_face",)
            findings += [Finding(key, "photo", "photo") for key in keys]
        elif report.score is None:
            findings.append(Finding("no_best_frame", "silent", "video"))
        elif _misses(report.score, policy):
            findings.append(Finding("low_similarity", "compare", "match"))
    score = (report.score or 0.0) if live else 0.0
    return Verdict(
        passed=not findings,
        score=score,
        similarity=report.score,
        findings=_unique(findings),
        not_run=report.liveness.not_run,
    )


def _misses(score: float, policy: Policy) -> bool:
    # Not `<`: a score that is no number (a network gone wrong) must not pass.
    return not score >= policy.pass_score


def _unique(findings: list[Finding]) -> tuple[Finding, ...]:
    return tuple(dict.fromkeys(findings))
