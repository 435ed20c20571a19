"""What the benchmarks share: where evaluation data lies, tables, intervals."""

import math
import os
import platform
from collections.abc import Iterable, Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).parents[1]
console = Console(width=110, highlight=False)


def test_data() -> Path | None:
    """The folder of evaluation data (`COUNTENANCE_TEST_DATA`), None where there is none."""
    named = os.environ.get("COUNTENANCE_TEST_DATA")
    folder = Path(named) if named else ROOT.parent / "shared" / "data"
    return folder if folder.is_dir() else None


def wilson(hits: int, n: int, z: float = 1.96) -> tuple[float, float]:
    """The 95 % Wilson score interval of a share; (0, 1) where nothing was counted."""
    if n == 0:
        return 0.0, 1.0
    share = hits / n
    centre = share + z * z / (2 * n)
    spread = z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    scale = 1 + z * z / n
    return max(0.0, (centre - spread) / scale), min(1.0, (centre + spread) / scale)


def share(hits: int, n: int) -> str:
    """`hits/n = x % [low, high]`."""
    if n == 0:
        return "none"
    low, high = wilson(hits, n)
    return f"{hits}/{n} = {100 * hits / n:.1f} % [{100 * low:.1f}, {100 * high:.1f}]"


def table(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print one table."""
    made = Table(title=title, title_justify="left")
    for column in columns:
        made.add_column(column)
    for row in rows:
        made.add_row(*(str(cell) for cell in row))
    console.print(made)


def machine() -> str:
    """One line about where the figures come from."""
    return f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
