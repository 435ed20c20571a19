"""The store and the accounts on a real PostgreSQL: the same code must do the same there."""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError
from tests.postgres import run_postgres

from countenance.accounts.accounts import Accounts
from countenance.accounts.authenticator import Authenticator
from countenance.accounts.errors import NotFound
from countenance.accounts.keys import Keys, NewKey
from countenance.accounts.usage import Totals, Usage
from countenance.store import migrations
from countenance.store.database import Database
from countenance.store.errors import DatabaseTooNew
from countenance.store.secrets import MasterKey
from countenance.store.tables import metadata


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with run_postgres() as url:
        yield url


@pytest.fixture
async def url(server: str) -> str:
    """A server whose database is empty."""
    async with Database(server) as database, database.begin() as connection:
        await connection.exec_driver_sql("DROP SCHEMA public CASCADE")
        await connection.exec_driver_sql("CREATE SCHEMA public")
    return server


@pytest.fixture
async def database(url: str) -> AsyncIterator[Database]:
    async with Database(url) as database:
        await database.migrate()
        yield database


@pytest.fixture
def master() -> MasterKey:
    return MasterKey(bytes(range(32)))


def _differences(connection: Connection) -> list[object]:
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    return list(compare_metadata(context, metadata))


async def test_migrations_make_the_tables_the_code_uses(database: Database) -> None:
    await database.migrate()
    async with database.read() as connection:
        assert await connection.run_sync(_differences) == []
        assert await connection.run_sync(migrations.find_revision) == migrations.HEAD


async def test_starts_at_once_do_not_collide(url: str) -> None:
    replicas = [Database(url) for _ in range(4)]
    try:
        await asyncio.gather(*(replica.migrate() for replica in replicas))
    finally:
        for replica in replicas:
            await replica.close()


async def test_a_newer_database_is_refused(database: Database) -> None:
    async with database.begin() as connection:
        await connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(DatabaseTooNew, match="9999"):
        await database.migrate()


async def test_a_failed_migration_leaves_nothing_behind(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from alembic.operations import Operations

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("half way")

    monkeypatch.setattr(Operations, "create_index", fail)
    async with Database(url) as database:
        with pytest.raises(RuntimeError, match="half way"):
            await database.migrate()
        async with database.read() as connection:
            assert await connection.run_sync(migrations.find_revision) is None
        monkeypatch.undo()
        await database.migrate()


async def test_the_life_of_a_key(
    database: Database, master: MasterKey, caplog: pytest.LogCaptureFixture
) -> None:
    keys, authenticator = Keys(database, master), Authenticator(database, master)
    with caplog.at_level(logging.DEBUG):
        made = await keys.create("shop", permissions=["iai:*"], expires=4e9)
        plain = await keys.create("shop")
        assert await keys.list("shop") == [made.key, plain.key]
        caller = await authenticator.find(made.secret_id)
    assert made.secret_key not in caplog.text
    assert caller is not None
    assert (caller.secret, caller.expires) == (made.secret_key, 4e9)
    assert caller.permissions == frozenset({"iai:*"})
    assert plain.key.permissions is None
    await keys.touch(made.key.id)
    assert (await keys.list())[0].last_used is not None
    await keys.disable(made.secret_id)
    await Accounts(database).set_state("shop", "suspended")
    authenticator.invalidate()
    caller = await authenticator.find(made.secret_id)
    assert caller is not None
    assert (caller.enabled, caller.state) == (False, "suspended")
    await keys.delete(made.key.id)
    with pytest.raises(NotFound):
        await keys.delete(made.key.id)
    authenticator.invalidate()
    assert await authenticator.find(made.secret_id) is None


async def test_first_starts_at_once_make_one_demo_key(
    database: Database, master: MasterKey
) -> None:
    made = await asyncio.gather(*(Keys(database, master).ensure_demo() for _ in range(6)))
    assert len({key.secret_id for key in made}) == 1
    assert sum(isinstance(key, NewKey) for key in made) == 1


async def test_no_count_is_lost(database: Database, url: str) -> None:
    account = (await Accounts(database).ensure("shop")).id
    async with Database(url) as other:
        replicas = (Usage(database), Usage(other))
        await asyncio.gather(
            *(
                replicas[number % 2].record(account, "iai", "CompareFace", "Success", number % 3)
                for number in range(90)
            )
        )
        assert await replicas[1].totals(account) == Totals(90, 90)
    rows = await Usage(database).rows(account)
    assert sum(row.calls for row in rows) == 90
    with pytest.raises(IntegrityError):
        await Usage(database).record("nobody", "iai", "CompareFace", "Success", 1)


async def test_a_lost_connection_does_not_fail_the_next_request(database: Database) -> None:
    async with Database(database._readers.url.render_as_string()) as other:
        accounts = Accounts(other)
        await accounts.ensure("shop")
        async with database.begin() as connection:
            await connection.exec_driver_sql(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE pid <> pg_backend_pid() AND datname = current_database()"
            )
        assert [account.name for account in await accounts.list()] == ["shop"]
