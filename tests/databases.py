"""Both databases for the tests that touch the store: SQLite, and PostgreSQL started once."""

import asyncio
import shutil
import subprocess
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from countenance.store.database import Database
from countenance.store.tables import metadata
from tests.postgres import find_binaries

KINDS = ("sqlite", "postgresql")


def make(kind: str, folder: Path, server: str) -> str:
    """The URL of a new, empty database; `server` is that of a running PostgreSQL."""
    if kind == "sqlite":
        return f"sqlite:///{folder}/state/countenance.db"
    name = f"test_{uuid.uuid4().hex}"
    # The template that nobody connects to: a copy of it waits for no other session.
    _tell(server, f"CREATE DATABASE {name} TEMPLATE template0")
    return f"{server.rpartition('/')[0]}/{name}"


class Migrated:
    """Databases with this release's tables and nothing in them, for one test after the other.

    A migration takes longer than most tests of a table, and a database of PostgreSQL is 300 files:
    so a SQLite file is copied, and there is one PostgreSQL database, which is emptied.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._made: dict[str, str] = {}

    def make(self, kind: str, folder: Path, server: str) -> str:
        """The URL of the next one; the one before is no longer used."""
        if kind not in self._made:
            self._made[kind] = make(kind, self._folder, server)
            with ThreadPoolExecutor(1) as thread:  # a test's own event loop may be about
                thread.submit(asyncio.run, _migrate(self._made[kind])).result()
        made = self._made[kind]
        if kind == "postgresql":
            # What holds a lock on a table is a connection that some test left open.
            _tell(made, f"SET lock_timeout = '20s'; TRUNCATE {', '.join(metadata.tables)}")
            return made
        url = make(kind, folder, server)
        target = Path(url.removeprefix("sqlite:///"))
        target.parent.mkdir(mode=0o700)
        shutil.copy(made.removeprefix("sqlite:///"), target)
        return url


def _tell(url: str, sql: str) -> None:
    binaries = find_binaries()
    assert binaries is not None, "who started PostgreSQL found it"
    command = [str(binaries / "psql"), "-q", "-v", "ON_ERROR_STOP=1", "-d", url, "-c", sql]
    subprocess.run(command, check=True)


async def _migrate(url: str) -> None:
    async with Database(url) as database:
        await database.migrate()
