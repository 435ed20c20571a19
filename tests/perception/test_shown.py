"""What covers or cuts a face, each made from a portrait, and that a bare face is left alone."""

from dataclasses import replace

import cv2
import numpy as np
import pytest
from tests.conftest import Pixels
from tests.perception import covered

from countenance import simulate
from countenance.perception.faces import mesh as meshes
from countenance.perception.faces import occlusion as occlusions
from countenance.perception.faces import shown as showing
from countenance.perception.faces.detect import detect
from countenance.perception.faces.pose import Pose
from countenance.perception.faces.view import ViewParams, look

PARAMS = showing.ShownParams()
CLOTHS = {"white": (235, 235, 235), "black": (30, 28, 28), "blue": (200, 160, 110)}
FRONTAL = Pose(0, 0, 0)
PLAIN = showing.Shown(1.0, 0.0, 0.1, occlusions.Occlusion(-5, -5, -5))


@pytest.fixture(params=["astronaut", "hopper"])
def portrait(request: pytest.FixtureRequest) -> Pixels:
    pixels: Pixels = request.getfixturevalue(request.param)
    return pixels


def _reasons(pixels: Pixels) -> tuple[str, ...]:
    return look(pixels, ViewParams(quality=None, shown=PARAMS))[0].reasons


def _lamps(portrait: Pixels) -> dict[str, Pixels]:
    grey = cv2.cvtColor(cv2.cvtColor(portrait, cv2.COLOR_BGR2GRAY), cv2.COLOR_GRAY2BGR)
    return {
        "as it is": portrait,
        "mirrored": np.ascontiguousarray(portrait[:, ::-1]),
        "dark": (portrait * 0.35).astype(np.uint8),
        "grey": np.asarray(grey, np.uint8),
        "yellow lamp": np.clip(portrait * (0.7, 1.0, 1.15), 0, 255).astype(np.uint8),
        "soft": np.asarray(cv2.GaussianBlur(portrait, (0, 0), 1.5), np.uint8),
    }


def test_a_bare_face_is_left_alone_in_any_light(portrait: Pixels) -> None:
    assert {name: _reasons(pixels) for name, pixels in _lamps(portrait).items()} == dict.fromkeys(
        _lamps(portrait), ()
    )


@pytest.mark.parametrize("cloth", CLOTHS)
def test_a_mask_is_told(portrait: Pixels, cloth: str) -> None:
    assert _reasons(covered.mask(portrait, CLOTHS[cloth])) == ("mask",)


def test_what_is_held_before_the_mouth_is_told(portrait: Pixels) -> None:
    (reason,) = _reasons(covered.bar(portrait, (90, 140, 60)))
    assert reason in ("mouth_hidden", "mask")


def test_dark_glasses_are_told(portrait: Pixels) -> None:
    assert _reasons(covered.dark_glasses(portrait)) == ("eyes_hidden",)


def test_half_a_face_is_cut_off(portrait: Pixels) -> None:
    middle = int(detect(portrait)[0].points[2][0])
    assert "face_cut_off" in _reasons(np.ascontiguousarray(portrait[:, : middle + 12]))


def test_a_face_turned_to_the_side_is_told_past_the_limit(astronaut: Pixels) -> None:
    clip = simulate.bona_fide(astronaut, seed=6, seconds=2.4, rate=5)
    index = int(np.argmax([abs(turn.yaw) for turn in clip.truth.turns]))
    far = ViewParams(quality=None, shown=replace(PARAMS, yaw=2.0))
    assert "face_turned" in look(clip.frames[index], far)[0].reasons
    assert look(clip.frames[index], ViewParams(shown=PARAMS))[0].reasons == ()


def test_a_mesh_that_is_no_face_is_none(astronaut: Pixels) -> None:
    upside_down = np.ascontiguousarray(astronaut[::-1, ::-1])
    faces = detect(upside_down)
    if faces:
        assert meshes.fit(upside_down, faces[0]).presence < 0.5
        assert "no_face" in _reasons(upside_down)
    assert showing.complaints(replace(PLAIN, presence=0.49), FRONTAL, PARAMS) == ("no_face",)


@pytest.mark.parametrize(
    ("shown", "pose", "found"),
    [
        (PLAIN, Pose(45, -35, 90), ()),
        (PLAIN, Pose(-45.1, 0, 0), ("face_turned",)),
        (PLAIN, Pose(0, 35.1, 0), ("face_turned",)),
        (replace(PLAIN, outside=0.16), FRONTAL, ("face_cut_off",)),
        (replace(PLAIN, occlusion=occlusions.Occlusion(0.71, -0.9, 0)), FRONTAL, ("mask",)),
        (replace(PLAIN, occlusion=occlusions.Occlusion(0.71, -1, 0)), FRONTAL, ("mouth_hidden",)),
        (replace(PLAIN, occlusion=occlusions.Occlusion(0.7, 9, 0.1)), FRONTAL, ("eyes_hidden",)),
        (replace(PLAIN, closed=0.66), FRONTAL, ("eyes_closed",)),
    ],
)
def test_each_cut_gives_its_reason(
    shown: showing.Shown, pose: Pose, found: tuple[str, ...]
) -> None:
    assert showing.complaints(shown, pose, replace(PARAMS, closed=0.65)) == found


def test_nothing_is_asked_where_a_cut_is_none() -> None:
    lenient = showing.ShownParams(
        presence=0, outside=None, yaw=None, pitch=None, closed=None, occlusion=None
    )
    worst = showing.Shown(0.0, 1.0, 1.0, occlusions.Occlusion(9, 9, 9))
    assert showing.complaints(worst, Pose(90, 90, 90), lenient) == ()


def test_closed_eyes_behind_dark_glasses_are_told_once() -> None:
    both = replace(PLAIN, closed=0.9, occlusion=occlusions.Occlusion(-5, -5, 5))
    assert showing.complaints(both, FRONTAL, replace(PARAMS, closed=0.65)) == ("eyes_hidden",)
