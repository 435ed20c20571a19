"""PUT and GET of uploads: what is taken, what is refused, and that nothing half is kept."""

import asyncio
from typing import Any
from urllib.parse import urlsplit

import pytest
from tests.unit.files.conftest import UPLOAD_LIFE, Room

PNG = b"\x89PNG\r\n\x1a\n" + bytes(92)
TARGET = "VideoLivenessCompare"
CAP = 128


def _invite(room: Room, kinds: tuple[str, ...] = ("png", "mp4")) -> tuple[str, str]:
    put, get, expires = room.files.invite(TARGET, CAP, kinds)
    assert expires == int(room.moment) + UPLOAD_LIFE
    return put, get


def _code(answer: Any) -> tuple[int, str]:
    error = answer.json()["error"]
    assert error["message"]
    return answer.status_code, error["code"]


@pytest.mark.parametrize("declared", ["", "text/plain", "application/x-www-form-urlencoded"])
async def test_what_is_sent_is_read_back(room: Room, declared: str) -> None:
    put, get = _invite(room)
    sent = await room.ask("PUT", put, content=PNG, headers={"Content-Type": declared})
    assert (sent.status_code, sent.content) == (200, b"")
    found = await room.ask("GET", get)
    assert (found.status_code, found.content) == (200, PNG)
    assert found.headers["content-type"] == "image/png"
    assert found.headers["content-disposition"] == 'attachment; filename="upload.png"'
    assert found.headers["cache-control"] == "no-store"
    assert found.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in found.headers["content-security-policy"]


async def test_what_lies_in_the_store_is_sealed(room: Room) -> None:
    put, _ = _invite(room)
    await room.ask("PUT", put, content=PNG)
    [[name]] = [ids async for ids in room.blobs.list()]
    sealed = await room.blobs.get(name)
    assert sealed is not None
    assert PNG[:16] not in sealed
    assert name not in put  # its owner's name is not its own


async def test_the_same_bytes_again_are_taken_and_others_are_not(room: Room) -> None:
    put, get = _invite(room)
    answers = [await room.ask("PUT", put, content=PNG) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].headers["etag"] == answers[1].headers["etag"]
    assert _code(await room.ask("PUT", put, content=PNG + b"!")) == (409, "taken")
    assert (await room.ask("GET", get)).content == PNG
    assert await room.count() == 1


async def test_of_two_at_once_one_is_taken(room: Room) -> None:
    put, get = _invite(room)
    bodies = [PNG, PNG + b"!"]
    answers = await asyncio.gather(*[room.ask("PUT", put, content=body) for body in bodies])
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    taken = bodies[[answer.status_code for answer in answers].index(200)]
    assert (await room.ask("GET", get)).content == taken


async def test_each_upload_is_its_own(room: Room) -> None:
    one, other = _invite(room), _invite(room)
    await room.ask("PUT", one[0], content=PNG)
    assert _code(await room.ask("GET", other[1])) == (404, "gone")
    await room.ask("PUT", other[0], content=PNG + b"!")
    assert (await room.ask("GET", one[1])).content == PNG


async def test_both_addresses_hold_until_their_limit_and_not_after(room: Room) -> None:
    put, get = _invite(room)
    begun = int(room.moment)
    room.moment = begun + UPLOAD_LIFE - 0.001
    assert (await room.ask("PUT", put, content=PNG)).status_code == 200
    assert (await room.ask("GET", get)).status_code == 200
    room.moment = begun + UPLOAD_LIFE
    assert _code(await room.ask("PUT", put, content=PNG)) == (403, "expired")
    assert _code(await room.ask("GET", get)) == (403, "expired")
    assert await room.objects.sweep() == 1
    assert await room.count() == 0


async def test_any_bytes_where_no_kind_is_named(room: Room) -> None:
    put, get = _invite(room, ())
    assert (await room.ask("PUT", put, content=b"<html>")).status_code == 200
    found = await room.ask("GET", get)
    assert found.headers["content-type"] == "application/octet-stream"


