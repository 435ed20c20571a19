from collections.abc import Callable
from typing import Any

import httpx
import pytest

from countenance.tryit.guard import is_page_request

Connect = Callable[..., httpx.AsyncClient]
PHOTOS = {"photo_a": b"one", "photo_b": b"two"}


def scope(
    method: str = "GET", path: str = "/", query: bytes = b"", **headers: str
) -> dict[str, Any]:
    pairs = [(k.replace("_", "-").encode(), v.encode()) for k, v in headers.items()]
    return {
        "type": "http",
        "method": method,
        "path": path,
        "query_string": query,
        "headers": pairs,
    }


def test_a_browser_asks_for_the_page() -> None:
    assert is_page_request(scope(accept="text/html,application/xhtml+xml,*/*;q=0.8"))
    assert is_page_request(scope("HEAD", accept="text/html", query=b"Reaction=1"))


@pytest.mark.parametrize(
    "call",
    [
        scope(accept="*/*"),
        scope(),
        scope("POST", accept="text/html"),
        scope(path="/try/compare", accept="text/html"),
        scope(accept="text/html", authorization="TC3-HMAC-SHA256 made"),
        scope(accept="text/html", x_tc_action="CompareFace"),
        scope(accept="text/html", query=b"Action=CompareFace"),
        scope(accept="text/html", query=b"Nonce=1&Action=CompareFace"),
        {"type": "lifespan"},
    ],
)
def test_a_call_of_the_api_is_left_to_the_api(call: dict[str, Any]) -> None:
    assert not is_page_request(call)


@pytest.mark.parametrize("peer", ["127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1"])
@pytest.mark.parametrize("host", ["127.0.0.1:8480", "localhost", "LOCALHOST:1", "[::1]:65535"])
async def test_this_machine_gets_the_page(connect: Connect, peer: str, host: str) -> None:
    answer = await connect(peer=(peer, 1)).get("/", headers={"host": host})
    assert answer.status_code == 200
    assert "built" in answer.text


@pytest.mark.parametrize("peer", ["10.0.0.7", "192.168.1.2", "::2", "::ffff:10.0.0.7", "unix", ""])
async def test_another_machine_is_refused(connect: Connect, peer: str) -> None:
    client = connect(peer=(peer, 1))
    page = await client.get("/")
    assert (page.status_code, page.headers["content-type"]) == (403, "text/plain; charset=utf-8")
    assert "on the machine that runs the server" in page.text
    assert (await client.get("/try/assets/index-abc123.js")).status_code == 403


@pytest.mark.parametrize(
    "host",
    ["rebound.example", "127.0.0.1.example:80", "localhost.example", "127.0.0.2", "[::1", ""],
)
async def test_another_name_is_refused(connect: Connect, host: str) -> None:
    answer = await connect().get("/", headers={"host": host})
    assert answer.status_code == 403
    assert "under the name localhost" in answer.text


async def test_two_names_are_refused(connect: Connect) -> None:
    answer = await connect().get("/", headers=[("host", "localhost"), ("host", "localhost")])
    assert answer.status_code == 403


@pytest.mark.parametrize(
    "header", ["Forwarded", "X-Forwarded-For", "X-Forwarded-Proto", "X-Real-IP", "Via"]
)
async def test_a_proxy_is_refused(connect: Connect, header: str) -> None:
    assert (await connect().get("/", headers={header: "127.0.0.1"})).status_code == 403


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"origin": "http://127.0.0.1:8480"}, 200),
        ({"sec-fetch-site": "same-origin"}, 200),
        ({}, 403),
        ({"origin": "null"}, 403),
        ({"origin": "http://localhost:8480"}, 403),
        ({"origin": "https://127.0.0.1:8480"}, 403),
        ({"origin": "http://127.0.0.1:9"}, 403),
        ({"origin": "https://site.example", "sec-fetch-site": "same-origin"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
        ({"sec-fetch-site": "cross-site"}, 403),
    ],
)
async def test_only_the_page_itself_sends_pictures(
    connect: Connect, engine: Any, headers: dict[str, str], status: int
) -> None:
    answer = await connect().post("/try/compare", files=PHOTOS, headers=headers)
    assert answer.status_code == status
    if status == 403:
        assert answer.json()["error"]["code"] == "NotLocal"
        assert engine.calls == []


async def test_an_old_proxy_protocol_is_refused(connect: Connect) -> None:
    client = connect()
    app = client._transport.app

    async def older(scope: dict[str, Any], receive: Any, send: Any) -> None:
        await app(scope | {"http_version": "1.0"}, receive, send)

    client._transport.app = older
    assert (await client.get("/")).status_code == 403
