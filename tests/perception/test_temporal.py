"""What a clip shows over time: each veto and doubt through a real codec, none of it on a person."""

import math
from collections.abc import Callable
from dataclasses import replace

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.conftest import Pixels
from tests.perception.hostile import bombs

from countenance import simulate
from countenance.perception.liveness import breaks, moire, repeats
from countenance.perception.liveness.motion import MotionParams, MotionReport, measure
from countenance.perception.liveness.series import Place
from countenance.perception.liveness.silent import SilentParams, SilentReport, check
from countenance.perception.media import Track, VideoParams, decode_video
from countenance.reasons import code
from countenance.simulate.clip import Clip
from countenance.simulate.truth import Truth, Turn
from countenance.verification.policy import VIDEO

PARAMS = SilentParams()
PLACES = ((0.0, Place(0.0, (0.25, 0.25, 0.5, 0.5))),)


@pytest.fixture(scope="module")
def person(live_clip: bytes) -> Clip:
    """The frames of the live clip, to do things to in time."""
    video = decode_video(live_clip, VideoParams(frames=1000, span=(0.0, 1.0)))
    frames = [np.asarray(frame.pixels, np.uint8) for frame in video.frames]
    turns = (Turn(0.0, 0.0, 0.0),) * len(frames)
    truth = Truth(simulate.LIVE, True, 4, 0.45, turns, (0.0,) * len(frames))
    return Clip(frames, video.rate, truth)


def judged(clip: Clip) -> SilentReport:
    return check(decode_video(clip.encode("mp4"), VIDEO), PARAMS)


def motion(report: SilentReport) -> MotionReport:
    assert report.cues is not None
    return report.cues.motion


def test_a_person_moves_like_one(live_clip: bytes) -> None:
    report = check(decode_video(live_clip, VIDEO), PARAMS)
    found = motion(report)
    assert (found.vetoes, found.doubts, found.not_run) == ((), (), ())
    assert found.pictures > 0.8 * found.frames
    assert report.reasons == ()
    assert report.cues is not None
    assert report.cues.required is not None
    assert report.cues.moire[1] < PARAMS.moire


def test_a_still_picture_is_static_with_and_without_noise(person: Clip) -> None:
    for noise in (0.0, 3.0):
        clip = simulate.static(person.frames[5], seed=1, seconds=2.4, rate=15, noise=noise)
        report = judged(clip)
        assert report.reasons[0] == "static"
        assert "frozen" in motion(report).doubts


@pytest.mark.parametrize("make", [simulate.held, simulate.tilted])
def test_a_photograph_in_a_hand_is_planar(person: Clip, make: Callable[..., Clip]) -> None:
    found = motion(judged(make(person.frames[5], seed=2, seconds=2.4, rate=15)))
    assert "planar" in found.doubts
    assert found.vetoes == ()


@pytest.mark.parametrize("make", [simulate.looped, simulate.ping_pong])
def test_what_is_shown_again_is_looped(person: Clip, make: Callable[..., Clip]) -> None:
    assert "looped" in judged(make(person, seed=1)).reasons


def test_a_cut_is_told(person: Clip) -> None:
    half = len(person.frames) // 2
    swapped = replace(person, frames=person.frames[half:] + person.frames[:half])
    report = judged(swapped)
    assert "cut" in report.reasons
    assert code("cut", "silent") == "FailedOperation.LivessDetectFake"


@pytest.mark.parametrize("times", [2, 3])
def test_a_slow_camera_is_not_refused(person: Clip, times: int) -> None:
    report = judged(simulate.slow_camera(person, times=times))
    assert motion(report).vetoes == ()
    assert report.reasons == ()


def test_a_clip_of_few_pictures_is_choppy(person: Clip) -> None:
    few = replace(person, frames=person.frames[::6], rate=2.5)
    assert "choppy" in judged(few).reasons
    assert set(motion(judged(few)).not_run) == {"static", "loop", "planar", "cut"}


def test_without_a_track_nothing_passes(live_clip: bytes) -> None:
    video = decode_video(live_clip, VIDEO)
    assert "choppy" in check(replace(video, track=None), PARAMS).reasons


@pytest.mark.parametrize("doubt", ["planar", "frozen"])
def test_a_doubt_asks_for_a_surer_network(live_clip: bytes, doubt: str) -> None:
    video = decode_video(live_clip, VIDEO)
    flat = replace(PARAMS.motion, **({"planar": 99.0} if doubt == "planar" else {"frozen": 99.0}))
    sure = check(video, replace(PARAMS, motion=flat, strict=0.0, strict_second=0.0))
    unsure = check(video, replace(PARAMS, motion=flat, strict=1.1))
    assert sure.reasons == ()
    assert unsure.reasons == (doubt,)
    assert code(doubt, "silent") == "FailedOperation.SilentPictureLiveFail"


@pytest.mark.parametrize(("frames", "beats"), [(2, 3.0), (2, math.nan), (1, 3.0)])
def test_beats_on_two_frames_are_a_screen(
    live_clip: bytes, monkeypatch: pytest.MonkeyPatch, frames: int, beats: float
) -> None:
    scores = iter([beats] * frames + [1.0] * 12)
    monkeypatch.setattr(moire, "score", lambda *_: next(scores))
    found = check(decode_video(live_clip, VIDEO), PARAMS).reasons
    assert found == (("moire",) if frames == 2 else ())


