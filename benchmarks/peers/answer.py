"""The worker's side of a comparison of peers: a line of JSON in, a line of JSON out.

It imports nothing but the standard library, because it runs in a peer's environment too.
"""

import json
import os
import sys
from collections.abc import Callable

Compare = Callable[[str, str], "float | None"]


def answer(compare: Compare) -> None:
    """Answer lists of pairs of files with lists of cosines (None: no face) until the input ends."""
    out = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what a library prints is no answer
    print("ready", file=out, flush=True)
    for line in sys.stdin:
        values = [compare(a, b) for a, b in json.loads(line)]
        print(json.dumps(values), file=out, flush=True)
