"""What earlier releases stored is there after the steps of this one."""

import contextlib
import sqlite3
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, select, text

from countenance.store import migrations
from countenance.store.database import Database
from countenance.store.errors import StoreError
from countenance.store.tables import keys, service_states, usage

OLD = (
    "INSERT INTO accounts (id, name, created, demo, state) VALUES"
    " ('acc-1', 'shop', 1.0, true, 'suspended'), ('acc-2', 'bank', 2.0, false, 'active')",
    "INSERT INTO usage (account_id, day, service, action, outcome, calls, billed) VALUES"
    " ('acc-1', '2026-03-01', 'iai', 'CompareFace', 'Success', 7, 5)",
)
KEY = "INSERT INTO keys (id, account_id, name, lookup, secret_id, secret_key, created, enabled)"


def _upgrade(connection: Connection, revision: str) -> None:
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    config.set_main_option("path_separator", "os")
    command.upgrade(config, revision)


async def _make_first(database: Database, account: str = "acc-1") -> None:
    async with database.begin() as connection:
        await connection.run_sync(_upgrade, "0001")
        for statement in OLD:
            await connection.exec_driver_sql(statement)
        values = text(f"{KEY} VALUES ('key-1', :account, '', :b, :b, :b, 1.0, true)")
        await connection.execute(values, {"account": account, "b": b"sealed"})


async def test_rows_of_the_first_release_outlive_the_steps(empty_url: str) -> None:
    async with Database(empty_url) as database:
        await _make_first(database)
        await database.migrate()
        async with database.read() as connection:
            found = await connection.execute(
                text("SELECT id, name, demo FROM accounts ORDER BY id")
            )
            assert [tuple(row) for row in found] == [("acc-1", "shop", 1), ("acc-2", "bank", 0)]
            key = (await connection.execute(select(keys))).one()
            assert (key.id, key.account_id, key.lookup) == ("key-1", "acc-1", b"sealed")
            counted = (await connection.execute(select(usage))).one()
            assert (counted.calls, counted.billed, counted.repeats) == (7, 5, 0)
            states = await connection.execute(select(service_states).order_by("service"))
            assert [tuple(row)[:3] for row in states] == [
                ("acc-1", "faceid", "suspended"),
                ("acc-1", "iai", "suspended"),
            ]


async def test_keys_and_usage_still_need_their_account_afterwards(tmp_path: Path) -> None:
    async with Database(f"sqlite:///{tmp_path}/countenance.db") as database:
        await _make_first(database)
        await database.migrate()
        async with database.begin() as connection:
            checked = await connection.exec_driver_sql("PRAGMA foreign_keys")
            assert checked.scalar() == 1
            for table in ("keys", "usage", "service_states"):
                listed = await connection.exec_driver_sql(f"PRAGMA foreign_key_list({table})")
                assert "accounts" in {row[2] for row in listed}


async def test_a_row_that_refers_to_none_stops_the_steps(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/countenance.db"
    async with Database(url) as database:
        await _make_first(database)
        with contextlib.closing(sqlite3.connect(tmp_path / "countenance.db")) as unchecked:
            unchecked.execute("UPDATE keys SET account_id = 'nobody'")
            unchecked.commit()
        with pytest.raises(StoreError, match="refer to none"):
            await database.migrate()
        async with database.read() as connection:
            assert await connection.run_sync(migrations.find_revision) == "0001"
