"""The default policy: Params as documented, and overrides that reach them."""

from dataclasses import astuple, replace
from itertools import pairwise

from countenance.settings import Rule
from countenance.verification.policy import MB, Policies, Policy


def test_quality_control_asks_for_more_step_by_step() -> None:
    asked = [Policy().stills(control=control).compare.view for control in range(5)]
    assert (asked[0].quality, asked[0].shown) == (None, None)
    qualities = [view.quality for view in asked[1:]]
    assert all(qualities)
    for less, more in pairwise(map(astuple, filter(None, qualities))):
        assert more != less
        assert all(m >= n for n, m in zip(less[:4], more[:4], strict=True))
        assert more[4] <= less[4]
        assert more[5:] == less[5:]
    for less, more in pairwise([view.shown for view in asked[1:]]):
        assert less is not None
        assert more is not None
        assert more.occlusion or not less.occlusion
        for name in ("outside", "yaw", "pitch"):
            assert getattr(more, name) <= getattr(less, name)
        assert (more.yaw or 0) < (less.yaw or 0)


def test_the_photo_of_a_clip_is_held_to_the_least_level() -> None:
    view = Policy().silent().view
    least = Policy().stills(control=1).compare.view
    assert (view.quality, view.shown) == (least.quality, least.shown)


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


def test_a_rule_changes_the_policy_and_its_version() -> None:
    own = Policy()
    policies = Policies(own, {"strict": Rule(pass_score=80.0, retries=2), "same": Rule()})
    strict = policies.find("strict")
    assert strict is not None
    assert (policies.find(""), policies.find("same"), policies.find("none")) == (own, own, None)
    assert (strict.pass_score, own.version == strict.version) == (80.0, False)
    assert [policies.find_retries(name) for name in ("strict", "same", "", "none")] == [
        2,
        None,
        None,
        None,
    ]


def test_every_threshold_is_in_the_version() -> None:
    policy = Policy()
    assert policy.version == Policy().version
    assert len(policy.version) == 16
    live = replace(policy.clip.silent, live=0.61)
    others = (
        replace(policy, embedding="edgeface"),
        replace(policy, clip=replace(policy.clip, silent=live)),
        replace(policy, still=replace(policy.still, min_side=65)),
    )
    assert len({policy.version, *(other.version for other in others)}) == 4
