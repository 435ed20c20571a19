"""What a score means, in words: never shown without the sample it rests on."""

from math import floor, log10

from countenance.perception.faces.slot import Slot


def false_match_rate(score: float) -> float:
    """The false-match rate a score stands for: 70 is 1e-3, 80 is 1e-4 (FaceID specification)."""
    return float(10 ** (-(score - 40.0) / 10.0))


def meaning(score: float, slot: Slot) -> str:
    """One sentence on a score under a slot's calibration; claims end where its sample ends."""
    if score < 50.0:
        return "No more alike than many pairs of different people."
    sample = slot.calibration
    assert sample is not None  # `slot.read` refuses a model without
    known = min(score, sample.supported_to)
    pairs = _two_digits(1.0 / false_match_rate(known))
    share = "Fewer than 1" if score > known else "About 1"
    return (
        f"{share} in {pairs:,} pairs of different people look this alike "
        f"(calibrated on {sample.impostor_pairs:,} pairs)."
    )


def _two_digits(value: float) -> int:
    unit = 10.0 ** max(0, floor(log10(value)) - 1)
    return int(round(value / unit) * unit)
