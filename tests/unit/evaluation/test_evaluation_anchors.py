"""Anchors and the tail against laws that are known."""

from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.evaluation import made

from countenance.evaluation import anchors, tail
from countenance.evaluation.anchors import Sample
from countenance.evaluation.people import EvaluationError
from countenance.evaluation.trials import BINS, cosine_at
from countenance.perception.faces.anchors import NAMES, RATES, fault, score


def _normal(mean: float, deviation: float) -> np.ndarray:
    """The share at or above each bin of a normal law."""
    law = NormalDist(mean, deviation)
    return np.array([1 - law.cdf(cosine_at(bin)) for bin in range(BINS + 1)])


@settings(max_examples=20, deadline=None)
@given(st.floats(-0.1, 0.2), st.floats(0.04, 0.12), st.sampled_from([1e-1, 1e-2, 1e-3]))
def test_the_tail_recovers_a_normal_law(mean: float, deviation: float, last: float) -> None:
    law, shares = NormalDist(mean, deviation), _normal(mean, deviation)
    assert tail.quantile(shares, 0.05) == pytest.approx(law.inv_cdf(0.95), abs=1e-4)
    rates = [1e-4, 1e-5]
    for rate, found in zip(rates, tail.beyond(shares, last, rates), strict=True):
        assert found == pytest.approx(law.inv_cdf(1 - rate), abs=2e-3)


def test_anchors_rise_and_rest_on_pairs_only_as_far_as_there_are_pairs() -> None:
    found = anchors.anchored([Sample("made", made.trials(200, 2))], "made up", times=60)
    assert fault(found.anchors) == ""
    assert list(found.anchors) == list(NAMES)
    sample = found.calibration
    assert sample.supported_to == 60  # 19,900 pairs of people: 199 at 1e-2, 20 at 1e-3
    assert (sample.people, sample.images, sample.genuine_pairs) == (200, 400, 200)
    for name in RATES:
        low, high = sample.interval.bounds[name]
        assert low <= sample.point[name] <= high
        assert found.anchors[name] == high
    assert score(found.anchors["70"], found.anchors) == pytest.approx(70)
    law = NormalDist(0, 64**-0.5)
    assert sample.point["60"] == pytest.approx(law.inv_cdf(0.99), abs=0.01)
    assert sample.point["80"] == pytest.approx(law.inv_cdf(1 - 1e-4), abs=0.03)


def test_the_safe_end_holds_in_new_people_nearly_always() -> None:
    law = NormalDist(0, 64**-0.5)
    kept = []
    for seed in range(20):
        fitted = anchors.fit(Sample("made", made.trials(60, 1, seed=seed)), times=60)
        kept.append(fitted.bounds["70"][1] >= law.inv_cdf(1 - 1e-3) - 0.005)
    assert sum(kept) >= 18


def test_the_strictest_sample_decides() -> None:
    wide = Sample("wide", made.trials(80, 1, dim=32))
    narrow = Sample("narrow", made.trials(80, 1, dim=128))
    both = anchors.anchored([narrow, wide], "made up", times=40)
    alone = anchors.anchored([wide], "made up", times=40)
    assert {n: both.anchors[n] for n in RATES} == {n: alone.anchors[n] for n in RATES}


def test_a_margin_counts_where_the_nearer_sample_has_no_pairs() -> None:
    near = Sample("near", made.trials(60, 1, seed=2))
    far = made.trials(200, 1, seed=3)
    plain = anchors.fit(Sample("far", far), times=2)
    with_margin = anchors.fit(Sample("far", far, margin=10), times=2, own=50)
    assert with_margin.point["50"] == plain.point["50"]
    assert with_margin.point["60"] == pytest.approx(plain.point["70"], abs=0.02)
    found = anchors.anchored([near, Sample("far", far, margin=10)], "made up", times=20)
    assert found.fits[1].point["50"] == plain.point["50"]
    assert "10 times fewer" in found.calibration.method


def test_a_sample_that_carries_nothing_says_what_would() -> None:
    with pytest.raises(EvaluationError, match="46 people or more"):
        anchors.fit(Sample("few", made.trials(10)))
    assert anchors.fit(Sample("enough", made.trials(60, 1)), times=2).supported_to == 50
