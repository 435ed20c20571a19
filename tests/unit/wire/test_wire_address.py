"""Whose address counts: the peer's, or the one a trusted proxy vouches for."""

from dataclasses import replace
from ipaddress import ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wire_server import Server, tc3

from countenance.wire import address, guard

PROXIES = tuple(map(ip_network, ("10.0.0.0/8", "127.0.0.1", "2001:db8:ff::/48")))


def client(peer: str, *forwarded: str) -> str:
    headers = [(b"host", b"x"), *((b"X-Forwarded-For", line.encode()) for line in forwarded)]
    return address.client(peer, headers, PROXIES)


@pytest.mark.parametrize(
    ("peer", "forwarded", "expected"),
    [
        ("10.1.2.3", ("198.51.100.7",), "198.51.100.7"),
        ("10.1.2.3", ("198.51.100.7, 10.9.9.9",), "198.51.100.7"),
        ("10.1.2.3", ("203.0.113.9, 198.51.100.7",), "198.51.100.7"),
        ("10.1.2.3", ("203.0.113.9", "198.51.100.7 , 10.0.0.1"), "198.51.100.7"),
        ("10.1.2.3", ("198.51.100.7:4711",), "198.51.100.7"),
        ("10.1.2.3", ("[2001:db8::7]:4711",), "2001:db8::7"),
        ("10.1.2.3", ("[2001:db8::7]",), "2001:db8::7"),
        ("10.1.2.3", ("2001:db8::7",), "2001:db8::7"),
        ("10.1.2.3", ("::ffff:198.51.100.7",), "198.51.100.7"),
        ("::ffff:10.1.2.3", ("198.51.100.7",), "198.51.100.7"),
        ("2001:db8:ff::1", ("198.51.100.7",), "198.51.100.7"),
        # All of them are ours: the request began at the leftmost.
        ("10.1.2.3", ("10.0.0.5, 10.0.0.6",), "10.0.0.5"),
        ("10.1.2.3", (), "10.1.2.3"),
        # Whoever is no proxy of ours speaks for nobody else.
        ("198.51.100.1", ("198.51.100.7",), "198.51.100.1"),
        ("", ("198.51.100.7",), ""),
        # What cannot be read vouches for nobody, whatever stands to its left.
        ("10.1.2.3", ("198.51.100.7, unknown",), "10.1.2.3"),
        ("10.1.2.3", ("198.51.100.7,",), "10.1.2.3"),
        ("10.1.2.3", ("",), "10.1.2.3"),
        ("10.1.2.3", ("[198.51.100.7",), "10.1.2.3"),
        ("10.1.2.3", ("198.51.100.07",), "10.1.2.3"),
        ("10.1.2.3", ("1" * 9999,), "10.1.2.3"),
        # A broken entry further left than the one that counts changes nothing.
        ("10.1.2.3", ("nonsense, 198.51.100.7",), "198.51.100.7"),
    ],
)
def test_who_sent_it(peer: str, forwarded: tuple[str, ...], expected: str) -> None:
    assert client(peer, *forwarded) == expected


def test_without_trusted_proxies_the_header_is_not_read() -> None:
    assert address.client("10.1.2.3", [(b"x-forwarded-for", b"198.51.100.7")], ()) == "10.1.2.3"


@given(st.binary(max_size=80), st.sampled_from(["10.1.2.3", "198.51.100.1", "nobody"]))
def test_no_header_breaks_it_or_names_a_proxy_that_did_not_ask(value: bytes, peer: str) -> None:
    found = address.client(peer, [(b"x-forwarded-for", value)], PROXIES)
    assert found == peer or address.parse(found) is not None


def test_limits_and_lists_go_by_the_client_behind_the_proxy() -> None:
    rates = guard.RateOptions(action=None, account=None, address=1)
    server = Server(rates=rates, trusted=PROXIES)
    codes = [
        server.send(replace(tc3(x_forwarded_for=who), client="10.0.0.1")).code
        for who in ("198.51.100.1", "198.51.100.2", "198.51.100.1")
    ]
    assert codes == ["", "", "RequestLimitExceeded.IPLimitExceeded"]
    server = Server(trusted=PROXIES)
    near = replace(tc3(secret_id="AKIDnear", x_forwarded_for="192.0.2.9"), client="10.0.0.1")
    assert server.send(near).code == ""
    assert Server().send(near).code == "IpNotInWhitelist"
