import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from countenance.perception.faces.detect import Face
from countenance.perception.liveness.moire import score

SUSPICIOUS = 3.0


def at(x: float, y: float, wide: float, high: float) -> Face:
    return Face((x, y, wide, high), np.zeros((5, 2), np.float32), 0.9)


def noise(side: int, seed: int = 1, blur: float = 1.5) -> NDArray[np.uint8]:
    """Texture and a sensor's grain, as a photograph has them: broad in the spectrum."""
    rng = np.random.default_rng(seed)
    smooth = cv2.GaussianBlur(rng.normal(0, 1, (side, side, 3)), (0, 0), blur)
    grain = rng.normal(0, 2, smooth.shape)
    return np.asarray(np.clip(128 + 20 * smooth / smooth.std() + grain, 0, 255), np.uint8)


def waves(side: int, cycles: tuple[float, float], strength: float) -> NDArray[np.float64]:
    """A sine of so many cycles a pixel across and down."""
    y, x = np.mgrid[:side, :side]
    return strength * np.sin(2 * np.pi * (cycles[0] * x + cycles[1] * y))[..., None]


def with_waves(
    picture: NDArray[np.uint8], cycles: tuple[float, float], colour: tuple[int, int, int]
) -> NDArray[np.uint8]:
    added = waves(picture.shape[0], cycles, 12.0) * np.array(colour)
    return np.asarray(np.clip(picture + added, 0, 255), np.uint8)


@settings(max_examples=20, deadline=None)
@given(
    radius=st.floats(0.12, 0.42),
    angle=st.floats(15, 75),
    colour=st.sampled_from([(1, 1, 1), (1, 0, -1), (-1, 1, 0)]),
    seed=st.integers(0, 99),
)
def test_a_grid_over_grain_stands_out_in_whatever_colours(
    radius: float, angle: float, colour: tuple[int, int, int], seed: int
) -> None:
    turned = np.radians(angle)
    cycles = float(radius * np.cos(turned)), float(radius * np.sin(turned))
    picture = with_waves(noise(240, seed), cycles, colour)
    assert score(picture, at(40, 40, 160, 160)) >= SUSPICIOUS


@settings(max_examples=20, deadline=None)
@given(blur=st.floats(0.6, 2.0), side=st.integers(100, 300), seed=st.integers(0, 99))
def test_grain_alone_does_not(blur: float, side: int, seed: int) -> None:
    face = at(0.1 * side, 0.1 * side, 0.8 * side, 0.8 * side)
    assert score(noise(side, seed, blur), face) < SUSPICIOUS


def test_the_blocks_of_a_codec_are_not_taken_for_a_screen() -> None:
    _, stream = cv2.imencode(".jpg", noise(240), [cv2.IMWRITE_JPEG_QUALITY, 30])
    blocks = np.asarray(cv2.imdecode(stream, cv2.IMREAD_COLOR), np.uint8)
    assert score(blocks, at(24, 24, 192, 192)) < SUSPICIOUS


def test_what_is_beside_the_face_does_not_count() -> None:
    picture = noise(400)
    picture[:, 220:] = with_waves(noise(400), (0.2, 0.15), (1, 1, 1))[:, 220:]
    assert score(picture, at(20, 20, 150, 190)) < SUSPICIOUS
    assert score(picture, at(235, 20, 150, 190)) >= SUSPICIOUS


@pytest.mark.parametrize(
    "face", [at(-80, -60, 100, 120), at(200, 230, 300, 300), at(0, 0, 0, 0), at(5, 5, 9000, 9000)]
)
def test_a_face_that_reaches_beyond_the_picture_is_looked_at_where_it_is(face: Face) -> None:
    picture = with_waves(noise(240), (0.2, 0.2), (1, 0, -1))
    assert score(picture, face) >= SUSPICIOUS


@pytest.mark.parametrize("shape", [(1, 1, 3), (20, 500, 3), (31, 31, 3), (300, 300, 3)])
def test_an_even_or_tiny_picture_has_no_pattern(shape: tuple[int, int, int]) -> None:
    assert score(np.full(shape, 90, np.uint8), at(0, 0, 100, 100)) == 0.0
