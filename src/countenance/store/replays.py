"""Which v1 requests were used, kept in the database: for every replica, and past a restart."""

from sqlalchemy import delete

from countenance.store.database import Database
from countenance.store.tables import replays

SWEEP_SECONDS = 60.0


class Replays:
    """Satisfies the ReplayStore of `wire/guard.py`.

    `keep` is seconds: twice the clock window, so that a key outlives the last moment at which its
    timestamp is accepted.
    """

    def __init__(self, database: Database, keep: float = 600) -> None:
        self._database = database
        self._keep = keep
        self._swept = 0.0
        fresh = database.insert(replays)
        # One statement, so that of two uses at once, on any replica, only one is the first.
        self._remember = fresh.on_conflict_do_update(
            index_elements=["key"],
            set_={"expires": fresh.excluded.expires},
            where=replays.c.expires <= fresh.excluded.expires - keep,
        ).returning(replays.c.key)

    async def first_use(self, key: bytes, now: float) -> bool:
        """Whether the 16-byte key is new within the time kept; committed on return.

        `now` is UNIX seconds.
        """
        row = {"key": key, "expires": now + self._keep}
        async with self._database.begin() as connection:
            first = (await connection.execute(self._remember, row)).first() is not None
            if now - self._swept >= SWEEP_SECONDS:
                self._swept = now
                await connection.execute(delete(replays).where(replays.c.expires <= now))
        return first
