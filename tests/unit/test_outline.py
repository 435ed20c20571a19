import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from countenance.perception.faces.detect import Face
from countenance.perception.liveness.lines import beside, upright
from countenance.perception.liveness.outline import OutlineParams, measure

Pixels = NDArray[np.uint8]
CUT = OutlineParams().score


def at(x: float, y: float, wide: float, high: float) -> Face:
    return Face((x, y, wide, high), np.zeros((5, 2), np.float32), 0.9)


def room(size: tuple[int, int] = (480, 640), seed: int = 1) -> Pixels:
    """A soft, uneven wall with a sensor's grain: nothing straight in it."""
    rng = np.random.default_rng(seed)
    coarse = rng.uniform(90, 170, (size[0] // 80 + 2, size[1] // 80 + 2, 3)).astype(np.float32)
    smooth = cv2.resize(coarse, size[::-1], interpolation=cv2.INTER_CUBIC)
    return np.asarray(np.clip(smooth + rng.normal(0, 3, smooth.shape), 0, 255), np.uint8)


def with_person(picture: Pixels, middle: tuple[int, int], wide: int) -> Face:
    """Draw a head on shoulders, and say where its face is."""
    x, y = middle
    high = int(1.3 * wide)
    half = np.array([(0.3, 0.4), (0.35, 0.65), (1.4, 1.05), (1.6, 3.0)]) * (wide, high)
    body = np.vstack([half, half[::-1] * (-1, 1)])
    cv2.fillPoly(picture, [(body + np.array(middle)).astype(np.int32)], (60, 40, 30))
    cv2.ellipse(picture, (x, y), (wide // 2, high // 2), 0, 0, 360, (140, 160, 200), -1)
    return at(x - wide / 2, y - high / 2, wide, high)


def on_a_medium(corners: list[tuple[int, int]], border: int = 12) -> tuple[Pixels, Face]:
    """A picture of someone, with a dark border, laid over a room."""
    shown = room((420, 300), 2)
    face = with_person(shown, (150, 190), 120)
    shown = cv2.copyMakeBorder(
        shown, border, border, border, border, cv2.BORDER_CONSTANT, value=(25, 25, 25)
    )
    high, wide = shown.shape[:2]
    source = np.array([(0, 0), (wide, 0), (wide, high), (0, high)], np.float32)
    matrix = cv2.getPerspectiveTransform(source, np.array(corners, np.float32))
    picture = room()
    size = picture.shape[1::-1]
    seen = cv2.warpPerspective(shown, matrix, size)
    there = cv2.warpPerspective(np.ones((high, wide), np.uint8), matrix, size)
    picture[there > 0] = seen[there > 0]
    x, y, w, h = face.box
    box = np.array([[(x, y), (x + w, y), (x + w, y + h), (x, y + h)]]) + border
    placed = cv2.perspectiveTransform(box, matrix)[0]
    low, reach = placed.min(0), np.ptp(placed, axis=0)
    return picture, at(float(low[0]), float(low[1]), float(reach[0]), float(reach[1]))


offsets = st.integers(-22, 22)


@settings(max_examples=8, deadline=None)
@given(moves=st.lists(st.tuples(offsets, offsets), min_size=4, max_size=4))
def test_a_drawn_medium_is_found_with_its_corners(moves: list[tuple[int, int]]) -> None:
    plain = [(170, 40), (450, 40), (450, 440), (170, 440)]
    corners = [(x + dx, y + dy) for (x, y), (dx, dy) in zip(plain, moves, strict=True)]
    picture, face = on_a_medium(corners)
    found = measure(picture, face)
    assert found.score >= CUT
    assert found.sides == 4
    assert found.corners is not None
    # The bezel's outer or its inner edge: both are the medium's.
    np.testing.assert_allclose(np.array(found.corners), corners, atol=24)


def test_a_medium_that_reaches_below_the_picture_is_found() -> None:
    picture, face = on_a_medium([(170, 40), (450, 40), (460, 600), (160, 600)])
    found = measure(picture, face)
    assert found.score >= CUT
    assert found.sides == 3


@pytest.mark.parametrize("seed", range(4))
def test_a_person_in_a_room_has_none(seed: int) -> None:
    picture = room(seed=seed)
    face = with_person(picture, (320, 200), 130)
    assert measure(picture, face).score < CUT


def test_a_door_and_a_poster_behind_a_person_are_none() -> None:
    picture = room()
    cv2.rectangle(picture, (190, 60), (450, 479), (40, 60, 80), 6)  # a door frame
    cv2.line(picture, (0, 60), (639, 60), (40, 60, 80), 5)  # and a rail that runs past it
    cv2.rectangle(picture, (20, 90), (150, 300), (200, 40, 40), -1)  # a poster beside the face
    face = with_person(picture, (320, 220), 140)
    assert measure(picture, face).score < CUT


@pytest.mark.parametrize("bars", [(60, 60, 0, 0), (0, 0, 90, 90), (30, 30, 40, 40)])
def test_the_black_bars_of_a_player_are_no_bezel(bars: tuple[int, int, int, int]) -> None:
    picture = room()
    face = with_person(picture, (320, 220), 120)
    top, bottom, left, right = bars
    picture[:top] = picture[480 - bottom :] = 0
    picture[:, :left] = picture[:, 640 - right :] = 0
    assert measure(picture, face).score < CUT


@pytest.mark.parametrize("shape", [(1, 1, 3), (40, 700, 3), (64, 64, 3), (480, 640, 3)])
@pytest.mark.parametrize("box", [(0, 0, 0, 0), (-50, -50, 900, 900), (600, 400, 90, 90)])
def test_an_even_picture_has_no_outline_whatever_the_box(
    shape: tuple[int, int, int], box: tuple[int, int, int, int]
) -> None:
    found = measure(np.full(shape, 120, np.uint8), at(*box))
    assert found.score == 0.0
    assert found.corners is None


def test_a_line_gets_the_votes_of_its_pixels() -> None:
    picture = np.full((200, 256, 3), 90, np.uint8)
    cv2.fillPoly(picture, [np.array([(0, 0), (60, 0), (40, 199), (0, 199)])], (180, 180, 180))
    standing, lying = upright(picture, 4.0)
    left, right = beside(standing, (100, 160), 100)
    assert abs(left.offsets[0] - 50) <= 2
    assert abs(left.slopes[0] + 0.1) < 0.03
    share = left.share(np.full(len(left), 20.0), np.full(len(left), 180.0), 6)
    assert share[0] > 0.7
    assert np.isnan(share[-1])
    assert len(right) == 1  # nothing but the border
    assert len(beside(lying, (80, 120), 128)[0]) == 1
