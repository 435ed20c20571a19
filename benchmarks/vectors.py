"""Signature vectors and captured requests of the official clients: verified, and one byte changed.

    python -m benchmarks.vectors

Each changed copy differs from what was signed in one character of the signature or of a part that
is signed; it is refused when nothing but AuthFailure.SignatureFailure comes of it.
"""

import asyncio
import sys
from collections import Counter
from collections.abc import Iterator
from typing import Any

from tests.contract import test_captures as captures
from tests.contract import test_vectors as vectors

from benchmarks.common import conclude, judged, table
from countenance.contract.errors import ApiError

PARTS = ("body", "query", "content_type", "host", "service", "secret_key")
Count = tuple[int, int]  # as it must be, of all


def main() -> int:
    """Print the table; status 1 unless every count is whole."""
    verified = [vectors.verify_tc3(one).ok for one in vectors.TC3]
    verified += [vectors.sign_v1(one) == one["signature"] for one in vectors.V1]
    changed = [not vectors.verify_tc3(*one).ok for v in vectors.TC3 for one in _tc3_changes(v)]
    changed += [vectors.sign_v1(c) != v["signature"] for v in vectors.V1 for c in _v1_changes(v)]
    seen, altered = asyncio.run(_captures())
    rows = [
        ("vectors that verify", _count(verified)),
        ("vectors with one character changed, refused", _count(changed)),
        ("captured requests that verify", (seen["Success"], seen.total())),
        (
            "captured requests with one byte changed, refused",
            (altered["AuthFailure.SignatureFailure"], altered.total()),
        ),
    ]
    lost = {rows[2][0]: f"; {len(captures.LOST)} more have lost their body"}
    found = [
        judged(what, f"{right} of {total}{lost.get(what, '')}", "100 %", right == total > 0)
        for what, (right, total) in rows
    ]
    table(
        "Signatures",
        ("what", "as it must be", "n", "bar"),
        [(what, right, total, "100 %") for what, (right, total) in rows],
    )
    table(
        "Captured requests",
        ("which", "n"),
        [
            ("all", len(captures.CAPTURES)),
            ("signed, whole", len(captures.SIGNED)),
            ("signed, of which the body and with it the signature is lost", len(captures.LOST)),
            ("sent unsigned (`SKIP`)", len(captures.SKIPPED)),
            *((f"whole: {code}", n) for code, n in seen.items()),
            *((f"changed: {code}", n) for code, n in altered.items()),
        ],
    )
    return conclude(*found)


def _count(outcomes: list[bool]) -> Count:
    return sum(outcomes), len(outcomes)


def _tc3_changes(vector: dict[str, Any]) -> Iterator[tuple[dict[str, Any], str | None]]:
    for at in range(len(vector["signature"])):
        yield vector, vectors.flip(vector["signature"], at)
    for name in PARTS:
        for at in range(len(vector[name])):
            yield vector | {name: vectors.flip(vector[name], at)}, None


def _v1_changes(vector: dict[str, Any]) -> Iterator[dict[str, Any]]:
    start = vector["string"].index("/?") + 2
    for at in range(start, len(vector["string"])):
        if vector["string"][at] not in "&=":  # those delimit; to change one is to change names
            yield vector | {"string": vectors.flip(vector["string"], at)}


async def _captures() -> tuple[Counter[str], Counter[str]]:
    """Codes of the whole requests, and of the changed ones."""
    whole: Counter[str] = Counter()
    changed: Counter[str] = Counter()
    for capture in captures.SIGNED:
        whole[await _code(capture)] += 1
        for _, altered in captures.alterations(capture):
            changed[await _code(altered, capture.timestamp)] += 1
    return whole, changed


async def _code(capture: captures.Capture, now: float | None = None) -> str:
    try:
        await captures.check(capture, now)
    except ApiError as error:
        return error.code
    return "Success"


if __name__ == "__main__":
    sys.exit(main())
