"""A pool of warm decoding children."""

import os
import threading
from collections.abc import Sequence
from concurrent.futures import CancelledError, ThreadPoolExecutor
from typing import Self

from .params import Fault, MediaError
from .protocol import Arrays, Job, Reply
from .worker import Worker

JOBS_PER_CHILD = 200  # bounds what a leak in a codec can add up to


class Decoder:
    """Up to `size` children (default: one per processor), started as they are needed.

    A child is replaced when it dies, exceeds its time, or has done `jobs_per_child` jobs. Methods
    may be called from any thread. Needs POSIX.
    """

    def __init__(
        self,
        size: int | None = None,
        *,
        jobs_per_child: int = JOBS_PER_CHILD,
        command: Sequence[str] | None = None,
    ) -> None:
        """`command` replaces the command line of the child, for tests."""
        self._size = size or _processors()
        self._jobs_per_child = jobs_per_child
        self._command = command
        self._slots = threading.BoundedSemaphore(self._size)
        self._lock = threading.Lock()
        self._idle: list[Worker] = []
        self._live: set[Worker] = set()
        self._spawner: ThreadPoolExecutor | None = None
        self._closed = False
        self._missing: tuple[str, ...] = ()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def missing(self) -> tuple[str, ...]:
        """Return the protections that this platform lacks, known once a child has started."""
        return self._missing

    @property
    def pids(self) -> frozenset[int]:
        """Return the process ids of the children."""
        with self._lock:
            return frozenset(worker.pid for worker in self._live)

    @property
    def busy(self) -> int:
        """Return how many children have a job that they have not answered."""
        with self._lock:
            return sum(worker.working for worker in self._live)

    def start(self) -> None:
        """Start one child and wait for it; raises MediaError CRASHED if it does not start."""
        with self._lock:
            self._closed = False
        self._spawn_and_wait()

    def close(self) -> None:
        """End every child; jobs then raise MediaError CRASHED, until `start` is called again."""
        with self._lock:
            self._closed = True
            spawner, self._spawner = self._spawner, None
        if spawner:
            spawner.shutdown(wait=True, cancel_futures=True)
        with self._lock:
            idle, live = self._idle, self._live
            self._idle, self._live = [], set()
        for worker in live:
            worker.stop()
        for worker in idle:
            worker.kill()

    def run(self, job: Job, data: bytes) -> tuple[Reply, Arrays]:
        """Return the reply to a job and what follows it; waits for a free child."""
        with self._slots:
            worker = self._take()
            try:
                return worker.run(job, data)
            finally:
                self._give(worker)

    def _take(self) -> Worker:
        while True:
            with self._lock:
                worker = self._idle.pop() if self._idle else None
            if worker is None:
                self._spawn_and_wait()
            elif worker.usable:
                return worker
            else:
                self._drop(worker)

    def _give(self, worker: Worker) -> None:
        if worker.jobs < self._jobs_per_child and worker.usable:
            with self._lock:
                if worker in self._live:
                    self._idle.append(worker)
                    return
        self._drop(worker)
        with self._lock:
            if self._spawner and not self._idle:
                # In the background, so that the next job finds a warm one.
                self._spawner.submit(self._spawn)

    def _drop(self, worker: Worker) -> None:
        with self._lock:
            self._live.discard(worker)
        worker.kill()

    def _spawn_and_wait(self) -> None:
        # Children belong to the thread that starts them (see Worker), so one thread starts all.
        with self._lock:
            if self._closed:
                raise MediaError(Fault.CRASHED, "the decoder is closed")
            if self._spawner is None:
                self._spawner = ThreadPoolExecutor(1, "decoder-spawner")
            started = self._spawner.submit(self._spawn)
        try:
            started.result()
        except CancelledError:
            raise MediaError(Fault.CRASHED, "the decoder is closed") from None

    def _spawn(self) -> None:
        with self._lock:
            if self._idle:
                return
        worker = Worker(self._command)
        with self._lock:
            self._missing = worker.missing
            self._live.add(worker)
            self._idle.append(worker)


def _processors() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
