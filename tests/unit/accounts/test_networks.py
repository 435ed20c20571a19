from ipaddress import IPv4Network, IPv6Network, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from countenance.accounts.networks import MOST, parse


def test_addresses_and_networks_are_read_each_once() -> None:
    assert parse(["203.0.113.7", "10.0.0.0/8", "2001:db8::/32", "203.0.113.7/32"]) == (
        IPv4Network("203.0.113.7/32"),
        IPv4Network("10.0.0.0/8"),
        IPv6Network("2001:db8::/32"),
    )


@given(st.ip_addresses(v=4), st.integers(0, 32))
def test_a_mapped_network_is_the_ipv4_network_it_stands_for(address: object, length: int) -> None:
    network = IPv4Network((str(address), length), strict=False)
    mapped = f"::ffff:{network.network_address}/{96 + network.prefixlen}"
    assert parse([mapped]) == (network,)


@given(st.ip_addresses())
def test_what_is_stored_is_read_as_it_was(address: object) -> None:
    found = parse([str(address)])
    assert parse(map(str, found)) == found


def test_a_wider_network_than_the_mapped_ones_stays_ipv6() -> None:
    assert parse(["::/0"]) == (ip_network("::/0"),)


@pytest.mark.parametrize("text", ["10.0.0.1/8", "10.0.0.0/33", "shop.example", "", "10.0.0.0-9"])
def test_what_is_no_network_is_named(text: str) -> None:
    with pytest.raises(ValueError, match=f"`{text}` is no network"):
        parse(["10.0.0.0/8", text])


def test_a_list_has_an_end() -> None:
    texts = [f"10.0.{number // 256}.{number % 256}" for number in range(MOST + 1)]
    assert len(parse(texts[:-1])) == MOST
    with pytest.raises(ValueError, match=f"at most {MOST} networks; {MOST + 1} arrived"):
        parse(texts)
