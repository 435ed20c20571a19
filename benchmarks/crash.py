"""A verification whose server is killed, before and after every durable write.

    python -m benchmarks.crash [--stride 1]

Each commit of the database, each write and removal of bytes in the object store and each emptying
of the write-ahead log is a moment before and a moment after; so is the one when all bytes are
written and have no name yet. At each a server dies by SIGKILL; a
new one finishes the verification from what is left. It must end in its verdict, with one record,
one charge and each event once; every artefact must open; after a sweep there are no bytes without
a row and no row without its bytes, and after the erasure nothing. Client and integrator only do
what any would: ask again. The clip is simulated, the pipeline is the real one, the photo is
compared.
"""

import argparse
import multiprocessing
import os
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tests import crash
from tests.crash_server import Order

from benchmarks import pictures
from benchmarks.common import conclude, console, judged, machine, progress, table
from countenance import simulate

BATCH = 8  # points that one process takes, so that it starts its own servers once


@dataclass(frozen=True)
class Point:
    """One kill: in which step, at which write, and what was not as it should be."""

    number: int
    step: str
    write: str
    fault: str


@dataclass(frozen=True)
class Person:
    """Whom the verification is of."""

    clip: bytes
    photo: bytes


def main() -> int:
    """Kill, finish, print the table; status 1 when one was not finished well."""
    stride = _arguments()
    person = _person()
    begun = time.monotonic()
    writes = list_writes(person)
    numbers = list(range(1, len(writes) + 1, stride))
    points = list(_run(person, numbers))
    by_step = Counter(point.step for point in points)
    good = Counter(point.step for point in points if not point.fault)
    rows = [(step or "not reached", n, good[step]) for step, n in by_step.items()]
    table("Servers killed, by what they were asked", ("step", "kills", "finished well"), rows)
    faults = [(p.number, p.step, p.write, p.fault) for p in points if p.fault]
    if faults:
        table("Not finished well", ("point", "step", "write", "what"), faults)
    console.print(f"{len(writes)} moments, {time.monotonic() - begun:.0f} s; {machine()}")
    killed = [point for point in points if point.step]
    well = sum(not point.fault for point in points)
    return conclude(
        judged(
            "a server killed before and after every durable write of a verification",
            f"{well}/{len(points)} finished well, {len(killed)} of them after a kill",
            "all",
            well == len(points) and len(killed) > 0.9 * len(points),
        )
    )


def list_writes(person: Person) -> list[str]:
    """The moments of a flow that nobody interrupts."""
    with tempfile.TemporaryDirectory() as folder, crash.crashes() as crashes:
        order = Order(folder)
        flow = crash.Flow(person.clip, person.photo)
        assert crashes.run(flow, order) == ""
        crash.finish(flow, Path(folder))
        flow.close()
        return order.log.read_text().splitlines()


def run_batch(person: Person, numbers: list[int]) -> list[Point]:
    """The kills at these moments; runs in a process of its own."""
    with crash.crashes() as crashes:
        return [_run_point(crashes, person, number) for number in numbers]


def _run_point(crashes: crash.Crashes, person: Person, number: int) -> Point:
    with tempfile.TemporaryDirectory() as folder:
        order = Order(folder, number)
        flow = crash.Flow(person.clip, person.photo)
        step = fault = ""
        try:
            step = crashes.run(flow, order)
            crash.finish(flow, Path(folder))
        except Exception as error:
            fault = f"{type(error).__name__}: {str(error)[:200]}"
        finally:
            flow.close()
        write = order.log.read_text().splitlines()[-1] if order.log.exists() else ""
        return Point(number, step, write, fault)


def _run(person: Person, numbers: list[int]) -> Iterator[Point]:
    batches = [numbers[i : i + BATCH] for i in range(0, len(numbers), BATCH)]
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(os.cpu_count(), mp_context=context) as pool:
        running = [pool.submit(run_batch, person, batch) for batch in batches]
        for one in progress(running, "kills"):
            yield from one.result()


def _person() -> Person:
    face = pictures.collins()
    clip = simulate.bona_fide(face, seed=4, seconds=2.6, rate=15).encode("mp4")
    return Person(clip, pictures.jpeg(face))


def _arguments() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.crash")
    parser.add_argument("--stride", type=int, default=1, help="every so many moments")
    stride: int = parser.parse_args().stride
    return stride


if __name__ == "__main__":
    raise SystemExit(main())
