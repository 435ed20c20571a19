"""The simulator's clips are what their truth says; no detector's verdict is asked for here."""

from functools import lru_cache

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from countenance import simulate
from countenance.perception.faces.detect import detect
from countenance.perception.faces.mesh import Mesh, fit
from countenance.perception.faces.pose import estimate
from countenance.perception.liveness.best import eye_opening
from countenance.perception.media import decode_video
from countenance.simulate.clip import Clip

Pixels = NDArray[np.uint8]
RATE, SECONDS = 10.0, 2.4


@pytest.fixture(scope="module")
def living(astronaut: Pixels) -> Clip:
    return simulate.bona_fide(astronaut, seed=6, seconds=SECONDS, rate=RATE)


@pytest.fixture(scope="module")
def page(astronaut: Pixels) -> Clip:
    return simulate.print_attack(astronaut, seed=6, seconds=SECONDS, rate=RATE)


@lru_cache  # clips are equal only to themselves
def meshes(clip: Clip) -> list[Mesh]:
    found = [(frame, detect(frame)) for frame in clip.frames]
    assert all(len(faces) == 1 for _, faces in found)
    return [fit(frame, faces[0]) for frame, faces in found]


def test_one_seed_is_one_clip(astronaut: Pixels) -> None:
    for make in (simulate.bona_fide, simulate.print_attack):
        first, again, other = (make(astronaut, seed=s, seconds=0.3, rate=10) for s in (1, 1, 2))
        assert first.truth == again.truth
        assert all((a == b).all() for a, b in zip(first.frames, again.frames, strict=True))
        assert (first.frames[0] != other.frames[0]).any()


def test_the_truth_has_an_entry_for_every_frame(living: Clip, page: Clip) -> None:
    for clip, bona_fide, species in ((living, True, simulate.LIVE), (page, False, simulate.PAGE)):
        assert clip.truth.bona_fide is bona_fide
        assert clip.truth.species == species
        assert len(clip.frames) == len(clip.truth.turns) == len(clip.truth.lids) == 24
        assert all(f.shape == (480, 640, 3) and f.dtype == np.uint8 for f in clip.frames)


def test_the_head_turns_as_the_truth_says(living: Clip) -> None:
    seen = [estimate(mesh.points) for mesh in meshes(living)]
    for name in ("yaw", "pitch", "roll"):
        told = np.array([getattr(turn, name) for turn in living.truth.turns])
        read = np.array([getattr(pose, name) for pose in seen])
        # The portrait has a pose of its own, and the mesh an error of a degree or two: what is
        # asked is that they move together.
        assert np.corrcoef(told, read)[0, 1] > 0.85, name
        assert 0.5 < read.std() / told.std() < 1.6, name


def test_the_face_is_the_size_a_webcam_shows(living: Clip, page: Clip) -> None:
    for clip in (living, page):
        widths = [float(np.ptp(mesh.points[:, 0])) for mesh in meshes(clip)]
        assert 150 < np.median(widths) < 235


def test_lids_close_when_they_are_said_to(living: Clip) -> None:
    opening = np.array([eye_opening(mesh.points) for mesh in meshes(living)])
    lids = np.array(living.truth.lids)
    assert (lids > 0.7).any()
    assert opening[lids > 0.7].max() < 0.75 * np.median(opening[lids == 0])


def bending(clip: Clip) -> float:
    """Median over pairs of frames of how far the face's points are from one homography, pixels."""
    points = [mesh.points[:468, :2] for mesh in meshes(clip)]
    residuals = []
    for first, second in zip(points[:-8], points[8:], strict=True):
        matrix, _ = cv2.findHomography(first, second, cv2.LMEDS)
        moved = cv2.perspectiveTransform(first[None], matrix)[0]
        residuals.append(float(np.abs(moved - second).mean()))
    return float(np.median(residuals))


def test_a_person_has_depth_and_a_print_has_none(living: Clip, page: Clip) -> None:
    assert bending(living) > 1.5 * bending(page)


def test_the_head_moves_before_the_background(living: Clip) -> None:
    noses = np.array([mesh.points[4, :2] for mesh in meshes(living)])
    assert np.ptp(noses, axis=0).max() > 4
    corner = np.stack([f[:60, 560:].astype(float).mean(-1) for f in living.frames])
    still = corner - corner.mean((1, 2), keepdims=True)
    head = np.stack([f[180:300, 240:400].astype(float).mean(-1) for f in living.frames])
    assert still.std(0).mean() < head.std(0).mean()


def test_a_poster_fills_the_frame(hopper: Pixels) -> None:
    clip = simulate.print_attack(
        hopper, seed=3, seconds=0.5, rate=4, size=(480, 640), species=simulate.POSTER
    )
    assert clip.truth.species == simulate.POSTER
    assert clip.frames[0].shape == (640, 480, 3)
    assert len(detect(clip.frames[0])) == 1


def test_the_product_decodes_what_is_made(living: Clip) -> None:
    video = decode_video(living.encode("mp4"))
    assert video.size == (640, 480)
    assert abs(video.duration - SECONDS) < 0.3
    assert all(len(detect(frame.pixels)) == 1 for frame in video.frames[:3])


def test_a_portrait_without_a_face_is_refused() -> None:
    with pytest.raises(ValueError, match="no face"):
        simulate.bona_fide(np.full((200, 200, 3), 90, np.uint8), seed=1)
