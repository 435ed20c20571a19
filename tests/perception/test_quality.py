"""How fit a face is for comparison: each measure spoilt by itself, and each cut."""

from dataclasses import replace

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.conftest import Pixels

from countenance.perception.faces import quality as qualities
from countenance.perception.faces.detect import detect


@pytest.fixture(params=["astronaut", "hopper"])
def portrait(request: pytest.FixtureRequest) -> Pixels:
    pixels: Pixels = request.getfixturevalue(request.param)
    return pixels


def _scaled(pixels: Pixels, factor: float) -> Pixels:
    size = (round(pixels.shape[1] * factor), round(pixels.shape[0] * factor))
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)


def test_quality_falls_with_blur_darkness_and_size(portrait: Pixels) -> None:
    (face,) = detect(portrait)
    clean = qualities.measure(portrait, face)
    soft = np.asarray(cv2.GaussianBlur(portrait, (0, 0), 4), np.uint8)
    blurred = qualities.measure(soft, face)
    dark = qualities.measure((portrait * 0.3).astype(np.uint8), face)
    small_pixels = _scaled(portrait, 0.5)
    small = qualities.measure(small_pixels, detect(small_pixels)[0])
    assert blurred.sharpness < 0.2 * clean.sharpness
    assert blurred.detail < 0.2 * clean.detail
    assert dark.luma == pytest.approx(0.3 * clean.luma, rel=0.03)
    assert dark.span == pytest.approx(0.3 * clean.span, rel=0.05)
    assert small.short_side == pytest.approx(clean.short_side / 2, rel=0.1)
    assert qualities.complaints(clean, qualities.LEVELS[4]) == ()


@pytest.mark.parametrize("degrees", [0, 30, 90, 135])
def test_a_movement_takes_detail_in_every_direction(portrait: Pixels, degrees: int) -> None:
    (face,) = detect(portrait)
    length = int(min(face.box[2:]) * 0.3) | 1
    line = np.zeros((length, length), np.float32)
    line[length // 2] = 1 / length
    middle = (length / 2 - 0.5, length / 2 - 0.5)
    line = cv2.warpAffine(line, cv2.getRotationMatrix2D(middle, degrees, 1), (length, length))
    moved = np.asarray(cv2.filter2D(portrait, -1, line / line.sum()), np.uint8)
    assert "blurred" in qualities.complaints(
        qualities.measure(moved, face), qualities.QualityParams()
    )


def test_dim_light_is_no_blur_and_no_reason(portrait: Pixels) -> None:
    (face,) = detect(portrait)
    clean = qualities.measure(portrait, face)
    dim = qualities.measure((portrait * 0.3).astype(np.uint8), face)
    assert dim.luma < 50
    assert dim.detail == pytest.approx(clean.detail, rel=0.1)
    assert qualities.complaints(dim, qualities.QualityParams()) == ()


@pytest.mark.parametrize(
    ("name", "reason"),
    [("night", "too_dark"), ("grain", "too_dark"), ("glare", "too_bright"), ("haze", "too_bright")],
)
def test_light_that_hides_the_face_is_told(portrait: Pixels, name: str, reason: str) -> None:
    (face,) = detect(portrait)
    grain = np.random.default_rng(3).normal(0, 8, portrait.shape)
    spoilt = {
        "night": portrait * 0.08,
        "grain": portrait * 0.15 + grain,
        "glare": portrait * 6.0,
        "haze": 190 + portrait * 0.06,
    }[name]
    pixels = np.clip(spoilt, 0, 255).astype(np.uint8)
    found = qualities.complaints(qualities.measure(pixels, face), qualities.QualityParams())
    assert found[0] == reason


GOOD = qualities.Quality(100.0, 30.0, 60.0, 80.0, 100.0, 50.0, 0.0)


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({}, ()),
        ({"short_side": 31.9}, ("face_small",)),
        ({"detail": 7.9}, ("blurred",)),
        ({"span": 19.9}, ("too_dark",)),
        ({"span": 19.9, "luma": 128.0}, ("too_bright",)),
        ({"signal": 11.9}, ("too_dark",)),
        ({"signal": 11.9, "luma": 70.0}, ()),
        ({"burnt": 0.61}, ("too_bright",)),
        ({"short_side": 1.0, "span": 1.0, "detail": 0.0}, ("face_small", "too_dark", "blurred")),
    ],
)
def test_complaints_are_told_most_useful_first(
    change: dict[str, float], found: tuple[str, ...]
) -> None:
    assert qualities.complaints(replace(GOOD, **change), qualities.QualityParams()) == found


@given(
    short_side=st.floats(1, 300),
    detail=st.floats(0, 300),
    span=st.floats(1, 255),
    signal=st.floats(1, 300),
    luma=st.floats(0, 255),
    burnt=st.floats(0, 1),
)
def test_what_a_level_refuses_the_next_refuses_too(**measured: float) -> None:
    quality = replace(GOOD, **measured)
    refused = [bool(qualities.complaints(quality, qualities.LEVELS[n])) for n in (1, 2, 3, 4)]
    assert refused == sorted(refused)


def test_a_clip_is_typically_the_median_of_its_frames() -> None:
    frames = [replace(GOOD, detail=value, luma=255 - value) for value in (1.0, 50.0, 9.0)]
    assert qualities.typical(frames) == replace(GOOD, detail=9.0, luma=246.0)
