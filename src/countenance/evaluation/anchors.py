"""Anchors of a score: the cosines at which few enough pairs of different people match.

Pairs of people are counted, not pairs of pictures: two look-alikes with twelve pictures each would
otherwise be 144 witnesses. A rate has pairs enough where 100 pairs of people match at it (n of them
put the true rate within 1.64 / sqrt(n) at 90 %: 16 %; Doddington et al. 2000 ask for 30, but the
most alike 30 of LFW are in part wrong labels); the tail goes on from there (`tail.py`). The safe
end of the interval is what is used.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from countenance.evaluation import resample, tail
from countenance.evaluation.people import EvaluationError
from countenance.evaluation.trials import BINS, Floats, Trials, cosine_at
from countenance.perception.faces.anchors import NAMES, RATES, Calibration, Interval, fault

ENOUGH = 100  # pairs of people
LEVEL = 0.9  # two-sided; its upper end holds in 95 of 100
_SPREAD = 0.99  # the share of impostor pairs that score more than 0
_TOP = 0.1  # the share of genuine pairs that score 100


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """One group's trials.

    A `margin` above 1 is for a sample that stands for people it does not hold: where the samples of
    margin 1 have no pairs enough, anchors keep that many times fewer false matches in it.
    """

    name: str
    trials: Trials
    margin: float = 1.0


@dataclass(frozen=True, slots=True)
class Fit:
    """Cosines by score name ("50" to "90"); `bounds` are two-sided at LEVEL.

    `supported_to` is the highest score that has pairs of people enough, 0 where none has.
    """

    sample: Sample
    point: dict[str, float]
    bounds: dict[str, tuple[float, float]]
    supported_to: float


@dataclass(frozen=True, slots=True)
class Anchored:
    """Anchors that hold in every sample, what they rest on, and the fit of each sample."""

    anchors: dict[str, float]
    calibration: Calibration
    fits: tuple[Fit, ...]


def fit(sample: Sample, times: int = resample.TIMES, own: float = 0.0) -> Fit:
    """Fit one sample; its margin counts at scores above `own`.

    Raises EvaluationError where not even the score 50 has pairs enough.
    """
    shares = resample.sample(sample.trials).couples
    rates = {n: r / sample.margin if float(n) > own else r for n, r in RATES.items()}
    enough = [n for n, r in rates.items() if sample.trials.couples * r >= ENOUGH]
    if not enough:
        raise EvaluationError(
            f"{sample.name}: {sample.trials.people} people make {sample.trials.couples} pairs of "
            f"people; at a false-match rate of {rates['50']:g} fewer than {ENOUGH} of them match, "
            f"and the sample carries no anchor. {_people_for(rates['50'])} people or more are "
            "needed for the score 50"
        )
    point = _cosines(shares, rates, enough)
    draws = [
        list(_cosines(draw.couples, rates, enough).values())
        for draw in resample.resamples(sample.trials, times)
    ]
    ends = np.nanquantile(np.array(draws), [(1 - LEVEL) / 2, (1 + LEVEL) / 2], axis=0)
    bounds = {n: (_round(ends[0, i]), _round(ends[1, i])) for i, n in enumerate(RATES)}
    return Fit(sample, point, bounds, float(enough[-1]))


def anchored(samples: Sequence[Sample], cohort: str, times: int = resample.TIMES) -> Anchored:
    """The strictest safe end over the samples, score by score; `cohort` says who the people are."""
    near = [fit(sample, times) for sample in samples if sample.margin == 1]
    own = max((one.supported_to for one in near), default=0.0)
    fits = (*near, *(fit(sample, times, own) for sample in samples if sample.margin > 1))
    worst = {name: _strictest(fits, name) for name in RATES}
    safe = {name: worst[name].bounds[name][1] for name in RATES}
    anchors = {"zero": _zero(samples), **safe}
    anchors["hundred"] = _hundred(samples, safe["90"])
    anchors = {name: anchors[name] for name in NAMES}
    if why := fault(anchors):
        raise EvaluationError(f"the fitted {why}: {anchors}")
    calibration = Calibration(
        method=_method(fits, worst),
        cohort=cohort,
        people=sum(s.trials.people for s in samples),
        images=sum(s.trials.images for s in samples),
        impostor_pairs=sum(s.trials.impostors for s in samples),
        genuine_pairs=sum(s.trials.genuines for s in samples),
        point={name: max(f.point[name] for f in fits) for name in RATES},
        interval=Interval(level=LEVEL, bounds={n: worst[n].bounds[n] for n in RATES}),
        supported_to=max(float(n) for n in RATES if n == "50" or carried(worst[n], n)),
    )
    return Anchored(anchors, calibration, fits)


def carried(fitted: Fit, name: str) -> bool:
    """Whether the sample has pairs of people enough at a score; else its tail was continued."""
    return float(name) <= fitted.supported_to


def _strictest(fits: Sequence[Fit], name: str) -> Fit:
    return max(fits, key=lambda fitted: fitted.bounds[name][1])


def _cosines(shares: Floats, rates: dict[str, float], enough: list[str]) -> dict[str, float]:
    known = {name: tail.quantile(shares, rates[name]) for name in enough}
    rest = [name for name in rates if name not in known]
    further = tail.beyond(shares, rates[enough[-1]], [rates[name] for name in rest])
    return {n: _round(v) for n, v in (known | dict(zip(rest, further, strict=True))).items()}


def _zero(samples: Sequence[Sample]) -> float:
    counts = sum((s.trials.counts for s in samples), np.zeros(BINS, np.int64))
    return _round(cosine_at(float(np.argmax(np.cumsum(counts) > (1 - _SPREAD) * counts.sum()))))


def _hundred(samples: Sequence[Sample], highest: float) -> float:
    bins = np.concatenate([s.trials.genuine.bin for s in samples])
    alike = cosine_at(float(np.quantile(bins, 1 - _TOP))) if len(bins) else 0.0
    return _round(max(alike, (1 + highest) / 2 if highest > 0.9 else highest + 0.05))


def _people_for(rate: float) -> int:
    return math.ceil(math.sqrt(2 * ENOUGH / rate)) + 1


def _method(fits: Sequence[Fit], worst: dict[str, Fit]) -> str:
    """How the anchors came about, for the record."""
    parts = []
    for one in fits:
        times = f"{one.sample.margin:g} times fewer false matches"
        margin = f", {times} where the others have no pairs" if one.sample.margin > 1 else ""
        parts.append(
            f"{one.sample.name} ({one.sample.trials.people} people{margin}; pairs enough to "
            f"{one.supported_to:g})"
        )
    bound = "; ".join(f"{name}: {worst[name].sample.name}" for name in RATES)
    return (
        "quantiles of the impostor cosines, every two people counted once, continued on normal "
        f"quantiles beyond the scores with {ENOUGH} pairs of people; each anchor is the upper end "
        f"of a {100 * LEVEL:g} % interval (people resampled), the strictest of: {'; '.join(parts)}."
        f" The strictest by score: {bound}"
    )


def _round(value: float) -> float:
    return round(float(value), 4)
