"""Perception on threads of this process: the engines release the GIL, nothing is pickled."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from countenance.compute import Busy

T = TypeVar("T")


class LocalCompute:
    """`workers` threads and at most `queue` calls waiting for one; further calls raise `Busy`."""

    def __init__(self, workers: int, queue: int, warm: Callable[[], object]) -> None:
        self._limit = workers + queue
        self._held = 0
        self._warm = warm
        self._ready = False
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="perception")

    @property
    def ready(self) -> bool:
        """Whether the networks are loaded."""
        return self._ready

    @property
    def waiting(self) -> int:
        """Calls accepted and not finished."""
        return self._held

    async def start(self) -> None:
        """Load the networks and warm the decoding children."""
        await asyncio.get_running_loop().run_in_executor(self._pool, self._warm)
        self._ready = True

    async def close(self) -> None:
        """Wait for the running calls; those still queued are dropped."""
        await asyncio.to_thread(self._pool.shutdown, wait=True, cancel_futures=True)

    async def run(self, function: Callable[..., T], *args: object) -> T:
        """Run one call on a worker; a caller that goes away frees its place when the call ends."""
        if self._held >= self._limit:
            raise Busy(f"{self._held} calls are waiting, the queue holds {self._limit}")
        self._held += 1
        future = self._pool.submit(function, *args)
        loop = asyncio.get_running_loop()
        future.add_done_callback(lambda _: loop.call_soon_threadsafe(self._release))
        return await asyncio.wrap_future(future)

    def _release(self) -> None:
        self._held -= 1
