"""Our own addresses among the URLs of a caller: read from the store, without any network."""

import asyncio
from typing import Protocol

from countenance.files.uploads import Uploads
from countenance.files.urls import FileUrls, UrlError
from countenance.net.errors import refusal
from countenance.store.objects import NotStored


class Fetch(Protocol):
    """What gets everything else: `net.fetch.Fetcher`."""

    async def get(self, url: str, *, max_bytes: int, seconds: float) -> bytes:
        """The body behind a URL."""
        ...


class OwnFirst:
    """Gets our own files by their addresses, everything else by `fetch`.

    A URL of this server that opens nothing is refused here: it never becomes a request. With
    `once`, an upload is erased when it was read.
    """

    def __init__(
        self, urls: FileUrls, uploads: Uploads, fetch: Fetch, *, once: bool = False
    ) -> None:
        self._urls = urls
        self._uploads = uploads
        self._fetch = fetch
        self._once = once

    async def get(self, url: str, *, max_bytes: int, seconds: float) -> bytes:
        """The body behind a URL, within one budget of time; raises `FetchError`."""
        try:
            grant = self._urls.read(url)
        except UrlError as error:
            raise refusal(f"own-{error.rule}") from None
        if grant is None:
            return await self._fetch.get(url, max_bytes=max_bytes, seconds=seconds)
        try:
            async with asyncio.timeout(seconds):
                _, data = await self._uploads.read(grant)
        except TimeoutError:
            raise refusal("seconds", most=seconds) from None
        except NotStored:
            raise refusal("own-gone") from None
        if len(data) > max_bytes:
            raise refusal("bytes", most=max_bytes)
        if self._once and grant.upload:
            await self._uploads.erase(grant)
        return data
