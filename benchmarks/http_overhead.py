"""CompareFace over HTTP beside the library's compare() on the same bytes: CPU ms per call.

    python -m benchmarks.http_overhead [--calls 60]

A real server and a library process run side by side and are called in turn. CPU is that of either
process and its decoding children, to the nanosecond, from the call to 20 ms after its answer, so
that what a server does after answering counts too. The client that signs and sends is a third
process and is not counted.
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from tests.serving import serve

from benchmarks import pictures
from benchmarks.client import COMPARE, UNLIMITED, Client, text
from benchmarks.common import conclude, judged, machine, progress, table
from benchmarks.processes import cpu, tree

BAR = 1.15
WARM_UP = 8  # calls of either side that are not counted
SETTLE = 0.02  # seconds
SIZES = {"250 x 250": (250, 250), "1000 x 1333": (1000, 1333), "3000 x 4000": (3000, 4000)}


@dataclass(frozen=True, slots=True)
class Pair:
    """Two pictures of one size, of one person."""

    a: bytes
    b: bytes


def main() -> int:
    """Print the table; status 1 when a ratio is over the bar."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=60)
    calls = parser.parse_args().calls
    portrait = pictures.collins()
    pairs = {
        name: Pair(pictures.photograph(portrait, size, 92), pictures.photograph(portrait, size, 85))
        for name, size in SIZES.items()
    }
    rows, found = [], []
    with tempfile.TemporaryDirectory() as name, serve(Path(name), **UNLIMITED) as server:
        client, library = Client(server), Library(Path(name), list(pairs.values()))
        try:
            for index, (size, pair) in enumerate(pairs.items()):
                params = {"ImageA": text(pair.a), "ImageB": text(pair.b)}

                def over_http(params: dict[str, str] = params) -> float:
                    answer = client.call(COMPARE, params)
                    assert answer.code == "Success", answer.response
                    return float(answer.response["Score"])

                def in_library(index: int = index) -> float:
                    return library.compare(index)

                ours, theirs = _measure(
                    Metered(server.pid, over_http), Metered(library.pid, in_library), calls, size
                )
                ratio, low, high = _ratio(ours, theirs)
                kilobytes = f"{len(pair.a) // 1000} + {len(pair.b) // 1000}"
                http, alone = (1000 * statistics.median(side) for side in (ours, theirs))
                interval = f"{ratio:.3f} [{low:.3f}, {high:.3f}]"
                cells = (f"{http:.1f}", f"{alone:.1f}", f"{http - alone:.1f}", interval)
                rows.append((size, kilobytes, *cells, len(ours), f"<= {BAR}"))
                what = f"CompareFace over HTTP / compare(), {size}"
                found.append(judged(what, interval, f"<= {BAR}", ratio <= BAR))
            alone = [_wire(server.pid, client, size, calls) for size in (1_000, 1_000_000)]
        finally:
            library.close()
            client.close()
    table(
        f"CompareFace, CPU ms per call, medians; {machine()}",
        ("pictures", "kB", "over HTTP", "compare()", "more", "ratio [95 %]", "n each", "bar"),
        rows,
    )
    table(
        "The server process for a request that its action refuses at once, HTTP and metering "
        "included: CPU ms, medians",
        ("parameters", "CPU ms", "n", "bar"),
        alone,
    )
    return conclude(*found)


def _wire(pid: int, client: Client, size: int, calls: int) -> tuple[str, str, int, str]:
    """A row: the whole cost but for engines, told by pictures of a format that is not taken."""
    params = {"ImageA": text(bytes(3 * size // 8)), "ImageB": text(bytes(3 * size // 8))}
    spent = []
    for _ in progress(range(calls + WARM_UP), f"{size} bytes"):
        request = client.signed(COMPARE, params)
        before = cpu(pid)
        answer = client.send(*request)
        assert answer.code == "FailedOperation.ImageDecodeFailed", answer.response
        time.sleep(SETTLE)
        spent.append(cpu(pid) - before)
    return f"{size // 1000} kB", f"{1000 * statistics.median(spent[WARM_UP:]):.2f}", calls, ""


@dataclass(frozen=True, slots=True)
class Metered:
    """A call, and the process that does the work of it."""

    pid: int
    call: Callable[[], float]

    def spend(self) -> float | None:
        """CPU seconds of one call; None when a decoding child was replaced meanwhile."""
        pids = tree(self.pid)
        before = sum(map(cpu, pids))
        score = self.call()
        assert score > 70, score
        time.sleep(SETTLE)
        return sum(map(cpu, pids)) - before if tree(self.pid) == pids else None


def _measure(
    one: Metered, other: Metered, calls: int, what: str
) -> tuple[list[float], list[float]]:
    """CPU seconds of either side, called in turn, the first one alternating."""
    sides: tuple[list[float], list[float]] = ([], [])
    for number in progress(range(calls + WARM_UP), what):
        order = (0, 1) if number % 2 else (1, 0)
        pair = {side: _spend((one, other)[side]) for side in order}
        if number >= WARM_UP:
            for side in (0, 1):
                sides[side].append(pair[side])
    return sides


def _spend(side: Metered) -> float:
    while (spent := side.spend()) is None:
        pass
    return spent


def _ratio(ours: list[float], theirs: list[float]) -> tuple[float, float, float]:
    """The ratio of medians with its bootstrap interval over the pairs."""
    a, b = np.array(ours), np.array(theirs)
    drawn = np.random.default_rng(1).integers(0, len(a), (2000, len(a)))
    many = np.median(a[drawn], axis=1) / np.median(b[drawn], axis=1)
    low, high = np.percentile(many, [2.5, 97.5])
    return float(np.median(a) / np.median(b)), float(low), float(high)


class Library:
    """`compare()` in a process of its own, told by a line which pair to compare."""

    _PROGRAM = """\
import sys
from pathlib import Path
from countenance import compare
pairs = [[Path(name).read_bytes() for name in pair.split(":")] for pair in sys.argv[1:]]
print("ready", flush=True)
for line in sys.stdin:
    print(compare(*pairs[int(line)]).score, flush=True)
"""

    def __init__(self, folder: Path, pairs: list[Pair]) -> None:
        names = []
        for number, pair in enumerate(pairs):
            files = [folder / f"{number}a.jpg", folder / f"{number}b.jpg"]
            for file, data in zip(files, (pair.a, pair.b), strict=True):
                file.write_bytes(data)
            names.append(":".join(map(str, files)))
        self._process = subprocess.Popen(
            [sys.executable, "-c", self._PROGRAM, *names],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="ascii",
        )
        self._line()

    @property
    def pid(self) -> int:
        """The process that compares."""
        return self._process.pid

    def compare(self, pair: int) -> float:
        """The score of one of the pairs."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{pair}\n")
        self._process.stdin.flush()
        return float(self._line())

    def close(self) -> None:
        """End the process."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(30)

    def _line(self) -> str:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, "the library process ended"
        return line


if __name__ == "__main__":
    sys.exit(main())
