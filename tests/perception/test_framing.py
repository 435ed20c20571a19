"""A look at the camera's picture before the recording: what is told, and in which order."""

import cv2
import numpy as np
import pytest
from tests.conftest import Pixels, jpeg

from countenance.perception.framing import HINTS, FramingReport, check_framing
from countenance.perception.media import MediaError
from countenance.reasons import reasons
from countenance.verification.policy import Policy

PARAMS = Policy().framing()


def look(pixels: Pixels) -> FramingReport:
    return check_framing(jpeg(pixels, 80), PARAMS)


@pytest.fixture(scope="module")
def near(hopper: Pixels) -> Pixels:
    """A portrait that nothing is to be said of, as a phone would send it."""
    return np.asarray(cv2.resize(hopper, (256, 300), interpolation=cv2.INTER_AREA), np.uint8)


def test_a_good_picture_needs_no_hint(near: Pixels) -> None:
    report = look(near)
    assert report.reasons == ()
    assert report.people == 1
    x, y, width, height = report.box or (0, 0, 0, 0)
    assert 0.2 < x < 0.5
    assert 0.1 < y < 0.4
    assert 0.2 < width < 0.5
    assert 0.2 < height < 0.5


def test_nobody_is_no_face() -> None:
    report = look(np.full((240, 320, 3), 120, np.uint8))
    assert report == FramingReport(0, None, None, None, ("no_face",))


def test_two_people_are_told_first(near: Pixels) -> None:
    assert look(np.hstack([near, near])).reasons[0] == "several_faces"


def test_a_face_at_the_edge_is_to_be_centred(near: Pixels) -> None:
    assert "off_centre" in look(near[:, 60:].copy()).reasons


def test_half_a_face_is_cut_off(near: Pixels) -> None:
    assert "face_cut_off" in look(near[:, 130:].copy()).reasons


def test_a_face_far_away_is_small_and_no_more_is_said_of_it(near: Pixels) -> None:
    room = np.full((240, 320, 3), 110, np.uint8)
    room[80:155, 130:194] = cv2.resize(near, (64, 75), interpolation=cv2.INTER_AREA)
    assert look(room).reasons == ("face_small",)


def test_a_face_that_fills_the_picture_is_too_close(near: Pixels) -> None:
    assert "too_close" in look(near[45:185, 70:200].copy()).reasons


def test_the_dark_hides_what_covers_the_face(near: Pixels) -> None:
    assert look((near * 0.12).astype(np.uint8)).reasons == ("too_dark",)


def test_blur_is_told_where_the_face_is_large_enough_to_tell(near: Pixels) -> None:
    assert look(np.asarray(cv2.GaussianBlur(near, (0, 0), 5), np.uint8)).reasons == ("blurred",)


@pytest.mark.parametrize("data", [b"", b"\xff\xd8\xff\xe0", b"GIF89a"])
def test_what_is_no_picture_is_refused(data: bytes) -> None:
    with pytest.raises(MediaError):
        check_framing(data, PARAMS)


def test_every_hint_is_a_reason() -> None:
    assert set(HINTS) <= set(reasons())
