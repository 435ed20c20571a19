import asyncio
import math
from typing import Any

import pytest

from countenance.accounts.accounts import Accounts
from countenance.accounts.errors import NotFound, Refused
from countenance.accounts.keys import Keys
from countenance.accounts.pairs import NewKey
from countenance.accounts.temporary import Temporary
from countenance.store.database import Database
from countenance.store.secrets import MasterKey


async def test_an_account_has_two_key_pairs(keys: Keys) -> None:
    for _ in range(2):
        made = await keys.create("shop")
    await keys.disable(made.key.id)
    with pytest.raises(Refused, match=r"`shop` has 2 key pairs .*Delete one.*max-keys shop 3"):
        await keys.create("shop")
    await keys.create("other")
    await keys.delete(made.key.id)
    await keys.create("shop")


async def test_the_number_is_the_settings_or_the_accounts_own(
    database: Database, master: MasterKey
) -> None:
    keys, accounts = Keys(database, master, limit=1), Accounts(database)
    await keys.create("shop")
    with pytest.raises(Refused, match="limit: 1"):
        await keys.create("shop")
    await accounts.set_max_keys("shop", 3)
    for _ in range(2):
        await keys.create("shop")
    with pytest.raises(Refused, match="limit: 3"):
        await keys.create("shop")
    await accounts.set_max_keys("shop", None)
    with pytest.raises(Refused, match="limit: 1"):
        await keys.create("shop")


async def test_temporary_credentials_do_not_count(
    keys: Keys, database: Database, master: MasterKey, clock: Any
) -> None:
    made = await keys.create("shop")
    for _ in range(3):
        await Temporary(database, master, clock).mint(made.key.id)
    await keys.create("shop")


async def test_makers_at_once_stay_within_the_limit(keys: Keys) -> None:
    made = await asyncio.gather(*(keys.create("shop") for _ in range(6)), return_exceptions=True)
    assert sum(isinstance(key, NewKey) for key in made) == 2
    assert sum(isinstance(key, Refused) for key in made) == 4
    assert len(await keys.list("shop")) == 2


async def test_a_rotated_key_ends_at_once_and_the_new_one_is_like_it(keys: Keys) -> None:
    old = await keys.create("shop", name="till", permissions=["iai:*"], mfa=True)
    new = await keys.rotate(old.secret_id)
    assert new.secret_id != old.secret_id
    assert new.secret_key != old.secret_key
    assert new.token is None
    for field in ("account", "account_id", "name", "permissions", "mfa", "expires"):
        assert getattr(new.key, field) == getattr(old.key, field)
    found = {key.id: key for key in await keys.list()}
    assert not found[old.key.id].enabled
    assert found[new.key.id] == new.key


async def test_an_overlap_lets_both_work_for_a_while(keys: Keys, clock: Any) -> None:
    old = await keys.create("shop")
    new = await keys.rotate(old.key.id, overlap=3600)
    ended = {key.id: (key.enabled, key.expires) for key in await keys.list()}
    assert ended == {old.key.id: (True, clock.time + 3600), new.key.id: (True, None)}


async def test_a_key_that_expires_is_rotated_to_a_new_expiry_only(keys: Keys, clock: Any) -> None:
    old = await keys.create("shop", expires=clock.time + 60)
    with pytest.raises(Refused, match=r"give `--days`"):
        await keys.rotate(old.key.id)
    new = await keys.rotate(old.key.id, overlap=3600, expires=clock.time + 900)
    ends = {key.id: key.expires for key in await keys.list()}
    assert ends == {old.key.id: clock.time + 60, new.key.id: clock.time + 900}


async def test_a_rotation_may_exceed_the_limit_by_the_key_it_replaced(keys: Keys) -> None:
    first, second = await keys.create("shop"), await keys.create("shop")
    await keys.rotate(first.key.id)
    assert len(await keys.list()) == 3
    with pytest.raises(Refused, match="has 3 key pairs"):
        await keys.rotate(second.key.id)
    assert sorted(key.enabled for key in await keys.list()) == [False, True, True]
    await keys.delete(first.key.id)
    await keys.rotate(second.key.id)


async def test_a_key_of_no_more_use_is_not_rotated(
    keys: Keys, database: Database, master: MasterKey, clock: Any
) -> None:
    made = await keys.create("shop")
    temporary = await Temporary(database, master, clock).mint(made.key.id)
    with pytest.raises(Refused, match="is temporary"):
        await keys.rotate(temporary.key.id)
    await keys.disable(made.key.id)
    with pytest.raises(Refused, match="is disabled"):
        await keys.rotate(made.key.id)
    brief = await keys.create("other", expires=clock.time + 1)
    clock.time += 1
    with pytest.raises(Refused, match="has expired"):
        await keys.rotate(brief.key.id)
    with pytest.raises(NotFound, match="no key `key-0`"):
        await keys.rotate("key-0")
    assert len(await keys.list()) == 3


@pytest.mark.parametrize("overlap", [-1.0, math.inf, math.nan])
async def test_an_overlap_that_is_no_time_is_refused(keys: Keys, overlap: float) -> None:
    made = await keys.create("shop")
    with pytest.raises(ValueError, match="overlap"):
        await keys.rotate(made.key.id, overlap=overlap)
    assert await keys.list() == [made.key]


async def test_rotations_at_once_make_one_key_more(keys: Keys) -> None:
    made = await keys.create("shop")
    found = await asyncio.gather(
        *(keys.rotate(made.key.id) for _ in range(4)), return_exceptions=True
    )
    assert sum(isinstance(key, NewKey) for key in found) == 1
    assert sum(isinstance(key, Refused) for key in found) == 3


async def test_what_a_key_may_call_and_its_mark_are_changed_later(keys: Keys) -> None:
    made = await keys.create("shop")
    await keys.allow(made.secret_id, ["iai:*", "faceid:CompareFaceLiveness"])
    await keys.mark_mfa(made.key.id, True)
    changed = (await keys.list())[0]
    assert changed.permissions == frozenset({"iai:*", "faceid:CompareFaceLiveness"})
    assert changed.mfa
    await keys.allow(made.key.id, [])
    assert (await keys.list())[0].permissions == frozenset()
    await keys.allow(made.key.id, None)
    await keys.mark_mfa(made.key.id, False)
    assert await keys.list() == [made.key]
    with pytest.raises(ValueError, match="`iai:Nothing`"):
        await keys.allow(made.key.id, ["iai:Nothing"])
    for act in (keys.allow("key-0", None), keys.mark_mfa("key-0", True)):
        with pytest.raises(NotFound, match="no key `key-0`"):
            await act
