"""The default policy: Params as documented, and overrides that reach them."""

import pytest

from countenance.perception.faces.quality import PREFERRED, QualityParams
from countenance.verification.policy import MB, Policy


@pytest.mark.parametrize(
    ("control", "quality"),
    [(0, None), (1, QualityParams()), (2, QualityParams()), (3, PREFERRED), (4, PREFERRED)],
)
def test_quality_control_asks_for_more_step_by_step(
    control: int, quality: QualityParams | None
) -> None:
    assert Policy().stills(control=control).compare.view.quality == quality


def test_preferred_asks_more_than_the_default_in_everything() -> None:
    least = QualityParams()
    assert PREFERRED.min_side > least.min_side
    assert PREFERRED.min_sharpness > least.min_sharpness
    assert PREFERRED.min_luma > least.min_luma
    assert PREFERRED.max_luma < least.max_luma


def test_options_of_a_still_reach_the_view() -> None:
    plain, all_of_it = Policy().stills(), Policy().stills(turn=True, mesh=True)
    assert (plain.compare.view.turn, plain.compare.view.mesh) == (False, False)
    assert (all_of_it.compare.view.turn, all_of_it.compare.view.mesh) == (True, True)
    assert plain.compare.view.single is False  # the largest face counts (CompareFace)


def test_the_embedding_reaches_both_comparisons() -> None:
    policy = Policy(embedding="/models/mine")
    assert policy.stills().compare.model == "/models/mine"
    assert policy.silent().model == "/models/mine"


def test_a_clip_looks_for_one_person_and_keeps_the_documented_limits() -> None:
    clip = Policy().silent(mesh=True)
    assert (clip.view.single, clip.view.mesh) == (True, True)
    assert clip.photo.formats == ("jpeg", "png")
    assert (clip.photo.max_bytes, clip.video.max_bytes) == (3 * MB, 8 * MB)
    assert clip.silent.seconds == 2.0


def test_a_still_keeps_the_documented_limits() -> None:
    image = Policy().stills().image
    assert image.formats == ("jpeg", "png", "bmp")  # no GIF
    assert (image.max_bytes, image.max_side, image.min_side) == (5 * MB, 4000, 64)
