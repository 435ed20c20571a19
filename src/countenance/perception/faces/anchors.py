"""What a cosine means under one network: the anchors, the score between them, what they rest on."""

from collections.abc import Mapping
from itertools import pairwise

import msgspec
import numpy as np

RATES = {"50": 1e-1, "60": 1e-2, "70": 1e-3, "80": 1e-4, "90": 1e-5}  # false matches (FaceID API)
NAMES = ("zero", *RATES, "hundred")


class Interval(msgspec.Struct, frozen=True, kw_only=True):
    """Where the cosine of an anchor may lie: two-sided at `level` (0 to 1), people resampled."""

    level: float
    bounds: dict[str, tuple[float, float]]


class Calibration(msgspec.Struct, frozen=True, kw_only=True):
    """What anchors rest on: how they were fitted, on whom, on how many.

    `point` are the fitted cosines; the slot's own anchors may be stricter, and `method` says by
    what rule. `supported_to` is the highest score the sample itself has pairs for.
    """

    method: str
    cohort: str
    people: int
    images: int
    impostor_pairs: int
    genuine_pairs: int
    point: dict[str, float]
    interval: Interval
    supported_to: float


def fault(anchors: Mapping[str, float]) -> str:
    """Why these anchors cannot be used; empty where they can."""
    missing = [name for name in NAMES if name not in anchors]
    if missing:
        return f"anchors are missing: {', '.join(missing)}"
    values = [anchors[name] for name in NAMES]
    if not all(low < high for low, high in pairwise(values)):
        return "anchors do not rise with the score"
    return ""


def score(cosine: float, anchors: Mapping[str, float]) -> float:
    """The wire score 0 to 100 of a cosine, piecewise linear between the anchors."""
    marks = [0.0, *(float(name) for name in RATES), 100.0]
    return float(np.interp(cosine, [anchors[name] for name in NAMES], marks))
