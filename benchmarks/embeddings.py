"""Which embedding is worth what: accuracy on LFW's folds at hand, and CPU of a face.

    python -m benchmarks.embeddings [--faces 40]

Each network's vector of each picture is computed once; a variant joins them by weights. Accuracy:
for each fold the threshold that is best on the other folds. The row "weights from the other folds"
also takes the fusion's weights from them, out of a grid. TAR: over all pairs of the pictures. The
cohort are people from East and South-East Asia.
"""

import argparse
import csv
import itertools
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.common import (
    NO_DATA,
    Conclusion,
    conclude,
    console,
    judged,
    machine,
    progress,
    table,
    test_data,
    wilson,
)
from countenance.evaluation.vectors import main_face
from countenance.perception import runtime
from countenance.perception.faces import embed as embeddings
from countenance.perception.faces import slot as slots
from countenance.perception.faces.detect import detect
from countenance.perception.weights import WeightsMissing

BAR = 99.5
GRID = (0.0, 0.25, 0.5, 0.75, 1.0)
Vectors = dict[str, np.ndarray]  # of a network: [pictures, dim]


@dataclass(frozen=True, slots=True)
class Network:
    """One member of a shipped embedding, ready to run."""

    member: slots.Member
    model: runtime.Model


@dataclass(frozen=True, slots=True)
class Faces:
    """The pictures of a folder: whose they are, and each network's unit vectors of them."""

    names: list[str]
    people: np.ndarray
    vectors: Vectors

    def cosines(self, parts: Mapping[str, float], a: np.ndarray, b: np.ndarray) -> np.ndarray:
        """The cosines of pairs of rows under a variant."""
        whole = sum(parts.values())
        each = [
            weight / whole * np.einsum("ij,ij->i", self.vectors[name][a], self.vectors[name][b])
            for name, weight in parts.items()
        ]
        return np.asarray(sum(each))

    def tars(self, parts: Mapping[str, float], rates: tuple[float, ...]) -> list[float]:
        """The share of genuine pairs above the threshold that lets so many impostors through."""
        whole = sum(parts.values())
        every = sum(
            weight / whole * self.vectors[name] @ self.vectors[name].T
            for name, weight in parts.items()
        )
        upper = np.triu_indices(len(self.people), 1)
        same = self.people[upper[0]] == self.people[upper[1]]
        cosines = np.asarray(every)[upper]
        impostors = cosines[~same]
        return [float((cosines[same] > np.quantile(impostors, 1 - rate)).mean()) for rate in rates]


