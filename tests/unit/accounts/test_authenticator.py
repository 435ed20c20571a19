import asyncio
import contextlib
from collections.abc import AsyncIterator
from ipaddress import IPv4Network, IPv6Network
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncConnection

from countenance.accounts.accounts import Accounts
from countenance.accounts.authenticator import TTL, Authenticator
from countenance.accounts.cache import Cache
from countenance.accounts.keys import Keys
from countenance.accounts.permissions import allow
from countenance.accounts.services import Services
from countenance.accounts.temporary import Temporary
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
    assert not caller.mfa
    assert caller.permissions == frozenset({"iai:*"})
    assert caller.expires == clock.time + 9
    assert (caller.allowed, caller.denied, caller.rates, caller.states) == ((), (), {}, {})


async def test_a_caller_has_what_is_set_for_its_account(
    authenticator: Authenticator, keys: Keys, database: Database
) -> None:
    made = await keys.create("shop", mfa=True)
    accounts = Accounts(database)
    await accounts.set_networks("shop", "allowed", ["10.0.0.0/8", "2001:db8::/32"])
    await accounts.set_networks("shop", "denied", ["10.1.2.3"])
    await accounts.set_rate("shop", "CompareFace", 5)
    await accounts.set_rate("shop", "*", 100)
    await Services(database).set("shop", "arrears", "iai")
    caller = await authenticator.find(made.secret_id)
    assert caller is not None
    assert caller.mfa
    assert caller.allowed == (IPv4Network("10.0.0.0/8"), IPv6Network("2001:db8::/32"))
    assert caller.denied == (IPv4Network("10.1.2.3/32"),)
    assert caller.rates == {"CompareFace": 5, "*": 100}
    assert caller.states == {"iai": "arrears"}


@pytest.fixture
def temporary(database: Database, master: MasterKey, clock: Any) -> Temporary:
    return Temporary(database, master, clock)


async def test_a_temporary_key_has_a_token_and_an_end(
    authenticator: Authenticator, keys: Keys, temporary: Temporary, clock: Any
) -> None:
    parent = await keys.create("shop")
    made = await temporary.mint(parent.secret_id, seconds=60)
    caller = await authenticator.find(made.secret_id)
    assert caller is not None
    assert caller.account_id == parent.key.account_id
    assert (caller.token, caller.secret) == (made.token, made.secret_key)
    assert caller.expires == clock.time + 60
    assert caller.permissions is None


@pytest.mark.parametrize(
    ("lent", "own", "allowed"),
    [
        (None, None, {"faceid:CompareFaceLiveness", "iai:CompareFace", "iai:DetectFace"}),
        (["iai:*"], None, {"iai:CompareFace", "iai:DetectFace"}),
        (None, ["iai:CompareFace"], {"iai:CompareFace"}),
        (["iai:*"], ["*:Compare*"], {"iai:CompareFace"}),
        (["faceid:*"], ["iai:*"], set()),
        ([], None, set()),
    ],
)
async def test_a_temporary_key_may_do_what_both_may(
    authenticator: Authenticator,
    keys: Keys,
    temporary: Temporary,
    lent: list[str] | None,
    own: list[str] | None,
    allowed: set[str],
) -> None:
    parent = await keys.create("shop")
    made = await temporary.mint(parent.key.id, permissions=own)
    await keys.allow(parent.key.id, lent)
    caller = await authenticator.find(made.secret_id)
    assert caller is not None
    named = ("faceid:CompareFaceLiveness", "iai:CompareFace", "iai:DetectFace")
    assert {name for name in named if allow(caller.permissions, *name.split(":"))} == allowed


async def test_a_temporary_key_falls_with_its_parent(
    authenticator: Authenticator, keys: Keys, temporary: Temporary, clock: Any
) -> None:
    parent = await keys.create("shop")
    made = await temporary.mint(parent.key.id, seconds=7200)

    async def look() -> tuple[bool, bool, float | None] | None:
        authenticator.invalidate()
        caller = await authenticator.find(made.secret_id)
        return None if caller is None else (caller.enabled, caller.mfa, caller.expires)

    ends = clock.time + 7200
    assert await look() == (True, False, ends)
    await keys.disable(parent.key.id)
    assert await look() == (False, False, ends)
    await keys.enable(parent.key.id)
    await keys.disable(made.key.id)
    assert await look() == (False, False, ends)
    await keys.enable(made.key.id)
    await keys.mark_mfa(parent.key.id, True)
    assert await look() == (True, True, ends)
    await keys.rotate(parent.key.id, overlap=60)
    assert await look() == (True, True, clock.time + 60)
    await keys.delete(parent.key.id)
    assert await look() is None


