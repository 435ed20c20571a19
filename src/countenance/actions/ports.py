"""What actions ask of parts that stand beside them, in the words of the actions."""

from typing import Protocol

from countenance.contract.models.faceid import FileInfo
from countenance.store.objects import Stored


class Fetch(Protocol):
    """Gets what a caller's URL leads to: `net.fetch.Fetcher`, or with our own files before it."""

    async def get(self, url: str, *, max_bytes: int, seconds: float) -> bytes:
        """The body behind an http or https URL, within one budget of time; raises `FetchError`."""
        ...


class Files(Protocol):
    """Files with addresses of their own: `files.info.Files`."""

    def info(self, stored: Stored) -> FileInfo:
        """Where a stored object is read for a while, its MD5 and size."""
        ...

    async def keep(self, data: bytes, media_type: str) -> FileInfo | None:
        """Store what one call answers for as long as its URL holds; None where nothing is kept."""
        ...

    def invite(self, target: str, max_bytes: int, kinds: tuple[str, ...]) -> tuple[str, str, int]:
        """Addresses to send and to read an upload at, and the UNIX second both of them end.

        `kinds` are those of `perception.decoder.sniff`; none: any bytes.
        """
        ...
