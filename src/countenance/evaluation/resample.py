"""The bootstrap by person: people are drawn with replacement, never pairs.

Pairs that share a person are not independent: to draw pairs makes intervals far too narrow. A
person drawn k times brings k of each of their pairs; pairs of a person with their own copy are not
impostor pairs and are left out (Bolle, Ratha and Pankanti 2004 on subsets of a sample; Snijders and
Borgatti 1999 on resampling who is paired).
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from countenance.evaluation.trials import BINS, Floats, Ints, Trials

TIMES = 400
SEED = 4


@dataclass(frozen=True, slots=True, eq=False)
class Draw:
    """Shares at or above each bin, float64 [BINS + 1], of one draw of people (or of the sample).

    `impostor` counts pairs of pictures, `couples` pairs of people (every two people count once,
    however many pictures they have); below `Trials.floor` both are cut off. nan: no such pair.
    """

    impostor: Floats
    couples: Floats
    genuine: Floats


def sample(trials: Trials) -> Draw:
    """The sample itself: everybody once."""
    return _draw(trials, np.ones(trials.people, np.int64))


def resamples(trials: Trials, times: int = TIMES, seed: int = SEED) -> Iterator[Draw]:
    """Draws of as many people as there are, with replacement."""
    rng = np.random.default_rng(seed)
    even = np.full(trials.people, 1 / trials.people)
    for _ in range(times):
        yield _draw(trials, rng.multinomial(trials.people, even))


def _draw(trials: Trials, drawn: Ints) -> Draw:
    side = trials.impostor
    both = drawn[side.a] * drawn[side.b]
    pictures, people = side.weight * both, side.share * both
    if trials.images_of is None:
        totals = float(pictures.sum()), float(people.sum())
    else:
        totals = _pairs(drawn * trials.images_of), _pairs(drawn)
    genuine = trials.genuine.weight * drawn[trials.genuine.a]
    return Draw(
        _above(side.bin, pictures, totals[0]),
        _above(side.bin, people, totals[1]),
        _above(trials.genuine.bin, genuine, float(genuine.sum())),
    )


def _pairs(counts: Ints) -> float:
    """Pairs of things of different kinds, the number of each kind given."""
    return float(counts.sum() ** 2 - (counts**2).sum()) / 2


def _above(bins: Ints, weight: Floats, total: float) -> Floats:
    if total <= 0:
        return np.full(BINS + 1, np.nan)
    counts = np.bincount(bins, weights=weight, minlength=BINS)
    return np.append(np.cumsum(counts[::-1])[::-1], 0.0) / total
