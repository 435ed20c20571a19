"""The README's and the tutorial's examples: same person, other person, live clip, print.

    python -m benchmarks.readme_examples

Runs tests/perception/test_readme.py, which executes the examples and holds what they print against
what the pages say.
"""

import sys

from benchmarks.common import aside, conclude, judged, table
from benchmarks.suite import run

WHAT = "the README's examples reproduce"


def main() -> int:
    """Print the table; status 1 unless every example prints what its page says."""
    aside.print("running the examples against a server, about a minute")
    tests = run("tests/perception/test_readme.py")
    good = sum(test.outcome == "passed" for test in tests)
    table(
        "Examples",
        ("test", "outcome", "message", "bar"),
        [(test.name, test.outcome, test.message, "passed") for test in tests],
    )
    return conclude(judged(WHAT, f"{good} of {len(tests)}", "all", good == len(tests) > 0))


if __name__ == "__main__":
    sys.exit(main())
