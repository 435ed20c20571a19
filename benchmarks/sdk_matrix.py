"""The vendor's SDKs, unmodified, against a real server: every SDK and algorithm.

    python -m benchmarks.sdk_matrix

Runs tests of tests/contract with pytest and puts the outcomes in a table. A cell counts the tests
that passed; a skipped test is no pass. What the wire does with every other action is in
round_trips.
"""

import re
import sys
from collections.abc import Iterator

from tests.contract.python_clients import BUILDS, release

from benchmarks.common import Conclusion, aside, conclude, judged, table
from benchmarks.suite import Test, run

ALGORITHMS = {"TC3-HMAC-SHA256": "TC3", "HmacSHA1": "SHA1", "HmacSHA256": "SHA256"}
# Each SDK, the module of its tests and how these name it.
SDKS = {
    "Python, in process": ("test_python_sdk", ""),
    **{release(build): ("test_python_builds", build) for build in BUILDS},
    "Node common": ("test_node_sdk", "common"),
    "Node intl": ("test_node_sdk", "intl"),
}
# What is asked, and the tests that ask it, by the beginning of the name.
CASES = {
    "CompareFace": r"test_compare_face(_by_|\[)",
    "CompareFaceLiveness": r"test_compare_face_liveness",
    "wrong key": r"test_a_wrong_key",
    "stale clock": r"test_a_(wrong_key_and_a_)?stale_clock",
    "changed byte": r"test_a_byte_changed",
}
# The other words that the name of a test may have in its brackets.
WORDS = re.compile(r"(^|-)(sqlite|postgresql|POST|GET|-?400)(?=-|$)")


def main() -> int:
    """Print the table; status 1 unless every cell is whole."""
    aside.print("running tests/contract against a server, a few minutes")
    modules = dict.fromkeys(module for module, _ in SDKS.values())
    tests = run(*(f"tests/contract/{module}.py" for module in modules))
    table(
        "The vendor's SDKs, unmodified, and real answers: tests passed of tests run",
        ("SDK", "algorithm", *CASES),
        [
            (sdk, ALGORITHMS[algorithm], *(_cell(tests, sdk, algorithm, case) for case in CASES))
            for sdk in SDKS
            for algorithm in ALGORITHMS
        ],
    )
    whole = [test for test in tests if not any(a in test.name for a in ALGORITHMS)]
    table(
        "Other SDK tests",
        ("test", "outcome"),
        [(f"{test.module.removeprefix('test_')}: {test.name}", test.outcome) for test in whole],
    )
    if wrong := [test for test in tests if test.outcome != "passed"]:
        table(
            "What is wrong",
            ("test", "outcome", "message"),
            [(f"{test.module}: {test.name}", test.outcome, test.message) for test in wrong],
        )
    return conclude(*_conclusions(tests))


def _conclusions(tests: list[Test]) -> Iterator[Conclusion]:
    for sdk in SDKS:
        mine = [test for test in tests if _is_of(test, sdk)]
        passed = sum(test.outcome == "passed" for test in mine)
        met = bool(mine) and passed == len(mine)
        yield judged(sdk, f"{passed} of {len(mine)} tests", "100 %", met)


def _cell(tests: list[Test], sdk: str, algorithm: str, case: str) -> str:
    mine = [
        test
        for test in tests
        if _is_of(test, sdk) and algorithm in test.name and re.match(CASES[case], test.name)
    ]
    passed = sum(test.outcome == "passed" for test in mine)
    return f"{passed}/{len(mine)}" if mine else "-"


def _is_of(test: Test, sdk: str) -> bool:
    module, build = SDKS[sdk]
    if test.module != module:
        return False
    if not build:
        return True
    words = test.name.partition("[")[2].removesuffix("]")
    for algorithm in ALGORITHMS:
        words = words.replace(algorithm, "")
    return WORDS.sub("", words).strip("-") == build


if __name__ == "__main__":
    sys.exit(main())
