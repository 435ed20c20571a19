import re
from typing import Any

import pytest

from countenance.accounts.errors import NotFound, Refused
from countenance.accounts.keys import Keys
from countenance.accounts.temporary import GRACE, Temporary
from countenance.store.database import Database
from countenance.store.secrets import MasterKey


@pytest.fixture
def temporary(database: Database, master: MasterKey, clock: Any) -> Temporary:
    return Temporary(database, master, clock)


async def test_temporary_credentials_are_a_key_with_a_token_and_a_parent(
    keys: Keys, temporary: Temporary, clock: Any
) -> None:
    parent = await keys.create("shop", name="till", permissions=["iai:*"])
    clock.time += 1
    made = await temporary.mint(parent.secret_id, permissions=["iai:CompareFace"])
    assert re.fullmatch(r"AKID[A-Za-z0-9]{32}", made.secret_id)
    assert re.fullmatch(r"[A-Za-z0-9]{64}", made.token or "")
    assert made.key.parent == parent.key.id
    assert made.key.account_id == parent.key.account_id
    assert made.key.permissions == frozenset({"iai:CompareFace"})
    assert made.key.expires == clock.time + 7200
    assert await keys.list() == [parent.key, made.key]
    again = await temporary.mint(parent.key.id)
    assert len({made.secret_id, made.secret_key, made.token}) == 3
    assert not {made.secret_id, made.secret_key, made.token} & {
        again.secret_id,
        again.secret_key,
        again.token,
    }


@pytest.mark.parametrize("seconds", [60, 129_600])
async def test_they_hold_as_long_as_asked(
    keys: Keys, temporary: Temporary, clock: Any, seconds: int
) -> None:
    parent = await keys.create("shop")
    made = await temporary.mint(parent.key.id, seconds=seconds)
    assert made.key.expires == clock.time + seconds


@pytest.mark.parametrize("seconds", [59, 129_601, 0, -60])
async def test_seconds_out_of_bounds_are_refused(
    keys: Keys, temporary: Temporary, seconds: int
) -> None:
    parent = await keys.create("shop")
    with pytest.raises(ValueError, match=f"60 to 129600 seconds; {seconds} "):
        await temporary.mint(parent.key.id, seconds=seconds)
    assert await keys.list() == [parent.key]


async def test_they_end_with_their_key(keys: Keys, temporary: Temporary, clock: Any) -> None:
    parent = await keys.create("shop", expires=clock.time + 100)
    made = await temporary.mint(parent.key.id)
    assert made.key.expires == clock.time + 100


async def test_a_key_that_is_of_no_use_lends_nothing(
    keys: Keys, temporary: Temporary, clock: Any
) -> None:
    parent = await keys.create("shop")
    made = await temporary.mint(parent.key.id)
    with pytest.raises(Refused, match="is temporary"):
        await temporary.mint(made.secret_id)
    await keys.mark_mfa(parent.key.id, True)
    with pytest.raises(Refused, match="MFA-only"):
        await temporary.mint(parent.key.id)
    await keys.disable(parent.key.id)
    with pytest.raises(Refused, match="is disabled"):
        await temporary.mint(parent.key.id)
    brief = await keys.create("shop", expires=clock.time + 1)
    clock.time += 1
    with pytest.raises(Refused, match="has expired"):
        await temporary.mint(brief.key.id)
    with pytest.raises(NotFound, match="no key `key-0`"):
        await temporary.mint("key-0")
    with pytest.raises(ValueError, match="`iai:Nothing`"):
        await temporary.mint(parent.key.id, permissions=["iai:Nothing"])


async def test_the_ones_long_expired_are_removed(
    keys: Keys, temporary: Temporary, clock: Any
) -> None:
    ordinary = await keys.create("other", expires=clock.time + 1)
    parent = await keys.create("shop")
    first = await temporary.mint(parent.key.id, seconds=60)
    clock.time += 60 + GRACE - 1
    second = await temporary.mint(parent.key.id, seconds=60)
    kept = {key.id for key in await keys.list()}
    assert kept == {ordinary.key.id, parent.key.id, first.key.id, second.key.id}
    clock.time += 1
    third = await temporary.mint(parent.key.id)
    kept = {key.id for key in await keys.list()}
    assert kept == {ordinary.key.id, parent.key.id, second.key.id, third.key.id}


async def test_they_go_with_their_key(keys: Keys, temporary: Temporary) -> None:
    parent, other = await keys.create("shop"), await keys.create("shop")
    await temporary.mint(parent.key.id)
    kept = await temporary.mint(other.key.id)
    await keys.delete(parent.secret_id)
    assert {key.id for key in await keys.list()} == {other.key.id, kept.key.id}