REFUSED = [
    (b"", (400, "empty")),
    (PNG.ljust(CAP + 1), (413, "too_large")),
    (b"GIF89a" + bytes(20), (415, "bad_type")),
    (b"<html>", (415, "bad_type")),
]


@pytest.mark.parametrize("streamed", [False, True])
@pytest.mark.parametrize(("body", "refused"), REFUSED)
async def test_what_does_not_serve_is_not_kept(
    room: Room, body: bytes, refused: tuple[int, str], streamed: bool
) -> None:
    async def parts() -> Any:
        for start in range(0, len(body), 50):
            yield body[start : start + 50]

    put, get = _invite(room)
    answer = await room.ask("PUT", put, content=parts() if streamed else body)
    assert _code(answer) == refused
    assert "connection" not in answer.headers
    assert _code(await room.ask("GET", get)) == (404, "gone")
    assert await room.count() == 0


async def test_the_longest_upload_is_taken(room: Room) -> None:
    put, _ = _invite(room)
    assert (await room.ask("PUT", put, content=PNG.ljust(CAP))).status_code == 200


async def test_words_in_chinese(room: Room) -> None:
    put, _ = _invite(room)
    answer = await room.ask("PUT", put, content=b"", headers={"Accept-Language": "zh-CN"})
    assert answer.json()["error"]["message"] == "上传内容为空。"


async def _drive(room: Room, url: str, messages: list[dict[str, Any]], **headers: str) -> Any:
    """One PUT of these ASGI messages: what was answered, and how many of them were asked for."""
    split = urlsplit(url)
    sent: list[dict[str, Any]] = []
    left = list(messages)

    async def receive() -> dict[str, Any]:
        return left.pop(0)

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": "PUT",
        "path": split.path,
        "raw_path": split.path.encode(),
        "query_string": split.query.encode(),
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
    }
    await room.app(scope, receive, send)
    return sent[0], len(messages) - len(left)


def _part(size: int, more: bool = True) -> dict[str, Any]:
    return {"type": "http.request", "body": PNG[:8].ljust(size), "more_body": more}


async def test_a_connection_that_ends_leaves_nothing(room: Room) -> None:
    put, get = _invite(room)
    await _drive(room, put, [_part(20), {"type": "http.disconnect"}])
    assert await room.count() == 0
    assert (await room.ask("PUT", put, content=PNG)).status_code == 200
    assert (await room.ask("GET", get)).content == PNG


async def test_who_waits_for_our_word_is_answered_before_sending(room: Room) -> None:
    put, _ = _invite(room)
    head = {"content-length": "129", "expect": "100-continue"}
    answer, asked = await _drive(room, put, [_part(129, False)], **head)
    assert (answer["status"], asked) == (413, 0)
    assert (b"connection", b"close") in answer["headers"]


async def test_a_refused_body_is_read_to_its_end(room: Room) -> None:
    put, get = _invite(room)
    for url, status in ((put, 413), (get, 403)):
        answer, asked = await _drive(room, url, [_part(100), _part(100), _part(5, False)])
        assert (answer["status"], asked) == (status, 3)


async def test_an_address_opens_for_its_method_alone(room: Room) -> None:
    put, get = _invite(room)
    assert _code(await room.ask("PUT", get, content=PNG)) == (403, "signature")
    assert _code(await room.ask("GET", put)) == (403, "signature")
    for method in ("POST", "DELETE", "PATCH", "OPTIONS"):
        answer = await room.ask(method, put)
        assert _code(answer) == (405, "method")
        assert answer.headers["allow"] == "GET, HEAD, PUT"


@pytest.mark.parametrize(
    "change", [("/files/f", "/files/%66"), ("/files/", "/files//"), ("?", "?&")]
)
async def test_another_spelling_of_an_address_is_another(
    room: Room, change: tuple[str, str]
) -> None:
    _, get = _invite(room)
    assert _code(await room.ask("GET", get.replace(*change))) == (403, "signature")
