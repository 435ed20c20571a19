import asyncio
from ipaddress import ip_network

import pytest

from countenance.accounts.accounts import Accounts
from countenance.accounts.errors import NotFound
from countenance.store.database import Database


@pytest.fixture
async def accounts(database: Database) -> Accounts:
    accounts = Accounts(database)
    await accounts.ensure("shop")
    return accounts


async def test_networks_are_set_in_place_of_those_before_and_cleared(accounts: Accounts) -> None:
    plain = await accounts.ensure("shop")
    await accounts.set_networks("shop", "allowed", ["192.0.2.0/24"])
    await accounts.set_networks("shop", "allowed", ["10.0.0.0/8", "::ffff:203.0.113.7"])
    changed = await accounts.set_networks("shop", "denied", ["2001:db8::1"])
    assert changed.allowed == (ip_network("10.0.0.0/8"), ip_network("203.0.113.7/32"))
    assert changed.denied == (ip_network("2001:db8::1/128"),)
    assert await accounts.list() == [changed]
    await accounts.set_networks("shop", "allowed", [])
    await accounts.set_networks("shop", "denied", [])
    assert await accounts.list() == [plain]


async def test_rates_are_set_one_by_one_and_cleared(accounts: Accounts) -> None:
    plain = await accounts.set_rate("shop", "CompareFace", 5)
    assert plain.rates == {"CompareFace": 5}
    await accounts.set_rate("shop", "*", 100)
    changed = await accounts.set_rate("shop", "CompareFace", 7)
    assert changed.rates == {"CompareFace": 7, "*": 100}
    assert await accounts.list() == [changed]
    assert (await accounts.set_rate("shop", "CompareFace", None)).rates == {"*": 100}
    assert (await accounts.set_rate("shop", "DetectFace", None)).rates == {"*": 100}
    assert (await accounts.clear_rates("shop")).rates == {}


async def test_rates_set_at_once_are_all_kept(accounts: Accounts) -> None:
    names = ["CompareFace", "DetectFace", "CompareFaceLiveness", "*"]
    await asyncio.gather(*(accounts.set_rate("shop", name, 9) for name in names))
    assert (await accounts.list())[0].rates == dict.fromkeys(names, 9)


async def test_what_does_not_fit_is_refused_and_changes_nothing(accounts: Accounts) -> None:
    before = await accounts.list()
    with pytest.raises(ValueError, match="`CompareFaces` is no action"):
        await accounts.set_rate("shop", "CompareFaces", 5)
    for rate in (0, -1, 100_001):
        with pytest.raises(ValueError, match=f"1 to 100000 .*; {rate} arrived"):
            await accounts.set_rate("shop", "CompareFace", rate)
    for most in (-1, 1001):
        with pytest.raises(ValueError, match=f"0 to 1000 key pairs; {most} arrived"):
            await accounts.set_max_keys("shop", most)
    with pytest.raises(ValueError, match="`somewhere` is no network"):
        await accounts.set_networks("shop", "denied", ["10.0.0.0/8", "somewhere"])
    assert await accounts.list() == before


async def test_an_unknown_account_is_named(accounts: Accounts) -> None:
    for act in (
        accounts.set_networks("other", "allowed", []),
        accounts.set_rate("other", "*", 5),
        accounts.clear_rates("other"),
        accounts.set_max_keys("other", 5),
    ):
        with pytest.raises(NotFound, match="no account named `other`"):
            await act
