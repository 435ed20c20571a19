"""What a score means, in words: never shown without the sample it rests on."""

from math import floor, log10

from countenance.perception.faces.slot import Slot

EXTRAPOLATED = 20.0  # points of score: a factor of 100


def false_match_rate(score: float) -> float:
    """The false-match rate a score stands for: 70 is 1e-3, 80 is 1e-4 (FaceID specification)."""
    return float(10 ** (-(score - 40.0) / 10.0))


def meaning(score: float, slot: Slot) -> str:
    """One sentence on a score under a slot's calibration.

    What the sample has pairs for is claimed; what its tail goes on to is called extrapolated, and
    two decades at most of it are told.
    """
    if score < 50.0:
        return "No more alike than many pairs of different people."
    sample = slot.calibration
    assert sample is not None  # `slot.read` refuses a model without
    claim, beyond = "At most", ""
    if score > sample.supported_to:
        far = min(score, sample.supported_to + EXTRAPOLATED)
        claim, beyond = "Fewer than", f", by extrapolation about 1 in {_pairs(far):,}"
    return (
        f"{claim} 1 in {_pairs(min(score, sample.supported_to)):,} pairs of different people look "
        f"this alike{beyond} (calibrated on {sample.impostor_pairs:,} pairs of {sample.people:,} "
        "people)."
    )


def _pairs(score: float) -> int:
    return _two_digits(1.0 / false_match_rate(score))


def _two_digits(value: float) -> int:
    unit = 10.0 ** max(0, floor(log10(value)) - 1)
    return int(round(value / unit) * unit)
