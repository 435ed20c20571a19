import contextlib
from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncConnection

from countenance.accounts.accounts import Accounts
from countenance.accounts.authenticator import TTL, Authenticator
from countenance.accounts.cache import Cache
from countenance.accounts.keys import Keys
from countenance.store.database import Database
from countenance.store.secrets import MasterKey


class Counter:
    """The queries that reached the database."""

    def __init__(self, database: Database) -> None:
        self.count = 0
        event.listen(database._readers.sync_engine, "after_cursor_execute", self._add)

    def _add(self, _connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        self.count += statement.startswith("SELECT")


@pytest.fixture
def authenticator(database: Database, master: MasterKey, clock: Any) -> Authenticator:
    return Authenticator(database, master, capacity=3, clock=clock)


async def test_a_caller_is_given_whole(
    authenticator: Authenticator, keys: Keys, clock: Any
) -> None:
    made = await keys.create("default", permissions=["iai:*"], expires=clock.time + 9)
    caller = await authenticator.find(made.secret_id)
    assert caller is not None
    assert caller.account_id == made.key.account_id
    assert caller.key_id == made.key.id
    assert caller.secret == made.secret_key
    assert caller.token is None
    assert caller.enabled
    assert caller.permissions == frozenset({"iai:*"})
    assert caller.expires == clock.time + 9
    assert caller.state == "active"


async def test_a_known_id_costs_one_query_per_ttl(
    authenticator: Authenticator, keys: Keys, database: Database, clock: Any
) -> None:
    made = await keys.create("default")
    counter = Counter(database)
    for _ in range(5):
        await authenticator.find(made.secret_id)
    assert counter.count == 1
    clock.time += TTL - 0.1
    await authenticator.find(made.secret_id)
    assert counter.count == 1
    clock.time += 0.1
    await authenticator.find(made.secret_id)
    assert counter.count == 2


async def test_a_change_is_seen_after_the_ttl_or_at_once_when_told(
    authenticator: Authenticator, keys: Keys, database: Database, clock: Any
) -> None:
    made = await keys.create("default")

    async def look() -> tuple[bool, str] | None:
        caller = await authenticator.find(made.secret_id)
        return None if caller is None else (caller.enabled, caller.state)

    assert await look() == (True, "active")
    await keys.disable(made.key.id)
    assert await look() == (True, "active")
    clock.time += TTL
    assert await look() == (False, "active")
    await Accounts(database).set_state("default", "suspended")
    authenticator.invalidate(made.secret_id)
    assert await look() == (False, "suspended")
    await keys.delete(made.key.id)
    authenticator.invalidate()
    assert await look() is None


async def test_unknown_ids_are_remembered_too(
    authenticator: Authenticator, database: Database
) -> None:
    counter = Counter(database)
    for _ in range(3):
        assert await authenticator.find("AKIDunknown") is None
    assert counter.count == 1


@pytest.mark.parametrize("secret_id", ["", "A" * 129, "AKIDé", "\ud800"])
async def test_what_cannot_be_an_id_costs_no_query(
    authenticator: Authenticator, database: Database, secret_id: str
) -> None:
    counter = Counter(database)
    assert await authenticator.find(secret_id) is None
    assert counter.count == 0


async def test_invented_ids_push_out_no_real_one(
    authenticator: Authenticator, keys: Keys, database: Database
) -> None:
    made = await keys.create("default")
    await authenticator.find(made.secret_id)
    for number in range(20):
        await authenticator.find(f"AKID{number}")
    counter = Counter(database)
    await authenticator.find(made.secret_id)
    assert counter.count == 0
    assert len(authenticator._unknown) == 3


async def test_what_was_read_before_an_invalidation_is_not_kept(
    authenticator: Authenticator,
    keys: Keys,
    database: Database,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = await keys.create("default")
    read = database.read

    @contextlib.asynccontextmanager
    async def read_then_change() -> AsyncIterator[AsyncConnection]:
        async with read() as connection:
            yield connection
        await keys.disable(made.key.id)
        authenticator.invalidate(made.secret_id)

    monkeypatch.setattr(database, "read", read_then_change)
    stale = await authenticator.find(made.secret_id)
    assert stale is not None
    assert stale.enabled
    monkeypatch.undo()
    fresh = await authenticator.find(made.secret_id)
    assert fresh is not None
    assert not fresh.enabled


def test_a_full_cache_forgets_what_was_used_longest_ago(clock: Any) -> None:
    cache: Cache[str, int] = Cache(10, 2, clock)
    cache.put("a", 1)
    cache.put("b", 2)
    assert cache.get("a") == 1
    cache.put("c", 3)
    assert [cache.get(key) for key in "abc"] == [1, None, 3]
    clock.time += 10
    assert [cache.get(key) for key in "ac"] == [None, None]
    assert len(cache) == 0
