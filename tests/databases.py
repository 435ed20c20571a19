"""Both databases for the tests that touch the store: SQLite, and PostgreSQL started once."""

import subprocess
import uuid
from pathlib import Path

from tests.postgres import find_binaries

KINDS = ("sqlite", "postgresql")


def make(kind: str, folder: Path, server: str) -> str:
    """The URL of a new, empty database; `server` is that of a running PostgreSQL."""
    if kind == "sqlite":
        return f"sqlite:///{folder}/state/countenance.db"
    binaries = find_binaries()
    assert binaries is not None, "who started PostgreSQL found it"
    name = f"test_{uuid.uuid4().hex}"
    # The template that nobody connects to: a copy of it waits for no other session.
    sql = f"CREATE DATABASE {name} TEMPLATE template0"
    subprocess.run([str(binaries / "psql"), "-q", "-d", server, "-c", sql], check=True)
    return f"{server.rpartition('/')[0]}/{name}"
