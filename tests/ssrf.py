"""Ways to make a server connect to where it must not, each against listeners that count.

Three listeners share one port. The outer one stands for a public host: the guard may reach it. The
inner ones, on 127.0.0.1 and ::1, stand for everything else. A second outer port is not permitted.
Beside what the listeners count, every address that a socket of this process connects to is kept.
"""
# ruff: noqa: RUF001

import ssl
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from ipaddress import ip_network
from socket import SOCK_STREAM, getaddrinfo
from typing import Any

from countenance.net.fetch import Fetcher, FetchError
from countenance.net.rules import Rules
from tests.sites import Site, answer, redirect, site

BODY = b"a picture"
CONTROLS = "controls"
OUTER, INNER, INNER_SIX = "127.0.0.2", "127.0.0.1", "::1"
# In a spelling: the permitted port, and another one.
PORT, OTHER = "{p}", "{q}"


@dataclass(frozen=True)
class Attempt:
    """One spelling. `location` is where the outer host redirects to, `rebinds` a name of `NAMES`.

    `works` marks a control: a legal URL of the outer host.
    """

    kind: str
    url: str
    location: str = ""
    works: bool = False

    @property
    def is_literal(self) -> bool:
        """Whether no invented name is needed."""
        return ".test" not in f"{self.url} {self.location}".lower()


# What each look-up of a name answers; the last answer stays.
NAMES: dict[str, list[list[str]]] = {
    "outer.test": [[OUTER]],
    "xn--bcher-kva.test": [[OUTER]],
    "under_score.outer.test": [[OUTER]],
    "inner.test": [[INNER]],
    "six.test": [[INNER_SIX]],
    "mapped.test": [["::ffff:127.0.0.1"]],
    "compatible.test": [["::127.0.0.1"]],
    "nat64.test": [["64:ff9b::7f00:1"]],
    "any.test": [["0.0.0.0"]],
    "any6.test": [["::"]],
    "zone.test": [["::1%lo"]],
    "linklocal.test": [["fe80::1%2"]],
    "metadata.test": [["169.254.169.254"]],
    "private.test": [["10.0.0.1"]],
    "both.test": [[OUTER, INNER]],
    "both6.test": [[OUTER, INNER_SIX]],
    "public-and-private.test": [["10.0.0.1", OUTER]],
    "127.0.0.1.nip.test": [[INNER]],
    "7f000001.c0a80001.rbndr.test": [[INNER], [OUTER]],
    "rebinds.test": [[OUTER], [INNER]],
    "rebinds6.test": [[OUTER], [INNER_SIX]],
    "rebinds-to-more.test": [[OUTER], [OUTER, INNER]],
}

# Hosts that some reader takes for 127.0.0.1 or ::1.
_LOOPBACK = {
    "plain": ["127.0.0.1", "127.0.0.3", "127.1.2.3", "[::1]", "[0:0:0:0:0:0:0:1]", "[0000::0001]"],
    "decimal": ["2130706433", "6425673729", "127.0.1", "127.1", "127.65537", "0127.0.0.1"],
    "octal": ["0177.0.0.1", "0177.0000.0.01", "00000177.0.0.1", "017700000001", "127.0.0.01"],
    "hexadecimal": [
        "0x7f.0.0.1", "0x7f000001", "0X7F000001", "0x7f.0x0.0x0.0x1", "0x000000007f.0.0.1",
        "127.0.0.0x1", "0x7f.1", "0x",
    ],
    "zero": ["0", "0.0.0.0", "00", "0x0", "[::]", "[0:0:0:0:0:0:0:0]", "0.0.0.1"],
    "embedded in IPv6": [
        "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::FFFF:7F00:0001]", "[0:0:0:0:0:ffff:127.0.0.1]",
        "[::127.0.0.1]", "[::7f00:1]", "[64:ff9b::127.0.0.1]", "[64:ff9b::7f00:1]",
        "[64:ff9b:1::7f00:1]", "[2002:7f00:1::]", "[2002:7f00:1::7f00:1]", "[::ffff:0:127.0.0.1]",
        "[2001:0:4136:e378:8000:63bf:80ff:fffe]", "[2a00:1450::5efe:7f00:1]",
        "[2a00:1450::200:5efe:127.0.0.1]",
    ],
    "brackets and zones": [
        "[::1%25lo]", "[::1%lo]", "[fe80::1%25lo]", "::1", "[::1", "::1]", "[127.0.0.1]", "[[::1]]",
        "[::1].outer.test", "[v1.127.0.0.1]", "[]",
    ],
    "local names": [
        "localhost", "LOCALHOST", "LocalHost", "localhost.", "localhost.localdomain",
        "ip6-localhost", "ip6-loopback",
    ],
    "dots": ["127.0.0.1.", "127.0.0.1..", ".127.0.0.1", "127..0.0.1", "127.0.0.1.nip.test", "."],
    "percent": [
        "%31%32%37.0.0.1", "127%2e0%2e0%2e1", "127.0.0.1%00", "127.0.0.1%2f.outer.test",
        "outer.test%00.127.0.0.1", "%6c%6fcalhost", "127.0.0.1%23.outer.test", "%5b::1%5d",
    ],
    "Unicode": [
        "１２７.０.０.１", "127。0。0。1", "127｡0｡0｡1", "127．0．0．1", "①②⑦.⓪.⓪.①", "𝟏𝟐𝟕.𝟎.𝟎.𝟏",
        "١٢٧.٠.٠.١", "ⓛⓞⓒⓐⓛⓗⓞⓢⓣ", "ｌｏｃａｌｈｏｓｔ", "local\u00adhost", "local\u200bhost",
        "local\u2060host", "\ufeff127.0.0.1", "loc\u0430lhost", "127.0.0.1\u202e", "㏕localhost",
        "xn--127-.0.0.1", "[\uff1a:1]",
    ],
    "resolved": [
        "inner.test", "six.test", "mapped.test", "compatible.test", "nat64.test", "any.test",
        "any6.test", "zone.test", "linklocal.test", "both.test", "both6.test",
        "7f000001.c0a80001.rbndr.test",
    ],
}  # fmt: skip

