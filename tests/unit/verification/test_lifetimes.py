"""Every token and result: good a second before its limit and refused a second after it."""

from pathlib import Path
from typing import Any

import pytest
from tests.unit.verification.made import PHONE, passed, recorded

from countenance.settings import Settings
from countenance.store.database import Database
from countenance.store.objects import NotStored, Objects
from countenance.verification import labels, steps
from countenance.verification.lives import Lives
from countenance.verification.session import (
    FAMILIES,
    FROM_ISSUE,
    Config,
    Family,
    final_code,
    result_is_gone,
)
from countenance.verification.sessions import Request, Sessions
from countenance.verification.steps import IllegalStep

HOUR, DAY = 3600, 86400
# As published: seconds to begin in, and for which the result can be asked for.
LIVES: dict[Family, tuple[int, int]] = {
    "web": (2 * HOUR, 3 * DAY),
    "web_v1": (2 * HOUR, 3 * DAY),
    "sdk": (2 * HOUR, 3 * DAY),
    "faceid": (2 * HOUR, 2 * HOUR),
    "liveness": (600, 2 * HOUR),
}
CONFIG = Config(mode="liveness", attempts=2, skip_consent=True)


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    """One kind is enough here: what is tested is the clock."""
    return f"sqlite:///{tmp_path}/countenance.db"


def test_every_family_has_its_published_lives() -> None:
    families = Lives.from_settings(Settings()).families
    assert families.keys() == set(FAMILIES)
    assert {name: (families[name].token, families[name].result) for name in LIVES} == LIVES


@pytest.mark.parametrize("family", LIVES)
async def test_a_token_can_be_begun_until_its_limit(
    sessions: Sessions, account: str, clock: Any, family: Family
) -> None:
    start, (life, _) = clock.time, LIVES[family]
    for after, good in ((life - 1, True), (life + 1, False)):
        clock.time = start
        _, token = await sessions.create(account, family, "Apply", CONFIG)
        clock.time = start + after
        found = await sessions.find(token)
        assert (found.state == "issued") is good
        if good:
            begun = await sessions.take(found.id, lambda s, now: steps.begin(s, now, None, PHONE))
            assert begun.state == "begun"
        else:
            assert (found.state, final_code(found)) == ("expired", 15)
            with pytest.raises(IllegalStep):
                await sessions.take(found.id, lambda s, now: steps.begin(s, now, None, PHONE))


@pytest.mark.parametrize("family", LIVES)
async def test_a_result_can_be_asked_for_until_its_limit(
    sessions: Sessions, account: str, clock: Any, family: Family
) -> None:
    start, (_, life) = clock.time, LIVES[family]
    session, token = await sessions.create(account, family, "Apply", CONFIG, extra="order 7")
    clock.time = start + 300
    await sessions.take(session.id, lambda s, now: steps.begin(s, now, None, PHONE))
    await sessions.take(session.id, recorded)
    clock.time = ended = start + 310
    await sessions.take(session.id, lambda s, now: steps.judge(s, now, passed(1, now)))
    limit = (start if family in FROM_ISSUE else ended) + life
    for moment, good in ((limit - 1, True), (limit + 1, False)):
        clock.time = moment
        found = await sessions.find(token)
        assert result_is_gone(found, clock()) is not good
    clock.time = limit - 1
    assert await sessions.request(await sessions.find(token)) == Request("order 7", None)


@pytest.mark.parametrize("family", LIVES)
async def test_what_is_begun_must_be_finished_before_its_limit(
    sessions: Sessions, account: str, clock: Any, family: Family
) -> None:
    start, (life, result) = clock.time, LIVES[family]
    session, token = await sessions.create(account, family, "Apply", CONFIG)
    clock.time = begun = start + life - 1
    await sessions.take(session.id, lambda s, now: steps.begin(s, now, None, PHONE))
    limit = begun + 600
    if family in FROM_ISSUE:
        limit = min(limit, start + result)
    clock.time = limit - 0.5
    assert (await sessions.find(token)).state == "begun"
    clock.time = limit + 0.5
    assert final_code(await sessions.find(token)) == 1409


@pytest.mark.parametrize("family", LIVES)
async def test_an_artefact_lives_as_long_as_the_result_or_as_the_operator_says(
    sessions: Sessions, account: str, clock: Any, family: Family
) -> None:
    session, _ = await sessions.create(account, family, "Apply", CONFIG)
    now, (_, life) = clock() + 300, LIVES[family]
    last = session.created + life if family in FROM_ISSUE else now + life
    lives = sessions.lives
    assert lives.find_expiry(session, "video", now) >= last
    short = Lives.from_settings(Settings(keep_video=60, keep_frame=10 * DAY))
    assert short.find_expiry(session, "video", now) == now + 60
    assert short.find_expiry(session, "frame", now) == lives.find_expiry(session, "frame", now)


async def test_the_photo_and_the_request_live_until_the_verification_is_over(
    sessions: Sessions, objects: Objects, account: str, clock: Any, database: Database
) -> None:
    session, _ = await sessions.create(account, "web", "Apply", CONFIG, extra="7", photo=b"\x89PNG")
    last = session.begin_until + 600  # of an attempt that was begun at the last moment
    clock.time = last + 60
    assert (await objects.get(session.id, labels.PHOTO))[0].media_type == "image/png"
    clock.time = last + 3 * DAY
    assert await sessions.request(session) == Request("7", None)
    with pytest.raises(NotStored):
        await objects.get(session.id, labels.PHOTO)
    clock.time = last + 3 * DAY + HOUR + 1
    assert await sessions.request(session) == Request()
