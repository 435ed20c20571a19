"""What is set for keys and accounts, asked of a real server with signed requests."""

import asyncio
import itertools
import json
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import pytest
from tests.client import Answer, Client, check
from tests.serving import Running

from countenance.accounts.accounts import Accounts
from countenance.accounts.keys import Keys
from countenance.accounts.pairs import NewKey
from countenance.accounts.temporary import Temporary
from countenance.store.database import Database
from countenance.store.secrets import MasterKey

T = TypeVar("T")
SEEN_SECONDS = 60  # until a running server must have seen a change; it promises 5
TRIES = 60
# What CompareFace says of an empty request when nothing stands in its way.
PASSED = "MissingParameter.ErrorParameterEmpty"
_numbers = itertools.count()


@dataclass(frozen=True)
class Parts:
    """What the commands of an operator work on, beside the running server."""

    keys: Keys
    accounts: Accounts
    temporary: Temporary
    past: Temporary  # two minutes ago


@dataclass(frozen=True)
class Shop:
    """An account of its own on the server, with one key."""

    server: Running
    name: str
    key: NewKey

    def order(self, work: Callable[[Parts], Awaitable[T]]) -> T:
        """Have the operator do something while the server runs."""
        return _order(self.server, work)

    def call(self, key: NewKey | None = None, *, token: str | None = None) -> Answer:
        """One CompareFace with the account's key or another; refused rates are answers, too."""
        key = key or self.key
        client = Client(replace(self.server, secret_id=key.secret_id), key.secret_key)
        headers = {} if token is None else {"x-tc-token": token}
        answer = client._send("CompareFace", json.dumps({}).encode(), headers)
        check(answer, "CompareFace")
        return answer

    def code(self, key: NewKey | None = None, *, token: str | None = None) -> str:
        """The code of one call."""
        return self.call(key, token=token).code


def _order(server: Running, work: Callable[[Parts], Awaitable[T]]) -> T:
    async def run() -> T:
        master = MasterKey.load_or_create(server.folder / "data" / "master.key")
        async with Database(server.database_url) as database:
            past = Temporary(database, master, lambda: time.time() - 120)
            now = Temporary(database, master)
            return await work(Parts(Keys(database, master), Accounts(database), now, past))

    return asyncio.run(run())


@pytest.fixture
def shop(server: Running) -> Shop:
    name = f"shop-{next(_numbers)}"
    return Shop(server, name, _order(server, lambda parts: parts.keys.create(name)))


def test_a_new_key_works_at_once(shop: Shop) -> None:
    assert shop.code() == PASSED


def test_a_temporary_key_passes_with_its_token(shop: Shop) -> None:
    made = shop.order(lambda parts: parts.temporary.mint(shop.key.key.id))
    assert shop.code(made, token=made.token) == PASSED


@pytest.mark.provokes("AuthFailure.TokenFailure")
def test_a_temporary_key_needs_its_own_token(shop: Shop) -> None:
    made = shop.order(lambda parts: parts.temporary.mint(shop.key.key.id))
    other = shop.order(lambda parts: parts.temporary.mint(shop.key.key.id))
    for token in (None, "", "wrong", other.token):
        assert shop.code(made, token=token) == "AuthFailure.TokenFailure"


@pytest.mark.provokes("AuthFailure.TokenFailure")
def test_a_token_that_has_expired_says_so(shop: Shop) -> None:
    made = shop.order(lambda parts: parts.past.mint(shop.key.key.id, seconds=60))
    answer = shop.call(made, token=made.token)
    assert answer.code == "AuthFailure.TokenFailure"
    assert "has expired" in answer.message


def test_a_key_that_is_not_temporary_needs_no_token_and_ignores_one(shop: Shop) -> None:
    assert shop.code(token="whatever") == PASSED


@pytest.mark.provokes("AuthFailure.SecretIdNotFound")
def test_a_temporary_key_ends_with_the_key_it_came_from(shop: Shop) -> None:
    async def mint_and_end(parts: Parts) -> tuple[NewKey, NewKey]:
        other = await parts.keys.create(shop.name)
        made = [await parts.temporary.mint(key.key.id) for key in (shop.key, other)]
        await parts.keys.disable(shop.key.key.id)
        await parts.keys.delete(other.key.id)
        return made[0], made[1]

    for made in shop.order(mint_and_end):
        assert shop.code(made, token=made.token) == "AuthFailure.SecretIdNotFound"