# Hosts that are not public, most of them not of this machine.
_ELSEWHERE = {
    "metadata": [
        "169.254.169.254", "2852039166", "0xa9fea9fe", "0251.0376.0251.0376", "169.254.43518",
        "[::ffff:169.254.169.254]", "[64:ff9b::a9fe:a9fe]", "[fd00:ec2::254]", "[fd20:ce::254]",
        "100.100.100.200", "168.63.129.16", "192.0.0.192", "169.254.170.2", "metadata.test",
    ],
    "not public": [
        "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.0.1", "100.64.0.1", "100.127.255.255",
        "198.18.0.1", "192.0.2.1", "198.51.100.1", "203.0.113.1", "192.88.99.1", "224.0.0.1",
        "239.255.255.250", "240.0.0.1", "255.255.255.255", "0.1.2.3", "[fc00::1]", "[fd12::1]",
        "[fe80::1]", "[fec0::1]", "[ff02::1]", "[2001:db8::1]", "[3fff::1]", "[2001:2::1]",
        "[100::1]", "[5f00::1]", "[4000::1]", "[::ffff:10.0.0.1]", "[64:ff9b::10.0.0.1]",
        "private.test", "public-and-private.test",
    ],
}  # fmt: skip

_URLS = {
    "credentials": [
        "http://outer.test@127.0.0.1:{p}/", "http://outer.test:{p}@127.0.0.1:{p}/",
        "http://127.0.0.1@outer.test:{p}/", "http://@127.0.0.1:{p}/", "http://:@127.0.0.1:{p}/",
        "http://a:b@outer.test:{p}/", "http://outer.test:{p}\\@127.0.0.1:{p}/",
        "http://outer.test%40127.0.0.1:{p}/", "http://outer.test:{p}%2f@127.0.0.1:{p}/",
        "http://127.0.0.1:{p}\uff20outer.test/",
    ],
    "slashes": [
        "http:\\\\127.0.0.1:{p}\\", "http:/\\127.0.0.1:{p}/", "http:///127.0.0.1:{p}/",
        "http:/127.0.0.1:{p}/", "http:127.0.0.1:{p}/", "//127.0.0.1:{p}/", "127.0.0.1:{p}/",
        "http://outer.test:{p}\\127.0.0.1/", "http://127.0.0.1:{p}\\.outer.test/",
        "http://127.0.0.1:{p}\u2044outer.test/", "http://", "http:", "", "/", "http://:{p}/",
        "http://127.0.0.1:{p}\uff0fouter.test/",
    ],
    "spaces and controls": [
        " http://127.0.0.1:{p}/", "http://127.0.0.1:{p}/ ", "http://127.0.0.1 :{p}/",
        "ht\ntp://127.0.0.1:{p}/", "http://127.0.0.1\t:{p}/", "http://127.0.0.1\x00.outer.test/",
        "http://outer.test:{p}/ HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
        "http://outer.test:{p}\r\nHost: 127.0.0.1/", "http://127.0.0.1\r\n.outer.test:{p}/",
        "http://outer.test:{p}/\u2028x", "http://outer.test:{p}/\u3000", "http://a b.test:{p}/",
        "http://outer.test:{p}/\ud800", "http://outer.test:{p}/\x7f", "http://outer.test:{p}/%",
        "http://outer.test:{p}/%zz",
    ],
    "schemes": [
        "file:///etc/passwd", "file://127.0.0.1/etc/passwd", "gopher://127.0.0.1:{p}/_GET",
        "ftp://127.0.0.1:{p}/a", "dict://127.0.0.1:{p}/", "ldap://127.0.0.1:{p}/",
        "tftp://127.0.0.1:{p}/", "data:image/png;base64,AAAA", "javascript:1", "ws://127.0.0.1:{p}/",
        "jar:http://127.0.0.1:{p}/!/", "url:http://127.0.0.1:{p}/", "http+unix://%2fx/",
        "unix:/var/run/docker.sock", "httpx://127.0.0.1:{p}/", "http;//127.0.0.1:{p}/",
    ],
    "ports": [
        "http://outer.test:{q}/", "https://outer.test:{q}/", "http://outer.test:22/",
        "http://outer.test:0/", "http://outer.test:65536/", "http://outer.test:+{p}/",
        "http://outer.test:0{p}/", "http://outer.test:{p}:{p}/", "http://outer.test:-1/",
        "http://outer.test:/", "http://outer.test:\uff18\uff10/", "http://outer.test:{p}.0/",
        "http://outer.test:0x50/", "http://outer.test/", "http://127.0.0.2:{q}/",
    ],
    "length": [
        "http://" + "a" * 64 + ".test:{p}/", "http://" + "a." * 127 + "test:{p}/",
        "http://outer.test:{p}/" + "a" * 4096, "http://outer.test:{p}/" + "\u7167" * 500,
    ],
}  # fmt: skip

