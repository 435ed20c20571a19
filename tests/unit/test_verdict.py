"""The verdict is pure: every finding, in telling order, and nothing passes unchecked."""

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from countenance.perception.faces.compare import ComparisonReport
from countenance.perception.faces.view import View
from countenance.perception.liveness.best import Ranking
from countenance.perception.liveness.silent import SilentReport
from countenance.perception.liveness.still import StillLivenessReport
from countenance.perception.verify import VerificationReport
from countenance.verification.policy import Policy
from countenance.verification.verdict import Finding, judge_clip, judge_live_still, judge_stills

POLICY = Policy()
SILENT = ("no_face", "several_faces", "face_small", "too_dark", "spoof", "person_changed")
STILL = ("no_face", "face_small", "too_dark", "too_bright", "blurred")
SCORES = st.none() | st.just(math.nan) | st.floats(0, 100)


def _view(*reasons: str) -> View:
    return View(64, 64, 0, (), None, None, None, reasons)


def _stills(
    score: float | None, a: tuple[str, ...] = (), b: tuple[str, ...] = ()
) -> ComparisonReport:
    return ComparisonReport(_view(*a), _view(*b), score, score, "sface")


def _clip(
    score: float | None = None,
    *,
    live: tuple[str, ...] = (),
    photo: tuple[str, ...] | None = (),
) -> VerificationReport:
    liveness = SilentReport((), 3.0, 0.9, 0.8, Ranking((0,), 1), live, not_run=("planar",))
    view = None if photo is None else _view(*photo)
    return VerificationReport(liveness, view, None, score, score, None, "sface")


LOW = Finding("low_similarity", "compare", "match")


@pytest.mark.parametrize(("score", "passed"), [(70.0, True), (100.0, True), (69.999, False)])
def test_stills_match_from_the_score_of_the_policy(score: float, passed: bool) -> None:
    verdict = judge_stills(_stills(score), POLICY)
    assert (verdict.passed, verdict.score, verdict.similarity) == (passed, score, score)
    assert verdict.findings == (() if passed else (LOW,))
    strict = judge_stills(_stills(score), replace(POLICY, pass_score=100.5))
    assert not strict.passed


def test_stills_tell_a_before_b_before_the_match() -> None:
    verdict = judge_stills(_stills(10.0, ("too_dark", "blurred"), ("face_small",)), POLICY)
    assert verdict.findings == (
        Finding("too_dark", "still", "a"),
        Finding("blurred", "still", "a"),
        Finding("face_small", "still", "b"),
        LOW,
    )


def test_stills_that_do_not_serve_fail_however_alike() -> None:
    assert not judge_stills(_stills(99.0, ("blurred",)), POLICY).passed
    assert not judge_stills(_stills(99.0, (), ("blurred",)), POLICY).passed


def test_stills_without_a_score_fail_even_without_a_reason() -> None:
    verdict = judge_stills(_stills(None), POLICY)
    assert (verdict.passed, verdict.score, verdict.similarity) == (False, 0.0, None)


def test_a_live_match_passes() -> None:
    verdict = judge_clip(_clip(88.0), POLICY, with_photo=True)
    assert (verdict.passed, verdict.score, verdict.findings) == (True, 88.0, ())
    assert verdict.not_run == ("planar",)


def test_a_live_clip_passes_alone() -> None:
    verdict = judge_clip(_clip(photo=None), POLICY, with_photo=False)
    assert (verdict.passed, verdict.score, verdict.similarity) == (True, 0.0, None)


def test_failed_liveness_sets_the_score_to_zero_and_keeps_what_was_measured() -> None:
    verdict = judge_clip(_clip(95.0, live=("spoof",)), POLICY, with_photo=True)
    assert (verdict.passed, verdict.score, verdict.similarity) == (False, 0.0, 95.0)
    assert verdict.findings == (Finding("spoof", "silent", "video"),)


def test_another_person_keeps_the_low_score() -> None:
    verdict = judge_clip(_clip(31.0), POLICY, with_photo=True)
    assert (verdict.passed, verdict.score, verdict.findings) == (False, 31.0, (LOW,))


def test_liveness_is_told_before_the_photo_and_the_photo_in_place_of_the_match() -> None:
    report = _clip(20.0, live=("too_dark", "spoof"), photo=("several_faces", "blurred"))
    assert judge_clip(report, POLICY, with_photo=True).findings == (
        Finding("too_dark", "silent", "video"),
        Finding("spoof", "silent", "video"),
        Finding("several_faces", "photo", "photo"),
        Finding("blurred", "photo", "photo"),
    )
    assert judge_clip(_clip(20.0, live=("spoof",)), POLICY, with_photo=True).findings == (
        Finding("spoof", "silent", "video"),
        LOW,
    )


def test_a_photo_that_was_not_looked_at_does_not_pass() -> None:
    verdict = judge_clip(_clip(99.0, photo=None), POLICY, with_photo=True)
    assert verdict.findings == (Finding("no_face", "photo", "photo"),)
    assert not verdict.passed


@pytest.mark.parametrize("live", [(), ("no_best_frame",)])
def test_a_comparison_that_was_not_made_does_not_pass(live: tuple[str, ...]) -> None:
    verdict = judge_clip(_clip(None, live=live), POLICY, with_photo=True)
    assert verdict.findings == (Finding("no_best_frame", "silent", "video"),)  # told once
    assert (verdict.passed, verdict.score) == (False, 0.0)


@given(
    score=SCORES,
    a=st.lists(st.sampled_from(STILL), max_size=2),
    b=st.lists(st.sampled_from(STILL), max_size=2),
)
def test_stills_never_pass_unmatched(score: float | None, a: list[str], b: list[str]) -> None:
    verdict = judge_stills(_stills(score, tuple(a), tuple(b)), POLICY)
    reached = score is not None and score >= POLICY.pass_score
    assert verdict.passed == (reached and not a and not b)


@given(
    score=SCORES,
    live=st.lists(st.sampled_from(SILENT), max_size=2),
    photo=st.none() | st.lists(st.sampled_from(STILL), max_size=2).map(tuple),
    with_photo=st.booleans(),
)
def test_a_clip_never_passes_unchecked(
    score: float | None, live: list[str], photo: tuple[str, ...] | None, with_photo: bool
) -> None:
    report = _clip(score, live=tuple(live), photo=photo)
    verdict = judge_clip(report, POLICY, with_photo=with_photo)
    matched = photo == () and score is not None and score >= POLICY.pass_score
    assert verdict.passed == (not live and (matched or not with_photo))
    assert verdict.passed == (not verdict.findings)
    assert not live or verdict.score == 0.0


@given(
    score=SCORES,
    refusals=st.lists(st.sampled_from(("no_face", "too_close", "blurred")), max_size=2),
    doubts=st.lists(st.sampled_from(("moire", "spoof", "live_uncertain")), max_size=2),
)
def test_a_picture_never_passes_unscored_or_doubted(
    score: float | None, refusals: list[str], doubts: list[str]
) -> None:
    measured = (None,) * 8
    report = StillLivenessReport(
        64, 64, 1, *measured, score, tuple(refusals), tuple(doubts), ("medium_outline",)
    )
    verdict = judge_live_still(report, POLICY)
    assert verdict.passed == (
        score is not None and score > POLICY.live.passes and not refusals and not doubts
    )
    assert [f.key for f in verdict.findings] == [*refusals, *doubts]
    assert verdict.not_run == report.not_run
