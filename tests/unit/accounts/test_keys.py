import asyncio
import logging
import math
import re
from typing import Any

import pytest
from sqlalchemy import select, update

from countenance.accounts.accounts import Accounts
from countenance.accounts.authenticator import Authenticator
from countenance.accounts.errors import NotFound
from countenance.accounts.keys import Keys
from countenance.accounts.pairs import NewKey
from countenance.accounts.temporary import Temporary
from countenance.store import tables
from countenance.store.database import Database
from countenance.store.errors import SecretsError
from countenance.store.secrets import MasterKey


async def test_a_key_has_the_known_form(keys: Keys) -> None:
    made = await keys.create("default", name="first")
    assert re.fullmatch(r"AKID[A-Za-z0-9]{32}", made.secret_id)
    assert re.fullmatch(r"[A-Za-z0-9]{32}", made.secret_key)
    again = await keys.create("default")
    assert made.secret_id != again.secret_id
    assert made.secret_key != again.secret_key
    assert made.key.account_id == again.key.account_id


async def test_a_list_shows_all_but_the_secret_key(keys: Keys, clock: Any) -> None:
    first = await keys.create(
        "a", name="first", permissions=["iai:*", "faceid:CompareFaceLiveness"]
    )
    clock.time += 1
    second = await keys.create("b", expires=clock.time + 10)
    assert await keys.list() == [first.key, second.key]
    assert await keys.list("b") == [second.key]
    assert await keys.list("c") == []
    assert first.key.secret_id == first.secret_id
    assert first.key.permissions == frozenset({"iai:*", "faceid:CompareFaceLiveness"})
    assert second.key.expires == clock.time + 10
    assert second.key.permissions is None


async def test_a_key_is_switched_and_deleted_by_either_id(keys: Keys) -> None:
    made = await keys.create("default")
    for reference in (made.key.id, made.secret_id):
        await keys.disable(reference)
        assert [key.enabled for key in await keys.list()] == [False]
        await keys.enable(reference)
        assert [key.enabled for key in await keys.list()] == [True]
    other = await keys.create("default")
    await keys.delete(made.secret_id)
    await keys.delete(other.key.id)
    assert await keys.list() == []


@pytest.mark.parametrize("reference", ["key-0", "AKID" + "a" * 32, ""])
async def test_an_unknown_key_is_named(keys: Keys, reference: str) -> None:
    await keys.create("default")
    for act in (keys.disable, keys.enable, keys.delete):
        with pytest.raises(NotFound, match=f"no key `{reference}`"):
            await act(reference)


@pytest.mark.parametrize(
    "given",
    [
        {"account": ""},
        {"account": "a" * 129},
        {"account": "a\nb"},
        {"name": "\x1b[2J"},
        {"permissions": ["CompareFace"]},
        {"permissions": ["iai:Compare Face"]},
        {"permissions": ["iai:CompareFaces"]},
        {"expires": 1.0},
        {"expires": math.inf},
        {"expires": math.nan},
    ],
)
async def test_what_does_not_fit_is_refused(keys: Keys, given: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"name|permission|expires"):
        await keys.create(**{"account": "default", **given})
    assert await keys.list() == []


async def test_nothing_of_a_key_lies_open_in_the_database(
    keys: Keys, database: Database, master: MasterKey
) -> None:
    parent = await keys.create("default")
    made = await Temporary(database, master).mint(parent.key.id)
    assert made.token is not None
    query = select(tables.keys).where(tables.keys.c.id == made.key.id)
    async with database.read() as connection:
        row = (await connection.execute(query)).one()
    shown = b" ".join(part if isinstance(part, bytes) else str(part).encode() for part in row)
    for secret in (made.secret_id, made.secret_key, made.token):
        assert secret.encode() not in shown


async def test_swapped_secrets_are_noticed(
    keys: Keys, database: Database, master: MasterKey
) -> None:
    mine, theirs = await keys.create("mine"), await keys.create("theirs")
    async with database.begin() as connection:
        query = select(tables.keys.c.secret_key).where(tables.keys.c.id == mine.key.id)
        stolen = (await connection.execute(query)).scalar_one()
        await connection.execute(
            update(tables.keys).where(tables.keys.c.id == theirs.key.id).values(secret_key=stolen)
        )
    authenticator = Authenticator(database, master)
    assert await authenticator.find(mine.secret_id) is not None
    with pytest.raises(SecretsError, match=theirs.key.id):
        await authenticator.find(theirs.secret_id)


async def test_last_used_is_written_once_a_minute(
    keys: Keys, database: Database, master: MasterKey, clock: Any
) -> None:
    made = await keys.create("default")
    replica = Keys(database, master, clock)
    start = clock.time
    seen = []
    for step in (0, 30, 29, 1, 59):
        clock.time += step
        await keys.touch(made.key.id)
        await replica.touch(made.key.id)
        seen.append((await keys.list())[0].last_used)
    assert seen == [start, start, start, start + 60, start + 60]
    await keys.touch("key-0")


async def test_a_wrong_master_key_is_noticed_at_start(keys: Keys, database: Database) -> None:
    stranger = Keys(database, MasterKey(bytes(32)))
    await stranger.check_master()  # nothing is stored yet
    await keys.create("default")
    await keys.check_master()
    with pytest.raises(SecretsError, match="Restore the master key"):
        await stranger.check_master()


async def test_the_demo_key_stays_the_same_and_its_secret_is_given_once(
    keys: Keys, database: Database, master: MasterKey
) -> None:
    made = await keys.ensure_demo()
    again = await Keys(database, master).ensure_demo()
    assert isinstance(made, NewKey)
    assert again == made.key
    assert [account.demo for account in await Accounts(database).list()] == [True]
    await keys.disable(made.key.id)
    assert (await keys.ensure_demo()).secret_id != made.secret_id


async def test_of_demo_keys_that_are_of_no_use_the_oldest_makes_room(
    keys: Keys, clock: Any
) -> None:
    ids = []
    for _ in range(4):
        clock.time += 1
        made = await keys.ensure_demo()
        ids.append(made.secret_id)
        await keys.disable(made.secret_id)
    assert len(set(ids)) == 4
    assert [key.secret_id for key in await keys.list()] == ids[2:]


async def test_the_demo_key_is_never_an_ordinary_accounts(keys: Keys, database: Database) -> None:
    ordinary = await keys.create("demo")
    made = await keys.ensure_demo()
    assert isinstance(made, NewKey)
    assert made.key.account_id != ordinary.key.account_id
    assert (await keys.ensure_demo()).secret_id == made.secret_id
    assert sorted(account.demo for account in await Accounts(database).list()) == [False, True]


async def test_first_starts_at_once_make_one_demo_key(
    database: Database, master: MasterKey
) -> None:
    made = await asyncio.gather(*(Keys(database, master).ensure_demo() for _ in range(6)))
    assert len({key.secret_id for key in made}) == 1
    assert sum(isinstance(key, NewKey) for key in made) == 1


async def test_no_secret_shows(
    keys: Keys, database: Database, master: MasterKey, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        parent = await keys.create("default")
        made = await Temporary(database, master).mint(parent.secret_id)
        await keys.list()
        caller = await Authenticator(database, master).find(made.secret_id)
    shown = caplog.text + repr(made) + repr(made.key) + repr(caller) + repr(keys)
    assert made.token is not None
    for secret in (made.secret_key, made.secret_id, made.token):
        assert secret not in shown
