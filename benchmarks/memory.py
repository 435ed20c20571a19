"""Memory of a real server after mixed requests: the proportional set size of its process tree.

    python -m benchmarks.memory [--requests 500] [--clients 3] [--seed 1]

The requests are those of the long run (`benchmarks.soak`): good and bad pictures and clips, damaged
files, wrong keys, clients that go away. Growth is that of the last tenth of the answers over the
tenth after the first four.
"""

import argparse
import statistics
import sys
import tempfile
import time
from pathlib import Path

from tests.serving import serve

from benchmarks.client import UNLIMITED
from benchmarks.common import aside, conclude, judged, machine, table
from benchmarks.processes import proportional
from benchmarks.soak import Tally, asked, make_material

MOST_MB, GROWTH = 1200, 1.05
SAMPLES = 50

Sample = tuple[int, float]  # answers so far, megabytes


def main() -> int:
    """Print the table; status 1 when the server holds too much, or more and more."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=500)
    parser.add_argument("--clients", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    aside.print("making the clips")
    material = make_material()
    with tempfile.TemporaryDirectory() as name, serve(Path(name), **UNLIMITED) as server:
        samples = [(0, proportional(server.pid))]
        with asked(server, material, options.clients, options.seed) as tally:
            samples += _watch(server.pid, tally, options.requests)
    table(
        f"Memory of the process tree under {options.clients} clients; {machine()}",
        ("answers", "MB (PSS)"),
        [(n, f"{held:.0f}") for n, held in samples[:: SAMPLES // 10]],
    )
    table(
        "Answers",
        ("request", "code", "n"),
        [(kind, code, n) for (kind, code), n in sorted(tally.answers.items())],
    )
    early = _level(samples, options.requests, 0.4, 0.5)
    late = _level(samples, options.requests, 0.9, 1.0)
    most = max(held for _, held in samples)
    what = f"{tally.answers.total()} answers, {tally.unexpected.total()} unexpected"
    return conclude(
        judged(
            "memory of the process tree",
            f"{late:.0f} MB at the end, {most:.0f} at most; {what}",
            f"<= {MOST_MB} MB",
            most <= MOST_MB and not tally.unexpected,
        ),
        judged(
            "growth over the last three fifths",
            f"{late:.0f} / {early:.0f} MB = {late / early:.3f}",
            f"< {GROWTH}",
            late / early < GROWTH,
        ),
    )


def _watch(pid: int, tally: Tally, requests: int) -> list[Sample]:
    """A sample at every fiftieth of the answers."""
    found: list[Sample] = []
    for number in range(1, SAMPLES + 1):
        while tally.answers.total() < requests * number / SAMPLES:
            time.sleep(0.05)
        found.append((tally.answers.total(), proportional(pid)))
        aside.print(f"{found[-1][0]} answers, {found[-1][1]:.0f} MB")
    return found


def _level(samples: list[Sample], requests: int, low: float, high: float) -> float:
    """The median of the samples between two shares of the answers."""
    return statistics.median(held for n, held in samples if low <= n / requests <= high + 0.02)


if __name__ == "__main__":
    sys.exit(main())
