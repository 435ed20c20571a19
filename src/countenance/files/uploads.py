"""What lies behind a grant: bytes that were uploaded once, or an object this server stored."""

from countenance.files.urls import Grant
from countenance.store.objects import Objects, Stored

LABEL = "upload"


class Uploads:
    """Reads and writes stored files by their grants."""

    def __init__(self, objects: Objects) -> None:
        self._objects = objects

    async def read(self, grant: Grant) -> tuple[Stored, bytes]:
        """The object and its bytes; raises `NotStored`."""
        if grant.upload:
            return await self._objects.get(grant.id, LABEL)
        return await self._objects.get_by_id(grant.id)

    async def write(self, grant: Grant, data: bytes, media_type: str) -> Stored:
        """Store an upload, sealed with a key of its own, until its address ends.

        The same bytes again change nothing; raises `Occupied` for others.
        """
        return await self._objects.put(
            grant.id,
            LABEL,
            "upload",
            data,
            media_type=media_type,
            expires=grant.expires,
            replace=False,
        )

    async def erase(self, grant: Grant) -> None:
        """Erase an upload, its key first."""
        await self._objects.erase(grant.id)
