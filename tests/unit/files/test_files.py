"""Addresses of what this server stored, and our own URLs among those that are fetched."""

import hashlib

import pytest
from tests.unit.files.conftest import BASE, LIFE, UPLOAD_LIFE, Room

from countenance.files.fetch import OwnFirst
from countenance.net.errors import FetchError, FetchFault
from countenance.store.errors import StoreError
from countenance.store.objects import Stored

FRAME = b"\xff\xd8\xff" + bytes(range(97))


async def _stored(room: Room, expires: float) -> Stored:
    return await room.objects.put(
        "a" * 32, "best-1", "frame", FRAME, media_type="image/jpeg", expires=expires
    )


async def test_what_an_answer_says_of_a_frame_is_so(room: Room) -> None:
    info = await room.files.keep(FRAME, "image/jpeg")
    assert info is not None
    assert (info.MD5, info.Size) == (hashlib.md5(FRAME).hexdigest(), len(FRAME))
    assert info.Url is not None
    found = await room.ask("GET", info.Url)
    assert (found.status_code, found.content) == (200, FRAME)
    assert found.headers["content-type"] == "image/jpeg"
    assert found.headers["content-disposition"] == 'attachment; filename="frame.jpeg"'


async def test_a_frame_is_gone_when_its_url_ends(room: Room) -> None:
    begun = int(room.moment)
    info = await room.files.keep(FRAME, "image/jpeg")
    assert info is not None
    assert info.Url is not None
    room.moment = begun + LIFE - 0.001
    assert (await room.ask("GET", info.Url)).status_code == 200
    assert await room.objects.sweep() == 0
    room.moment = begun + LIFE
    refused = await room.ask("GET", info.Url)
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "expired")
    assert await room.objects.sweep() == 1
    assert await room.count() == 0


async def test_a_url_ends_no_later_than_its_file(room: Room) -> None:
    stored = await _stored(room, room.moment + 7)
    url = room.files.info(stored).Url
    assert url is not None
    assert (await room.ask("GET", url)).status_code == 200
    room.moment += 7
    assert (await room.ask("GET", url)).status_code == 403


async def test_an_erased_file_is_gone(room: Room) -> None:
    stored = await _stored(room, room.moment + 9999)
    url = room.files.info(stored).Url
    assert url is not None
    await room.objects.erase(stored.owner)
    gone = await room.ask("GET", url)
    assert (gone.status_code, gone.json()["error"]["code"]) == (404, "gone")


async def test_a_frame_may_be_kept_for_less_than_a_url_holds(room: Room) -> None:
    info = await room.make(frame_life=60).keep(FRAME, "image/jpeg")
    assert info is not None
    assert info.Url is not None
    room.moment += 59
    assert (await room.ask("GET", info.Url)).status_code == 200
    room.moment += 1
    assert (await room.ask("GET", info.Url)).status_code == 403
    assert await room.objects.sweep() == 1


async def test_where_nothing_is_kept_a_frame_has_no_address(room: Room) -> None:
    assert await room.make(frame_life=0).keep(FRAME, "image/jpeg") is None
    assert await room.count() == 0


@pytest.mark.parametrize(
    ("asked", "status", "part", "told"),
    [
        ("bytes=0-9", 206, FRAME[:10], "bytes 0-9/100"),
        ("bytes=90-", 206, FRAME[90:], "bytes 90-99/100"),
        ("bytes=-10", 206, FRAME[90:], "bytes 90-99/100"),
        ("bytes=-1000", 206, FRAME, "bytes 0-99/100"),
        ("bytes=50-1000", 206, FRAME[50:], "bytes 50-99/100"),
        ("bytes=99-99", 206, FRAME[99:], "bytes 99-99/100"),
        ("bytes=100-", 416, None, "bytes */100"),
        ("bytes=-0", 416, None, "bytes */100"),
        ("bytes=9-0", 200, FRAME, None),
        ("bytes=-", 200, FRAME, None),
        ("bytes=0-1,4-5", 200, FRAME, None),
        ("lines=0-1", 200, FRAME, None),
    ],
)
async def test_a_part_of_a_file(
    room: Room, asked: str, status: int, part: bytes | None, told: str | None
) -> None:
    url = room.files.info(await _stored(room, room.moment + 9999)).Url
    assert url is not None
    found = await room.ask("GET", url, headers={"Range": asked})
    assert found.status_code == status
    assert part is None or found.content == part
    assert found.headers.get("content-range") == told


