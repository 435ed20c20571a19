"""One reading of a URL, whatever is sent; and which addresses count as public."""

from ipaddress import IPv6Address, ip_address, ip_network
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from countenance.net.addresses import NEVER, PRIVATE, Network, is_allowed
from countenance.net.errors import FetchError, FetchFault
from countenance.net.target import LONGEST, Target, follow, parse

HERE = parse("https://a.example:8443/b/c?d")


@pytest.mark.parametrize(
    ("url", "spelled"),
    [
        ("http://a.example", "http://a.example/"),
        ("HTTPS://A.Example:443?x", "https://a.example/?x"),
        ("http://a.example:443/#x", "http://a.example:443/"),
        ("http://[2A00::0001]:81/b", "http://[2a00::1]:81/b"),
        ("http://192.0.2.1/a/../b;c=d?e=f&g=%2f", "http://192.0.2.1/a/../b;c=d?e=f&g=%2f"),
        ("http://bücher.example/ä?ö", "http://xn--bcher-kva.example/%C3%A4?%C3%B6"),
        ('http://a.example/?"<|>[{^`', "http://a.example/?%22%3C%7C%3E%5B%7B%5E%60"),
        ("http://1.example/", "http://1.example/"),
        ("http://minio_1:9000/b", "http://minio_1:9000/b"),
    ],
)
def test_a_url_has_one_spelling(url: str, spelled: str) -> None:
    assert parse(url).url == spelled
    assert parse(spelled) == parse(url)


@pytest.mark.parametrize(
    ("location", "url"),
    [
        ("e", "https://a.example:8443/b/e"),
        ("", "https://a.example:8443/b/c?d"),
        ("?e", "https://a.example:8443/b/c?e"),
        ("/e//f", "https://a.example:8443/e//f"),
        ("../../e", "https://a.example:8443/e"),
        ("//b.example/e", "https://b.example/e"),
        ("HTTPS://b.example", "https://b.example/"),
        ("@b.example", "https://a.example:8443/b/@b.example"),
    ],
)
def test_where_a_redirect_leads(location: str, url: str) -> None:
    assert follow(HERE, location).url == url


@pytest.mark.parametrize(
    ("location", "rule"),
    [
        ("http://a.example/", "downgrade"),
        ("https:e", "form"),
        ("https:///e", "host"),
        ("///e", "host"),
        ("/\\e", "characters"),
        ("e" * LONGEST, "length"),
    ],
)
def test_where_a_redirect_may_not_lead(location: str, rule: str) -> None:
    with pytest.raises(FetchError) as refused:
        follow(HERE, location)
    assert refused.value.detail == rule


PIECES = st.sampled_from(
    ["http", "https", ":", "/", "//", "\\", "@", "#", "?", "%", "%2e", ".", "..", "[", "]", "::1",
     "127.0.0.1", "0x7f", "1", "a", "example", "80", "é", "。", "\t", "\r\n", " ", "\x00", "-", "_"]
)  # fmt: skip


def _read(url: str) -> Target | None:
    """What is read, None where it is refused for the URL itself."""
    try:
        return parse(url)
    except FetchError as error:
        if error.fault is FetchFault.ILLEGAL:
            return None
        raise


@given(st.lists(PIECES, max_size=12).map("".join), st.sampled_from(["", "http://", "https://a@"]))
def test_what_is_read_reads_the_same_again_and_to_another_parser(text: str, start: str) -> None:
    target = _read(start + text)
    if target is None:
        return
    assert parse(target.url) == target
    other = urlsplit(target.url)
    assert (other.scheme, other.hostname, other.username) == (target.scheme, target.host, None)
    assert (other.port or {"http": 80, "https": 443}[target.scheme]) == target.port
    assert target.url.isascii()
    assert target.url.isprintable()
    assert " " not in target.url


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    for url in (text, f"http://{text}", f"http://a.example/{text}", f"http://a.example:{text}"):
        _read(url)


@pytest.mark.parametrize("text", ["8.8.8.8", "1.1.1.1", "223.5.5.5", "172.32.0.1", "100.128.0.1",
                                  "2400:3200::1", "2606:4700::1111", "::ffff:8.8.8.8",
                                  "64:ff9b::8.8.8.8", "2a00:1450::5efe:8.8.8.8"])  # fmt: skip
def test_public_addresses_are_allowed(text: str) -> None:
    assert is_allowed(ip_address(text))


@pytest.mark.parametrize("network", [*NEVER, *PRIVATE], ids=str)
def test_the_first_and_last_address_of_a_network_are_not(network: Network) -> None:
    for address in (network.network_address, network.broadcast_address):
        assert not is_allowed(address)
        if address.version == 4:
            assert not is_allowed(IPv6Address(f"::ffff:{address}"))
            assert not is_allowed(IPv6Address(f"64:ff9b::{address}"))


def test_an_operator_opens_private_networks_and_never_the_rest() -> None:
    everything = (ip_network("0.0.0.0/0"), ip_network("::/0"))
    for network in NEVER:
        assert not is_allowed(network.network_address, everything)
    for network in PRIVATE:
        assert is_allowed(network.network_address, everything)
        assert is_allowed(network.network_address, (network,))
    assert not is_allowed(ip_address("fe80::1%2"), everything)
    assert is_allowed(ip_address("::ffff:10.0.0.5"), (ip_network("10.0.0.5"),))
    assert not is_allowed(ip_address("::ffff:10.0.0.6"), (ip_network("10.0.0.5"),))


@given(st.integers(0, 2**32 - 1))
def test_what_the_standard_library_calls_private_is_not_allowed(number: int) -> None:
    address = ip_address(number)
    if not address.is_global or address.is_multicast or address.is_reserved:
        assert not is_allowed(address)


@given(st.integers(0, 2**128 - 1))
def test_no_such_address_of_the_sixth_version_is_either(number: int) -> None:
    address = IPv6Address(number)
    if not address.is_global or address.is_multicast:
        assert (
            not is_allowed(address) or address.ipv4_mapped or address in ip_network("64:ff9b::/96")
        )
