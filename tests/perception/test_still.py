"""Liveness of one picture: what passes, what speaks against it, what is not scored."""

import math

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests import films
from tests.conftest import Pixels, jpeg

from countenance import library
from countenance.perception.faces.detect import Face, detect
from countenance.perception.liveness import antispoof, grain, moire, outline
from countenance.perception.liveness.still import (
    NOT_RUN,
    StillLivenessParams,
    StillLivenessReport,
    check,
)
from countenance.perception.media import MediaError, decode_video
from countenance.perception.verify import InputError
from countenance.verification.policy import VIDEO, Policy
from countenance.verification.verdict import Finding, judge_live_still

PARAMS = StillLivenessParams()
POLICY = Policy()
FACE = Face(
    (100.0, 100.0, 60.0, 60.0),
    np.array([[115, 120], [145, 120], [130, 135], [118, 148], [142, 148]], np.float32),
    0.9,
)


@pytest.fixture(scope="module")
def copy(print_clip: bytes) -> Pixels:
    """A frame of a print."""
    return decode_video(print_clip, VIDEO).frames[0].pixels


def _cut(pixels: Pixels, times: float) -> Pixels:
    """The picture cut to so many times the face."""
    x, y, width, height = detect(pixels)[0].box
    left, top = x - width * (times - 1) / 2, y - height * (times - 1) / 2
    across, down = (
        slice(max(0, int(a)), int(a + times * n)) for a, n in ((left, width), (top, height))
    )
    return np.ascontiguousarray(pixels[down, across])


def test_a_person_is_live(astronaut: Pixels, hopper: Pixels) -> None:
    for pixels in (astronaut, hopper):
        report = check(pixels, PARAMS)
        assert (report.refusals, report.doubts) == ((), ())
        assert report.outline is not None
        assert report.live is not None
        assert report.required is not None
        assert report.live > report.required
        assert 87 < (report.score or 0) <= 100
        assert report.not_run == NOT_RUN
        assert judge_live_still(report, POLICY).passed


def test_a_print_is_not(copy: Pixels) -> None:
    report = check(copy, PARAMS)
    assert report.doubts == ("spoof",)
    verdict = judge_live_still(report, POLICY)
    assert not verdict.passed
    assert verdict.score == report.score < 50  # type: ignore[operator]  # it was scored
    assert verdict.findings == (Finding("spoof", "still", "photo"),)


def test_a_picture_without_a_face_is_not_scored() -> None:
    report = check(films.noise(3, 1)[0], PARAMS)
    assert (report.score, report.refusals, report.people) == (None, ("no_face",), 0)
    assert not judge_live_still(report, POLICY).passed


def test_the_less_is_around_the_face_the_more_is_asked(hopper: Pixels) -> None:
    wide, near = check(hopper, PARAMS), check(_cut(hopper, 1.9), PARAMS)
    assert wide.required == 0.6
    assert near.required == 0.75
    filling = check(_cut(hopper, 1.1), PARAMS)
    assert (filling.required, filling.score, filling.refusals) == (None, None, ("too_close",))


def test_a_small_face_is_not_scored(astronaut: Pixels) -> None:
    small = films.scaled(0.4)(astronaut)
    assert check(np.asarray(small, np.uint8), PARAMS).refusals == ("face_small",)


@pytest.mark.parametrize(
    ("key", "change"),
    [
        ("too_dark", lambda pixels: pixels * 0.08),
        ("too_bright", films.glaring),
        ("blurred", films.blurred),
    ],
)
def test_what_makes_the_answer_unsound_is_not_scored(
    hopper: Pixels, key: str, change: films.Change
) -> None:
    report = check(np.asarray(change(hopper), np.uint8), PARAMS)
    assert report.refusals[0] == key
    assert report.score is None


def test_darkness_alone_refuses_nobody(hopper: Pixels) -> None:
    dark = np.asarray(hopper * 0.35, np.uint8)
    report = check(dark, PARAMS)
    assert report.quality is not None
    assert report.quality.luma < 50
    assert judge_live_still(report, POLICY).passed


def test_grain_does_not_make_a_print_live(copy: Pixels) -> None:
    grainy = _noisy(copy, 16)
    [face] = detect(grainy)
    assert antispoof.least_live(grainy, face) <= antispoof.live(grainy, face)
    report = check(grainy, PARAMS)
    assert report.doubts or report.refusals


