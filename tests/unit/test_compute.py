"""Perception on threads: a full queue is told, errors travel, a place is held until work ends."""

import asyncio
import threading
from collections.abc import AsyncIterator

import pytest

from countenance.compute import Busy
from countenance.compute.local import LocalCompute


def nothing() -> None:
    """The warming of tests that need none."""


@pytest.fixture
async def compute() -> AsyncIterator[LocalCompute]:
    """One worker, one place to wait."""
    local = LocalCompute(1, 1, nothing)
    yield local
    await local.close()


class Held:
    """Work that begins, and ends only when it is let go."""

    def __init__(self) -> None:
        self.begun, self.free = threading.Event(), threading.Event()
        self.done = False

    def __call__(self) -> str:
        self.begun.set()
        assert self.free.wait(30)
        self.done = True
        return "held"


async def _until(reached: threading.Event) -> None:
    assert await asyncio.to_thread(reached.wait, 30)


async def _until_held(compute: LocalCompute, number: int) -> None:
    async with asyncio.timeout(30):
        while compute.waiting != number:  # noqa: ASYNC110  # it has no event to wait for
            await asyncio.sleep(0.001)


async def test_work_runs_off_the_event_loop_and_gives_its_result(compute: LocalCompute) -> None:
    def work(a: int, b: int) -> tuple[int, str]:
        return a + b, threading.current_thread().name

    total, thread = await compute.run(work, 2, 3)
    assert total == 5
    assert thread.startswith("perception")
    await _until_held(compute, 0)


async def test_errors_travel_and_free_the_place(compute: LocalCompute) -> None:
    def fail() -> None:
        raise LookupError("inside")

    for _ in range(5):
        with pytest.raises(LookupError, match="inside"):
            await compute.run(fail)
        await _until_held(compute, 0)


async def test_a_full_queue_is_busy_at_once_and_accepts_again_later(compute: LocalCompute) -> None:
    held = Held()
    running, waiting = (asyncio.create_task(compute.run(held)) for _ in range(2))
    await _until(held.begun)
    assert compute.waiting == 2
    with pytest.raises(Busy, match="queue holds 2"):
        await compute.run(nothing)
    assert compute.waiting == 2  # what was refused takes no place
    held.free.set()
    assert (await running, await waiting) == ("held", "held")
    await _until_held(compute, 0)
    await compute.run(nothing)


async def test_a_waiter_that_goes_away_holds_its_place_until_the_work_ends(
    compute: LocalCompute,
) -> None:
    held = Held()
    running = asyncio.create_task(compute.run(held))
    await _until(held.begun)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert (compute.waiting, held.done) == (1, False)
    second = asyncio.create_task(compute.run(nothing))
    await asyncio.sleep(0)
    with pytest.raises(Busy):
        await compute.run(nothing)
    held.free.set()
    await second
    assert held.done
    await _until_held(compute, 0)


async def test_work_not_begun_is_dropped_with_its_waiter(compute: LocalCompute) -> None:
    held, never = Held(), Held()
    running = asyncio.create_task(compute.run(held))
    await _until(held.begun)
    queued = asyncio.create_task(compute.run(never))
    await asyncio.sleep(0)
    queued.cancel()
    with pytest.raises(asyncio.CancelledError):
        await queued
    await _until_held(compute, 1)
    held.free.set()
    await running
    assert not never.begun.is_set()


async def test_ready_only_when_the_networks_are_loaded() -> None:
    warming = Held()
    compute = LocalCompute(2, 1, warming)
    start = asyncio.create_task(compute.start())
    await _until(warming.begun)
    assert not compute.ready
    warming.free.set()
    await start
    assert compute.ready
    await compute.close()


async def test_a_failed_start_is_told_and_is_not_ready() -> None:
    def warm() -> None:
        raise LookupError("no weights")

    compute = LocalCompute(1, 1, warm)
    with pytest.raises(LookupError, match="no weights"):
        await compute.start()
    assert not compute.ready
    await compute.close()


async def test_closing_lets_the_running_work_end_and_drops_the_rest() -> None:
    compute = LocalCompute(1, 1, nothing)
    held, never = Held(), Held()
    running = asyncio.create_task(compute.run(held))
    await _until(held.begun)
    queued = asyncio.create_task(compute.run(never))
    await asyncio.sleep(0)
    closing = asyncio.create_task(compute.close())
    with pytest.raises(asyncio.CancelledError):
        await queued
    assert not closing.done()
    held.free.set()
    await closing
    assert await running == "held"
    assert not never.begun.is_set()
