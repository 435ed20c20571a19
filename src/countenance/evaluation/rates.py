"""False matches and false non-matches at a cosine, told only as far as the sample can tell."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from countenance.evaluation import resample
from countenance.evaluation.trials import BINS, Floats, Ints, Trials, cosine_at, couples, edge

LEVEL = 0.95
POINTS = 60


@dataclass(frozen=True, slots=True)
class Rate:
    """Errors among trials (pairs of pictures), and what that says of the rate.

    `independent` is what was drawn: pairs of people for false matches, people for false
    non-matches. `low` and `high` are the two-sided 95 % interval with people resampled; no rate is
    claimed below the rule of three, 3 / `independent` (no error in n trials leaves 3/n possible at
    95 %; Hanley and Lippman-Hand 1983): `estimate` is then None and `high` at least that bound.
    """

    errors: int
    trials: int
    independent: int
    estimate: float | None
    low: float
    high: float

    def __str__(self) -> str:
        counted = f"({self.errors:,} of {self.trials:,})"
        if not self.trials:
            return "no such pair"
        if self.estimate is None:
            told = "n too small" if self.high >= 0.5 else f"below {self.high:.2g}"
            return f"{told} {counted}"
        return f"{self.estimate:.2g} [{self.low:.2g}, {self.high:.2g}] {counted}"


@dataclass(frozen=True, slots=True)
class Point:
    """Both rates at one cosine; `score` is the wire score it stands for, where it has one."""

    cosine: float
    score: float | None
    fmr: Rate
    fnmr: Rate
    confused: int  # pairs of people of whom any two pictures match falsely


@dataclass(frozen=True, slots=True)
class Curve:
    """Points of a DET curve, false-match rate falling, cut where the sample stops to tell."""

    cosine: tuple[float, ...]
    fmr: tuple[float, ...]
    fnmr: tuple[float, ...]


def rule_of_three(n: int) -> float:
    """The rate that no error in n independent trials leaves possible, at 95 %."""
    return min(1.0, 3 / n) if n else 1.0


def rate(errors: int, trials: int, independent: int, draws: Sequence[float]) -> Rate:
    """A rate with the interval of its resampled values; see `Rate` for what is withheld."""
    least = rule_of_three(independent)
    known = np.array(draws)[np.isfinite(draws)]
    if not trials or not known.size:
        return Rate(errors, trials, independent, None, 0.0, 1.0)
    low, high = np.quantile(known, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    estimate = errors / trials
    if estimate < least:
        return Rate(errors, trials, independent, None, 0.0, max(least, float(high)))
    return Rate(errors, trials, independent, estimate, float(low), float(high))


def operating_points(
    trials: Trials,
    cosines: Sequence[float],
    scores: Sequence[float | None],
    times: int = resample.TIMES,
) -> tuple[Point, ...]:
    """Both rates at each cosine, with intervals."""
    bins = [edge(cosine) for cosine in cosines]
    draws = list(resample.resamples(trials, times))
    points = []
    for cosine, score, bin in zip(cosines, scores, bins, strict=True):
        matches = int(trials.counts[bin:].sum())
        misses = int((trials.genuine.bin < bin).sum())
        # Below the floor the draws know nothing: no interval, so nothing is claimed.
        told = [float(d.impostor[bin]) for d in draws] if bin >= trials.floor else []
        points.append(
            Point(
                cosine=cosine,
                score=score,
                fmr=rate(matches, trials.impostors, trials.couples, told),
                fnmr=rate(
                    misses,
                    trials.genuines,
                    len(np.unique(trials.genuine.a)),
                    [1 - float(d.genuine[bin]) for d in draws],
                ),
                confused=couples(trials.impostor, bin),
            )
        )
    return tuple(points)


def det(trials: Trials) -> Curve:
    """The DET curve from a false-match rate of one half down to what the rule of three allows."""
    if not trials.impostors or not trials.genuines:
        return Curve((), (), ())
    impostors = _above(trials.counts)
    genuine = _above(np.bincount(trials.genuine.bin, minlength=BINS))
    lowest = rule_of_three(trials.couples)
    if lowest >= 0.5:
        return Curve((), (), ())
    wanted = np.geomspace(0.5, lowest, POINTS)
    bins = np.unique([int(np.argmax(impostors <= share)) for share in wanted])
    return Curve(
        tuple(round(cosine_at(int(b)), 4) for b in bins),
        tuple(float(impostors[b]) for b in bins),
        tuple(float(1 - genuine[b]) for b in bins),
    )


def _above(counts: Ints) -> Floats:
    return np.asarray(np.append(np.cumsum(counts[::-1])[::-1], 0) / counts.sum(), np.float64)
