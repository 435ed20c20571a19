"""The same demands on every store of bytes: a folder, memory, and a real S3 server."""

import os
import stat
import uuid
from pathlib import Path

import pytest
from tests import blobs as stores
from tests.blobs import S3Server

from countenance.store.blobs import DRAFT, Blobs, FolderBlobs, MemoryBlobs, open_blobs
from countenance.store.errors import StoreError


@pytest.fixture(params=stores.KINDS)
def blobs(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Blobs:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", stores.KEY_ID)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", stores.SECRET)
    server: S3Server | None = request.getfixturevalue("s3") if request.param == "s3" else None
    return stores.make(request.param, tmp_path, server)


def name() -> str:
    return uuid.uuid4().hex


def names(folder: Path) -> list[str]:
    return [file.name for file in folder.iterdir()]


async def listed(blobs: Blobs) -> set[str]:
    return {id async for batch in blobs.list() for id in batch}


@pytest.mark.parametrize("size", [0, 1, 70_000, 6 * 1024 * 1024])
async def test_gives_back_what_it_took(blobs: Blobs, size: int) -> None:
    id, data = name(), os.urandom(size)
    await blobs.put(id, data)
    assert await blobs.get(id) == data


async def test_knows_nothing_of_other_ids(blobs: Blobs) -> None:
    await blobs.put(name(), b"x")
    assert await blobs.get(name()) is None


async def test_lists_and_deletes(blobs: Blobs) -> None:
    ids = {name() for _ in range(5)}
    for id in ids:
        await blobs.put(id, b"x")
    assert await listed(blobs) == ids
    gone = sorted(ids)[:3]
    await blobs.delete(gone)
    assert await listed(blobs) == ids - set(gone)
    assert await blobs.get(gone[0]) is None
    await blobs.delete([*gone, name()])
    await blobs.delete([])
    assert await listed(blobs) == ids - set(gone)


async def test_more_than_one_page_is_listed_and_deleted(tmp_path: Path) -> None:
    blobs = FolderBlobs(tmp_path)
    ids = {name() for _ in range(1001)}
    for id in ids:
        await blobs.put(id, b"")
    assert await listed(blobs) == ids
    await blobs.delete(sorted(ids))
    assert await listed(blobs) == set()


async def test_the_folder_is_its_owners_alone(tmp_path: Path) -> None:
    folder = tmp_path / "objects"
    folder.mkdir(mode=0o755)
    blobs, id = FolderBlobs(folder), name()
    await blobs.put(id, b"x")
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / id).stat().st_mode) == 0o600
    assert names(folder) == [id]


async def test_what_a_dead_writer_left_is_listed_and_deleted(tmp_path: Path) -> None:
    blobs, id = FolderBlobs(tmp_path), name()
    (tmp_path / f"{id}{DRAFT}").write_bytes(b"half")
    (tmp_path / "lost+found").mkdir()
    assert await listed(blobs) == {id}
    assert await blobs.get(id) is None
    await blobs.delete([id])
    assert names(tmp_path) == ["lost+found"]


async def test_a_folder_that_fails_is_told_without_its_content(tmp_path: Path) -> None:
    blobs = FolderBlobs(tmp_path / "objects")
    (tmp_path / "objects").rmdir()
    with pytest.raises(StoreError, match=r"objects folder does not answer \(FileNotFoundError\)"):
        await blobs.put(name(), b"x")
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(StoreError, match=r"objects folder does not answer"):
        FolderBlobs(tmp_path / "file")


async def test_a_bucket_that_does_not_answer_is_told_without_its_address(
    s3: S3Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", stores.KEY_ID)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "another-secret")
    blobs = stores.make("s3", tmp_path, s3)
    for work in (blobs.put(name(), b"x"), blobs.get(name()), blobs.delete([name()])):
        with pytest.raises(StoreError, match=r"^The objects bucket does not answer \(\w+\)\.$"):
            await work
    with pytest.raises(StoreError, match="objects bucket does not answer"):
        await listed(blobs)


@pytest.mark.parametrize(
    "url",
    ["bucket", "s3://", "gs://bucket", "file:///data", "s3://key:secret@bucket", "s3://b?x=1"],
)
def test_other_urls_are_refused_unsaid(url: str, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="objects_url must be") as refused:
        open_blobs(tmp_path, url=url)
    assert "secret" not in str(refused.value)


def test_memory_alone_leaves_nothing_behind_elsewhere(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="objects_url must be empty"):
        open_blobs(tmp_path, url="s3://bucket", memory=True)
    (tmp_path / name()).write_bytes(b"of before")
    with pytest.raises(StoreError, match="zero_retention"):
        open_blobs(tmp_path, memory=True)
    assert isinstance(open_blobs(tmp_path / "none", memory=True), MemoryBlobs)
    assert not (tmp_path / "none").exists()