_LOCATIONS = [
    "http://127.0.0.1:{p}/", "http://2130706433:{p}/", "http://0x7f.1:{p}/", "http://[::1]:{p}/",
    "http://[::ffff:127.0.0.1]:{p}/", "//127.0.0.1:{p}/", "http://inner.test:{p}/",
    "http://both.test:{p}/", "http://metadata.test/", "http://169.254.169.254/",
    "http://10.0.0.1/", "http://localhost:{p}/", "http://outer.test:{q}/", "//127.0.0.2:{q}/",
    "http://outer.test@127.0.0.1:{p}/", "http:\\\\127.0.0.1:{p}/", "/\\127.0.0.1:{p}/",
    "\\\\127.0.0.1:{p}/", "///127.0.0.1:{p}/", "http:///127.0.0.1:{p}/", "ht\ttp://127.0.0.1:{p}/",
    " //127.0.0.1:{p}/", "http:127.0.0.1:{p}/", "file:///etc/passwd", "gopher://127.0.0.1:{p}/",
    "data:text/plain,x", "ftp://127.0.0.1:{p}/", "HTTP://127.0.0.1:{p}/", "http://127.0.0.1.:{p}/",
    "http://[::1", "http://127.0.0.1:{p}/#@outer.test",
    "//inner.test:{p}", "http://%31%32%37.0.0.1:{p}/", "https://127.0.0.1:{p}/", "?loop",
]  # fmt: skip

_WORKING = [
    "http://127.0.0.2:{p}/", "http://outer.test:{p}/", "HTTP://OUTER.Test:{p}/",
    "http://outer.test:{p}", "http://outer.test:{p}?a=b", "http://outer.test:{p}/?u=http://127.0.0.1/",
    "http://outer.test:{p}/#@127.0.0.1:{p}/", "http://outer.test:{p}?@127.0.0.1:{p}/",
    "http://outer.test:{p}/a/@127.0.0.1", "http://b\u00fccher.test:{p}/",
    "http://under_score.outer.test:{p}/", "http://outer.test:{p}/%0d%0aHost:%20127.0.0.1",
    "http://rebinds.test:{p}/", "http://rebinds6.test:{p}/", "http://rebinds-to-more.test:{p}/",
]  # fmt: skip
_WORKING_LOCATIONS = [
    "/there", "there?x#y", "//127.0.0.2:{p}/", "http://outer.test:{p}/there",
    "http://rebinds.test:{p}/",
]  # fmt: skip


