"""The guard of outgoing requests, against real servers on loopback."""

import asyncio
import gzip
import ssl
import zlib
from collections.abc import Iterator
from ipaddress import ip_network
from typing import Any

import pytest
from tests import sites
from tests.sites import Answer, Authority, Site, answer, redirect, trickle

from countenance.contract.messages import text
from countenance.net import fetch as module
from countenance.net.errors import RULES
from countenance.net.fetch import Fetcher, FetchError, FetchFault, trusted
from countenance.net.rules import Rules

LOOPBACK = ip_network("127.0.0.0/8")
BODY = bytes(range(256)) * 300


@pytest.fixture
def site() -> Iterator[Site]:
    with sites.site() as running:
        yield running


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return sites.authority(tmp_path_factory.mktemp("ca"), "site.test", "127.0.0.1")


def fetcher(site: Site, *, tls: ssl.SSLContext | None = None, **names: list[str]) -> Fetcher:
    """A guard that may reach the site, and resolves these names (`_` for `.`) and no others."""

    async def resolve(host: str, port: int) -> list[str]:
        try:
            return names[host.replace(".", "_")]
        except KeyError:
            raise OSError(f"{host}: no such name") from None

    rules = Rules(networks=(LOOPBACK,), ports=frozenset({site.port}))
    return Fetcher(rules, resolve=resolve, tls=tls or ssl.create_default_context())


async def get(guard: Fetcher, url: str, max_bytes: int = 100_000, seconds: float = 5.0) -> bytes:
    try:
        return await guard.get(url, max_bytes=max_bytes, seconds=seconds)
    finally:
        guard.close()


async def refused(guard: Fetcher, url: str, **limits: Any) -> str:
    with pytest.raises(FetchError) as error:
        await get(guard, url, **limits)
    assert error.value.fault == RULES[error.value.detail]
    said = text(f"fetch.{error.value.detail}", **error.value.values)
    assert said.say("en-US").isascii()
    assert not said.say("zh-CN").isascii()
    assert "secret" not in f"{error.value} {said.say()}"
    return error.value.detail


def chunked(body: bytes, size: int = 1000) -> bytes:
    pieces = [body[start : start + size] for start in range(0, len(body), size)]
    framed = b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in [*pieces, b""])
    return b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + framed


@pytest.mark.parametrize(
    "page",
    [
        answer(BODY),
        chunked(BODY),
        b"HTTP/1.0 200 OK\r\n\r\n" + BODY,  # ends with the connection
        b"HTTP/1.1 100 Continue\r\n\r\n" + answer(BODY),
        answer(BODY, Content_Encoding="identity", Set_Cookie="a=b"),
    ],
    ids=["length", "chunked", "http10", "interim", "identity"],
)
async def test_a_body_arrives_whole(site: Site, page: bytes) -> None:
    site.pages["/a"] = page
    assert await get(fetcher(site), site.url("/a")) == BODY
    assert await get(fetcher(site), site.url("/a"), max_bytes=len(BODY)) == BODY


