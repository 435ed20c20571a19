"""Both databases for the tests that touch the store: SQLite, and PostgreSQL started once."""

import asyncio
import shutil
import subprocess
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from countenance.store.database import Database
from tests.postgres import find_binaries

KINDS = ("sqlite", "postgresql")


def make(kind: str, folder: Path, server: str) -> str:
    """The URL of a new, empty database; `server` is that of a running PostgreSQL."""
    if kind == "sqlite":
        return f"sqlite:///{folder}/state/countenance.db"
    # The template that nobody connects to: a copy of it waits for no other session.
    return _copy(server, "template0")


class Templates:
    """Databases with this release's tables: of each kind one is made, then copied."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._made: dict[str, str] = {}

    def copy(self, kind: str, folder: Path, server: str) -> str:
        """The URL of a new database in which nothing but the tables is."""
        if kind not in self._made:
            self._made[kind] = make(kind, self._folder, server)
            with ThreadPoolExecutor(1) as thread:  # a test's own event loop may be about
                thread.submit(asyncio.run, _migrate(self._made[kind])).result()
        template = self._made[kind]
        if kind == "postgresql":
            return _copy(server, template.rpartition("/")[2])
        url = make(kind, folder, server)
        target = Path(url.removeprefix("sqlite:///"))
        target.parent.mkdir(mode=0o700)
        shutil.copy(template.removeprefix("sqlite:///"), target)
        return url


def _copy(server: str, template: str) -> str:
    binaries = find_binaries()
    assert binaries is not None, "who started PostgreSQL found it"
    name = f"test_{uuid.uuid4().hex}"
    sql = f"CREATE DATABASE {name} TEMPLATE {template}"
    subprocess.run([str(binaries / "psql"), "-q", "-d", server, "-c", sql], check=True)
    return f"{server.rpartition('/')[0]}/{name}"


async def _migrate(url: str) -> None:
    async with Database(url) as database:
        await database.migrate()
