"""Attacks in time are what they say: which frame is shown when, and how far a still moves."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from countenance import simulate
from countenance.perception.media import decode_video
from countenance.simulate.clip import Clip
from countenance.simulate.light import Bytes
from countenance.simulate.truth import Truth, Turn


def numbered(count: int = 24, rate: float = 12.0, step: int = 10) -> Clip:
    """Frames that each have a brightness of their own, `step` levels from one to the next."""
    frames = [np.full((48, 64, 3), step * i, np.uint8) for i in range(count)]
    turns = tuple(Turn(float(i), 0.0, 0.0) for i in range(count))
    truth = Truth(simulate.LIVE, True, 1, 0.5, turns, tuple(i / count for i in range(count)))
    return Clip(frames, rate, truth)


def levels(clip: Clip, step: int = 10) -> list[int]:
    return [round(float(frame.mean()) / step) for frame in clip.frames]


def textured(seed: int = 1) -> Bytes:
    """Grains of a few pixels, whose movement can be read from the picture."""
    small = np.random.default_rng(seed).integers(0, 256, (30, 40, 3), np.uint8)
    return np.ascontiguousarray(np.kron(small, np.ones((8, 8, 1), np.uint8)))


def test_a_loop_shows_the_first_quarter_again_and_again() -> None:
    clip = simulate.looped(numbered(), seed=1)
    assert levels(clip) == [0, 1, 2, 3, 4, 5] * 4
    assert [turn.yaw for turn in clip.truth.turns] == [0, 1, 2, 3, 4, 5] * 4
    assert (clip.truth.species, clip.truth.bona_fide) == (simulate.LOOP, False)


def test_a_ping_pong_goes_forth_and_back() -> None:
    clip = simulate.ping_pong(numbered(13), seed=1, share=0.4)
    assert levels(clip) == [0, 1, 2, 3, 4, 3, 2, 1, 0, 1, 2, 3, 4]


def test_a_freeze_shows_one_frame_for_its_share_of_the_time() -> None:
    shown = levels(simulate.freezes(numbered(), seed=3, share=0.5, stretches=2))
    assert len(shown) == 24
    assert shown == sorted(shown)
    assert sum(a == b for a, b in pairwise(shown)) == 10


def test_a_splice_shows_the_other_between_its_ends() -> None:
    other = numbered(step=3)
    clip = simulate.spliced(numbered(), other, seed=1, first=0.25, last=0.5)
    assert [f.mean() for f in clip.frames[6:12]] == [3 * i for i in range(6, 12)]
    assert levels(clip)[:6] == list(range(6))
    assert levels(clip)[12:] == list(range(12, 24))
    assert clip.truth.species == simulate.CUT


def test_a_slow_camera_is_no_attack() -> None:
    clip = simulate.slow_camera(numbered(), times=3)
    assert levels(clip) == [i - i % 3 for i in range(24)]
    assert clip.truth.bona_fide


@pytest.mark.parametrize("make", [simulate.held, simulate.tilted])
def test_a_moved_photograph_starts_from_its_seed(make: object) -> None:
    assert callable(make)
    first, again, other = (make(textured(), seed=s, seconds=0.5, rate=10) for s in (1, 1, 2))
    assert all((a == b).all() for a, b in zip(first.frames, again.frames, strict=True))
    assert (first.frames[-1] != other.frames[-1]).any()


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 1000))
def test_a_held_photograph_moves_within_its_limits(seed: int) -> None:
    clip = simulate.held(textured(), seed=seed, seconds=1.0, rate=10, noise=0)
    assert all(abs(turn.roll) <= 2.0 for turn in clip.truth.turns)
    assert any((a != b).any() for a, b in pairwise(clip.frames))


def test_noise_is_as_strong_as_it_is_said() -> None:
    grey = np.full((48, 64, 3), 120, np.uint8)
    plain = simulate.static(grey, seed=1, seconds=1, rate=10)
    noisy = simulate.static(grey, seed=1, seconds=1, rate=10, noise=3)
    assert (plain.truth.species, noisy.truth.species) == (simulate.STATIC, simulate.NOISY)
    assert all((frame == grey).all() for frame in plain.frames)
    assert np.stack(noisy.frames).astype(float).std() == pytest.approx(3, abs=0.1)


@pytest.mark.parametrize("shape", [(100, 300, 3), (300, 100, 3), (960, 1280, 3)])
def test_a_still_fills_the_frame(shape: tuple[int, int, int]) -> None:
    assert simulate.still(np.zeros(shape, np.uint8), size=(640, 480)).shape == (480, 640, 3)


def test_the_product_decodes_a_static_clip() -> None:
    clip = simulate.static(textured(), seed=1, seconds=1, rate=10, noise=3)
    assert decode_video(clip.encode("mp4")).frame_count == 10
