"""What a score means, in words."""

import pytest

from countenance.perception.faces.anchors import Calibration, Interval
from countenance.perception.faces.slot import Slot
from countenance.verification.meaning import false_match_rate, meaning

FEWER = "Fewer than 1 in 10,000 pairs of different people look this alike"


def _slot(supported_to: float) -> Slot:
    calibration = Calibration(
        cohort="made up",
        people=160,
        images=160,
        point={},
        interval=Interval(level=0.9, bounds={}),
        impostor_pairs=12_345,
        genuine_pairs=10,
        method="made up",
        supported_to=supported_to,
    )
    return Slot(
        kind="embedding",
        name="made up",
        members=(),
        anchors={},
        calibration=calibration,
    )


@pytest.mark.parametrize(("score", "rate"), [(50, 1e-1), (60, 1e-2), (70, 1e-3), (80, 1e-4)])
def test_ten_points_are_a_tenth_of_the_false_matches(score: float, rate: float) -> None:
    assert false_match_rate(score) == pytest.approx(rate)


@pytest.mark.parametrize(
    ("score", "said"),
    [
        (0.0, "No more alike than many pairs of different people."),
        (49.99, "No more alike than many pairs of different people."),
        (50.0, "At most 1 in 10 pairs of different people look this alike"),
        (70.0, "At most 1 in 1,000 pairs of different people look this alike"),
        (75.0, "At most 1 in 3,200 pairs of different people look this alike"),
        (80.0, "At most 1 in 10,000 pairs of different people look this alike"),
        (85.0, f"{FEWER}, by extrapolation about 1 in 32,000"),
        (100.0, f"{FEWER}, by extrapolation about 1 in 1,000,000"),
    ],
)
def test_claims_end_where_the_sample_ends(score: float, said: str) -> None:
    told = meaning(score, _slot(supported_to=80.0))
    assert told.startswith(said)
    if score >= 50:
        assert told.endswith("(calibrated on 12,345 pairs of 160 people).")


def test_a_smaller_sample_claims_less() -> None:
    told = meaning(95.0, _slot(supported_to=60.0))
    assert told.startswith("Fewer than 1 in 100 pairs")
    assert "by extrapolation about 1 in 10,000 " in told
