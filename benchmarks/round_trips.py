"""Every action of the contract through every official client: what arrives, what comes back.

    python -m benchmarks.round_trips [build ...]

Each build, of Python and of npm, runs in its own environment (`make clients`) against two servers
that exist in tests only: one keeps what it decoded and has no action built, one answers every
action with every output the contract has for it. Needs no evaluation data.
"""

import argparse
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from itertools import product
from pathlib import Path

from tests.contract import node_clients, python_clients
from tests.contract.python_clients import ALGORITHMS, BUILDS, METHODS, Clients, Trip
from tests.contract.servers import TestServer, echo, recorder

from benchmarks.common import Conclusion, aside, conclude, judged, table

NAMES = dict(zip(ALGORITHMS, ("TC3", "SHA1", "SHA256"), strict=True))
GOALS = ("decoded", "answered", "emptied")
NPM = {f"node-{client}": client for client in node_clients.CLIENTS}
COLUMNS = (
    "build",
    "algorithm",
    "method",
    "decoded as sent",
    "every output",
    "every null",
    "values",
)


def main() -> int:
    """Print the table; status 1 unless every call is whole."""
    parser = argparse.ArgumentParser(description=__doc__)
    every = [*BUILDS, *NPM]
    parser.add_argument("build", nargs="*", choices=[*every, []], help="which, by default all")
    chosen = parser.parse_args().build or every
    found: dict[str, list[Trip]] = {}
    with tempfile.TemporaryDirectory() as folder, Clients() as clients:
        place = Path(folder)
        with recorder(place / "recorder") as recording, echo(place / "echo") as echoing:
            for build in chosen:
                aside.print(f"{build}: about a minute")
                found[build] = _trips(clients, build, recording, echoing)
    table(
        "Official clients, unmodified: calls as they should be of calls made",
        COLUMNS,
        [row for build, trips in found.items() for row in _rows(build, trips)],
    )
    if wrong := [(build, trip) for build, trips in found.items() for trip in trips if trip.wrong]:
        table(
            f"What is wrong, the first of {len(wrong)}",
            ("build", "action", "client", "what"),
            [(b, trip.action, trip.client, trip.wrong[0][:200]) for b, trip in wrong[:20]],
        )
    return conclude(*_conclusions(found))


def _trips(clients: Clients, build: str, recording: TestServer, echoing: TestServer) -> list[Trip]:
    if build in NPM:
        return node_clients.round_trips(NPM[build], recording, echoing, whole=True)
    return python_clients.round_trips(clients, build, recording, echoing, whole=True)


def _release(build: str) -> str:
    if build in NPM:
        return node_clients.release(NPM[build])
    return python_clients.release(build)


def _rows(build: str, trips: list[Trip]) -> Iterator[tuple[object, ...]]:
    for algorithm, method in product(ALGORITHMS, METHODS):
        mine = [trip for trip in trips if (trip.algorithm, trip.method) == (algorithm, method)]
        made = Counter(trip.goal for trip in mine)
        whole = Counter(trip.goal for trip in mine if not trip.wrong)
        cells = [f"{whole[goal]}/{made[goal]}" if made[goal] else "-" for goal in GOALS]
        yield _release(build), NAMES[algorithm], method, *cells, sum(trip.leaves for trip in mine)


def _conclusions(found: dict[str, list[Trip]]) -> Iterator[Conclusion]:
    for build, trips in found.items():
        whole = [trip for trip in trips if not trip.wrong]
        figure = f"{len(whole)} of {len(trips)} calls"
        what = f"{_release(build)}, {len({trip.action for trip in trips})} actions"
        yield judged(what, figure, "100 %", len(whole) == len(trips))


if __name__ == "__main__":
    sys.exit(main())
