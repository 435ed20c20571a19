"""What the person's page weighs: the first screen, and all that a visit can load.

python -m benchmarks.page_weight
"""

import sys

from tests.page_weight import ALL_BUT_DETECTOR, FIRST_SCREEN, first_screen, weigh

from benchmarks.common import conclude, console, judged, table
from countenance.asgi import STATIC

FOLDER = STATIC / "verify"


def main() -> int:
    """Print the table; status 1 when a page is too heavy, 2 when it is not built."""
    if not (FOLDER / "index.html").is_file():
        console.print("the page is not built (make web)")
        return 2
    weights = weigh(FOLDER)
    first = first_screen(FOLDER)
    opening, everything = sum(weights[name] for name in first), sum(weights.values())
    rows = [(name, size, "yes" if name in first else "") for name, size in weights.items()]
    table("The person's page, gzipped", ("file", "bytes", "first screen"), rows)
    return conclude(
        judged(
            "first screen, gzipped",
            f"{opening / 1024:.1f} KiB",
            "<= 120 KiB",
            opening <= FIRST_SCREEN,
        ),
        judged(
            "everything but a detector, gzipped",
            f"{everything / 1024:.1f} KiB",
            "<= 300 KiB",
            everything <= ALL_BUT_DETECTOR,
        ),
    )


if __name__ == "__main__":
    sys.exit(main())
