"""Rates: what is printed, what is withheld."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.evaluation import made

from countenance.evaluation import rates
from countenance.evaluation.rates import rate, rule_of_three


@given(st.integers(1, 10**9))
def test_the_rule_of_three_is_what_no_error_leaves_possible(n: int) -> None:
    bound = rule_of_three(n)
    if n >= 4:
        assert (1 - bound) ** n <= 0.05
    if n >= 100:
        assert (1 - bound) ** n == pytest.approx(0.05, abs=0.003)


@given(st.integers(0, 50), st.integers(50, 10**6), st.integers(0, 10**4))
def test_no_rate_is_claimed_below_what_the_sample_can_tell(errors: int, n: int, own: int) -> None:
    found = rate(errors, n, own, [errors / n] * 10)
    if found.estimate is None:
        assert errors / n < rule_of_three(own)
        assert found.high >= rule_of_three(own)
    else:
        assert found.estimate == errors / n >= rule_of_three(own)


def test_a_rate_in_words() -> None:
    assert str(rate(0, 1000, 1000, [0.0])) == "below 0.003 (0 of 1,000)"
    assert str(rate(0, 3, 3, [0.0])) == "n too small (0 of 3)"
    assert str(rate(0, 0, 0, [])) == "no such pair"
    assert str(rate(50, 1000, 1000, np.linspace(0.04, 0.06, 201).tolist())).startswith("0.05 [0.0")


def test_operating_points_of_a_known_law() -> None:
    trials = made.trials(300, 2)
    loose, strict = rates.operating_points(trials, [0.1, 0.55], [None, 70.0], times=60)
    assert loose.fmr.estimate == pytest.approx(0.21, abs=0.02)
    assert loose.fmr.low < loose.fmr.estimate < loose.fmr.high
    assert loose.fnmr.estimate is None
    assert loose.fnmr.high == pytest.approx(0.01)  # 300 people, none refused
    assert strict.fmr.estimate is None  # fewer than 3 of 44,850 pairs of people
    assert strict.score == 70.0
    assert loose.confused > strict.confused


def test_the_curve_ends_where_the_sample_does() -> None:
    curve = rates.det(made.trials(100, 2))
    assert curve.fmr[0] >= 0.4
    assert curve.fmr[-1] == pytest.approx(rule_of_three(4950), rel=0.1)
    assert all(a > b for a, b in zip(curve.fmr, curve.fmr[1:], strict=False))
    assert all(a <= b for a, b in zip(curve.fnmr, curve.fnmr[1:], strict=False))
    assert rates.det(made.trials(3, 1)).fmr == ()