def test_a_temporary_key_may_do_no_more_than_its_parent(shop: Shop) -> None:
    async def mint(parts: Parts) -> list[NewKey]:
        await parts.keys.allow(shop.key.key.id, ["iai:*"])
        patterns = (None, ["iai:CompareFace"], ["faceid:*"])
        return [await parts.temporary.mint(shop.key.key.id, permissions=own) for own in patterns]

    codes = [shop.code(made, token=made.token) for made in shop.order(mint)]
    assert codes == [PASSED, PASSED, "AuthFailure.UnauthorizedOperation"]


@pytest.mark.provokes("AuthFailure.UnauthorizedOperation")
def test_a_key_calls_what_it_may(shop: Shop) -> None:
    shop.order(lambda parts: parts.keys.allow(shop.key.key.id, ["faceid:*"]))
    answer = shop.call()
    assert answer.code == "AuthFailure.UnauthorizedOperation"
    assert "`CompareFace`" in answer.message


@pytest.mark.provokes("AuthFailure.MFAFailure")
def test_an_mfa_only_key_is_refused(shop: Shop) -> None:
    shop.order(lambda parts: parts.keys.mark_mfa(shop.key.key.id, True))
    assert shop.code() == "AuthFailure.MFAFailure"


@pytest.mark.provokes("AuthFailure.SecretIdNotFound")
def test_a_rotated_key_ends_and_the_new_one_works(shop: Shop) -> None:
    new = shop.order(lambda parts: parts.keys.rotate(shop.key.key.id))
    assert shop.code(new) == PASSED
    assert shop.code() == "AuthFailure.SecretIdNotFound"


def test_in_an_overlap_both_keys_work(shop: Shop) -> None:
    new = shop.order(lambda parts: parts.keys.rotate(shop.key.key.id, overlap=3600))
    assert (shop.code(), shop.code(new)) == (PASSED, PASSED)


@pytest.mark.provokes("AuthFailure.SecretIdNotFound")
def test_a_running_server_sees_a_key_switched_off_and_on(shop: Shop) -> None:
    assert shop.code() == PASSED
    for act, code in (("disable", "AuthFailure.SecretIdNotFound"), ("enable", PASSED)):
        shop.order(lambda parts, act=act: getattr(parts.keys, act)(shop.key.key.id))
        deadline = time.monotonic() + SEEN_SECONDS
        while (seen := shop.code()) != code and time.monotonic() < deadline:
            time.sleep(0.5)
        assert seen == code


@pytest.mark.provokes("IpInBlacklist")
@pytest.mark.provokes("IpNotInWhitelist")
@pytest.mark.parametrize(
    ("allowed", "denied", "code"),
    [
        ([], ["127.0.0.0/8"], "IpInBlacklist"),
        ([], ["::ffff:127.0.0.1"], "IpInBlacklist"),
        (["127.0.0.1"], ["127.0.0.1"], "IpInBlacklist"),
        (["10.0.0.0/8", "2001:db8::/32"], [], "IpNotInWhitelist"),
        (["10.0.0.0/8", "127.0.0.1"], ["10.0.0.0/8"], PASSED),
    ],
)
def test_requests_come_from_where_they_may(
    shop: Shop, allowed: list[str], denied: list[str], code: str
) -> None:
    async def limit(parts: Parts) -> None:
        await parts.accounts.set_networks(shop.name, "allowed", allowed)
        await parts.accounts.set_networks(shop.name, "denied", denied)

    shop.order(limit)
    answer = shop.call()
    assert answer.code == code
    assert "127.0.0.1" not in json.dumps(answer.response)


@pytest.mark.provokes("RequestLimitExceeded", "RequestLimitExceeded.UinLimitExceeded")
@pytest.mark.parametrize(
    ("action", "code"),
    [
        ("CompareFace", "RequestLimitExceeded"),
        ("*", "RequestLimitExceeded.UinLimitExceeded"),
    ],
)
def test_an_account_has_rates_of_its_own(shop: Shop, action: str, code: str) -> None:
    shop.order(lambda parts: parts.accounts.set_rate(shop.name, action, 1))
    found: set[Any] = set()
    for _ in range(TRIES):
        found.add(shop.code())
        if code in found:
            break
    assert found == {PASSED, code}


def test_no_secret_of_a_temporary_key_reaches_the_log(shop: Shop) -> None:
    made = shop.order(lambda parts: parts.temporary.mint(shop.key.key.id))
    for token in (made.token, "wrong"):
        shop.code(made, token=token)
    logged = shop.server.log.read_text()
    assert made.key.id in logged
    for secret in (made.secret_id, made.secret_key, made.token):
        assert str(secret) not in logged
