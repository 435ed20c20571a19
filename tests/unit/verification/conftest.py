"""Sessions on each kind of database, with a clock that stands still."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from countenance.accounts.accounts import Accounts
from countenance.jobs import Jobs
from countenance.settings import Settings
from countenance.store.blobs import MemoryBlobs
from countenance.store.database import Database
from countenance.store.objects import Objects
from countenance.store.secrets import MasterKey
from countenance.verification.lives import Lives
from countenance.verification.sessions import Sessions


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
async def database(database_url: str) -> AsyncIterator[Database]:
    async with Database(database_url) as database:
        await database.migrate()
        yield database


@pytest.fixture
async def account(database: Database) -> str:
    return (await Accounts(database).ensure("default")).id


@pytest.fixture
def master() -> MasterKey:
    return MasterKey(bytes(range(32)))


@pytest.fixture
def objects(database: Database, master: MasterKey, clock: Clock) -> Objects:
    return Objects(database, master, MemoryBlobs(), clock)


@pytest.fixture
def jobs(database: Database, clock: Clock) -> Jobs:
    return Jobs(database, clock)


@pytest.fixture
def sessions(
    database: Database, master: MasterKey, objects: Objects, jobs: Jobs, clock: Clock
) -> Sessions:
    lives = Lives.from_settings(Settings())
    return Sessions(database, master, objects, jobs, lives, clock)