def _noisy(pixels: Pixels, deviation: float) -> Pixels:
    noise = np.random.default_rng(2).normal(0, deviation, pixels.shape)
    return np.clip(pixels + noise, 0, 255).astype(np.uint8)


def test_grain_is_measured_as_noise(hopper: Pixels) -> None:
    [face] = detect(hopper)
    assert grain.measure(hopper, face) < 3
    flat = np.full_like(hopper, 120)
    assert grain.measure(flat, face) == 0
    # The noise of the three channels is averaged.
    assert grain.measure(_noisy(flat, 16), face) == pytest.approx(16 / np.sqrt(3), rel=0.05)


@pytest.mark.parametrize(("deviation", "told"), [(6, ()), (30, ("grainy",))])
def test_a_picture_of_noise_is_not_scored(
    hopper: Pixels, deviation: float, told: tuple[str, ...]
) -> None:
    assert check(_noisy(hopper, deviation), PARAMS).refusals == told


@pytest.mark.parametrize(("beats", "told"), [(2.99, ()), (3.0, ("moire",)), (math.nan, ("moire",))])
def test_a_screens_pattern_caps_the_score(
    hopper: Pixels, monkeypatch: pytest.MonkeyPatch, beats: float, told: tuple[str, ...]
) -> None:
    monkeypatch.setattr(moire, "score", lambda *_: beats)
    report = check(hopper, PARAMS)
    assert report.doubts == told
    assert (report.score == PARAMS.capped) is bool(told)
    assert judge_live_still(report, POLICY).passed is not bool(told)


@settings(deadline=None, max_examples=40)
@given(st.floats(0, 1) | st.just(math.nan), st.floats(0, 1))
def test_the_score_passes_where_the_network_is_surer_than_what_is_asked(
    live: float, other: float
) -> None:
    with pytest.MonkeyPatch.context() as patched:
        report, another = (_scored(patched, value) for value in (live, other))
    assert report.score is not None
    assert another.score is not None
    assert 0 <= report.score <= 100
    assert (report.score > 87) is (not report.doubts) is judge_live_still(report, POLICY).passed
    if report.score > 87:
        assert live > 0.6
    if live <= other:
        assert report.score <= another.score
    assert ("spoof" in report.doubts) is (report.score < 50)


def _scored(patched: pytest.MonkeyPatch, live: float) -> StillLivenessReport:
    patched.setattr("countenance.perception.liveness.still.detect", lambda *_: [FACE])
    patched.setattr(antispoof, "least_live", lambda *_: live)
    patched.setattr(moire, "score", lambda *_: 1.0)
    patched.setattr(grain, "measure", lambda *_: 1.0)
    patched.setattr(outline, "measure", lambda *_: outline.NOTHING)
    texture = np.random.default_rng(1).integers(0, 255, (400, 400, 3), dtype=np.uint8)
    return check(texture, PARAMS)


@pytest.mark.parametrize(("live", "score"), [(0, 0), (0.4, 50), (0.6, 87), (1, 100), (0.5, 68.5)])
def test_the_line_of_the_score(monkeypatch: pytest.MonkeyPatch, live: float, score: float) -> None:
    assert _scored(monkeypatch, live).score == score


def test_the_library_judges_a_picture(hopper: Pixels, copy: Pixels) -> None:
    found = library.check_photo_liveness(jpeg(hopper))
    assert found.passed
    assert found.score == found.report.score
    assert found.reasons == ()
    assert [r.key for r in library.check_photo_liveness(jpeg(copy)).reasons] == ["spoof"]
    with pytest.raises(InputError) as refused:
        library.check_photo_liveness(b"no picture")
    assert refused.value.name == "photo"
    assert isinstance(refused.value.error, MediaError)


def test_the_edges_of_a_medium_cap_the_score(hopper: Pixels) -> None:
    sheet = cv2.resize(hopper, None, fx=0.6, fy=0.6, interpolation=cv2.INTER_AREA)
    height, width = sheet.shape[:2]
    table = np.full((2 * height, 2 * width, 3), (40, 60, 70), np.uint8)
    top, left = height // 2, width // 2
    table[top - 8 : top + height + 8, left - 8 : left + width + 8] = 235
    table[top : top + height, left : left + width] = sheet
    report = check(table, PARAMS)
    assert "medium_outline" in report.doubts
    assert (report.score or 0) <= PARAMS.capped
    assert not judge_live_still(report, POLICY).passed
