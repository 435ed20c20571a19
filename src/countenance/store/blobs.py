"""Where sealed bytes lie under their ids: a folder, an S3 bucket, or memory."""

import asyncio
import contextlib
import os
import re
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeVar
from urllib.parse import urlsplit

from countenance.store.errors import StoreError

if TYPE_CHECKING:
    from obstore.store import S3Store

T = TypeVar("T")

DRAFT = ".part"
RETRIES, RETRY = 4, timedelta(seconds=20)  # of one request to S3, which somebody waits for
BATCH = 1000  # ids listed or deleted at once; S3 takes no more
IDS = re.compile(r"[0-9a-f]{32}")


class Blobs(Protocol):
    """Bytes by id: 32 lower-case hexadecimal digits that are never used twice.

    Every method raises `StoreError` when the store does not answer.
    """

    @property
    def look_every(self) -> float:
        """Seconds between two looks at everything, by what one look costs."""

    async def put(self, id: str, data: bytes) -> None:
        """Write the bytes, so that they are there whole or not at all."""

    async def get(self, id: str) -> bytes | None:
        """Read the bytes; None where there are none."""

    async def delete(self, ids: Sequence[str]) -> None:
        """Remove the bytes of these ids, half-written ones too; harmless where there are none."""

    def list(self) -> AsyncIterator[Sequence[str]]:
        """Name every id that has bytes, half-written ones too, some at a time."""


class MemoryBlobs:
    """Satisfies `Blobs` for one process, and ends with it."""

    look_every = 0.0

    def __init__(self) -> None:
        self._held: dict[str, bytes] = {}

    async def put(self, id: str, data: bytes) -> None:
        """See `Blobs`."""
        self._held[id] = data

    async def get(self, id: str) -> bytes | None:
        """See `Blobs`."""
        return self._held.get(id)

    async def delete(self, ids: Sequence[str]) -> None:
        """See `Blobs`."""
        for id in ids:
            self._held.pop(id, None)

    async def list(self) -> AsyncIterator[Sequence[str]]:
        """See `Blobs`."""
        yield list(self._held)


class FolderBlobs:
    """Satisfies `Blobs` with one file for each id, readable by its owner alone.

    A commit of the database may be undone by a power cut, and so may a file: neither is forced to
    the disk. A process that dies leaves both whole.
    """

    look_every = 600.0

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        with _told("objects folder", OSError):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            folder.chmod(0o700)

    async def put(self, id: str, data: bytes) -> None:
        """See `Blobs`."""
        await self._do(self._put, id, data)

    async def get(self, id: str) -> bytes | None:
        """See `Blobs`."""
        return await self._do(self._get, id)

    async def delete(self, ids: Sequence[str]) -> None:
        """See `Blobs`."""
        await self._do(self._delete, ids)

    async def list(self) -> AsyncIterator[Sequence[str]]:
        """See `Blobs`."""
        names = await self._do(os.listdir, self._folder)
        ids = {name.removesuffix(DRAFT) for name in names}
        ours = sorted(id for id in ids if IDS.fullmatch(id))
        for start in range(0, len(ours), BATCH):
            yield ours[start : start + BATCH]

    async def _do(self, work: Callable[..., T], *arguments: object) -> T:
        with _told("objects folder", OSError):
            return await asyncio.to_thread(work, *arguments)

    def _put(self, id: str, data: bytes) -> None:
        draft = self._folder / f"{id}{DRAFT}"
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
        draft.replace(self._folder / id)

    def _get(self, id: str) -> bytes | None:
        try:
            return (self._folder / id).read_bytes()
        except FileNotFoundError:
            return None

    def _delete(self, ids: Sequence[str]) -> None:
        for id in ids:
            for name in (id, f"{id}{DRAFT}"):
                with contextlib.suppress(FileNotFoundError):
                    (self._folder / name).unlink()


class S3Blobs:
    """Satisfies `Blobs` with one object for each id in a bucket of S3 or of a server like it.

    A bucket that keeps versions keeps what is deleted here; without its data key it is noise.
    """

    look_every = 3600.0

    def __init__(self, store: "S3Store") -> None:
        # Imported with the first bucket: a server on a folder does without.
        import obstore
        from obstore.exceptions import BaseError, NotFoundError

        self._store = store
        self._obstore = obstore
        self._fault = BaseError
        self._absent = (NotFoundError, FileNotFoundError)  # releases of obstore differ

    async def put(self, id: str, data: bytes) -> None:
        """See `Blobs`."""
        with self._told():
            # In one request: a part of an upload that was broken off is listed nowhere.
            await self._obstore.put_async(self._store, id, data, use_multipart=False)

    async def get(self, id: str) -> bytes | None:
        """See `Blobs`."""
        with self._told():
            try:
                found = await self._obstore.get_async(self._store, id)
                return bytes(await found.bytes_async())
            except self._absent:
                return None

    async def delete(self, ids: Sequence[str]) -> None:
        """See `Blobs`."""
        with self._told():
            for start in range(0, len(ids), BATCH):
                batch = list(ids[start : start + BATCH])
                with contextlib.suppress(*self._absent):
                    await self._obstore.delete_async(self._store, batch)

    async def list(self) -> AsyncIterator[Sequence[str]]:
        """See `Blobs`."""
        with self._told():
            async for batch in self._obstore.list(self._store, chunk_size=BATCH):
                yield [found["path"] for found in batch if IDS.fullmatch(found["path"])]

    def _told(self) -> contextlib.AbstractContextManager[None]:
        return _told("objects bucket", self._fault)


def open_blobs(
    folder: Path, *, url: str = "", endpoint: str = "", region: str = "", memory: bool = False
) -> Blobs:
    """Open the store that the settings name: `folder` unless `url` is `s3://bucket/prefix`.

    Credentials of S3 are taken from `AWS_*` variables or the machine's role. Raises `StoreError`,
    also where `memory` would leave behind what an earlier setting stored.
    """
    if memory:
        if url or (folder.is_dir() and any(folder.iterdir())):
            raise StoreError(
                f"With zero_retention nothing may be stored elsewhere: objects_url must be empty, "
                f"and so must {folder} (delete what is in it, or let it expire first)."
            )
        return MemoryBlobs()
    if not url:
        return FolderBlobs(folder)
    parts = urlsplit(url)
    if parts.scheme != "s3" or not parts.netloc or parts.query or parts.fragment or "@" in url:
        raise StoreError("objects_url must be empty or of the form `s3://bucket/prefix`.")
    return S3Blobs(_open_bucket(parts.netloc, parts.path.strip("/"), endpoint, region))


def _open_bucket(bucket: str, prefix: str, endpoint: str, region: str) -> "S3Store":
    from obstore.exceptions import BaseError
    from obstore.store import S3Store

    config = {"region": region} if region else {}
    if endpoint:
        config["endpoint"] = endpoint
    plain = endpoint.startswith("http://")
    with _told("objects bucket", BaseError):
        return S3Store(
            bucket,
            prefix=prefix or None,
            config=config,  # type: ignore[arg-type]  # obstore checks the names itself
            client_options={"allow_http": True} if plain else {},
            retry_config={"max_retries": RETRIES, "retry_timeout": RETRY},
        )


@contextlib.contextmanager
def _told(what: str, *kinds: type[BaseException]) -> Iterator[None]:
    """Turn the store's own errors, which may quote addresses and keys, into one of ours."""
    try:
        yield
    except kinds as error:
        raise StoreError(f"The {what} does not answer ({type(error).__name__}).") from None
