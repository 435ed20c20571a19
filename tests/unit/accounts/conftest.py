from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from countenance.accounts.keys import Keys
from countenance.store.database import Database
from countenance.store.secrets import MasterKey


@dataclass
class Clock:
    """Stands still until it is told to move."""

    time: float = 1_700_000_000.0

    def __call__(self) -> float:
        return self.time


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def master() -> MasterKey:
    return MasterKey(bytes(range(32)))


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    async with Database(database_url) as database:
        await database.migrate()
        yield database


@pytest.fixture
def keys(database: Database, master: MasterKey, clock: Clock) -> Keys:
    return Keys(database, master, clock)
