"""What the time of a refusal tells: unknown key, wrong signature and wrong token beside each other.

    python -m benchmarks.timing [--tries 2000] [--rounds 3] [--seed 1]

Each round sends so many of each kind over one connection, in a shuffled order, every unknown id a
new one. The figure is the largest median over the smallest. How far two halves of one kind lie
apart is the noise. The CPU time is that of the server's process, up to the answer and what it does
after it. `in a row` repeats one kind without the others in between, as a guesser would.
"""

import argparse
import random
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from tests.contract.common_errors import FAILURE, NOT_FOUND, Case
from tests.contract.holders import Holders
from tests.mutations.drafts import Form, Key
from tests.mutations.target import UNLIMITED
from tests.raw import Connection
from tests.serving import Running, serve

from benchmarks.common import Conclusion, conclude, console, judged, machine, progress, table
from benchmarks.processes import cpu

BAR = 1.05
RESAMPLED = 400
ROW = 200
ACTION = "GetLivenessResult"
SIZES = {"100 bytes": 100, "100 KB": 100_000}
FORMS: tuple[Form, ...] = ("json", "v1 post")
TOKEN = "AuthFailure.TokenFailure"
Make = Callable[[], bytes]


@dataclass
class Samples:
    """Seconds by kind: as the client waits, and of the server's CPU."""

    wall: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    cpu: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))


def main() -> int:
    """Print the tables; status 1 when the medians lie further apart than the bar."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tries", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    chance = random.Random(options.seed)
    conclusions = []
    with tempfile.TemporaryDirectory() as name, serve(Path(name), **UNLIMITED) as server:
        temporary = Holders(server).mint(Key(server.secret_id, server.secret_key))
        for form in FORMS:
            for size, length in SIZES.items():
                what = f"{'TC3' if form == 'json' else 'v1'}, {size}"
                makes = _makes(server, temporary, form, length, chance)
                rounds = [
                    _measure(server, makes, options.tries, chance, f"{what}, round {n + 1}")
                    for n in range(options.rounds)
                ]
                rows = _in_a_row(server, makes)
                conclusions.append(_report(what, rounds, rows, chance))
    return conclude(*conclusions)


def _makes(
    server: Running, temporary: Key, form: Form, length: int, chance: random.Random
) -> dict[str, tuple[str, Make]]:
    """What makes a request of each kind, and its code."""
    good = Case("", "", form, {"params": {"SdkToken": "x" * length}}, action=ACTION)

    def letters(number: int) -> str:
        return "".join(chance.choices("ABCDEFGHabcdefgh0123456789", k=number))

    def make(case: Case, key: Key) -> bytes:
        return case.sent(server.endpoint, key).wire()

    def unknown() -> bytes:
        return make(good, replace(temporary, secret_id=f"AKID{letters(32)}"))

    def signature() -> bytes:
        return make(good, replace(temporary, secret_key=letters(32)))

    def token() -> bytes:
        return make(good, replace(temporary, token=letters(len(temporary.token))))

    return {
        "unknown key": (NOT_FOUND, unknown),
        "wrong signature": (FAILURE, signature),
        "wrong token": (TOKEN, token),
    }


def _measure(
    server: Running, makes: Mapping[str, tuple[str, Make]], tries: int, chance: random.Random,
    what: str,
) -> Samples:  # fmt: skip
    order = [kind for kind in makes for _ in range(tries)]
    chance.shuffle(order)
    samples = Samples()
    with Connection(server.endpoint) as connection:
        for number, kind in enumerate(progress(order, what)):
            wall, used = _try(server, connection, *makes[kind])
            if number >= len(makes) * 20:  # the first ones warm caches
                samples.wall[kind].append(wall)
                samples.cpu[kind].append(used)
    return samples


def _in_a_row(server: Running, makes: Mapping[str, tuple[str, Make]]) -> dict[str, float]:
    """The median wait of each kind when only it is sent."""
    with Connection(server.endpoint) as connection:
        return {
            kind: statistics.median(_try(server, connection, *make)[0] for _ in range(ROW))
            for kind, make in makes.items()
        }


def _try(server: Running, connection: Connection, code: str, make: Make) -> tuple[float, float]:
    request = make()
    before = cpu(server.pid)
    started = time.perf_counter()
    answer = connection.exchange(request)
    wall = time.perf_counter() - started
    assert answer.code == code, f"{answer.code} instead of {code}"
    time.sleep(0)
    return wall, cpu(server.pid) - before


def _report(
    what: str, rounds: Sequence[Samples], rows: Mapping[str, float], chance: random.Random
) -> Conclusion:
    kinds = list(rows)
    wall = {kind: [t for one in rounds for t in one.wall[kind]] for kind in kinds}
    used = {kind: [t for one in rounds for t in one.cpu[kind]] for kind in kinds}
    table(
        f"Refusals, {what}: medians in microseconds; {machine()}",
        (
            "kind",
            "n",
            *(f"round {n + 1}" for n in range(len(rounds))),
            "all",
            "CPU, mean",
            "in a row",
        ),
        [
            (
                kind,
                len(wall[kind]),
                *(_micro(one.wall[kind]) for one in rounds),
                _micro(wall[kind]),
                f"{1e6 * statistics.fmean(used[kind]):.0f}",
                _micro([rows[kind]]),
            )
            for kind in kinds
        ],
    )
    ratio, (low, high) = _ratio(wall.values()), _interval(wall, chance)
    halves = [_ratio([times[::2], times[1::2]]) for times in wall.values()]
    console.print(
        f"largest over smallest: {ratio:.3f} [{low:.3f}, {high:.3f}]; "
        f"by round {', '.join(f'{_ratio(one.wall.values()):.3f}' for one in rounds)}; "
        f"in a row {_ratio([[t] for t in rows.values()]):.3f}; "
        f"halves of one kind {max(halves):.3f}"
    )
    return judged(
        f"medians of unknown key, wrong signature and wrong token, {what}",
        f"{ratio:.3f} [{low:.3f}, {high:.3f}]",
        f"<= {BAR}",
        ratio <= BAR,
    )


def _micro(times: Sequence[float]) -> str:
    return f"{1e6 * statistics.median(times):.0f}"


def _ratio(kinds: Iterable[Sequence[float]]) -> float:
    medians = [statistics.median(times) for times in kinds]
    return max(medians) / min(medians)


def _interval(kinds: Mapping[str, list[float]], chance: random.Random) -> tuple[float, float]:
    """The middle 95 % of the ratio when each kind is drawn anew from itself."""
    found = sorted(
        _ratio([chance.choices(times, k=len(times)) for times in kinds.values()])
        for _ in range(RESAMPLED)
    )
    return found[round(0.025 * RESAMPLED)], found[round(0.975 * RESAMPLED) - 1]


if __name__ == "__main__":
    sys.exit(main())
