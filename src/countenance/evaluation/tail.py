"""The normal tail: where impostor pairs run out, cosines go on along a line of normal quantiles.

Why not the extreme-value tail (generalised Pareto, fitted by probability-weighted moments; Hosking
and Wallis 1987): normal tails reach it so slowly that, at the depth a few thousand pairs give, it
bends down too early. `python -m benchmarks.tails` measures it on SFace, 150 samples of 64 people
drawn from 2,035 whose 6,772,601 pairs are the truth; error of the anchor in decades of the
false-match rate, root mean square, in brackets the bias (above 0: more false matches than meant):

| anchor for | quantiles of the sample | generalised Pareto above 5 % | normal line |
|---|---|---|---|
| 1e-3 | 0.23 (+0.01) | 0.21 (+0.05) | 0.17 (-0.01) |
| 1e-4 | 0.53 (+0.17) | 0.54 (+0.25) | 0.23 (+0.00) |
| 1e-5 | 1.05 (+0.93) | 0.96 (+0.68) | 0.28 (+0.12) |

The line is no accident: a cosine is a sum of as many small products as the vectors have dimensions.
It is not exact for every embedding: those of the accuracy profile have a heavier tail.
"""

from collections.abc import Sequence
from statistics import NormalDist

import numpy as np

from countenance.evaluation.trials import BINS, Floats, cosine_at

FROM = 0.2  # the rate at which the line begins
POINTS = 9


def quantile(above: Floats, rate: float) -> float:
    """The cosine that this share of the impostor pairs reaches, between bins by their share.

    `above` is float64 [BINS + 1], the share at or above each bin, falling.
    """
    bin = int(np.searchsorted(-above, -rate, side="right")) - 1  # the last bin that reaches it
    bin = min(max(bin, 0), BINS - 1)
    step = above[bin] - above[bin + 1]
    inside = (above[bin] - rate) / step if step > 0 else 0.0
    return cosine_at(bin + float(np.clip(inside, 0.0, 1.0)))


def beyond(above: Floats, last: float, rates: Sequence[float]) -> list[float]:
    """Cosines at rates below `last`, the lowest rate the sample has pairs for.

    They go on from the sample's quantile at `last` by the slope of the line through its quantiles
    between the rates FROM and `last`.
    """
    start, slope = _line(above, last)
    return [start + slope * (_deviate(rate) - _deviate(last)) for rate in rates]


def rate(above: Floats, last: float, cosine: float) -> float:
    """The rate at which the tail reaches a cosine: what `beyond` turns round."""
    start, slope = _line(above, last)
    return 1 - NormalDist().cdf(_deviate(last) + (cosine - start) / slope)


def _line(above: Floats, last: float) -> tuple[float, float]:
    places = [float(place) for place in np.geomspace(FROM, last, POINTS)]
    quantiles = [quantile(above, place) for place in places]
    slope = float(np.polyfit([_deviate(place) for place in places], quantiles, 1)[0])
    return quantiles[-1], slope


def _deviate(rate: float) -> float:
    return NormalDist().inv_cdf(1 - rate)
