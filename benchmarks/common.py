"""What the benchmarks share: where evaluation data lies, tables, intervals, how a run concludes.

A benchmark prints its tables and then one line per bar, which `python -m benchmarks` reads back:

    => met | what | figure | bar
"""

import math
import os
import platform
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeVar

from rich.console import Console
from rich.progress import track
from rich.table import Table

T = TypeVar("T")
State = Literal["met", "missed", "shown", "skipped"]

ROOT = Path(__file__).parents[1]
console = Console(width=110, highlight=False)
aside = Console(stderr=True, highlight=False)  # progress, which is no part of a result
NO_DATA = "no evaluation data"
_MARK = re.compile(
    r"^=> (met|missed|shown|skipped) \| ([^|]*) \| ([^|]*) \| ([^|]*)$", re.MULTILINE
)


@dataclass(frozen=True, slots=True)
class Conclusion:
    """One bar and how it came out; `shown` is a figure without a bar."""

    state: State
    what: str
    figure: str
    bar: str = ""


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


def judged(what: str, figure: str, bar: str, met: bool) -> Conclusion:
    """A bar that is met or missed."""
    return Conclusion("met" if met else "missed", what, figure, bar)


def conclude(*conclusions: Conclusion) -> int:
    """Print the conclusions; returns the exit status: 1 when one is missed."""
    for one in conclusions:
        console.print(
            f"=> {one.state} | {one.what} | {one.figure} | {one.bar}", markup=False, soft_wrap=True
        )
    return int(any(one.state == "missed" for one in conclusions))


def concluded(text: str) -> list[Conclusion]:
    """The conclusions in a benchmark's output."""
    return [Conclusion(*(part.strip() for part in found)) for found in _MARK.findall(text)]  # type: ignore[arg-type]


def progress(items: Iterable[T], what: str, total: int | None = None) -> Iterable[T]:
    """The items, with a bar on standard error where that is a terminal."""
    return track(items, what, total=total, console=aside, transient=True)


def machine() -> str:
    """One line about where the figures come from."""
    return f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
