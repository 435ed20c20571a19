from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from countenance.tryit.routes import IMAGE_LIMIT, VIDEO_LIMIT
from countenance.tryit.shapes import Unusable

Connect = Callable[..., httpx.AsyncClient]
SELF = {"origin": "http://127.0.0.1:8480"}


async def test_two_photos_reach_the_engine_whole(connect: Connect, engine: Any) -> None:
    one, two = bytes(range(256)) * 500, b"--not a boundary\r\n" * 9
    answer = await connect().post(
        "/try/compare", files={"photo_a": one, "photo_b": two}, headers=SELF
    )
    assert engine.calls == [(one, two)]
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["cache-control"] == "no-store"
    body = answer.json()
    assert body["score"] is None  # not a number in, null out
    assert body["a"]["faces"][0]["points"][4] == [4.0, 4.0]
    assert body["a"]["faces"][0]["mesh"] is None
    assert {"a", "b", "passed", "meaning", "reasons", "millis"} <= body.keys()


async def test_a_clip_needs_no_photo(connect: Connect, engine: Any) -> None:
    client = connect()
    first = await client.post("/try/verify", files={"video": b"clip"}, headers=SELF)
    both = {"video": b"clip", "photo": b"face"}
    second = await client.post("/try/verify", files=both, headers=SELF)
    assert (first.status_code, second.status_code) == (200, 200)
    assert engine.calls == [(None, b"clip"), (b"face", b"clip")]
    assert {"photo", "best_frame", "frames", "live"} <= first.json().keys()


@pytest.mark.parametrize(
    ("address", "files", "code"),
    [
        ("/try/compare", {"photo_a": b"one"}, "MissingPart"),
        ("/try/compare", {"photo_a": b"one", "photo_b": b""}, "MissingPart"),
        ("/try/verify", {"photo": b"one"}, "MissingPart"),
        ("/try/verify", {"video": b"one", "passport": b"two"}, "UnknownPart"),
    ],
)
async def test_a_wrong_form_says_what_is_missing(
    connect: Connect, engine: Any, address: str, files: dict[str, bytes], code: str
) -> None:
    answer = await connect().post(address, files=files, headers=SELF)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, code)
    assert answer.json()["error"]["message"]
    assert engine.calls == []


async def test_a_part_twice_is_refused(connect: Connect, engine: Any) -> None:
    files = [("photo_a", b"one"), ("photo_a", b"two"), ("photo_b", b"three")]
    answer = await connect().post("/try/compare", files=files, headers=SELF)
    assert answer.json()["error"]["code"] == "UnknownPart"
    assert engine.calls == []


@pytest.mark.parametrize(
    ("address", "files"),
    [
        ("/try/compare", {"photo_a": bytes(IMAGE_LIMIT + 1), "photo_b": b"two"}),
        ("/try/verify", {"photo": b"one", "video": bytes(VIDEO_LIMIT + 1)}),
        ("/try/verify", {"video": bytes(VIDEO_LIMIT + IMAGE_LIMIT + 64 * 1024)}),
    ],
)
async def test_a_file_over_its_cap_is_refused(
    connect: Connect, engine: Any, address: str, files: dict[str, bytes]
) -> None:
    answer = await connect().post(address, files=files, headers=SELF)
    assert (answer.status_code, answer.json()["error"]["code"]) == (413, "TooLarge")
    assert engine.calls == []


async def test_a_file_at_its_cap_is_taken(connect: Connect, engine: Any) -> None:
    files = {"photo_a": bytes(IMAGE_LIMIT), "photo_b": b"two"}
    assert (await connect().post("/try/compare", files=files, headers=SELF)).status_code == 200


async def test_an_endless_body_is_cut_off(
    connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("countenance.tryit.forms.DRAIN", IMAGE_LIMIT * 4)
    read = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal read
        yield b'--x\r\ncontent-disposition: form-data; name="photo_a"\r\n\r\n'
        while True:
            read += 1024 * 1024
            yield bytes(1024 * 1024)

    kind = {"content-type": "multipart/form-data; boundary=x"}
    answer = await connect().post("/try/compare", content=endless(), headers=SELF | kind)
    assert answer.status_code == 413
    assert read <= IMAGE_LIMIT * 4 + 2 * 1024 * 1024


@pytest.mark.parametrize(
    ("kind", "body", "status"),
    [
        ("application/json", b"{}", 415),
        ("multipart/form-data", b"--x--\r\n", 415),
        ("multipart/form-data; boundary=x", b"not a form", 400),
        ("multipart/form-data; boundary=x", b"", 400),
        (
            "multipart/form-data; boundary=x",
            b'--x\r\ncontent-disposition: form-data; name="photo_a"\r\n\r\ncut of',
            400,
        ),
        ("multipart/form-data; boundary=" + "x" * 71, b"", 415),
    ],
)
async def test_a_broken_body_is_explained(
    connect: Connect, kind: str, body: bytes, status: int
) -> None:
    headers = SELF | {"content-type": kind}
    answer = await connect().post("/try/compare", content=body, headers=headers)
    assert answer.status_code == status
    assert answer.json()["error"]["message"]


async def test_an_unusable_picture_is_explained(connect: Connect, engine: Any) -> None:
    engine.fault = Unusable("Unusable.undecodable", "The photo cannot be read.")
    answer = await connect().post(
        "/try/compare", files={"photo_a": b"1", "photo_b": b"2"}, headers=SELF
    )
    assert answer.status_code == 422
    assert answer.json()["error"] == {
        "code": "Unusable.undecodable",
        "message": "The photo cannot be read.",
    }


async def test_a_fault_of_ours_tells_nothing_of_the_inside(
    connect: Connect, engine: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    engine.fault = RuntimeError("inside")
    answer = await connect().post("/try/verify", files={"video": b"1"}, headers=SELF)
    assert (answer.status_code, answer.json()["error"]["code"]) == (500, "InternalError")
    assert "inside" not in answer.text
    logged = capsys.readouterr().out
    assert "unexpected" in logged
    assert "inside" not in logged


async def test_the_page_is_fenced_in(connect: Connect) -> None:
    for address in ("/", "/try/assets/index-abc123.js", "/try/assets/none.js"):
        headers = (await connect().get(address)).headers
        policy = headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self';")
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert "camera=(self)" in headers["permissions-policy"]


async def test_files_of_the_page(connect: Connect) -> None:
    client = connect()
    page, script = await client.get("/"), await client.get("/try/assets/index-abc123.js")
    assert page.headers["cache-control"] == "no-cache"
    assert script.headers["content-type"].startswith("text/javascript")
    assert "immutable" in script.headers["cache-control"]
    assert (await client.head("/")).status_code == 200


@pytest.mark.parametrize(
    "name", ["none.js", "secret.txt", "..%2Findex.html", "%2e%2e", "..%5cindex.html", ".js"]
)
async def test_nothing_else_is_served(connect: Connect, name: str) -> None:
    assert (await connect().get(f"/try/assets/{name}")).status_code == 404


async def test_a_missing_build_says_so(connect: Connect, tmp_path: Path) -> None:
    answer = await connect(folder=tmp_path / "none").get("/")
    assert answer.status_code == 200
    assert "make web" in answer.text
    assert "<script" not in answer.text
