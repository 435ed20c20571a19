"""A server killed in the middle of a verification loses nothing, and bills nothing twice."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests import crash
from tests.crash_server import Order

STRIDE = 19  # of the moments before and after a write; `python -m benchmarks.crash` takes every one


@pytest.fixture(scope="module")
def crashes() -> Iterator[crash.Crashes]:
    with crash.crashes() as made:
        yield made


def test_whatever_a_kill_leaves_can_be_finished(
    crashes: crash.Crashes, live_clip: bytes, tmp_path: Path
) -> None:
    died = []
    for kill_at in range(3, 1000, STRIDE):
        folder = tmp_path / str(kill_at)
        folder.mkdir()
        flow = crash.Flow(live_clip)
        step = crashes.run(flow, Order(str(folder), kill_at))
        crash.finish(flow, folder)
        flow.close()
        if not step:  # the flow has fewer writes
            break
        died.append(step)
    assert len(died) > 5
    assert {"token", "send", "wait"} <= set(died)
