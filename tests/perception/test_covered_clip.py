"""A clip of a face with something before it, or with closed eyes, made from a live one."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from tests import films
from tests.conftest import Pixels
from tests.perception import covered

from countenance.perception.faces.occlusion import Occlusion
from countenance.perception.faces.shown import Shown
from countenance.perception.liveness.covered import CoveredParams, hides
from countenance.perception.liveness.silent import check
from countenance.perception.media import Video, decode_video
from countenance.verification.policy import VIDEO, Policy

PLAIN = Shown(1.0, 0.0, 0.1, Occlusion(-5, -5, -5))
MASK = replace(PLAIN, occlusion=Occlusion(2, 2, -5))
HAND = replace(PLAIN, occlusion=Occlusion(2, -2, -5))
GLASSES = replace(PLAIN, occlusion=Occlusion(-5, -5, 2))
ASLEEP = replace(PLAIN, closed=0.9)

COVERS: dict[str, Callable[[Pixels], Pixels]] = {
    "mask": lambda p: covered.mask(p, (235, 235, 235)),
    "mouth_hidden": lambda p: covered.bar(p, (90, 140, 60)),
    "eyes_hidden": covered.dark_glasses,
}


@pytest.fixture(scope="module")
def live(live_clip: bytes) -> Video:
    return decode_video(live_clip, VIDEO)


@pytest.mark.parametrize("reason", COVERS)
def test_what_covers_a_face_throughout_is_told_first(live: Video, reason: str) -> None:
    shown = films.changed(films.pictures(live), COVERS[reason])
    report = check(films.with_pictures(live, shown), Policy().silent().silent)
    assert report.reasons[0] == reason


def test_what_covers_it_for_a_moment_is_not(live: Video) -> None:
    bare = range(3, len(live.frames))
    shown = films.changed(films.pictures(live), COVERS["mask"], but=bare)
    assert check(films.with_pictures(live, shown), Policy().silent().silent).reasons == ()


@pytest.mark.parametrize(
    ("shown", "found"),
    [
        ([], ()),
        ([PLAIN] * 3, ()),
        ([MASK] * 3, ("mask",)),
        ([HAND] * 3, ("mouth_hidden",)),
        ([GLASSES] * 3, ("eyes_hidden",)),
        ([ASLEEP] * 3, ("eyes_closed",)),
        ([PLAIN, PLAIN, ASLEEP], ()),
        ([PLAIN, MASK, MASK], ("mask",)),
        ([replace(GLASSES, closed=0.9)] * 3, ("eyes_hidden",)),
        ([replace(MASK, closed=0.9)] * 3, ("mask", "eyes_closed")),
    ],
)
def test_most_frames_decide(shown: list[Shown], found: tuple[str, ...]) -> None:
    assert hides(shown, CoveredParams()) == found
