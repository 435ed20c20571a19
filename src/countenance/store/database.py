"""The database: SQLite in a file by default, PostgreSQL for several replicas."""

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from sqlalchemy import Connection, Table, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from countenance.store.errors import StoreError
from countenance.store.migrations import HEAD, find_revision, upgrade

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql, sqlite

DRIVERS = {
    "sqlite": "sqlite+aiosqlite",
    "sqlite+aiosqlite": "sqlite+aiosqlite",
    "postgres": "postgresql+asyncpg",
    "postgresql": "postgresql+asyncpg",
    "postgresql+asyncpg": "postgresql+asyncpg",
}
BUSY_SECONDS = 20.0  # SQLite: how long a writer waits for another process
SCRUB_SECONDS = 2.0  # SQLite: how long emptying the log waits for a reader
SCRUBBED = ("data_keys", "objects", "sessions")  # PostgreSQL: tables whose rows are erased
MIGRATION_LOCK = 0x636F756E74  # PostgreSQL advisory lock, a number of our own


class Database:
    """One pool of connections; open it in the event loop that uses it and close it there.

    `url` is a SQLAlchemy URL of SQLite (a file) or PostgreSQL; raises `StoreError` on any other,
    `OSError` when the file cannot be opened.
    """

    def __init__(self, url: str) -> None:
        parsed = _parse(url)
        self.is_sqlite = parsed.get_backend_name() == "sqlite"
        if self.is_sqlite:
            _create_file(parsed)
        self._readers = _open_engine(parsed, self.is_sqlite)
        self._writers = self._readers.execution_options(countenance_begin="BEGIN IMMEDIATE")
        # SQLite has one writer. Waiting here is fair and free; its own waiting polls.
        self._turn = asyncio.Lock() if self.is_sqlite else contextlib.nullcontext()

    def __repr__(self) -> str:
        return f"Database({self._readers.url.render_as_string(hide_password=True)})"

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    @contextlib.asynccontextmanager
    async def begin(self) -> AsyncIterator[AsyncConnection]:
        """Open a transaction that may write: committed on leaving, undone on an exception.

        Do not open a second one inside it: on SQLite it would wait for itself.
        """
        async with self._turn, self._writers.begin() as connection:
            yield connection

    @contextlib.asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """Open a transaction that only reads; on SQLite it never waits for a writer."""
        async with self._readers.begin() as connection:
            yield connection

    def insert(self, table: Table) -> "postgresql.Insert | sqlite.Insert":
        """Start an INSERT that knows ON CONFLICT, which both databases spell alike."""
        # Only the dialect in use is imported: the other costs 0.1 s of every start.
        if self.is_sqlite:
            from sqlalchemy.dialects.sqlite import insert as insert_sqlite

            return insert_sqlite(table)
        from sqlalchemy.dialects.postgresql import insert as insert_postgresql

        return insert_postgresql(table)

    async def migrate(self) -> None:
        """Bring the tables to this release's form; harmless when repeated or run concurrently.

        Raises `DatabaseTooNew` when a later release has written the database.
        """
        async with self.read() as connection:
            if await connection.run_sync(find_revision) == HEAD:
                return
        if self.is_sqlite:
            await self._keep_write_ahead_log()
            async with self._begin_unchecked() as connection:
                await connection.run_sync(upgrade)
            return
        async with self.begin() as connection:
            # BEGIN IMMEDIATE is this lock on SQLite.
            await connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({MIGRATION_LOCK})")
            await connection.run_sync(upgrade)

    async def scrub(self) -> bool:
        """Overwrite what deleted rows leave behind, as far as the database lets us; true if done.

        SQLite zeroes deleted cells itself and here empties the write-ahead log, which a reader can
        put off: false then, to be tried again. PostgreSQL vacuums; its own log keeps what it keeps.
        """
        try:
            async with self._turn, self._readers.connect() as connection:
                return await (self._empty_log if self.is_sqlite else self._vacuum)(connection)
        except DBAPIError:  # what is deleted is deleted; the next sweep tries again
            return False

    async def close(self) -> None:
        """Close every connection."""
        await self._readers.dispose()

    async def _empty_log(self, connection: AsyncConnection) -> bool:
        bare = await connection.execution_options(countenance_begin="")
        # Who waits for readers here keeps writers out meanwhile.
        await bare.exec_driver_sql(f"PRAGMA busy_timeout = {int(SCRUB_SECONDS * 1000)}")
        try:
            done = await bare.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            return bool(done.one()[0] == 0)
        finally:
            await bare.exec_driver_sql(f"PRAGMA busy_timeout = {int(BUSY_SECONDS * 1000)}")

    async def _vacuum(self, connection: AsyncConnection) -> bool:
        alone = await connection.execution_options(isolation_level="AUTOCOMMIT")
        await alone.exec_driver_sql(f"VACUUM {', '.join(SCRUBBED)}")
        return True

    @contextlib.asynccontextmanager
    async def _begin_unchecked(self) -> AsyncIterator[AsyncConnection]:
        """SQLite: a writing transaction that checks foreign keys at its end, all at once.

        It alters a table by putting a copy in its place, which it refuses for a table that others
        refer to while it checks (sqlite.org/lang_altertable.html, section 7).
        """
        async with self._turn, self._readers.connect() as connection:
            await connection.execution_options(countenance_begin="")
            await connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
            await connection.commit()
            await connection.execution_options(countenance_begin="BEGIN IMMEDIATE")
            try:
                async with connection.begin():
                    yield connection
                    broken = await connection.exec_driver_sql("PRAGMA foreign_key_check")
                    if broken.first() is not None:
                        raise StoreError("The database holds rows that refer to none.")
            finally:
                await connection.invalidate()  # no other use of it goes unchecked

    async def _keep_write_ahead_log(self) -> None:
        # The mode is kept in the file and cannot be set inside a transaction.
        async with self._readers.connect() as connection:
            bare = await connection.execution_options(countenance_begin="")
            await bare.exec_driver_sql("PRAGMA journal_mode = WAL")


