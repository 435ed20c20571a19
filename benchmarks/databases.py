"""Every test that touches the store, on SQLite and on PostgreSQL.

    python -m benchmarks.databases

A test counts for the database its name carries; one that runs on a single kind is counted apart.
"""

import re
import sys
from collections import Counter

from benchmarks.common import Conclusion, aside, conclude, judged, table
from benchmarks.suite import Test, run

FOLDERS = ("tests/unit/store", "tests/unit/accounts", "tests/contract")
KINDS = ("sqlite", "postgresql")


def main() -> int:
    """Print the table; status 1 unless every test passed, on both alike."""
    aside.print("running the tests of the store, the accounts and the contract, some minutes")
    tests = run(*FOLDERS)
    counts = Counter((test.module, _kind(test)) for test in tests)
    good = Counter((test.module, _kind(test)) for test in tests if test.outcome == "passed")
    modules = sorted({test.module for test in tests if _kind(test)})
    rows = [
        (module, *(f"{good[module, kind]}/{counts[module, kind]}" for kind in KINDS))
        for module in modules
    ]
    table("Tests passed of tests run, by database", ("module", *KINDS), rows)
    if wrong := [test for test in tests if test.outcome != "passed"]:
        cells = [(f"{test.module}: {test.name}", test.outcome, test.message) for test in wrong]
        table("What is wrong", ("test", "outcome", "message"), cells)
    return conclude(*(_conclusion(tests, kind) for kind in KINDS))


def _conclusion(tests: list[Test], kind: str) -> Conclusion:
    mine = [test for test in tests if _kind(test) == kind]
    passed = sum(test.outcome == "passed" for test in mine)
    figure = f"{passed} of {len(mine)} tests"
    return judged(f"tests that touch the store, {kind}", figure, "100 %", 0 < passed == len(mine))


def _kind(test: Test) -> str:
    words = re.split(r"[\[\]-]", test.name)
    return next((kind for kind in KINDS if kind in words), "")


if __name__ == "__main__":
    sys.exit(main())
