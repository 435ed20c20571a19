"""The request head on a real connection: huge queries are answered, endless heads are not."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any

import pytest
import structlog
import uvicorn
from uvicorn.server import ServerState

from countenance.wire.protocol import BoundedProtocol, bounded_protocol
from countenance.wire.request import QUERY_EXTENSION

LIMIT = 32 * 1024


async def app(scope: Any, receive: Any, send: Any) -> None:
    """Answers with what arrived."""
    size = 0
    while True:
        message = await receive()
        size += len(message.get("body", b""))
        if not message.get("more_body"):
            break
    seen = {
        "method": scope["method"],
        "path": scope["path"],
        "query": scope["query_string"].decode("latin-1"),
        "size": scope["extensions"][QUERY_EXTENSION]["size"],
        "host": dict(scope["headers"])[b"host"].decode(),
        "body": size,
    }
    body = json.dumps(seen).encode()
    headers = [(b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


@pytest.fixture
async def port() -> AsyncIterator[int]:
    async for number in listen(bounded_protocol(LIMIT)):
        yield number


async def listen(protocol: type[BoundedProtocol]) -> AsyncIterator[int]:
    config = uvicorn.Config(app, http=protocol, ws="none", lifespan="off", access_log=False)
    config.load()
    state = ServerState()
    server = await asyncio.get_running_loop().create_server(
        lambda: protocol(config=config, server_state=state, app_state={}), "127.0.0.1", 0
    )
    yield server.sockets[0].getsockname()[1]
    server.close()
    for connection in list(state.connections):
        connection.transport.abort()
    await server.wait_closed()
    while state.tasks:
        await asyncio.gather(*state.tasks, return_exceptions=True)


async def exchange(port: int, *pieces: bytes, replies: int = 1) -> list[tuple[int, dict[str, Any]]]:
    """Send, then read that many replies as (status, JSON body)."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 20)
    answers = []
    try:
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
        for _ in range(replies):
            head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
            length = int(head.partition("content-length: ")[2].split("\r\n")[0])
            answers.append((int(head.split(" ")[1]), json.loads(await reader.readexactly(length))))
    finally:
        writer.close()
    return answers


def get(query: bytes, extra: bytes = b"") -> bytes:
    return b"GET /?" + query + b" HTTP/1.1\r\nHost: http://127.0.0.1:80\r\n" + extra + b"\r\n"


async def test_an_ordinary_request(port: int) -> None:
    post = b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc"
    (_, first), (_, second) = await exchange(port, get(b"a=1?b#c"), post, replies=2)
    assert (first["query"], first["size"], first["path"]) == ("a=1?b#c", 7, "/")
    assert first["host"] == "http://127.0.0.1:80"
    assert (second["method"], second["query"], second["size"], second["body"]) == ("POST", "", 0, 3)


async def test_chunked_bodies(port: int) -> None:
    head = b"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
    [(_, seen)] = await exchange(port, head, b"1\r\na\r\n" * 5000, b"0\r\n\r\n")
    assert seen["body"] == 5000


@pytest.mark.parametrize("size", [LIMIT, LIMIT + 1, 70_000, 11_000_000])
async def test_the_size_of_a_query_arrives_whatever_it_is(port: int, size: int) -> None:
    [(status, seen)] = await exchange(port, get(b"a" * size))
    assert (status, seen["size"]) == (200, size)
    assert len(seen["query"]) >= min(size, LIMIT + 1)
    assert len(seen["query"]) <= LIMIT + 1025


async def test_a_head_over_16_mib_ends_the_connection(port: int) -> None:
    assert await taken(port, b"GET /?", b"a" * 100_000, 400) in range(160, 400)


@pytest.mark.parametrize(
    ("pieces", "status", "code"),
    [
        ((get(b"", b"X: " + b"a" * 65_536 + b"\r\n"),), 200, "RequestSizeLimitExceeded"),
        ((get(b"", b"X: a\r\n" * 20_000),), 200, "RequestSizeLimitExceeded"),
        ((b"FOO / HTTP/1.1\r\nHost: h\r\n\r\n",), 200, "UnsupportedProtocol"),
        ((b"GET /?\xc3\xa9=1 HTTP/1.1\r\nHost: h\r\n\r\n",), 200, "InvalidParameter"),
        ((b"\x16\x03\x01\x02\x00",), 200, "UnsupportedProtocol"),
        ((b"GET / HTTP/9.9\r\nHost: h\r\n\r\n",), 400, "InvalidRequest"),
        ((b"GET / HTTP/1.1\r\nbroken\r\n\r\n",), 400, "InvalidRequest"),
    ],
)
async def test_what_is_no_request(
    port: int, pieces: tuple[bytes, ...], status: int, code: str
) -> None:
    [(answered, body)] = await exchange(port, *pieces)
    assert (answered, body["Response"]["Error"]["Code"]) == (status, code)
    assert body["Response"]["RequestId"]


async def taken(port: int, start: bytes, more: bytes, limit: int) -> int:
    """How many times `more` was taken before the server ended the connection."""
    _, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(start)
    count = 0
    with suppress(ConnectionError):
        while count < limit:
            writer.write(more)
            await writer.drain()
            count += 1
    writer.close()
    return count


async def test_an_endless_header_ends(port: int) -> None:
    head = b"GET / HTTP/1.1\r\nHost: h\r\nX: "
    assert await taken(port, head, b"a" * 50_000, 5000) < 5000


async def test_an_endless_trailer_ends(port: int) -> None:
    head = b"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX: "
    assert await taken(port, head, b"a" * 50_000, 5000) < 5000


async def test_a_head_that_stays_away_ends() -> None:
    hasty = type("Hasty", (BoundedProtocol,), {"head_seconds": 0.05})
    async for port in listen(hasty):
        for start in (b"", b"GET / HT", get(b"")[:-2]):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(start)
            assert await reader.read() == b""
            writer.close()


async def test_a_complete_head_is_not_hurried() -> None:
    hasty = type("Hasty", (BoundedProtocol,), {"head_seconds": 0.05})
    async for port in listen(hasty):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\na")
        await asyncio.sleep(0.2)
        writer.write(b"b")
        assert (await reader.readuntil(b"\r\n")).startswith(b"HTTP/1.1 200")
        writer.close()


async def test_what_never_became_a_request_has_its_line_in_the_log(port: int) -> None:
    with structlog.testing.capture_logs() as lines:
        ((status, body),) = await exchange(port, b"POST / HTTQ/9\r\n\r\n")
    assert (status, body["Response"]["Error"]["Code"]) == (400, "InvalidRequest")
    (line,) = (line for line in lines if line["event"] == "request refused by its head")
    assert (line["code"], line["request_id"]) == ("InvalidRequest", body["Response"]["RequestId"])


@pytest.mark.parametrize("name", [b"Upgrade", b"upgrade", b"UPGRADE"])
async def test_a_wish_for_another_protocol_is_not_heard(port: int, name: bytes) -> None:
    wish = b"Connection: Upgrade, HTTP2-Settings\r\n" + name + b": h2c\r\n"
    body = b"\r\nupgrade: as it is"
    wish += b"Content-Length: %d\r\n" % len(body)
    post = b"POST / HTTP/1.1\r\nHost: h\r\n" + wish + b"\r\n" + body
    (_, first), (_, second) = await exchange(port, post, get(b"a=1"), replies=2)
    assert (first["body"], second["query"]) == (len(body), "a=1")
