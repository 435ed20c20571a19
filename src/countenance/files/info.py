"""Addresses for what an answer names: stored objects, frames of one call, places to upload to."""

import secrets
import time
from collections.abc import Callable

from countenance.contract.models.faceid import FileInfo
from countenance.files.urls import FileUrls, Limits, upload_name
from countenance.store.objects import Objects, Stored


class Files:
    """Makes `FileInfo` and upload addresses.

    All lives are seconds: of an address, of a frame of one call (0: none is kept), of an upload.
    """

    def __init__(
        self,
        urls: FileUrls,
        objects: Objects,
        *,
        life: int,
        frame_life: int,
        upload_life: int,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._urls = urls
        self._objects = objects
        self._life = life
        self._upload_life = upload_life
        self._frame_life = min(frame_life, life)
        self._now = now

    def info(self, stored: Stored) -> FileInfo:
        """Where a stored object is read for `life`, or until it expires; its MD5 and size."""
        expires = min(int(self._now()) + self._life, int(stored.expires))
        return FileInfo(
            Url=self._urls.get_url(stored.id, expires), MD5=stored.md5, Size=stored.size
        )

    async def keep(self, data: bytes, media_type: str) -> FileInfo | None:
        """Store a frame of one call for as long as its address holds; None where none is kept."""
        if self._frame_life <= 0:
            return None
        owner, expires = secrets.token_hex(16), float(int(self._now()) + self._frame_life)
        stored = await self._objects.put(
            owner, "frame", "frame", data, media_type=media_type, expires=expires
        )
        return self.info(stored)

    def invite(self, target: str, max_bytes: int, kinds: tuple[str, ...]) -> tuple[str, str, int]:
        """Addresses to send and to read an upload for the action `target`, and their end."""
        name, expires = upload_name(target, secrets.token_hex(16)), int(self._now())
        expires += self._upload_life
        limits = Limits(max_bytes, kinds)
        put, get = self._urls.put_url(name, expires, limits), self._urls.get_url(name, expires)
        return put, get, expires
