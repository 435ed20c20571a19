"""Three ways to reach an anchor that a small sample has no pairs for, against a known truth.

    python -m benchmarks.tails [--samples 300]

Samples of 64 people like the cohort (twelve with up to 12 pictures, the rest with up to 2) are
drawn from the LFW dev people outside the cohort; the truth is the false-match rate over all of
those people. Figures: log10 of that rate at the anchor over the rate that was meant.
"""

import argparse
import sys

import numpy as np

from benchmarks import people
from benchmarks.common import NO_DATA, Conclusion, conclude, console, progress, table, test_data
from countenance.evaluation import resample, tail
from countenance.evaluation import trials as trial
from countenance.evaluation.trials import edge

RATES = (1e-3, 1e-4, 1e-5)
LAST = 1e-1
BEGIN = 0.05  # of the generalised Pareto tail
SAFE = 0.95
DRAWS = 100


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--samples", type=int, default=300)
    options = parser.parse_args()
    data = test_data()
    if data is None:
        console.print(f"skipped: {NO_DATA} (set COUNTENANCE_TEST_DATA)")
        return conclude(Conclusion("skipped", "tails", NO_DATA))
    found = people.embedded(data / "lfw", "sface")
    person = people.names(found)
    apart = ~np.isin(person, [path.name for path in (data / "lfw_cohort").iterdir()])
    return _measure(found.matrix[apart], person[apart], options.samples)


def _measure(matrix: np.ndarray, person: np.ndarray, samples: int) -> int:
    whole = trial.all_pairs(matrix, people.numbers(person))
    truth = resample.sample(whole).couples
    rng = np.random.default_rng(1)
    names, images = np.unique(person, return_counts=True)
    errors: dict[tuple[str, float], list[float]] = {}
    kept: dict[float, list[bool]] = {rate: [] for rate in RATES}
    for _ in progress(range(samples), "samples"):
        rows = _cohort(person, names, images, rng)
        trials = trial.all_pairs(matrix[rows], people.numbers(person[rows]))
        above = resample.sample(trials).couples
        ways = {
            "quantiles of the sample": [tail.quantile(above, rate) for rate in RATES],
            "generalised Pareto": _pareto(trials),
            "normal line (ours)": tail.beyond(above, LAST, RATES),
        }
        for way, cosines in ways.items():
            for rate, cosine in zip(RATES, cosines, strict=True):
                real = max(float(truth[edge(cosine)]), 1e-7)
                errors.setdefault((way, rate), []).append(np.log10(real / rate))
        draws = [tail.beyond(d.couples, LAST, RATES) for d in resample.resamples(trials, DRAWS)]
        for rate, cosine in zip(RATES, np.quantile(draws, SAFE, axis=0), strict=True):
            kept[rate].append(bool(truth[edge(float(cosine))] <= rate))
    _tell(whole, truth, errors, kept, samples)
    return conclude(
        Conclusion("shown", "the safe end keeps its rate in other people, of 95 % meant",
                   ", ".join(f"{100 * np.mean(v):.0f} % at {r:g}" for r, v in kept.items()))
    )  # fmt: skip


def _cohort(
    person: np.ndarray, names: np.ndarray, images: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    many = rng.choice(names[images >= 4], 12, replace=False)
    few = rng.choice(np.setdiff1d(names, many), 52, replace=False)
    rows = [np.flatnonzero(person == name)[:most] for group, most in ((many, 12), (few, 2))
            for name in group]  # fmt: skip
    return np.concatenate(rows)


def _pareto(trials: trial.Trials) -> list[float]:
    """Quantiles by probability-weighted moments of the excesses (Hosking and Wallis 1987)."""
    side = trials.impostor
    order = np.argsort(side.bin)
    cosine = 2 * side.bin[order] / trial.BINS - 1
    weight = side.share[order] / trials.couples
    reached = np.cumsum(weight[::-1])[::-1]
    over = reached <= BEGIN
    begin, excess = float(cosine[over][0]), cosine[over] - cosine[over][0]
    share = weight[over] / weight[over].sum()
    place = np.cumsum(share) - share / 2
    first, second = float((share * excess).sum()), float((share * (1 - place) * excess).sum())
    shape = 2 - first / (first - 2 * second)
    scale = 2 * first * second / (first - 2 * second)
    whole = float(weight[over].sum())
    return [begin + scale / shape * ((rate / whole) ** -shape - 1) for rate in RATES]


def _tell(
    whole: trial.Trials,
    truth: np.ndarray,
    errors: dict[tuple[str, float], list[float]],
    kept: dict[float, list[bool]],
    samples: int,
) -> None:
    ways = dict.fromkeys(way for way, _ in errors)
    table(
        f"Error of an anchor in decades: root mean square (bias); {samples} samples of 64 people, "
        f"truth from {whole.people} people, {whole.impostors:,} pairs",
        ("way", *(f"{rate:g}" for rate in RATES)),
        [
            (way, *(f"{np.sqrt(np.mean(np.square(errors[way, r]))):.2f} "
                    f"({np.mean(errors[way, r]):+.2f})" for r in RATES))
            for way in ways
        ],
    )  # fmt: skip
    rates = (1e-1, 1e-2, 1e-3, 1e-4, 1e-5)
    line = tail.beyond(truth, 1e-1, rates)
    table(
        "The whole: its quantiles, and the line through those between 0.2 and 0.1",
        ("rate", *(f"{rate:g}" for rate in rates)),
        [
            ("quantile", *(f"{tail.quantile(truth, rate):.4f}" for rate in rates)),
            ("line", *(f"{cosine:.4f}" for cosine in line)),
        ],
    )


if __name__ == "__main__":
    sys.exit(main())
