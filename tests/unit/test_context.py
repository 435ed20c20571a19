"""How much is asked of the anti-spoof network, by what it sees around the face."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from countenance.perception.liveness.context import ContextParams, required

PARAMS = ContextParams()
ANY = st.floats(0.5, 2.7)


@pytest.mark.parametrize(
    ("context", "live"),
    [(2.7, 0.60), (2.2, 0.60), (2.19, 0.80), (1.6, 0.80), (1.59, 0.96), (1.2, 0.96)],
)
def test_a_bin_starts_at_its_least_context(context: float, live: float) -> None:
    assert required(context, PARAMS) == live


@given(ANY, ANY)
def test_less_context_never_asks_for_less(one: float, other: float) -> None:
    near, far = sorted((one, other))
    assert required(near, PARAMS) >= required(far, PARAMS)


@given(ANY, st.floats(0, 1))
def test_a_face_that_fills_the_picture_reaches_nothing(context: float, live: float) -> None:
    least = min(bound for bound, _ in PARAMS.bins)
    assert (live >= required(context, PARAMS)) <= (context >= least)
    assert (required(context, PARAMS) == math.inf) is (context < least)


def test_what_is_no_number_reaches_nothing() -> None:
    assert required(math.nan, PARAMS) == math.inf
