"""Temporary credentials: a SecretId, a SecretKey and a token that hold for a while together."""

import time
from collections.abc import Callable, Iterable

from sqlalchemy import delete

from countenance.accounts.errors import NotFound, Refused
from countenance.accounts.pairs import (
    Draft,
    NewKey,
    build,
    check_usable,
    draw,
    match,
    select_keys,
)
from countenance.accounts.permissions import parse
from countenance.store.database import Database
from countenance.store.secrets import MasterKey
from countenance.store.tables import keys

DEFAULT_SECONDS = 7200
SHORTEST, LONGEST = 60, 129_600  # seconds; 36 hours, as the service's own go
GRACE = 3600.0  # seconds for which an expired one is still told that it has expired


class Temporary:
    """The temporary credentials of one database."""

    def __init__(
        self, database: Database, master: MasterKey, now: Callable[[], float] = time.time
    ) -> None:
        self._database = database
        self._master = master
        self._now = now

    async def mint(
        self,
        reference: str,
        *,
        seconds: int = DEFAULT_SECONDS,
        permissions: Iterable[str] | None = None,
    ) -> NewKey:
        """Make one that may do what the key of that id or SecretId may, at most.

        It ends with the key, if that is sooner. Those that ended over an hour ago are removed.
        Raises `NotFound`, `ValueError` for seconds or a permission that do not fit, and
        `Refused` for a key that is not usable, is temporary or is MFA-only.
        """
        if not SHORTEST <= seconds <= LONGEST:
            raise ValueError(
                f"Temporary credentials hold for {SHORTEST} to {LONGEST} seconds; {seconds} "
                "were asked for."
            )
        allowed = None if permissions is None else parse(permissions)
        now = self._now()
        query = select_keys().where(match(reference, self._master))
        async with self._database.begin() as connection:
            await connection.execute(
                delete(keys).where(keys.c.parent.is_not(None), keys.c.expires <= now - GRACE)
            )
            row = (await connection.execute(query)).one_or_none()
            if row is None:
                raise NotFound(f"There is no key `{reference}`.")
            parent = build(row, row.account, self._master)
            check_usable(parent, now)
            if parent.mfa:
                raise Refused(
                    f"The key {parent.id} is MFA-only, and so would be what is minted from it."
                )
            ends = now + seconds if parent.expires is None else min(now + seconds, parent.expires)
            draft = Draft(
                parent.account_id, parent.account, parent.name, allowed, ends, parent=parent.id
            )
            return await draw(connection, self._master, draft, now)
