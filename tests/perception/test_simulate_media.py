"""Screens and sheets before the camera are where their truth says; no detector is asked here."""

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from countenance import simulate
from countenance.perception.faces.detect import detect
from countenance.simulate.clip import Still

Pixels = NDArray[np.uint8]


@pytest.fixture(scope="module")
def stills(astronaut: Pixels) -> dict[str, Still]:
    return {
        "phone": simulate.bezel_still(astronaut, seed=6, size=(480, 640), held=False),
        "monitor": simulate.bezel_still(astronaut, seed=2, species=simulate.MONITOR, held=False),
        "paper": simulate.paper_still(astronaut, seed=4, held=False, border=True),
    }


def across(still: Still) -> NDArray[np.float64]:
    """Luma from 12 pixels inside to 12 outside the truth's edges, mean over all that is seen."""
    grey = cv2.cvtColor(still.pixels, cv2.COLOR_BGR2GRAY).astype(np.float32)
    (corners,) = np.array(still.truth.media)
    lines = []
    for start, end in zip(corners, np.roll(corners, -1, 0), strict=True):
        along = (end - start) / np.linalg.norm(end - start)
        out = np.array([along[1], -along[0]])
        share = np.linspace(0.15, 0.85, 60)[:, None]
        at = (start + share * (end - start))[:, None] + np.arange(-12, 13)[None, :, None] * out
        inside = ((at > 0) & (at < np.array(grey.shape[::-1]) - 1)).all((1, 2))
        sampled = cv2.remap(grey, *np.moveaxis(at.astype(np.float32), -1, 0), cv2.INTER_LINEAR)
        lines.append(np.abs(np.diff(sampled[inside], axis=1)).mean(0))
    return np.asarray(np.mean(lines, 0), np.float64)


@pytest.mark.parametrize("name", ["phone", "monitor", "paper"])
def test_the_picture_changes_where_the_truth_has_an_edge(
    stills: dict[str, Still], name: str
) -> None:
    step = across(stills[name])
    reach = 8 if name == "paper" else 3  # a bent sheet's edges bow out between its corners
    assert abs(int(step.argmax()) - 11.5) <= reach
    assert step.max() > 2 * np.median(step)


def test_the_face_is_inside_the_medium(stills: dict[str, Still]) -> None:
    for still in stills.values():
        x, y, wide, high = detect(still.pixels)[0].box
        corners = np.float32(still.truth.media[0])
        for at in ((x, y), (x + wide, y + high)):
            assert cv2.pointPolygonTest(corners, at, False) > 0


def test_one_seed_is_one_still(astronaut: Pixels) -> None:
    for make in (simulate.bezel_still, simulate.paper_still):
        first, again, other = (make(astronaut, seed=s, size=(160, 120)) for s in (1, 1, 2))
        assert first.truth == again.truth
        assert (first.pixels == again.pixels).all()
        assert (first.pixels != other.pixels).any()


def test_a_replay_has_its_medium_in_every_frame(astronaut: Pixels) -> None:
    clip = simulate.screen_attack(
        astronaut, seed=1, seconds=0.2, rate=10, size=(320, 240), playing=False
    )
    assert not clip.truth.bona_fide
    assert len(clip.frames) == len(clip.truth.media) == len(clip.truth.turns) == 2
    assert clip.truth.media[0] != clip.truth.media[1]
    again = simulate.screen_attack(
        astronaut, seed=1, seconds=0.2, rate=10, size=(320, 240), playing=False
    )
    assert all((a == b).all() for a, b in zip(clip.frames, again.frames, strict=True))


def test_a_portrait_without_a_face_is_refused() -> None:
    for make in (simulate.bezel_still, simulate.paper_still):
        with pytest.raises(ValueError, match="no face"):
            make(np.full((200, 200, 3), 90, np.uint8), seed=1)
