"""Every rule of every parameter over HTTP: the exact code, and the parameter named.

    python -m benchmarks.parameters

Each required parameter missing, each of every wrong type, one that is unknown, every limit touched
and crossed by one: as TC3 with JSON, and as a v1 form where pairs can say it.
"""

import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from tests import parameters
from tests.contract.servers import recorder
from tests.mutations.drafts import Key
from tests.parameter_calls import call, fault, forms
from tests.raw import Connection

from benchmarks.common import conclude, judged, machine, progress, table
from countenance import observe

SHOWN = 20


def main() -> int:
    """Print the tables; status 1 when an answer is not exact."""
    observe.configure("error")
    counts: Counter[tuple[str, str]] = Counter()
    right: Counter[tuple[str, str]] = Counter()
    wrong: list[tuple[str, str]] = []
    started = time.monotonic()
    with (
        tempfile.TemporaryDirectory() as name,
        recorder(Path(name)) as server,
        Connection(server.endpoint) as connection,
    ):
        key = Key(server.secret_id, server.secret_key)
        for case in progress(parameters.cases(), "cases"):
            for form in forms(case):
                answer = call(connection, server.endpoint, key, case, form, "en-US")
                told = "refused" if case.code else "accepted"
                counts[case.rule, told] += 1
                if found := fault(case, answer):
                    wrong.append((f"{case} as {form}", found))
                else:
                    right[case.rule, told] += 1
    table(
        f"Parameters over HTTP, {time.monotonic() - started:.0f} s; {machine()}",
        ("rule", "must be", "exact", "n"),
        [(*key, right[key], n) for key, n in sorted(counts.items())],
    )
    if wrong:
        table("What is wrong", ("case", "answer"), wrong[:SHOWN])
    return conclude(
        judged(
            "parameter cases with the exact code and the parameter named",
            f"{right.total()} of {counts.total()}",
            "100 %",
            not wrong and bool(counts),
        )
    )


if __name__ == "__main__":
    sys.exit(main())