async def test_a_request_says_what_it_must_and_nothing_else(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    site.pages["/a b"] = b""
    site.pages["/%E7%85%A7"] = answer(BODY, Set_Cookie="a=b")
    guard = fetcher(site, store_example=["127.0.0.1"])
    url = site.url("/照?sig=a%2Fb&x=1|2#there", host="STORE.example")
    for _ in range(2):  # nothing is kept from the first
        assert await guard.get(url, max_bytes=100_000, seconds=5) == BODY
    guard.close()
    line, *headers = site.requests[1].decode().split("\r\n")
    assert line == "GET /%E7%85%A7?sig=a%2Fb&x=1%7C2 HTTP/1.1"
    assert headers == [
        f"Host: store.example:{site.port}",
        "User-Agent: countenance",
        "Accept: */*",
        "Accept-Encoding: identity",
        "Connection: close",
        "",
        "",
    ]


@pytest.mark.parametrize(
    ("page", "rule"),
    [
        (answer(b"", "404 Not Found"), "status"),
        (answer(b"", "206 Partial Content"), "status"),
        (answer(b"", "500 No"), "status"),
        (b"HTTP/1.1 204 No Content\r\n\r\n", "status"),
        (b"HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n", "protocol"),
        (b"SSH-2.0-OpenSSH_9.9\r\n", "protocol"),
        (b"", "protocol"),
        (answer(BODY)[:-1], "protocol"),
        (chunked(BODY)[:-9], "protocol"),
        (answer(BODY, Content_Length="-1"), "protocol"),
        (answer(BODY, Content_Length="1e3"), "protocol"),
        (b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 9000, "protocol"),
        (b"HTTP/1.1 100 Continue\r\n\r\n" * 20_000, "protocol"),
        (answer(gzip.compress(bytes(10**6)), Content_Encoding="gzip"), "encoded"),
        (answer(zlib.compress(bytes(10**6)), Content_Encoding="deflate"), "encoded"),
        (answer(BODY, Content_Encoding="identity, br"), "encoded"),
        (answer(b"", Content_Length="100001"), "bytes"),
        (chunked(bytes(100_001)), "bytes"),
        (b"HTTP/1.0 200 OK\r\n\r\n" + bytes(100_001), "bytes"),
        (chunked(bytes(90_000), 1), "protocol"),
        (trickle(b""), "seconds"),
        (trickle(b"HTTP/1.1 200 OK\r\n", b"X: y\r\n"), "seconds"),
        (trickle(answer(b"", Content_Length="1000")), "seconds"),
        (redirect(""), "redirects"),
        (answer(b"", "302 Found"), "location"),
        (answer(b"", "304 Not Modified"), "status"),
        (b"HTTP/1.1 302 Found\r\nLocation: /\xff\xfe\r\n\r\n", "location"),
    ],
)  # fmt: skip
async def test_an_answer_that_will_not_do_is_refused(site: Site, page: Answer, rule: str) -> None:
    site.pages["/a"] = page
    seconds = 0.3 if rule == "seconds" else 20
    assert await refused(fetcher(site), site.url("/a?sig=secret"), seconds=seconds) == rule


@pytest.mark.parametrize("status", ["301 M", "302 F", "303 S", "307 T", "308 P"])
async def test_redirects_are_followed_three_times(site: Site, status: str) -> None:
    site.pages |= {
        "/1": redirect("/2", status),
        "/2": redirect(f"//127.0.0.1:{site.port}/3?x#y", status),
        "/3": redirect(site.url("/4"), status),
        "/4": answer(BODY),
        "/0": redirect("1", status),
    }
    assert await get(fetcher(site), site.url("/1")) == BODY
    assert await refused(fetcher(site), site.url("/0")) == "redirects"
    assert len(site.requests) == 4 + 4


async def test_tls_verifies_the_name_while_the_address_is_pinned(authority: Authority) -> None:
    with sites.site(tls=authority.server, pages={"/": answer(BODY)}) as site:
        names = {"site_test": ["127.0.0.1"], "other_test": ["127.0.0.1"]}
        for host in ("site.test", "127.0.0.1"):
            guard = fetcher(site, tls=authority.client, **names)
            assert await get(guard, site.url(host=host, scheme="https")) == BODY
        assert site.requests[0].split(b"\r\n")[1] == f"Host: site.test:{site.port}".encode()
        guard = fetcher(site, tls=authority.client, **names)
        other = site.url(host="other.test", scheme="https")
        assert await refused(guard, other) == "certificate"
        strict = fetcher(site, tls=trusted(), **names)
        assert await refused(strict, site.url(host="site.test", scheme="https")) == "certificate"
        site.pages["/"] = redirect(site.url(host="site.test"))
        guard = fetcher(site, tls=authority.client, **names)
        url = site.url(host="site.test", scheme="https")
        assert await refused(guard, url) == "downgrade"


async def test_tls_with_a_server_that_has_none(site: Site) -> None:
    assert await refused(fetcher(site), site.url(scheme="https"), seconds=0.5) in (
        "certificate",
        "seconds",  # a server that waits for more of what it takes for a request
    )


def test_the_file_of_certificates_is_the_operators(
    authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert len(trusted().get_ca_certs()) > 50
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
    assert len(trusted().get_ca_certs()) == 1


async def test_a_name_is_resolved_once_and_every_address_of_it_checked(site: Site) -> None:
    asked: list[str] = []
    answers = [["127.0.0.1"], ["10.0.0.1"]]

    async def rebinding(host: str, port: int) -> list[str]:
        asked.append(host)
        return answers[len(asked) - 1]

    site.pages["/"] = answer(BODY)
    rules = Rules(networks=(LOOPBACK,), ports=frozenset({site.port}))
    tls = ssl.create_default_context()
    assert await get(Fetcher(rules, resolve=rebinding, tls=tls), site.url(host="a.test")) == BODY
    assert asked == ["a.test"]
    guard = fetcher(site, a_test=["127.0.0.1", "10.0.0.1"])
    assert await refused(guard, site.url(host="a.test")) == "address"
    assert site.connections == 1


async def test_an_address_that_takes_no_connection_is_passed_over(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.pages["/"] = answer(BODY)
    guard = fetcher(site, a_test=["127.9.9.9", "127.0.0.1"], b_test=["127.9.9.9"])
    assert await get(guard, site.url(host="a.test")) == BODY
    assert await refused(guard, site.url(host="b.test")) == "connect"
    monkeypatch.setattr(module, "ATTEMPT", 0.05)
    connect = module.exchange.connect

    async def slow(target: Any, address: Any, tls: Any) -> Any:
        if str(address) == "127.9.9.9":
            await asyncio.sleep(30)
        return await connect(target, address, tls)

    monkeypatch.setattr(module.exchange, "connect", slow)
    assert await get(guard, site.url(host="a.test")) == BODY


@pytest.mark.parametrize("found", [[], ["not an address"], None])
async def test_a_name_without_addresses(site: Site, found: list[str] | None) -> None:
    names = {} if found is None else {"a_test": found}
    assert await refused(fetcher(site, **names), site.url(host="a.test")) == "name"


async def test_the_systems_resolver_is_asked_off_the_loop(site: Site) -> None:
    site.pages["/"] = answer(BODY)
    rules = Rules(networks=(LOOPBACK, ip_network("::1")), ports=frozenset({site.port}))
    assert await get(Fetcher(rules), site.url(host="localhost")) == BODY


async def test_the_budget_holds_while_a_name_is_resolved_and_while_a_place_is_waited_for(
    site: Site,
) -> None:
    async def never(host: str, port: int) -> list[str]:
        await asyncio.sleep(30)
        raise AssertionError

    rules = Rules(networks=(LOOPBACK,), ports=frozenset({site.port}))
    guard = Fetcher(rules, resolve=never, tls=ssl.create_default_context())
    gets = [
        guard.get(site.url(host="a.test"), max_bytes=1, seconds=0.2)
        for _ in range(module.AT_ONCE + 5)
    ]
    results = await asyncio.gather(*gets, return_exceptions=True)
    guard.close()
    assert {getattr(result, "fault", result) for result in results} == {FetchFault.TIMEOUT}
    assert site.connections == 0


@pytest.mark.parametrize(
    ("changes", "host", "rule"),
    [
        ({"enabled": False}, "127.0.0.1", "off"),
        ({"ports": frozenset({80, 443})}, "127.0.0.1", "port"),
        ({"networks": ()}, "127.0.0.1", "address"),
        ({"networks": (), "hosts": ("127.0.0.1",)}, "127.0.0.1", "address"),
        ({"hosts": ("a.test",)}, "127.0.0.1", "hosts"),
        ({"hosts": ("*.a.test",)}, "a.test", "hosts"),
        ({"hosts": ("a.test",)}, "b.a.test", "hosts"),
        ({"hosts": ("a.test", "*.b.test")}, "xa.test", "hosts"),
        ({"hosts": ("127.0.0.1",)}, "127.0.0.1", ""),
        ({"hosts": ("b.test", "*.A.test")}, "b.c.a.test", ""),
    ],
)
async def test_what_the_operator_lets_through(
    site: Site, changes: dict[str, Any], host: str, rule: str
) -> None:
    async def resolve(host: str, port: int) -> list[str]:
        return ["127.0.0.1"]

    site.pages["/"] = answer(BODY)
    rules = Rules(**{"networks": (LOOPBACK,), "ports": frozenset({site.port})} | changes)
    guard = Fetcher(rules, resolve=resolve, tls=ssl.create_default_context())
    if rule:
        assert await refused(guard, site.url(host=host)) == rule
        assert site.connections == 0
    else:
        assert await get(guard, site.url(host=host)) == BODY


@pytest.mark.parametrize(
    "pattern", ["", "*", "*.", "a.*", "http://a", "a/b", "a:80", "a@b", "*.10.0.0.1", "0x7f.1", " "]
)
def test_a_pattern_that_is_no_host_is_named(pattern: str) -> None:
    with pytest.raises(ValueError, match="is no host"):
        Rules(hosts=(pattern,))


def test_every_rule_has_its_words_and_every_fault_a_rule() -> None:
    for rule in RULES:
        assert text(f"fetch.{rule}", most=1, status=1).say()
    assert set(RULES.values()) == set(FetchFault)
