"""Twenty clients at three times a limit: how many requests a server lets in.

    python -m benchmarks.rates [--seconds 60] [--clients 20]

The clients send at even times, together three times the limit, each over its own connection. The
limit of an action is the contract's; the ceilings of an account and of an address are set lower
than by default, because a client has to reach three times of them, and run for a quarter of the
time.
"""

import argparse
import itertools
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.contract.common_errors import PASSES, Case
from tests.mutations.drafts import Key
from tests.raw import Connection, Dropped
from tests.serving import Running, serve

from benchmarks.common import Conclusion, aside, conclude, judged, machine, table

TIMES = 3  # the limit
CEILING = 100  # requests per second of an account, and of an address
SPREAD = 0.02
EXCEEDED = "RequestLimitExceeded"
LIMITED = "GetLivenessResult"
LIMIT = 20  # requests per second of that action, from the contract
NOBODY = {"key": Key("AKIDnobody", "x" * 32)}


@dataclass(frozen=True, slots=True)
class Trial:
    """One limit: what is sent, what says that it was let in, what that it was not."""

    name: str
    limit: int
    cases: Sequence[Case]
    refusal: str
    settings: dict[str, str]
    share: float = 1.0  # of the time

    @property
    def passes(self) -> str:
        """The code of a request that was let in."""
        return self.cases[0].code


TRIALS = (
    Trial("action", LIMIT, [Case("", PASSES, action=LIMITED)], EXCEEDED, {}),
    Trial(
        "account",
        CEILING,
        [Case("", PASSES)] * 40,
        f"{EXCEEDED}.UinLimitExceeded",
        {
            "COUNTENANCE_RATE_PER_ACCOUNT": str(CEILING),
            "COUNTENANCE_RATE_PER_ADDRESS": str(10 * CEILING),
        },
        0.25,
    ),
    Trial(
        "address",
        CEILING,
        [Case("", "AuthFailure.SecretIdNotFound", fields=NOBODY)],
        f"{EXCEEDED}.IPLimitExceeded",
        {"COUNTENANCE_RATE_PER_ADDRESS": str(CEILING)},
        0.25,
    ),
)


def main() -> int:
    """Print the table; status 1 when a limit lets in too many or too few."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--clients", type=int, default=20)
    options = parser.parse_args()
    rows: list[tuple[object, ...]] = []
    conclusions: list[Conclusion] = []
    for trial in TRIALS:
        seconds = options.seconds * trial.share
        aside.print(f"the limit of an {trial.name}: {seconds:g} s")
        with _serve(trial) as server:
            codes, late = _flood(server, trial, seconds, options.clients)
        accepted, refused = codes[trial.passes], codes[trial.refusal]
        expected = trial.limit * seconds
        other = codes.total() - accepted - refused
        rows.append((trial.name, trial.limit, f"{seconds:g}", codes.total(), accepted,
                     f"{100 * (accepted / expected - 1):+.2f} %", refused, other,
                     f"{1000 * late:.0f} ms"))  # fmt: skip
        conclusions.append(
            judged(
                f"requests let in by the limit of an {trial.name}, the rest {trial.refusal}",
                f"{accepted} of {expected:g}, {other} other",
                f"within {100 * SPREAD:g} %, 0 other",
                abs(accepted - expected) <= SPREAD * expected and not other,
            )
        )
    table(
        f"{options.clients} clients at {TIMES} times the limit; {machine()}",
        ("limit of an", "per s", "s", "sent", "let in", "off", "refused", "other", "latest"),
        rows,
    )
    return conclude(*conclusions)


@contextmanager
def _serve(trial: Trial) -> Iterator[Running]:
    with tempfile.TemporaryDirectory() as name, serve(Path(name), **trial.settings) as server:
        yield server


def _flood(
    server: Running, trial: Trial, seconds: float, clients: int
) -> tuple[Counter[str], float]:
    """The codes by number, and how late the latest request was sent, in seconds."""
    key = Key(server.secret_id, server.secret_key)
    requests = [case.sent(server.endpoint, key).wire() for case in trial.cases]
    gap = 1 / (TIMES * trial.limit)
    codes: Counter[str] = Counter()
    late = 0.0
    lock = threading.Lock()
    started = time.monotonic() + 1

    def run(first: int) -> None:
        nonlocal late
        with Connection(server.endpoint) as connection:
            for number in itertools.count(first, clients):
                due = started + number * gap
                if due >= started + seconds:
                    return
                time.sleep(max(0.0, due - time.monotonic()))
                behind = time.monotonic() - due
                try:
                    code = connection.exchange(requests[number % len(requests)]).code
                except Dropped:
                    code = "dropped"
                with lock:
                    codes[code] += 1
                    late = max(late, behind)

    threads = [threading.Thread(target=run, args=(n,), daemon=True) for n in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return codes, late


if __name__ == "__main__":
    sys.exit(main())
