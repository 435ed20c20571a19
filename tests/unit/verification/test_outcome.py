"""Verdicts, unusable recordings and faults of ours, as the attempts that are kept and told."""

from dataclasses import replace

import pytest
from msgspec.structs import replace as changed
from tests.unit.verification.made import make

from countenance.reasons import reasons
from countenance.verification import outcome
from countenance.verification.session import NOT_RUN, Attempt, Family, Session
from countenance.verification.verdict import Finding, Verdict

PASS = Verdict(True, 91.0, 91.0, ())
DARK = Finding("too_dark", "silent", "video")
PRINT = Finding("planar", "silent", "video")
OTHER = Finding("low_similarity", "compare", "match")
NOBODY = Finding("no_face", "photo", "photo")
DIM = Finding("too_dark", "photo", "photo")


def comparing(family: Family = "web") -> Session:
    session = make(family)
    return changed(session, config=changed(session.config, mode="compare"))


def judged(session: Session, *findings: Finding, score: float = 0.0) -> Attempt:
    verdict = Verdict(not findings, score, score, findings)
    return outcome.from_verdict(session, verdict, id="i", at=5.0)


def numbers(session: Session, attempt: Attempt) -> tuple[int | None, int | None]:
    return (
        outcome.find_number(session.family, attempt.liveness),
        outcome.find_number(session.family, attempt.compare),
    )


@pytest.mark.parametrize("family", ["web", "sdk"])
def test_a_pass_is_billed_in_both_flows(family: Family) -> None:
    attempt = judged(comparing(family), score=91.0)
    assert (attempt.passed, attempt.code, attempt.billed) == (True, 0, 1)
    assert (attempt.similarity, attempt.reasons) == (91.0, ())
    assert numbers(comparing(family), attempt) == (0, 0)
    alone = judged(make(family), score=0.0)
    assert (alone.similarity, alone.compare) == (None, NOT_RUN)
    assert numbers(make(family), alone) == (0, None)


@pytest.mark.parametrize(
    ("family", "finding", "code", "billed", "tags"),
    [
        ("web", DARK, 1201, 0, ("09",)),
        ("sdk", DARK, 1201, 1, ("11",)),
        ("web", PRINT, 1002, 0, ("03",)),
        ("liveness", PRINT, 1002, 1, ("03",)),
        ("web", OTHER, 2016, 0, ()),
        ("faceid", OTHER, 2016, 0, ()),
    ],
)
def test_a_failure_has_the_number_the_bill_and_the_tags_of_its_flow(
    family: Family, finding: Finding, code: int, billed: int, tags: tuple[str, ...]
) -> None:
    attempt = judged(comparing(family), finding)
    assert (attempt.code, attempt.billed, attempt.tags) == (code, billed, tags)
    assert (attempt.passed, attempt.counted, attempt.number) == (False, True, 1)


def test_a_failed_liveness_tells_no_comparison() -> None:
    session = comparing()
    attempt = judged(session, PRINT, OTHER, score=12.0)
    assert numbers(session, attempt) == (1002, None)
    assert attempt.similarity is None
    attempt = judged(session, OTHER, score=12.0)
    assert numbers(session, attempt) == (0, 2016)
    assert attempt.similarity == 12.0


def test_a_photo_that_is_no_good_is_told_as_such_and_decides() -> None:
    session = comparing()
    for finding, key, code in ((NOBODY, "photo_no_face", 2013), (DIM, "photo_poor", 2014)):
        attempt = judged(session, DARK, finding)
        assert (attempt.reasons, attempt.code) == (("too_dark", key), code)
        assert numbers(session, attempt) == (1201, code)
        assert attempt.similarity is None


def test_every_reason_of_a_photo_can_be_told() -> None:
    for key, one in reasons().items():
        if "photo" in one.codes:
            attempt = judged(comparing(), Finding(key, "photo", "photo"))
            assert attempt.compare in outcome.PHOTO.values()


def test_a_verdict_without_a_reason_does_not_pass() -> None:
    silent = replace(PASS, passed=False)
    attempt = outcome.from_verdict(comparing(), silent, id="i", at=5.0)
    assert (attempt.passed, attempt.code, attempt.compare) == (False, 1302, NOT_RUN)
    odd = replace(PASS, findings=(DARK,))
    assert not outcome.from_verdict(comparing(), odd, id="i", at=5.0).passed


@pytest.mark.parametrize(("family", "code"), [("web", 1104), ("sdk", 1004)])
def test_a_recording_that_cannot_be_used(family: Family, code: int) -> None:
    attempt = outcome.from_reason(comparing(family), "video_format", id="i", at=5.0)
    assert (attempt.code, attempt.counted, attempt.liveness) == (code, True, "video_format")
    assert attempt.compare == NOT_RUN
    photo = outcome.from_reason(comparing(family), "photo_poor", id="i", at=5.0)
    assert (photo.code, photo.liveness, photo.compare) == (2014, NOT_RUN, "photo_poor")


@pytest.mark.parametrize(
    ("family", "stage", "code"),
    [
        ("web", "liveness", 1001),
        ("web", "comparison", 2001),
        ("sdk", "liveness", 1001),
        ("sdk", "comparison", 2015),
    ],
)
def test_a_fault_of_ours_costs_no_attempt_and_no_money(
    family: Family, stage: str, code: int
) -> None:
    attempt = outcome.from_fault(comparing(family), stage, id="i", at=5.0)  # type: ignore[arg-type]
    assert (attempt.code, attempt.counted, attempt.billed) == (code, False, 0)
    assert not attempt.passed


def test_a_number_that_a_flow_does_not_have_is_an_error() -> None:
    assert outcome.find_number("web", "attempts_used") == 16
    with pytest.raises(KeyError):
        outcome.find_number("sdk", "attempts_used")
