"""Every way to make the server connect where it must not, against listeners that count.

    python -m benchmarks.ssrf

First the guard itself, with a resolver that answers as an attacker's name server would; beside the
listeners, every address that a socket of the process connects to is kept. Then, through a real
server by HTTP, the spellings that need no invented name. The outer host of the list stands for a
public one. Controls are legal URLs: each must be fetched.
"""

import asyncio
import sys
import tempfile
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from tests import ssrf
from tests.serving import serve
from tests.ssrf import Attempt, World

from benchmarks.client import COMPARE, UNLIMITED, Client
from benchmarks.common import Conclusion, conclude, judged, machine, progress, table

# Of a control, what is behind the URL is no picture: it was fetched.
FETCHED = "FailedOperation.ImageDecodeFailed"
SPELLINGS = 100


@dataclass(slots=True)
class Row:
    """What came of one kind of spelling."""

    n: int = 0
    fetched: int = 0
    reached: int = 0
    wrong: int = 0

    def add(self, one: Attempt, fetched: bool, reached: int) -> None:
        """Count one attempt."""
        self.n += 1
        self.fetched += fetched
        self.reached += reached
        self.wrong += fetched != one.works


def main() -> int:
    """Print the tables; status 1 when something forbidden was reached, or a control was not."""
    with ssrf.world() as world:
        guard = asyncio.run(_guard(world))
        server = _server(world)
    for title, rows in (("The guard", guard), ("Through the server", server)):
        table(
            f"{title}: {machine()}",
            ("kind", "spellings", "fetched", "forbidden connections"),
            [(kind, row.n, row.fetched, row.reached) for kind, row in rows.items()],
        )
    return conclude(*_judge("guard", guard), *_judge("server", server))


async def _guard(world: World) -> dict[str, Row]:
    rows: dict[str, Row] = defaultdict(Row)
    for one in progress(ssrf.attempts(), "spellings"):
        result = await ssrf.attempt(world, one)
        rows[one.kind].add(one, result.body is not None, max(result.counted, len(result.tried)))
    return rows


def _server(world: World) -> dict[str, Row]:
    rows: dict[str, Row] = defaultdict(Row)
    settings = UNLIMITED | {
        "COUNTENANCE_FETCH_NETWORKS": ssrf.OUTER,
        "COUNTENANCE_FETCH_PORTS": str(world.port),
    }
    # An empty parameter is one that is missing, not a URL that is wrong.
    literal = [one for one in ssrf.attempts() if one.is_literal and one.url]
    with tempfile.TemporaryDirectory() as name, serve(Path(name), **settings) as running:
        client = Client(running)
        for one in progress(literal, "spellings through the server"):
            ssrf.prepare(world, one)
            before = world.connections
            answer = client.call(COMPARE, {"UrlA": world.fill(one.url), "ImageB": "AAAA"})
            rows[one.kind].add(one, answer.code == FETCHED, world.connections - before)
        client.close()
    return rows


def _judge(what: str, rows: dict[str, Row]) -> list[Conclusion]:
    hostile = [row for kind, row in rows.items() if kind != ssrf.CONTROLS]
    n, reached = sum(row.n for row in hostile), sum(row.reached for row in hostile)
    fetched, wrong = sum(row.fetched for row in hostile), sum(row.wrong for row in rows.values())
    controls = rows[ssrf.CONTROLS]
    enough = n >= SPELLINGS
    return [
        judged(
            f"{what}: forbidden connections",
            f"{reached} of {n} spellings, {fetched} fetched",
            f"0 of >= {SPELLINGS}",
            enough and reached == 0 and fetched == 0,
        ),
        judged(
            f"{what}: legal URLs that are fetched",
            f"{controls.fetched} of {controls.n}",
            "all",
            controls.fetched == controls.n > 0 and wrong == 0,
        ),
    ]


if __name__ == "__main__":
    sys.exit(main())
