"""LFW dev folds through the library: accuracy with a threshold from the other folds, and at Sim 70.

Protocol: View 2 pairs of the folds at hand; for each fold the threshold that maximises accuracy on
the other folds is applied to it; nothing is trained. Both embeddings for commercial use.
"""

import csv
import sys
from pathlib import Path

import numpy as np

from benchmarks import people
from benchmarks.common import (
    NO_DATA,
    Conclusion,
    conclude,
    console,
    judged,
    machine,
    share,
    table,
    test_data,
)
from countenance.perception.faces import slot as slots
from countenance.perception.runtime import choice

BARS = {"sface": 99.2, "accuracy": 99.5}


def main() -> int:
    """Print the tables; status 1 when a bar is missed."""
    data = test_data()
    if data is None:
        console.print(f"skipped: {NO_DATA} (set COUNTENANCE_TEST_DATA)")
        return conclude(Conclusion("skipped", "LFW", NO_DATA))
    conclusions: list[Conclusion] = []
    for model, bar in BARS.items():
        if why := people.lacking(model):
            conclusions.append(Conclusion("skipped", f"LFW, {model}", why))
        else:
            conclusions += _measure(data / "lfw", model, bar)
    return conclude(*conclusions)


def _measure(folder: Path, model: str, bar: float) -> list[Conclusion]:
    with (folder / "pairs.tsv").open() as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    found = people.embedded(folder, model)
    vectors = {p.name: v for p, v in zip(found.photos, found.matrix, strict=True)}
    fold = np.array([int(row["fold"]) for row in rows])
    same = np.array([row["same"] == "1" for row in rows])
    # a face that was not found is a wrong answer on either side of the question
    cosine = np.array([_cosine(vectors, row) for row in rows])
    known = np.isfinite(cosine)

    correct = np.zeros(len(rows), bool)
    for held in np.unique(fold):
        threshold = best_threshold(cosine[(fold != held) & known], same[(fold != held) & known])
        at = fold == held
        correct[at] = ((cosine[at] >= threshold) == same[at]) & known[at]
    per_fold = [100 * correct[fold == f].mean() for f in np.unique(fold)]
    slot, _ = slots.read(model)
    at70 = slot.anchors["70"]
    accepted = cosine >= at70
    right = (accepted == same) & known
    accuracy = 100 * correct.mean()
    images = len({row[side] for row in rows for side in "ab"})
    table(
        f"LFW View 2, folds {sorted(set(fold.tolist()))}, {slot.name}, {choice().engine}; "
        f"{machine()}",
        ["measure", "figure", "bar"],
        [
            ["pairs / images / faces not found", f"{len(rows)} / {images} / {len(found.lost)}", ""],
            ["accuracy, threshold from the other folds", f"{accuracy:.2f} %", f">= {bar} %"],
            ["standard error over folds", f"{np.std(per_fold) / len(per_fold) ** 0.5:.2f} %", ""],
            ["accuracy at Sim 70", f"{100 * right.mean():.2f} %", ""],
            ["FNMR at Sim 70", share(int((~accepted & same).sum()), int(same.sum())), ""],
            ["FMR at Sim 70", share(int((accepted & ~same).sum()), int((~same).sum())), ""],
        ],
    )
    figure = f"{accuracy:.2f} %, {len(rows)} pairs"
    what = f"LFW, {model}, threshold from the other folds"
    return [
        judged(what, figure, f">= {bar} %", bool(accuracy >= bar)),
        Conclusion("shown", f"LFW, {model}, at Sim 70", f"{100 * right.mean():.2f} %"),
    ]


def _cosine(vectors: dict[str, np.ndarray], row: dict[str, str]) -> float:
    if row["a"] not in vectors or row["b"] not in vectors:
        return float("nan")
    return float(vectors[row["a"]] @ vectors[row["b"]])


def best_threshold(cosine: np.ndarray, same: np.ndarray) -> float:
    """The threshold of highest accuracy, the middle of the run where several tie."""
    candidates = np.sort(cosine)
    order = np.argsort(cosine)
    below = np.cumsum(~same[order])  # impostors refused when the threshold is just above
    above = same.sum() - np.cumsum(same[order])
    worth = below + above
    best = np.flatnonzero(worth == worth.max())
    index = best[len(best) // 2]
    upper = candidates[min(index + 1, len(candidates) - 1)]
    return float((candidates[index] + upper) / 2)


if __name__ == "__main__":
    sys.exit(main())
