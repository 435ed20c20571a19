from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

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


@pytest.fixture
def default_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder that is not there yet; what the machine has set does not reach a command."""
    for name in ("DATABASE_URL", "DATA_DIR", "CONFIG", "MASTER_KEY", "KEYS_PER_ACCOUNT"):
        monkeypatch.delenv(f"COUNTENANCE_{name}", raising=False)
    return tmp_path / "state"


@pytest.fixture
def folder(default_folder: Path, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same, with a database that the environment names; the test runs once on each kind."""
    monkeypatch.setenv("COUNTENANCE_DATABASE_URL", database_url)
    return default_folder