async def test_head_says_what_get_would(room: Room) -> None:
    url = room.files.info(await _stored(room, room.moment + 9999)).Url
    assert url is not None
    head = await room.ask("HEAD", url)
    assert (head.status_code, head.headers["content-length"]) == (200, "100")
    assert head.headers["accept-ranges"] == "bytes"


async def test_a_store_that_does_not_answer_is_told(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = room.files.info(await _stored(room, room.moment + 9999)).Url
    assert url is not None

    async def fail(_: str) -> bytes:
        raise StoreError("the bucket is away")

    monkeypatch.setattr(room.blobs, "get", fail)
    answer = await room.ask("GET", url)
    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "unavailable")
    assert "bucket" not in answer.text


class Elsewhere:
    """Whatever is no file of ours."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def get(self, url: str, *, max_bytes: int, seconds: float) -> bytes:
        self.asked.append(url)
        return b"from elsewhere"


@pytest.fixture
def elsewhere() -> Elsewhere:
    return Elsewhere()


async def _upload(room: Room) -> str:
    put, get, _ = room.files.invite("CompareFace", 1000, ("jpeg",))
    assert (await room.ask("PUT", put, content=FRAME)).status_code == 200
    return get


async def test_our_own_files_are_read_without_a_network(room: Room, elsewhere: Elsewhere) -> None:
    fetch = OwnFirst(room.urls, room.uploads, elsewhere)
    frame = room.files.info(await _stored(room, room.moment + 9999)).Url
    assert frame is not None
    for url in (await _upload(room), frame):
        for _ in range(2):
            assert await fetch.get(url, max_bytes=100, seconds=3) == FRAME
    assert elsewhere.asked == []


async def test_every_other_url_is_fetched(room: Room, elsewhere: Elsewhere) -> None:
    fetch = OwnFirst(room.urls, room.uploads, elsewhere)
    for url in ("https://example.org/files/x", f"{BASE}/", f"{BASE}0/files/x"):
        assert await fetch.get(url, max_bytes=9, seconds=3) == b"from elsewhere"
        assert elsewhere.asked[-1] == url


async def test_our_own_address_never_becomes_a_request(room: Room, elsewhere: Elsewhere) -> None:
    fetch = OwnFirst(room.urls, room.uploads, elsewhere)
    url = await _upload(room)
    put, missing, _ = room.files.invite("CompareFace", 1000, ("jpeg",))
    for asked, rule, fault in (
        (url[:-1], "own-signature", FetchFault.ILLEGAL),
        (put, "own-signature", FetchFault.ILLEGAL),
        (f"{BASE}/files/../try/verify", "own-signature", FetchFault.ILLEGAL),
        (f"{BASE}/files/", "own-signature", FetchFault.ILLEGAL),
        (missing, "own-gone", FetchFault.FAILED),
    ):
        with pytest.raises(FetchError) as refused:
            await fetch.get(asked, max_bytes=100, seconds=3)
        assert (refused.value.detail, refused.value.fault) == (rule, fault)
    with pytest.raises(FetchError) as refused:
        await fetch.get(url, max_bytes=99, seconds=3)
    assert refused.value.detail == "bytes"
    room.moment += UPLOAD_LIFE
    with pytest.raises(FetchError) as refused:
        await fetch.get(url, max_bytes=100, seconds=3)
    assert refused.value.detail == "own-expired"
    assert elsewhere.asked == []


async def test_where_nothing_is_kept_an_upload_is_read_once(
    room: Room, elsewhere: Elsewhere
) -> None:
    fetch = OwnFirst(room.urls, room.uploads, elsewhere, once=True)
    url = await _upload(room)
    assert await fetch.get(url, max_bytes=100, seconds=3) == FRAME
    assert await room.count() == 0
    with pytest.raises(FetchError) as refused:
        await fetch.get(url, max_bytes=100, seconds=3)
    assert refused.value.detail == "own-gone"
