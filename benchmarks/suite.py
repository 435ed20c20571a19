"""Runs part of the test suite and reads how each test ended, for bars that are tests."""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

from benchmarks.common import ROOT


@dataclass(frozen=True, slots=True)
class Test:
    """One test's module, its name with parameters, how it ended, and what it measured."""

    module: str
    name: str
    outcome: str
    message: str
    measured: dict[str, str] = field(default_factory=dict)


def run(*files: str) -> list[Test]:
    """Every test of these files (relative to the repository) as pytest reports it."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        done = subprocess.run(
            # The older form of the report is the one that holds what a test measured.
            [
                *(sys.executable, "-m", "pytest", "-q", *files, f"--junit-xml={report}"),
                *("-o", "junit_family=xunit1"),
            ],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            encoding="utf-8",
            check=False,
        )
        if not report.is_file():
            raise SystemExit(f"pytest made no report:\n{done.stdout}")
        return list(_read(report))


def _read(report: Path) -> Iterator[Test]:
    for case in ElementTree.parse(report).iter("testcase"):
        ended = next((part for part in case if part.tag in ("failure", "error", "skipped")), None)
        yield Test(
            module=case.get("classname", "").rpartition(".")[2],
            name=case.get("name", ""),
            outcome="passed" if ended is None else ended.tag,
            message="" if ended is None else ended.get("message", "")[:200],
            measured={p.get("name", ""): p.get("value", "") for p in case.iter("property")},
        )
