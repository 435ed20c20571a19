"""The guard that every request to another machine passes: read, resolve, check, pin, cap.

A URL comes from a caller, so it may name anything this machine can reach. It is read strictly and
once, its host is resolved once, every address of it must be allowed, and the connection is made to
one of those addresses. No proxy, cookie, credential or cache takes part.
"""

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from ipaddress import ip_address

from countenance.net import exchange
from countenance.net.errors import FetchError as FetchError
from countenance.net.errors import FetchFault as FetchFault
from countenance.net.errors import refusal
from countenance.net.rules import Rules
from countenance.net.target import Address, Target, follow, parse

REDIRECTS = 3
AT_ONCE = 32  # fetches; those above wait, in their own time
LOOKUPS = 8  # names being resolved, each in a thread that cannot be interrupted
TRIED = 4  # addresses of one host
ATTEMPT = 1.0  # seconds for an address while there is another one

Resolve = Callable[[str, int], Awaitable[list[str]]]


class Fetcher:
    """Fetches what the rules let through; made once, used by many tasks of one event loop."""

    def __init__(
        self, rules: Rules, *, resolve: Resolve | None = None, tls: ssl.SSLContext | None = None
    ) -> None:
        self._rules = rules
        self._threads = ThreadPoolExecutor(LOOKUPS, thread_name_prefix="resolve")
        self._resolve = resolve or self._look_up
        self._tls = tls or (trusted() if rules.enabled else None)
        self._places = asyncio.Semaphore(AT_ONCE)

    async def get(self, url: str, *, max_bytes: int, seconds: float) -> bytes:
        """The body behind an http or https URL, within one budget of time; raises `FetchError`."""
        target = parse(url)
        self._rules.check(target)
        try:
            async with asyncio.timeout(seconds), self._places:
                return await self._follow(target, max_bytes)
        except TimeoutError:
            raise refusal("seconds", most=seconds) from None

    async def _follow(self, target: Target, max_bytes: int) -> bytes:
        for _ in range(REDIRECTS + 1):
            try:
                return await self._once(target, max_bytes)
            except exchange.Redirect as redirect:
                if redirect.location is None:
                    raise refusal("location") from None
                target = follow(target, redirect.location)
                self._rules.check(target)
        raise refusal("redirects", most=REDIRECTS)

    async def _once(self, target: Target, max_bytes: int) -> bytes:
        assert self._tls is not None  # the rules let nothing through while fetching is off
        addresses = await self._addresses(target)
        self._rules.check_addresses(addresses)
        reader, writer = await _first(target, addresses[:TRIED], self._tls)
        return await exchange.get(target, reader, writer, max_bytes)

    async def _addresses(self, target: Target) -> tuple[Address, ...]:
        if target.address is not None:
            return (target.address,)
        try:
            found = await self._resolve(target.host, target.port)
            addresses = tuple(dict.fromkeys(ip_address(text) for text in found))
        except (OSError, ValueError, UnicodeError):
            raise refusal("name") from None
        if not addresses:
            raise refusal("name")
        return addresses

    async def _look_up(self, host: str, port: int) -> list[str]:
        rows = await asyncio.get_running_loop().run_in_executor(
            self._threads,
            lambda: socket.getaddrinfo(host, port, type=socket.SOCK_STREAM),
        )
        return [str(address[0]) for *_, address in rows]

    def close(self) -> None:
        """Let go of the threads; a name that is still being resolved is not waited for."""
        self._threads.shutdown(wait=False, cancel_futures=True)


async def _first(
    target: Target, addresses: tuple[Address, ...], tls: ssl.SSLContext
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A connection to the first of the addresses that takes one."""
    *early, last = addresses
    for address in early:
        try:
            async with asyncio.timeout(ATTEMPT):
                return await exchange.connect(target, address, tls)
        except TimeoutError:
            continue
        except FetchError as error:
            if error.detail != "connect":
                raise
    return await exchange.connect(target, last, tls)


def trusted() -> ssl.SSLContext:
    """The certificates that are believed: of `SSL_CERT_FILE`, `SSL_CERT_DIR`, or certifi's."""
    import httpx

    context = httpx.create_ssl_context()
    context.set_alpn_protocols(["http/1.1"])
    return context
