"""What a process and its descendants use, read from the kernel (Linux)."""

import os
import time
from dataclasses import dataclass
from pathlib import Path

PAGE = os.sysconf("SC_PAGE_SIZE")


def tree(pid: int) -> list[int]:
    """A process and its living descendants, itself first."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and (fields := _stat(int(entry.name))):
            children.setdefault(int(fields[1]), []).append(int(entry.name))
    found = [pid]
    for one in found:
        found += children.get(one, [])
    return found


def cpu(pid: int) -> float:
    """CPU seconds a process has used, all its threads, to the nanosecond.

    The id of another process's CPU clock is made as glibc's clock_getcpuclockid makes it; /proc
    counts in ticks of 10 ms, an eighth of a comparison.
    """
    return time.clock_gettime((~pid << 3) | 2)


def proportional(pid: int) -> float:
    """Megabytes a process tree holds: a page that several processes share counts once in all."""
    return sum(_proportional(one) for one in tree(pid))


@dataclass(frozen=True, slots=True)
class Usage:
    """Megabytes of resident memory (pages shared between processes count in each), and counts."""

    own_memory: float
    children_memory: float
    descriptors: int
    threads: int
    children: int


def usage(pid: int) -> Usage:
    """What a process tree holds now."""
    pids = tree(pid)
    memory = [_resident(one) for one in pids]
    return Usage(
        own_memory=memory[0],
        children_memory=sum(memory[1:]),
        descriptors=_entries(pid, "fd"),
        threads=_entries(pid, "task"),
        children=len(pids) - 1,
    )


def _stat(pid: int) -> list[str]:
    """The fields after the command's name: state, parent, ...; empty when the process is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def _resident(pid: int) -> float:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE / 2**20
    except OSError:
        return 0.0


def _proportional(pid: int) -> float:
    try:
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) for line in rollup.splitlines() if line[:4] == "Pss:") / 1024


def _entries(pid: int, kind: str) -> int:
    try:
        return len(os.listdir(f"/proc/{pid}/{kind}"))  # noqa: PTH208  # only the number is wanted
    except OSError:
        return 0
