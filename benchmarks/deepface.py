"""Comparison beside DeepFace 0.0.103: CPU of a pair of files, and who is right more often.

    python -m benchmarks.deepface [--pairs 3000] [--large 200]

Both use the same two weight files (YuNet, SFace), look at most at 640 pixels of a side, are warm,
and compare the same files in turns in one run. Counted is the CPU time of each process with its
descendants, so that decoding in a child counts. DeepFace runs twice: as it comes, with a thread for
every core, and with one thread each for inference and OpenCV. The cheaper of the two is the bar's.
"""

import argparse
import csv
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from benchmarks.common import (
    NO_DATA,
    ROOT,
    Conclusion,
    conclude,
    console,
    judged,
    machine,
    progress,
    share,
    table,
    test_data,
)
from benchmarks.lfw import best_threshold
from benchmarks.peers import stages
from benchmarks.peers.worker import Pair, Worker, start
from countenance.perception import weights

PEER = ROOT / ".clients" / "deepface" / "bin" / "python"
MISSING = "DeepFace is not installed: make peers"
OURS, THEIRS, ONE = "countenance", "DeepFace, as it comes", "DeepFace, one thread"
FILES = {
    "yunet": "face_detection_yunet_2023mar.onnx",
    "sface": "face_recognition_sface_2021dec.onnx",
}
GOAL, BAR = 3.0, 2.0
TURN = 20  # pairs before the next one's turn


@dataclass(slots=True)
class Results:
    """What one engine said of the pairs, NaN where it found no face, and the CPU it took."""

    cosines: list[float] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def milliseconds(self) -> float:
        """CPU of a pair."""
        return 1000 * self.seconds / len(self.cosines)


@dataclass(frozen=True, slots=True)
class Pairs:
    """Pairs of files with their fold and whether they show one person."""

    name: str
    files: list[Pair]
    fold: np.ndarray
    same: np.ndarray


def main() -> int:
    """Print the tables; status 1 when a bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=3000, help="of LFW")
    parser.add_argument("--large", type=int, default=200, help="of photographs at full size")
    options = parser.parse_args()
    data = test_data()
    if data is None:
        return conclude(Conclusion("skipped", "beside DeepFace", NO_DATA))
    if not PEER.exists():
        console.print(MISSING)
        return conclude(Conclusion("skipped", "beside DeepFace", MISSING))
    lfw = _read("LFW, 250 x 250", data / "lfw", options.pairs)
    large = _read("photographs at full size", data / "celeb_fullres", options.large)
    with _workers() as workers:
        found = {pairs.name: _measure(workers, pairs) for pairs in (lfw, large)}
    for pairs in (lfw, large):
        _print(pairs, found[pairs.name])
    table(
        f"Where our CPU goes, ms of one picture; {machine()}",
        ("stage", *(pairs.name for pairs in (lfw, large))),
        stages.rows([[file for file, _ in pairs.files[:60]] for pairs in (lfw, large)]),
    )
    return conclude(
        *(_cost(pairs.name, found[pairs.name]) for pairs in (lfw, large)),
        _accuracy(lfw, found[lfw.name]),
    )


def _read(name: str, folder: Path, most: int) -> Pairs:
    """Every n-th pair, so that folds and both answers keep their shares."""
    with (folder / "pairs.tsv").open() as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    rows = rows[:: max(1, len(rows) // most)][:most]
    return Pairs(
        name,
        [(folder / row["a"], folder / row["b"]) for row in rows],
        np.array([int(row["fold"]) for row in rows]),
        np.array([row["same"] == "1" for row in rows]),
    )


@contextmanager
def _workers() -> Iterator[dict[str, Worker]]:
    """The three, warm; DeepFace finds our weight files under its names."""
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        home = Path(name)
        folder = home / ".deepface" / "weights"
        folder.mkdir(parents=True)
        for ours, theirs in FILES.items():
            (folder / theirs).symlink_to(weights.path(ours))
        environment = {"DEEPFACE_HOME": name, "DEEPFACE_LOG_LEVEL": "40"}
        script = ROOT / "benchmarks" / "peers" / "theirs.py"
        yield {
            OURS: stack.enter_context(
                start([sys.executable, "-m", "benchmarks.peers.ours"], home / "ours.log")
            ),
            THEIRS: stack.enter_context(start([PEER, script], home / "theirs.log", environment)),
            ONE: stack.enter_context(
                start([PEER, script, "--one-thread"], home / "one.log", environment)
            ),
        }


def _measure(workers: dict[str, Worker], pairs: Pairs) -> dict[str, Results]:
    results = {name: Results() for name in workers}
    for worker in workers.values():
        worker.ask(pairs.files[:3])
    starts = range(0, len(pairs.files), TURN)
    for turn, first in enumerate(progress(starts, pairs.name)):
        names = list(workers)
        for name in names if turn % 2 else reversed(names):
            values, seconds = workers[name].ask(pairs.files[first : first + TURN])
            results[name].seconds += seconds
            results[name].cosines += [float("nan") if v is None else v for v in values]
    return results


def _print(pairs: Pairs, found: dict[str, Results]) -> None:
    ours = found[OURS].milliseconds
    rows = []
    for name, results in found.items():
        right, unseen = _right(pairs, results)
        rows.append(
            (
                name,
                f"{results.milliseconds:.1f}",
                f"{results.milliseconds / ours:.2f}",
                share(int(right.sum()), right.size),
                unseen,
            )
        )
    table(
        f"{pairs.name}: {len(pairs.files)} pairs; {machine()}",
        ("engine", "CPU ms a pair", "times ours", "right", "pairs without a face"),
        rows,
    )


def _right(pairs: Pairs, results: Results) -> tuple[np.ndarray, int]:
    """Which pairs are judged right at the best threshold of the other folds (of all, if one).

    A pair in which no face was found is judged wrong.
    """
    cosine = np.array(results.cosines)
    known = np.isfinite(cosine)
    right = np.zeros(cosine.size, bool)
    folds = np.unique(pairs.fold)
    for held in folds:
        at = pairs.fold == held
        others = ~at & known if folds.size > 1 else known
        threshold = best_threshold(cosine[others], pairs.same[others])
        right[at] = ((cosine[at] >= threshold) == pairs.same[at]) & known[at]
    return right, int((~known).sum())


def _cost(name: str, found: dict[str, Results]) -> Conclusion:
    ours = found[OURS].milliseconds
    as_it_comes, one = (found[key].milliseconds / ours for key in (THEIRS, ONE))
    least = min(as_it_comes, one)
    figure = f"{least:.2f} times less ({as_it_comes:.2f} than as it comes), n = "
    figure += str(len(found[OURS].cosines))
    return judged(f"CPU beside DeepFace, {name}", figure, f">= {BAR} (goal {GOAL})", least >= BAR)


def _accuracy(pairs: Pairs, found: dict[str, Results]) -> Conclusion:
    ours, theirs = (_right(pairs, found[name])[0] for name in (OURS, ONE))
    only = (int((ours & ~theirs).sum()), int((theirs & ~ours).sum()))
    figure = f"{100 * ours.mean():.2f} % and {100 * theirs.mean():.2f} %, n = {ours.size}; "
    figure += f"right alone: ours {only[0]}, theirs {only[1]}"
    return judged("accuracy beside DeepFace, LFW", figure, "no worse", ours.sum() >= theirs.sum())


if __name__ == "__main__":
    sys.exit(main())
