"""A bench with a database of its own for each test."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tests.unit.capture.bench import Bench, make_database, open_database


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return asyncio.run(make_database(tmp_path_factory.mktemp("made")))


@pytest.fixture
async def bench(made: Path, tmp_path: Path) -> AsyncIterator[Bench]:
    async with open_database(made, tmp_path) as database:
        yield Bench(database)
