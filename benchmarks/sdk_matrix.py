"""The vendor's SDKs, unmodified, against a real server: every SDK, algorithm and method.

    python -m benchmarks.sdk_matrix

Runs tests/contract with pytest and puts the outcomes in a table. A cell counts the tests that
passed; a skipped or missing test is no pass.
"""

import re
import sys
from collections.abc import Iterator

from benchmarks.common import Conclusion, aside, conclude, judged, table
from benchmarks.suite import Test, run

ALGORITHMS = {"TC3-HMAC-SHA256": "TC3", "HmacSHA1": "SHA1", "HmacSHA256": "SHA256"}
SDKS = {"Python": "test_python_sdk", "Node": "test_node_sdk"}
# What is asked, the tests that ask it (by the beginning of the name) and their parameters.
CASES = {
    "CompareFace, POST": r"test_compare_face(_by_post\[|\[POST)",
    "CompareFace, GET": r"test_compare_face(_by_get|\[GET)",
    "CompareFaceLiveness, POST": r"test_compare_face_liveness(_by_post)?\[",
    "CompareFaceLiveness, GET: RequestSizeLimitExceeded": r"test_compare_face_liveness_by_get",
    "wrong key: SignatureFailure, SecretIdNotFound": r"test_a_wrong_key",
    "stale clock: SignatureExpire": r"test_a_(wrong_key_and_a_)?stale_clock",
    "changed byte, POST: SignatureFailure": r"test_a_byte_changed.*\[POST",
    "changed byte, GET: SignatureFailure": r"test_a_byte_changed.*\[GET",
}


def main() -> int:
    """Print the table; status 1 unless every cell is whole."""
    aside.print("running tests/contract against a server, about two minutes")
    tests = run(*(f"tests/contract/{module}.py" for module in SDKS.values()))
    cells = {(sdk, a, case): _cell(tests, sdk, a, case) for sdk, a in _columns() for case in CASES}
    table(
        "The vendor's SDKs, unmodified: tests passed of tests run",
        ("what", *(f"{sdk} {ALGORITHMS[a]}" for sdk, a in _columns()), "bar"),
        [(case, *(_text(cells[sdk, a, case]) for sdk, a in _columns()), "100 %") for case in CASES],
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
    return conclude(*_conclusions(tests, cells))


Cell = tuple[int, int]


def _conclusions(
    tests: list[Test], cells: dict[tuple[str, str, str], Cell]
) -> Iterator[Conclusion]:
    for sdk, module in SDKS.items():
        mine = [cells[key] for key in cells if key[0] == sdk]
        good = sum(0 < passed == n for passed, n in mine)
        passed = sum(test.module == module and test.outcome == "passed" for test in tests)
        count = sum(test.module == module for test in tests)
        figure = f"{good} of {len(mine)} cells, {passed} of {count} tests"
        what = f"{sdk} SDK x {len(ALGORITHMS)} algorithms"
        yield judged(what, figure, "100 %", good == len(mine) and passed == count)


def _columns() -> Iterator[tuple[str, str]]:
    return ((sdk, algorithm) for sdk in SDKS for algorithm in ALGORITHMS)


def _cell(tests: list[Test], sdk: str, algorithm: str, case: str) -> Cell:
    """How many tests passed, of how many."""
    mine = [
        test
        for test in tests
        if test.module == SDKS[sdk]
        and test.name.removesuffix("]").endswith(algorithm)
        and re.match(CASES[case], test.name)
    ]
    return sum(test.outcome == "passed" for test in mine), len(mine)


def _text(cell: Cell) -> str:
    passed, n = cell
    return f"{passed}/{n}" if n else "no test"


if __name__ == "__main__":
    sys.exit(main())