def _parse(url: str) -> URL:
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise StoreError("The database URL is not of the form `postgresql://...`.") from None
    driver = DRIVERS.get(parsed.drivername)
    if driver is None:
        raise StoreError(
            f"The database URL starts with `{parsed.drivername}`; known are {', '.join(DRIVERS)}."
        )
    if driver.startswith("sqlite") and parsed.database in (None, "", ":memory:"):
        raise StoreError("SQLite needs a file: what only memory holds is lost with the process.")
    return parsed.set(drivername=driver)


def _create_file(url: URL) -> None:
    """Make the file ours alone before SQLite opens it; its side files take the same mode.

    Raises `OSError` when it cannot be read and written.
    """
    path = Path(str(url.database))
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))


def _open_engine(url: URL, is_sqlite: bool) -> AsyncEngine:
    # Parameters stay out of error texts and logs: they hold sealed secrets.
    options: dict[str, Any] = {"hide_parameters": True}
    if is_sqlite:
        # Transactions begin as `_begin` says, not when the driver thinks fit.
        options["connect_args"] = {"isolation_level": None, "timeout": BUSY_SECONDS}
    else:
        options["pool_pre_ping"] = True  # a restarted server must not fail the next request
    try:
        engine = create_async_engine(url, **options)
    except ModuleNotFoundError as error:
        raise StoreError(
            f"{error.name} is missing: install it with `pip install countenance[postgres]`."
        ) from None
    if is_sqlite:
        event.listen(engine.sync_engine, "connect", _prepare)
        event.listen(engine.sync_engine, "begin", _begin)
    return engine


def _prepare(connection: Any, _record: object) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA foreign_keys = ON")
    # In WAL mode a commit survives the death of the process; the last ones before a power cut
    # may be undone, the file stays whole (sqlite.org, PRAGMA synchronous).
    cursor.execute("PRAGMA synchronous = NORMAL")
    # What is deleted is overwritten with zeros, and what is sorted spills into no file.
    cursor.execute("PRAGMA secure_delete = ON")
    cursor.execute("PRAGMA temp_store = MEMORY")
    cursor.close()


def _begin(connection: Connection) -> None:
    statement = connection.get_execution_options().get("countenance_begin", "BEGIN")
    if statement:
        connection.exec_driver_sql(statement)