def test_a_face_that_fills_the_picture_is_too_close(live_clip: bytes) -> None:
    video = decode_video(live_clip, VIDEO)
    shut = replace(PARAMS.context, bins=((99.0, 0.6),))
    report = check(video, replace(PARAMS, context=shut))
    assert report.reasons == ("too_close",)
    assert report.cues is not None
    assert report.cues.required is None


# --- the rules, on made series


def grains(count: int, seed: int = 0, side: int = 96) -> list[Pixels]:
    """Pictures that have nothing in common."""
    rng = np.random.default_rng(seed)
    small = rng.integers(0, 256, (count, side // 8, side // 8), np.uint8)
    return [np.kron(one, np.ones((8, 8), np.uint8)) for one in small]


def moving(count: int, seed: int = 0, side: int = 96) -> list[Pixels]:
    """A texture that wanders: neighbours are alike, and it does not come back."""
    coarse = np.random.default_rng(seed).integers(0, 256, (24, 24)).astype(np.float32)
    wide = np.clip(cv2.resize(coarse, (384, 384), interpolation=cv2.INTER_CUBIC), 0, 255)
    wide = wide.astype(np.uint8)
    return [np.ascontiguousarray(wide[i : i + side, 2 * i : 2 * i + side]) for i in range(count)]


def track(frames: list[Pixels], rate: float = 15.0) -> Track:
    return Track(np.arange(len(frames)) / rate, np.stack(frames))


def said(frames: list[Pixels], rate: float = 15.0) -> tuple[str, ...]:
    return measure(track(frames, rate), (), MotionParams()).vetoes


@settings(max_examples=8, deadline=None)
@given(st.integers(9, 14), st.integers(0, 50), st.integers(1, 3))
def test_any_period_of_a_loop_is_found(period: int, seed: int, times: int) -> None:
    once = moving(period, seed)
    shown = [frame for frame in (once * 5)[:40] for _ in range(times)]
    assert "looped" in said(shown, 15.0 * times)


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 50), st.integers(1, 3))
def test_what_wanders_on_is_neither_looped_nor_static_nor_cut(seed: int, times: int) -> None:
    shown = [frame for frame in moving(36, seed) for _ in range(times)]
    assert said(shown, 15.0 * times) == ()


@settings(max_examples=8, deadline=None)
@given(st.integers(6, 30), st.integers(0, 50))
def test_a_cut_is_found_wherever_it_is(at: int, seed: int) -> None:
    shown = moving(at, seed) + moving(36 - at, seed + 100)
    assert said(shown) == ("cut",)


def test_a_picture_is_static_only_where_it_stands_for_most_of_the_time() -> None:
    for still, told in ((36, True), (12, False)):
        frames = moving(36 - still) + [moving(40)[39]] * still
        assert ("static" in said(frames)) is told


def test_a_stretch_that_stands_still_is_a_doubt() -> None:
    frames = moving(36)
    for stood, told in ((5, False), (14, True)):
        stopped = frames[:10] + [frames[10]] * stood + frames[10:]
        report = measure(track(stopped), (), MotionParams())
        assert (report.doubts == ("frozen",)) is told


@given(st.lists(st.booleans(), min_size=1, max_size=30))
def test_a_face_is_gone_only_between_two_moments_it_was_there(there: list[bool]) -> None:
    seen = [(i / 4, face) for i, face in enumerate(there)]
    gone = breaks.absence(seen)
    inner = "".join(map(str, map(int, there))).strip("0").split("1")
    assert gone == pytest.approx(max(0, max(map(len, inner)) - 1) / 4)


def test_a_face_that_was_gone_is_a_cut() -> None:
    frames, face = moving(30), PLACES[0][1]
    seen = tuple((i / 5, None if i in (3, 4, 5, 6) else face) for i in range(10))
    assert "cut" in measure(track(frames), seen, MotionParams()).vetoes


@given(st.integers(2, 9), st.integers(0, 9))
def test_only_runs_along_a_diagonal_count(length: int, shift: int) -> None:
    table = np.zeros((24, 24), bool)
    for k in range(length):
        table[k + 2, k + 3 + shift] = True
    assert repeats.in_runs(table, 5).any() == (length >= 5)
    assert (repeats.in_runs(table, 5) <= table).all()
    assert repeats.in_runs(table[::-1], 5).any() == (length >= 5)


@given(st.integers(0, 14))
def test_a_track_of_any_length_is_measured_without_an_error(count: int) -> None:
    frames = grains(count) or [np.zeros((8, 8), np.uint8)]
    report = measure(track(frames), PLACES, MotionParams())
    assert report.frames == len(frames)
    assert report.frames >= 10 or set(report.not_run) == {"static", "loop", "planar", "cut"}


def test_frames_that_take_no_time_are_no_video(person: Clip) -> None:
    data = bombs.same_time(person.encode("mp4"))
    assert check(decode_video(data, VIDEO), PARAMS).reasons == ("too_short",)
