"""The parent's side of a comparison of peers: starts a worker, asks it, reads its CPU time."""

import json
import os
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from benchmarks.common import ROOT
from benchmarks.processes import cpu, tree

Pair = tuple[Path, Path]


class Worker:
    """A process that compares pairs of files, and its descendants."""

    def __init__(self, process: "subprocess.Popen[str]", log: Path) -> None:
        self._process = process
        self._log = log
        self._read()

    def ask(self, pairs: Sequence[Pair]) -> tuple[list[float | None], float]:
        """The cosines of the pairs (None: no face in one), and the CPU seconds they took."""
        assert self._process.stdin is not None
        before = self._spent()
        line = json.dumps([(str(a), str(b)) for a, b in pairs])
        print(line, file=self._process.stdin, flush=True)
        values: list[float | None] = json.loads(self._read())
        after = self._spent()
        return values, sum(spent - before.get(pid, 0.0) for pid, spent in after.items())

    def _spent(self) -> dict[int, float]:
        return {pid: cpu(pid) for pid in tree(self._process.pid)}

    def _read(self) -> str:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            tail = self._log.read_text("utf-8", "replace")[-2000:]
            raise RuntimeError(f"a worker ended:\n{tail}")
        return line


@contextmanager
def start(
    command: Sequence[str | Path], log: Path, environment: Mapping[str, str] | None = None
) -> Iterator[Worker]:
    """A worker that is ready; it ends with the block. What it says goes to `log`."""
    with (
        log.open("w") as errors,
        subprocess.Popen(
            command,
            cwd=ROOT,
            env=os.environ | (environment or {}),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        ) as process,
    ):
        try:
            yield Worker(process, log)
        finally:
            process.terminate()
