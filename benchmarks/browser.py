"""A verification in Chromium with a fake camera: every way through the page, read by the SDK.

    python -m benchmarks.browser

Runs tests/e2e/test_verify_*.py and tells, for each, how it ended, what the browser recorded and
how long the result took.
"""

import sys
from pathlib import Path

from benchmarks.common import ROOT, Conclusion, aside, conclude, judged, machine, table
from benchmarks.suite import Test, run

FOLDER = Path("tests/e2e")
MEASURED = ("recorded fps", "stored fps", "seconds to result", "states")


def main() -> int:
    """Print the table; status 1 unless every way through the page ends as it should."""
    aside.print("walking through the page in Chromium, about two minutes")
    files = sorted(path.relative_to(ROOT) for path in (ROOT / FOLDER).glob("test_verify_*.py"))
    tests = run(*map(str, files))
    rows = [
        (test.name, test.outcome, *(test.measured.get(name, "") for name in MEASURED))
        for test in tests
    ]
    table(f"The page in Chromium ({machine()})", ("test", "outcome", *MEASURED), rows)
    if wrong := [test for test in tests if test.outcome != "passed"]:
        table("What is wrong", ("test", "message"), [(test.name, test.message) for test in wrong])
    return conclude(*_conclusions(tests))


def _conclusions(tests: list[Test]) -> list[Conclusion]:
    good = sum(test.outcome == "passed" for test in tests)
    found = [
        judged("ways through the page", f"{good} of {len(tests)}", "all", 0 < good == len(tests))
    ]
    axe = [test for test in tests if "accessibility" in test.name]
    states = next((test.measured["states"] for test in axe if "states" in test.measured), "0")
    clean = bool(axe) and all(test.outcome == "passed" for test in axe)
    found.append(judged("states without an axe violation", states, "every state", clean))
    rates = [float(test.measured[MEASURED[0]]) for test in tests if MEASURED[0] in test.measured]
    if rates:
        told = f"{min(rates)} to {max(rates)} (the film has 15), n={len(rates)}"
        found.append(Conclusion("shown", "recorded pictures a second", told))
    return found


if __name__ == "__main__":
    sys.exit(main())
