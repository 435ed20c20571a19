"""Sizes of modules, directions of imports, and whether the tour names files that exist.

python -m benchmarks.structure
"""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from benchmarks.common import ROOT, conclude, judged, table

SOURCE = ROOT / "src" / "countenance"
TOUR = ROOT / "docs" / "explanation" / "tour.md"
LINES = 300
GENERATED = SOURCE / "contract" / "models"
# The stations of one request, start to end; the tour passes through each.
STATIONS = (
    "app.py", "wire/", "accounts/", "contract/", "actions/", "compute/", "perception/",
    "verification/", "observe.py",
)  # fmt: skip
OPERATORS = {"countenance.toml"}  # lies in the data folder, where an operator writes it
_NAME = re.compile(r"`([\w./-]+\.(?:py|toml|md|json|sql|ts|tsx|css|html)|[\w./-]+/)`")


def main() -> int:
    """Print the table; status 1 when a rule is broken."""
    sizes = {file: _lines(file) for file in sorted(SOURCE.rglob("*.py")) if _counts(file)}
    long = {file: n for file, n in sizes.items() if n > LINES}
    largest = max(sizes, key=lambda file: sizes[file])
    imports = subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    contracts = re.search(r"Contracts: (\d+) kept, (\d+) broken", imports.stdout)
    named = list(dict.fromkeys(_NAME.findall(TOUR.read_text("utf-8")))) if TOUR.is_file() else []
    lost = [name for name in named if name not in OPERATORS and not _exists(name)]
    missed = [part for part in STATIONS if not any(part in name for name in named)]
    found = [
        judged(
            "modules of src/, generated structs exempt",
            f"{len(sizes)}, largest {sizes[largest]} lines ({_short(largest)})",
            f"<= {LINES} lines",
            not long,
        ),
        judged(
            "import-linter",
            contracts.group(0) if contracts else f"status {imports.returncode}",
            "0 broken",
            imports.returncode == 0 and contracts is not None,
        ),
        judged(
            "files the tour names",
            f"{len(named)}, {len(lost)} of them not there" if named else "no tour",
            "all there",
            bool(named) and not lost,
        ),
        judged(
            "stations of a request the tour passes",
            f"{len(STATIONS) - len(missed)} of {len(STATIONS)}",
            "all",
            not missed,
        ),
    ]
    details = [("too long", f"{_short(file)}: {n} lines") for file, n in long.items()]
    details += [("the tour names, and is not there", name) for name in lost]
    details += [("the tour passes by", name) for name in missed]
    if imports.returncode:
        details += [("import-linter", line) for line in _broken(imports.stdout + imports.stderr)]
    table(
        "Structure",
        ("rule", "figure", "bar"),
        [(one.what, one.figure, one.bar) for one in found],
    )
    if details:
        table("What is wrong", ("rule", "where"), details)
    return conclude(*found)


def _counts(file: Path) -> bool:
    return GENERATED not in file.parents and "__pycache__" not in file.parts


def _lines(file: Path) -> int:
    return len(file.read_text("utf-8").splitlines())


def _short(file: Path) -> str:
    return str(file.relative_to(SOURCE))


def _exists(name: str) -> bool:
    return any((folder / name).exists() for folder in (ROOT, SOURCE, TOUR.parent))


def _broken(text: str) -> Iterator[str]:
    yield from (line for line in text.splitlines() if "BROKEN" in line or "->" in line)


if __name__ == "__main__":
    sys.exit(main())