@cache
def attempts() -> tuple[Attempt, ...]:
    """Every spelling, the controls last."""
    made: list[Attempt] = []
    for hosts in (_LOOPBACK, _ELSEWHERE):
        for kind, spellings in hosts.items():
            made += [Attempt(kind, f"http://{host}:{PORT}/") for host in spellings]
    made += [Attempt("https", f"https://{host}:{PORT}/") for host in ("127.0.0.1", "[::1]", "0")]
    for kind, urls in _URLS.items():
        made += [Attempt(kind, url) for url in urls]
    made += [Attempt("redirects", "http://127.0.0.2:{p}/go", to) for to in _LOCATIONS]
    again = "http://rebinds.test:{p}/go"  # the second look-up of the name is the redirect's
    made += [Attempt("rebinding", again, "/there"), Attempt("rebinding", again, again)]
    made += [Attempt(CONTROLS, url, works=True) for url in _WORKING]
    go = "http://127.0.0.2:{p}/go"
    made += [Attempt(CONTROLS, go, to, works=True) for to in _WORKING_LOCATIONS]
    return tuple(made)


@dataclass
class World:
    """The listeners, and a resolver that knows `NAMES` and asks the system for the rest."""

    port: int
    other: int
    outer: Site
    forbidden: list[Site]
    lookups: dict[str, int] = field(default_factory=dict)
    tls: ssl.SSLContext = field(default_factory=ssl.create_default_context)

    def fill(self, text: str) -> str:
        """A spelling with its ports."""
        return text.replace(PORT, str(self.port)).replace(OTHER, str(self.other))

    def guard(self) -> Fetcher:
        """A guard that may reach the outer listener's address and port only."""
        rules = Rules(networks=(ip_network(OUTER),), ports=frozenset({self.port}))
        return Fetcher(rules, resolve=self._resolve, tls=self.tls)

    async def _resolve(self, host: str, port: int) -> list[str]:
        answers = NAMES.get(host)
        if answers is None:
            # At once, in this thread: what the system knows without asking a name server.
            rows = getaddrinfo(host, port, type=SOCK_STREAM) if "." not in host else []
            return [str(row[4][0]) for row in rows]
        asked = self.lookups.get(host, 0)
        self.lookups[host] = asked + 1
        return answers[min(asked, len(answers) - 1)]

    @property
    def connections(self) -> int:
        """What the listeners that must not be reached have counted."""
        return sum(one.connections for one in self.forbidden)


@dataclass(frozen=True)
class Result:
    """What came of an attempt: the body or the rule that refused it, and forbidden connections."""

    body: bytes | None
    rule: str
    counted: int
    tried: list[str]

    @property
    def is_safe(self) -> bool:
        """Whether nothing was reached, or tried, that is forbidden."""
        return self.counted == 0 and not self.tried


@contextmanager
def world() -> Iterator[World]:
    """Start the listeners; ::1 only where the machine has it."""
    with ExitStack() as stack:
        enter = stack.enter_context
        outer = enter(site(OUTER))
        forbidden = [enter(site(INNER, port=outer.port)), enter(site(OUTER))]
        other = forbidden[1].port
        with suppress(OSError):
            forbidden.append(enter(site(INNER_SIX, port=outer.port)))
        yield World(outer.port, other, outer, forbidden)


async def attempt(world: World, one: Attempt) -> Result:
    """Fetch one spelling and see what was connected to."""
    prepare(world, one)
    counted, guard = world.connections, world.guard()
    body, rule = None, ""
    with listening() as tried:
        try:
            body = await guard.get(world.fill(one.url), max_bytes=1000, seconds=5)
        except FetchError as error:
            rule = error.detail
        finally:
            guard.close()
    permitted = (OUTER, world.port)
    wrong = [f"{place[0]}:{place[1]}" for place in tried if place[:2] != permitted]
    return Result(body, rule, world.connections - counted, wrong)


def prepare(world: World, one: Attempt) -> None:
    """Put up the outer host's pages for an attempt."""
    world.outer.pages = {"/go": redirect(world.fill(one.location))}
    world.outer.otherwise = answer(BODY)
    world.lookups.clear()


_hooked: list[bool] = []
_heard: list[list[tuple[Any, ...]]] = []


@contextmanager
def listening() -> Iterator[list[tuple[Any, ...]]]:
    """Keep every address that a Python socket of this process connects to meanwhile."""
    if not _hooked:
        sys.addaudithook(_hear)  # for good: a hook cannot be removed
        _hooked.append(True)
    found: list[tuple[Any, ...]] = []
    _heard.append(found)
    try:
        yield found
    finally:
        _heard.remove(found)


def _hear(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "socket.connect" and _heard and isinstance(arguments[1], tuple):
        for found in _heard:
            found.append(arguments[1])
