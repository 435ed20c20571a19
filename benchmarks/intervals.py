"""False matches by pair of people, with bounds that take pairs of one person for what they are."""

import math
from dataclasses import dataclass, field

import numpy as np


def upper(errors: int, n: int, level: float = 0.95) -> float:
    """The exact one-sided upper bound of a share (Clopper and Pearson 1934); 3 / n for none."""
    low, high = errors / max(n, 1), 1.0
    for _ in range(60):
        middle = (low + high) / 2
        fewer = sum(
            math.exp(
                math.lgamma(n + 1)
                - math.lgamma(k + 1)
                - math.lgamma(n - k + 1)
                + k * math.log(middle)
                + (n - k) * math.log1p(-middle)
            )
            for k in range(errors + 1)
        )
        low, high = (middle, high) if fewer > 1 - level else (low, middle)
    return high


@dataclass(slots=True)
class Matches:
    """Pairs of pictures and false matches among them, added up by the two people."""

    pairs: dict[tuple[str, str], list[float]] = field(default_factory=dict)
    total: float = 0.0
    false: float = 0.0
    people: set[str] = field(default_factory=set)

    def add(self, person: np.ndarray, weight: np.ndarray, match: np.ndarray) -> None:
        """Count pairs of rows, `weight` 0 where a pair is not to be counted."""
        self.total += float(weight.sum())
        self.people.update(person.tolist())
        for i, j in zip(*np.nonzero(match & (weight > 0)), strict=True):
            a, b = sorted((str(person[i]), str(person[j])))
            self.pairs.setdefault((a, b), []).append(float(weight[i, j]))
            self.false += float(weight[i, j])

    @property
    def rate(self) -> float:
        """The share of false matches."""
        return self.false / self.total

    @property
    def couples(self) -> int:
        """Pairs of people that were judged."""
        return len(self.people) * (len(self.people) - 1) // 2

    @property
    def confused(self) -> int:
        """Pairs of people of whom any two pictures matched."""
        return len(self.pairs)

    def interval(self, times: int = 1000) -> tuple[float, float]:
        """Low and high end at 95 % each, people drawn with replacement."""
        rng = np.random.default_rng(9)
        index = {name: i for i, name in enumerate(sorted(self.people))}
        a = np.array([index[a] for a, _ in self.pairs], int)
        b = np.array([index[b] for _, b in self.pairs], int)
        hits = np.array([sum(weights) for weights in self.pairs.values()])
        n = len(index)
        drawn = rng.multinomial(n, np.full(n, 1 / n), size=times)
        rates = (drawn[:, a] * drawn[:, b] * hits).sum(axis=1) / self.total
        low, high = np.quantile(rates, [0.05, 0.95])
        return float(low), max(float(high), 3 / self.couples)

    def by_people(self) -> str:
        """Pairs of people confused, of those judged, and the upper bound."""
        bound = upper(self.confused, self.couples)
        return f"{self.confused:,} of {self.couples:,}, <= {bound:.1e}"

    def __str__(self) -> str:
        low, high = self.interval()
        return f"{self.rate:.1e} [{low:.1e}, {high:.1e}] ({self.false:.0f} of {self.total:,.0f})"
