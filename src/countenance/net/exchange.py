"""One GET over one connection to one checked address: HTTP/1.1 by h11, TLS by the name."""

import asyncio
import ssl
from collections.abc import AsyncIterator

import h11

from countenance.net.errors import refusal
from countenance.net.target import Address, Target

HEAD = 16 * 1024  # bytes of a status line with headers
PIECE = 64 * 1024
FRAMING = 64 * 1024, 32  # bytes that are not of the body: so many, and one in so many
REDIRECTS = frozenset({301, 302, 303, 307, 308})


class Redirect(Exception):
    """The answer is elsewhere; `location` is the header as it came, None where it is missing."""

    def __init__(self, location: str | None) -> None:
        self.location = location
        super().__init__("redirect")


async def connect(
    target: Target, address: Address, tls: ssl.SSLContext
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Open a connection to the address itself; TLS asks for, and verifies, the target's name."""
    secure = target.scheme == "https"
    try:
        # An address as text is never resolved again.
        return await asyncio.open_connection(
            str(address),
            target.port,
            ssl=tls if secure else None,
            server_hostname=target.host if secure else None,
        )
    except ssl.SSLError:
        raise refusal("certificate") from None
    except OSError:
        raise refusal("connect") from None


async def get(
    target: Target,
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    max_bytes: int,
) -> bytes:
    """The body of a 200 answer, at most `max_bytes`; raises `FetchError` or `Redirect`."""
    connection = h11.Connection(h11.CLIENT, max_incomplete_event_size=HEAD)
    try:
        sent = connection.send(_request(target)) or b""
        writer.write(sent + (connection.send(h11.EndOfMessage()) or b""))
        await writer.drain()
        body = bytearray()
        async for event in _events(connection, reader):
            if isinstance(event, h11.Response):
                _check(event, max_bytes)
            else:
                body += event
                if len(body) > max_bytes:
                    raise refusal("bytes", most=max_bytes)
        return bytes(body)
    except h11.ProtocolError:
        raise refusal("protocol") from None
    except OSError:  # of TLS, too
        raise refusal("connect") from None
    finally:
        # Nothing more is wanted of this connection, least of all to wait for it.
        writer.transport.abort()


def _request(target: Target) -> h11.Request:
    headers = [
        ("Host", target.authority),
        ("User-Agent", "countenance"),
        ("Accept", "*/*"),
        ("Accept-Encoding", "identity"),
        ("Connection", "close"),
    ]
    return h11.Request(method="GET", target=target.path, headers=headers)


async def _events(
    connection: h11.Connection, reader: asyncio.StreamReader
) -> AsyncIterator[h11.Response | bytes]:
    """The response, then the pieces of its body."""
    arrived = body = 0
    while True:
        event = connection.next_event()
        if event is h11.NEED_DATA:
            # Chunks of one byte, or interim answers without end, would keep the loop busy.
            if arrived - body > FRAMING[0] + arrived // FRAMING[1]:
                raise refusal("protocol")
            await asyncio.sleep(0)  # reading what has arrived already lets nobody else run
            data = await reader.read(PIECE)
            arrived += len(data)
            connection.receive_data(data)
        elif isinstance(event, h11.Response):
            yield event
        elif isinstance(event, h11.Data):
            body += len(event.data)
            yield bytes(event.data)
        elif isinstance(event, h11.EndOfMessage):
            return
        elif not isinstance(event, h11.InformationalResponse):
            raise refusal("protocol")


def _check(response: h11.Response, max_bytes: int) -> None:
    headers = {name.decode("ascii"): value for name, value in response.headers}
    if response.status_code in REDIRECTS:
        raise Redirect(_text(headers.get("location")))
    if response.status_code != 200:
        raise refusal("status", status=response.status_code)
    if headers.get("content-encoding", b"identity").lower() != b"identity":
        raise refusal("encoded")
    if int(headers.get("content-length", b"0")) > max_bytes:  # h11 has made sure it is a number
        raise refusal("bytes", most=max_bytes)


def _text(value: bytes | None) -> str | None:
    try:
        return None if value is None else value.decode("utf-8")
    except UnicodeDecodeError:
        return None
