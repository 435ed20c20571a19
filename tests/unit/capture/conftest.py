"""A bench with a database of its own for each test."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tests.unit.capture.bench import Bench, open_database


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    async with await open_database(tmp_path) as database:
        yield Bench(database)
