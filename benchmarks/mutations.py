"""Mutated signed requests through a real server: what each kind is answered.

    python -m benchmarks.mutations [--number 20000] [--seed 20180301]

Requests of all 99 actions in every form, one fault in each, over connections that are kept. The
HTTP parser may refuse what is no HTTP/1.1; that is counted apart. Actions that are not built end in
UnsupportedOperation; those that are get four bytes for a picture.
"""

import argparse
import sys
import tempfile
import time
from collections import Counter, defaultdict
from pathlib import Path

from tests import mutations
from tests.mutations.kinds import KINDS
from tests.mutations.target import Target, serve_unlimited
from tests.raw import Connection

from benchmarks.common import conclude, judged, machine, progress, table

SHOWN = 20


def main() -> int:
    """Print the table by kind; status 1 when an answer is not as it must be."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--number", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=20180301)
    options = parser.parse_args()
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as name, serve_unlimited(Path(name)) as (server, target):
        found = _attempt(target, options.seed, options.number)
        log = server.log.read_text("utf-8")
    errors = log.count('"event": "unexpected"') + log.count("Traceback")
    _print(found, options, time.monotonic() - started)
    faults = sum(found.faults.values())
    return conclude(
        judged(
            "mutated requests with another answer than theirs, a dropped connection or bad form",
            f"{faults} of {options.number}, {found.parser} refused by the HTTP parser",
            "0",
            not faults,
        ),
        judged("unexpected errors in the server's log", str(errors), "0", errors == 0),
    )


class _Found:
    """What was answered, by kind."""

    def __init__(self) -> None:
        self.codes: dict[str, Counter[str]] = defaultdict(Counter)
        self.forms: dict[str, set[str]] = defaultdict(set)
        self.actions: set[str] = set()
        self.faults: Counter[str] = Counter()
        self.wrong: list[tuple[str, str]] = []
        self.parser = 0


def _attempt(target: Target, seed: int, number: int) -> _Found:
    found = _Found()
    with Connection(target.endpoint) as connection:
        cases = mutations.cases(seed, number, target)
        for case in progress(cases, "mutated requests", total=number):
            outcome = mutations.attempt(connection, case)
            found.codes[case.kind.name][outcome.code] += 1
            found.forms[case.kind.name].add(case.form)
            found.actions.add(case.action.name)
            found.parser += outcome.parser
            if outcome.faults:
                found.faults[case.kind.name] += 1
                found.wrong.append((str(case), "; ".join(outcome.faults)))
    return found


def _print(found: _Found, options: argparse.Namespace, seconds: float) -> None:
    names = dict.fromkeys((kind.stage, kind.name) for kind in sorted(KINDS, key=lambda k: k.stage))
    table(
        f"{options.number} mutated requests, seed {options.seed}, {len(found.actions)} actions, "
        f"{seconds:.0f} s; {machine()}",
        ("step", "kind", "forms", "n", "answered", "wrong"),
        [
            (
                "-" if stage == 10 else stage,
                name,
                len(found.forms[name]),
                found.codes[name].total(),
                ", ".join(f"{code} {n}" for code, n in found.codes[name].most_common(6)),
                found.faults[name] or "",
            )
            for stage, name in names
        ],
    )
    if found.wrong:
        table("What is wrong", ("request", "how"), found.wrong[:SHOWN])


if __name__ == "__main__":
    sys.exit(main())