def main() -> int:
    """Print the table; status 1 when the accuracy profile misses its bar."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--faces", type=int, default=40, help="faces the CPU is measured on")
    options = parser.parse_args()
    data = test_data()
    if data is None:
        console.print(f"skipped: {NO_DATA} (set COUNTENANCE_TEST_DATA)")
        return conclude(Conclusion("skipped", "embeddings", NO_DATA))
    networks, absent = _networks()
    with (data / "lfw" / "pairs.tsv").open() as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    names = sorted({row[side] for row in rows for side in "ab"})
    lfw = _look(data / "lfw", names, networks)
    folder = data / "lfw_cohort"
    cohort = _look(folder, [str(p.relative_to(folder)) for p in folder.rglob("*.jpg")], networks)
    cost = _cost(data / "lfw", names[:: max(1, len(names) // options.faces)], networks)
    return _report(rows, lfw, cohort, cost, networks, absent)


def _networks() -> tuple[dict[str, Network], list[str]]:
    """Each network by name, SFace also with its mirrored face; and the embeddings not here."""
    found: dict[str, Network] = {}
    absent = []
    for choice in ("sface", "accuracy", "edgeface"):
        try:
            loaded = slots.load(choice, runtime.choice().engine, anchored=False)
        except WeightsMissing as error:
            absent.append(choice)
            console.print(str(error), markup=False)
            continue
        for member, model in zip(loaded.slot.members, loaded.models, strict=True):
            name = member.weights + (" + mirror" if member.flip else "")
            found[name] = Network(member, model)
    return found, absent


def _variants(networks: Mapping[str, Network]) -> dict[str, dict[str, float]]:
    """The parts of each variant, by what it is called; those whose networks are all here."""
    wanted: dict[str, dict[str, float]] = {name: {name: 1.0} for name in networks}
    mirrored = "sface + mirror"
    wanted |= {
        f"{mirrored}, facenet 0.4": {mirrored: 1.0, "facenet": 0.4},
        f"{mirrored}, dlib_resnet 2": {mirrored: 1.0, "dlib_resnet": 2.0},
        "accuracy": {
            member.weights + (" + mirror" if member.flip else ""): member.weight
            for member in slots.load(
                "accuracy", runtime.choice().engine, anchored=False
            ).slot.members
        }
        if "facenet" in networks
        else {},
    }
    return {name: parts for name, parts in wanted.items() if parts and set(parts) <= set(networks)}


def _look(folder: Path, names: list[str], networks: Mapping[str, Network]) -> Faces:
    kept: list[str] = []
    vectors: dict[str, list[np.ndarray]] = {name: [] for name in networks}
    for name in progress(names, folder.name):
        try:
            pixels, face = main_face(folder / name)
        except LookupError:
            continue
        kept.append(name)
        for key, network in networks.items():
            vectors[key].append(embeddings.unit(network.member, network.model, pixels, face, key))
    people = np.array([name.split("/")[0] for name in kept])
    return Faces(kept, people, {key: np.stack(found) for key, found in vectors.items()})


def _cost(folder: Path, names: list[str], networks: Mapping[str, Network]) -> dict[str, float]:
    """Median CPU milliseconds of a face, one thread, the networks taking turns; and of `detect`."""
    spent: dict[str, list[float]] = {name: [] for name in ("detect", *networks)}
    for name in progress(names, "CPU"):
        pixels, face = main_face(folder / name)
        began = time.process_time()
        detect(pixels)
        spent["detect"].append(time.process_time() - began)
        for key, network in networks.items():
            began = time.process_time()
            embeddings.unit(network.member, network.model, pixels, face, key)
            spent[key].append(time.process_time() - began)
    return {name: 1000 * float(np.median(each)) for name, each in spent.items()}


def _report(
    rows: list[dict[str, str]],
    lfw: Faces,
    cohort: Faces,
    cost: Mapping[str, float],
    networks: Mapping[str, Network],
    absent: list[str],
) -> int:
    place = {name: number for number, name in enumerate(lfw.names)}
    known = np.array([row["a"] in place and row["b"] in place for row in rows])
    a, b = (np.array([place.get(row[side], 0) for row in rows]) for side in "ab")
    same = np.array([row["same"] == "1" for row in rows])
    fold = np.array([int(row["fold"]) for row in rows])
    lines, figures = [], {}
    for name, parts in _variants(networks).items():
        right = held_out(lfw.cosines(parts, a, b), same, fold) & known
        figures[name] = right
        wide, narrow = lfw.tars(parts, (1e-3, 1e-4))
        (asian,) = cohort.tars(parts, (1e-3,))
        licences = dict.fromkeys(networks[part].member.license for part in parts)
        milliseconds = sum(cost[part] for part in parts)
        shares = [f"{100 * share:.2f}" for share in (wide, narrow, asian)]
        lines.append([name, _accuracy(right), *shares, f"{milliseconds:.0f}", ", ".join(licences)])
    if "accuracy" in figures:
        right = _nested(lfw, a, b, same, fold) & known
        lines.append(["weights from the other folds", _accuracy(right), "", "", "", "", ""])
    title = (
        f"{len(rows)} pairs, {len(lfw.names)} pictures; cohort {len(set(cohort.people))} people, "
        f"{len(cohort.names)} pictures; detection {cost['detect']:.0f} ms; "
        f"{runtime.choice().engine}; {machine()}"
    )
    heads = ["variant", "accuracy % [95 %]", "TAR at 1e-3", "1e-4", "cohort 1e-3", "CPU ms"]
    table(title, [*heads, "licence"], lines)
    shown = [Conclusion("skipped", f"embedding {name}", "weights not here") for name in absent]
    if "accuracy" in figures:
        share = 100 * figures["accuracy"].mean()
        figure = f"{share:.2f} %, {len(rows)} pairs"
        shown.append(judged("LFW, accuracy profile", figure, f">= {BAR} %", bool(share >= BAR)))
    return conclude(*shown)


def _accuracy(right: np.ndarray) -> str:
    low, high = wilson(int(right.sum()), right.size)
    return f"{100 * right.mean():.2f} [{100 * low:.2f}, {100 * high:.2f}]"


def held_out(cosines: np.ndarray, same: np.ndarray, fold: np.ndarray) -> np.ndarray:
    """Whether each pair is judged right by the threshold that is best on the other folds."""
    right = np.zeros(len(same), bool)
    for held in np.unique(fold):
        at = fold == held
        threshold, _ = _best(cosines[~at], same[~at])
        right[at] = (cosines[at] >= threshold) == same[at]
    return right


def _nested(
    faces: Faces, a: np.ndarray, b: np.ndarray, same: np.ndarray, fold: np.ndarray
) -> np.ndarray:
    """As `held_out`, the weights of FaceNet and dlib also taken from the other folds."""
    grid = [
        faces.cosines({"sface + mirror": 1.0, "facenet": first, "dlib_resnet": second}, a, b)
        for first, second in itertools.product(GRID, GRID)
    ]
    right = np.zeros(len(same), bool)
    for held in np.unique(fold):
        at = fold == held
        found = [_best(cosines[~at], same[~at]) for cosines in grid]
        best = min(range(len(grid)), key=lambda number: found[number][1])  # the first of equals
        right[at] = (grid[best][at] >= found[best][0]) == same[at]
    return right


def _best(cosines: np.ndarray, same: np.ndarray) -> tuple[float, int]:
    """The threshold of fewest mistakes, the middle of the run where several tie, and their number.

    The threshold lies halfway between two cosines.
    """
    order = np.argsort(cosines)
    refused = np.concatenate([[0], np.cumsum(same[order])])  # genuine pairs below
    passed = np.concatenate([[0], np.cumsum(~same[order])])
    mistakes = refused + (passed[-1] - passed)
    best = np.flatnonzero(mistakes == mistakes.min())
    cut = int(best[len(best) // 2])
    ends = np.concatenate([[-1.0], cosines[order], [1.0]])
    return float((ends[cut] + ends[cut + 1]) / 2), int(mistakes[cut])


if __name__ == "__main__":
    sys.exit(main())