async def test_a_known_id_costs_one_query_per_ttl(
    authenticator: Authenticator, keys: Keys, database: Database, clock: Any
) -> None:
    made = await keys.create("default")
    await authenticator.find("AKIDunknown")  # reads the index
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

    async def look() -> tuple[bool, str | None] | None:
        caller = await authenticator.find(made.secret_id)
        return None if caller is None else (caller.enabled, caller.states.get("iai"))

    assert await look() == (True, None)
    await keys.disable(made.key.id)
    assert await look() == (True, None)
    clock.time += TTL
    assert await look() == (False, None)
    await Services(database).set("default", "suspended")
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
    assert counter.count == 2  # the index, and the id itself


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


async def test_a_flood_of_invented_ids_costs_few_queries(
    authenticator: Authenticator, keys: Keys, database: Database, clock: Any
) -> None:
    known = [await keys.create(f"account-{number}") for number in range(30)]
    counter = Counter(database)
    for number in range(500):
        clock.time += 1 / 500
        assert await authenticator.find(f"AKID{number}") is None
    assert counter.count <= 1 + 20
    for made in known:  # not one of them was seen before the flood
        assert await authenticator.find(made.secret_id) is not None


async def test_an_id_of_a_flood_is_judged_as_soon_as_a_known_one(
    authenticator: Authenticator, keys: Keys
) -> None:
    made = await keys.create("default")
    for number in range(20):
        await authenticator.find(f"AKID{number}")
    await authenticator.find(made.secret_id)
    for secret_id in ("AKID4711", made.secret_id):
        with pytest.raises(StopIteration):  # it ends without waiting for anything
            authenticator.find(secret_id).send(None)


async def test_known_ids_that_come_while_the_index_is_read_wait_for_it(
    authenticator: Authenticator, keys: Keys
) -> None:
    known = [await keys.create(f"account-{number}") for number in range(30)]
    found = await asyncio.gather(*(authenticator.find(made.secret_id) for made in known))
    assert None not in found


async def test_a_key_another_process_made_works_at_once_and_in_a_flood_after_the_ttl(
    authenticator: Authenticator, keys: Keys, clock: Any
) -> None:
    await authenticator.find("AKIDunknown")
    made = await keys.create("shop")
    assert await authenticator.find(made.secret_id) is not None
    for number in range(50):
        await authenticator.find(f"AKID{number}")
    late = await keys.create("shop")
    assert await authenticator.find(late.secret_id) is None
    clock.time += TTL
    for number in range(50, 100):
        await authenticator.find(f"AKID{number}")
    assert await authenticator.find(late.secret_id) is not None


async def test_the_first_burst_of_a_new_key_is_one_question(
    database: Database, master: MasterKey, keys: Keys, clock: Any
) -> None:
    authenticator = Authenticator(database, master, clock=clock)
    await authenticator.find("AKIDreadsTheIndex")
    made = await keys.create("shop")
    counter = Counter(database)
    found = await asyncio.gather(*(authenticator.find(made.secret_id) for _ in range(60)))
    assert {caller.key_id for caller in found if caller} == {made.key.id}
    assert None not in found
    assert counter.count == 1


async def test_a_slow_reading_of_the_index_is_followed_by_a_longer_rest(
    authenticator: Authenticator, database: Database, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = database.read

    @contextlib.asynccontextmanager
    async def read_slowly() -> AsyncIterator[AsyncConnection]:
        async with read() as connection:
            yield connection
        clock.time += 1

    monkeypatch.setattr(database, "read", read_slowly)
    await authenticator._index.admits(b"")
    monkeypatch.undo()
    counter = Counter(database)
    for wait, readings in ((18.9, 0), (0.2, 1)):
        clock.time += wait
        await authenticator._index.admits(b"")
        assert counter.count == readings


async def test_an_index_forgotten_while_it_was_read_is_read_again(
    authenticator: Authenticator, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = database.read

    @contextlib.asynccontextmanager
    async def read_then_forget() -> AsyncIterator[AsyncConnection]:
        async with read() as connection:
            yield connection
        authenticator.invalidate()

    monkeypatch.setattr(database, "read", read_then_forget)
    await authenticator.find("AKIDone")
    monkeypatch.undo()
    counter = Counter(database)
    await authenticator.find("AKIDtwo")
    assert counter.count == 2


async def test_what_was_read_before_an_invalidation_is_not_kept(
    authenticator: Authenticator,
    keys: Keys,
    database: Database,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = await keys.create("default")
    await authenticator.find("AKIDunknown")  # reads the index
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
