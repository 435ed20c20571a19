import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, select
from sqlalchemy.exc import IntegrityError

from countenance.accounts.accounts import Accounts
from countenance.store import migrations
from countenance.store.database import Database
from countenance.store.errors import DatabaseTooNew, StoreError
from countenance.store.tables import accounts, keys, metadata

ROW = {"id": "acc-1", "name": "default", "created": 1.0, "demo": False}


@pytest.fixture
async def database(empty_url: str) -> AsyncIterator[Database]:
    """Empty: what migrates it is in the test."""
    async with Database(empty_url) as database:
        yield database


def _table_names(connection: Connection) -> set[str]:
    return set(inspect(connection).get_table_names())


def _differences(connection: Connection) -> list[object]:
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    return list(compare_metadata(context, metadata))


async def test_migrations_make_the_tables_the_code_uses(database: Database) -> None:
    await database.migrate()
    async with database.read() as connection:
        assert await connection.run_sync(_differences) == []
        assert await connection.run_sync(migrations.find_revision) == migrations.HEAD


def test_the_head_is_the_newest_step() -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    config.set_main_option("path_separator", "os")
    assert ScriptDirectory.from_config(config).get_heads() == [migrations.HEAD]


async def test_migrating_again_keeps_what_is_stored(database: Database) -> None:
    await database.migrate()
    async with database.begin() as connection:
        await connection.execute(database.insert(accounts).values(ROW))
    await database.migrate()
    async with database.read() as connection:
        assert (await connection.execute(select(accounts.c.name))).scalar_one() == "default"


async def test_a_start_with_nothing_to_do_imports_no_alembic(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/countenance.db"
    async with Database(url) as database:
        await database.migrate()
    program = (
        "import asyncio, sys\n"
        "from countenance.store.database import Database\n"
        "async def main():\n"
        "    async with Database(sys.argv[1]) as database:\n"
        "        await database.migrate()\n"
        "asyncio.run(main())\n"
        "assert 'alembic' not in sys.modules\n"
    )
    command = [sys.executable, "-W", "error", "-c", program, url]
    await asyncio.to_thread(subprocess.run, command, check=True)


async def test_a_newer_database_is_refused_untouched(database: Database) -> None:
    await database.migrate()
    async with database.begin() as connection:
        await connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(DatabaseTooNew, match=f"9999.*{migrations.HEAD}"):
        await database.migrate()
    async with database.read() as connection:
        assert await connection.run_sync(migrations.find_revision) == "9999"


async def test_a_failed_migration_leaves_nothing_behind(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    from alembic.operations import Operations

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("half way")

    monkeypatch.setattr(Operations, "create_index", fail)
    with pytest.raises(RuntimeError, match="half way"):
        await database.migrate()
    async with database.read() as connection:
        assert await connection.run_sync(_table_names) == set()
    monkeypatch.undo()
    await database.migrate()


async def test_starts_at_once_do_not_collide(empty_url: str) -> None:
    # One process each, as several servers on one database would be.
    program = (
        "import asyncio, sys\n"
        "from countenance.store.database import Database\n"
        "async def main():\n"
        "    async with Database(sys.argv[1]) as database:\n"
        "        sys.stdin.read()\n"
        "        await database.migrate()\n"
        "asyncio.run(main())\n"
    )
    command = [sys.executable, "-W", "error", "-c", program, empty_url]
    running = [
        await asyncio.create_subprocess_exec(*command, stdin=subprocess.PIPE) for _ in range(3)
    ]
    await asyncio.gather(*(process.communicate(b"") for process in running))
    assert [process.returncode for process in running] == [0, 0, 0]
    async with Database(empty_url) as database, database.read() as connection:
        assert await connection.run_sync(migrations.find_revision) == migrations.HEAD


async def test_the_file_is_ours_alone_and_keeps_a_write_ahead_log(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/state/countenance.db")
    await database.migrate()
    async with database.begin() as connection:
        modes = {
            name: (await connection.exec_driver_sql(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
        assert modes == {
            "journal_mode": "wal",
            "synchronous": 1,
            "foreign_keys": 1,
            "busy_timeout": 20_000,
        }
        found = {
            entry.name: entry.stat().st_mode & 0o777 for entry in (tmp_path / "state").iterdir()
        }
    assert found == {f"countenance.db{end}": 0o600 for end in ("", "-wal", "-shm")}
    assert (tmp_path / "state").stat().st_mode & 0o777 == 0o700
    await database.close()


async def test_a_transaction_is_undone_by_an_exception(database: Database) -> None:
    await database.migrate()

    async def fail() -> None:
        async with database.begin() as connection:
            await connection.execute(database.insert(accounts).values(ROW))
            raise RuntimeError("half way")

    with pytest.raises(RuntimeError, match="half way"):
        await fail()
    async with database.read() as connection:
        assert (await connection.execute(select(accounts))).all() == []


async def test_a_reader_does_not_wait_for_a_writer(database: Database) -> None:
    await database.migrate()
    async with database.begin() as writer:
        await writer.execute(database.insert(accounts).values(ROW))
        async with database.read() as reader:
            assert (await reader.execute(select(accounts))).all() == []


async def test_a_key_needs_an_account_and_an_error_shows_no_values(database: Database) -> None:
    await database.migrate()
    row = {
        "id": "key-1",
        "account_id": "nobody",
        "name": "",
        "lookup": b"l",
        "secret_id": b"sealed-id",
        "secret_key": b"sealed-secret",
        "created": 1.0,
        "enabled": True,
    }
    with pytest.raises(IntegrityError) as caught:
        async with database.begin() as connection:
            await connection.execute(database.insert(keys).values(row))
    assert "sealed-secret" not in str(caught.value)


@pytest.mark.parametrize("empty_url", ["postgresql"], indirect=True)
async def test_a_lost_connection_does_not_fail_the_next_request(empty_url: str) -> None:
    async with Database(empty_url) as database, Database(empty_url) as other:
        await database.migrate()
        assert await Accounts(other).list() == []
        async with database.begin() as connection:
            await connection.exec_driver_sql(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE pid <> pg_backend_pid() AND datname = current_database()"
            )
        assert await Accounts(other).list() == []


async def test_a_path_may_hold_any_character(tmp_path: Path) -> None:
    async with Database(f"sqlite:///{tmp_path}/a %25 b ü/countenance.db") as database:
        await database.migrate()


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("mysql://host/name", "mysql"),
        ("sqlite://", "needs a file"),
        ("sqlite:///:memory:", "needs a file"),
        ("not a url", "form"),
    ],
)
def test_other_databases_are_refused(url: str, told: str) -> None:
    with pytest.raises(StoreError, match=told):
        Database(url)


def test_a_missing_driver_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "asyncpg", None)
    with pytest.raises(StoreError, match=r"countenance\[postgres\]"):
        Database("postgresql://host/name")


def test_the_password_does_not_show() -> None:
    database = Database("postgresql://someone:hunter2@host/name")
    assert "hunter2" not in repr(database)
    assert "postgresql+asyncpg://" in repr(database)
