import asyncio

import pytest
from sqlalchemy import func, select

from countenance.store.database import Database
from countenance.store.replays import SWEEP_SECONDS, Replays
from countenance.store.tables import replays

KEEP = 600.0
NOW = 1_800_000_000.0


@pytest.fixture
async def url(database_url: str) -> str:
    async with Database(database_url) as database:
        await database.migrate()
    return database_url


async def test_a_key_is_used_once_within_the_time_kept(url: str) -> None:
    async with Database(url) as database:
        store = Replays(database, KEEP)
        assert await store.first_use(b"a" * 16, NOW)
        assert not await store.first_use(b"a" * 16, NOW)
        assert not await store.first_use(b"a" * 16, NOW + KEEP - 1)
        assert await store.first_use(b"b" * 16, NOW)
        assert await store.first_use(b"a" * 16, NOW + KEEP)
        assert not await store.first_use(b"a" * 16, NOW + KEEP + 1)


async def test_a_restart_forgets_nothing(url: str) -> None:
    async with Database(url) as database:
        assert await Replays(database).first_use(b"a" * 16, NOW)
    async with Database(url) as database:
        assert not await Replays(database).first_use(b"a" * 16, NOW + 1)


async def test_of_uses_at_once_on_two_replicas_one_is_the_first(url: str) -> None:
    async with Database(url) as one, Database(url) as other:
        stores = (Replays(one), Replays(other))
        uses = [stores[n % 2].first_use(b"a" * 16, NOW) for n in range(40)]
        assert sum(await asyncio.gather(*uses)) == 1


async def test_what_is_past_is_swept(url: str) -> None:
    async with Database(url) as database:
        store = Replays(database, KEEP)
        for number in range(5):
            await store.first_use(bytes([number] * 16), NOW)
        await store.first_use(b"z" * 16, NOW + KEEP + SWEEP_SECONDS)
        async with database.read() as connection:
            left = await connection.scalar(select(func.count()).select_from(replays))
        assert left == 1
