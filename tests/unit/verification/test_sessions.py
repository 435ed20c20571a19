"""Sessions in both databases: found by token, one writer at a time, all of a verdict or nothing."""

import asyncio
import contextlib
import re
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection
from tests.unit.verification.made import PHONE, begun, failed, passed, recorded

from countenance.accounts.usage import Usage
from countenance.jobs import Jobs
from countenance.store import tables
from countenance.store.database import Database
from countenance.store.objects import NotStored, Objects
from countenance.store.secrets import MasterKey
from countenance.verification import evidence, labels, steps
from countenance.verification.policy import Policy
from countenance.verification.session import Config, Session, final_code
from countenance.verification.sessions import Request, Sessions, UnknownToken
from countenance.verification.steps import IllegalStep

ACTION = "ApplyWebVerificationBizTokenIntl"
CONFIG = Config(mode="compare", attempts=2, seconds=45, theme="#00ff00")
PHOTO = b"\xff\xd8\xff photo"


async def issue(sessions: Sessions, account: str, **other: Any) -> tuple[Session, str]:
    return await sessions.create(account, "web", ACTION, CONFIG, **other)


async def rows(database: Database, table: str) -> list[Any]:
    async with database.read() as connection:
        return list(await connection.execute(select(tables.metadata.tables[table])))


async def kinds(database: Database) -> list[str]:
    return sorted(row.kind for row in await rows(database, "events"))


async def to_judging(sessions: Sessions, id: str) -> Session:
    return await sessions.take(id, lambda s, now: recorded(begun(s, now), now))


async def test_a_token_finds_its_session_and_is_not_stored(
    sessions: Sessions, account: str, database: Database, master: MasterKey
) -> None:
    session, token = await issue(sessions, account, rule="strict")
    assert re.fullmatch(r"[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}", token)
    assert await sessions.find(token) == session
    assert await sessions.load(session.id) == session
    assert (session.rule, session.config.theme) == ("strict", "#00ff00")
    (row,) = await rows(database, "sessions")
    assert row.token == master.lookup(token)
    assert token not in str(row)
    for unknown in (token.lower(), "", "x" * 5000, "\ud800"):
        with pytest.raises(UnknownToken):
            await sessions.find(unknown)
    with pytest.raises(UnknownToken):
        await sessions.load("none")


async def test_every_field_comes_back_as_it_was_written(sessions: Sessions, account: str) -> None:
    session, token = await issue(sessions, account)
    attempt = failed(1, "too_dark", similarity=41.5, tags=("09",), compare=None)
    await to_judging(sessions, session.id)
    done = await sessions.take(session.id, lambda s, now: steps.judge(s, now, attempt))
    assert done.attempts == (attempt,)
    assert (done.revision, done.device) == (2, PHONE)
    assert await sessions.find(token) == done


async def test_each_attempt_is_told_once(
    sessions: Sessions, account: str, database: Database
) -> None:
    session, _ = await issue(sessions, account)
    await to_judging(sessions, session.id)
    await sessions.take(session.id, judged(failed(1)))
    await sessions.take(session.id, recorded)
    await sessions.take(session.id, judged(failed(2)))
    told = [row.payload for row in await rows(database, "events")]
    assert sorted(one["number"] for one in told if "number" in one) == [1, 2]
    assert [one["code"] for one in told if "state" in one] == [16]


async def test_what_came_with_the_token_is_sealed_apart(
    sessions: Sessions, account: str, objects: Objects, database: Database
) -> None:
    extra, redirect = "order 4711 \U0001f600", "https://shop.example/back?x=1"
    session, _ = await issue(sessions, account, extra=extra, redirect=redirect, photo=PHOTO)
    assert await sessions.request(session) == Request(extra, redirect)
    stored, data = await objects.get(session.id, labels.PHOTO)
    assert (data, stored.kind, stored.media_type) == (PHOTO, "frame", "image/jpeg")
    assert "4711" not in str([await rows(database, name) for name in ("sessions", "objects")])
    bare, _ = await issue(sessions, account)
    assert await sessions.request(bare) == Request()
    async with database.begin() as connection:  # it can store what is recorded all the same
        await objects.admit(connection, bare.id)


async def test_time_alone_is_written_when_a_session_is_found(
    sessions: Sessions, account: str, database: Database, clock: Any
) -> None:
    session, token = await issue(sessions, account)
    clock.time += 7200
    assert (await sessions.find(token)).state == "expired"
    (row,) = await rows(database, "sessions")
    assert (row.state, row.finished) == ("expired", session.begin_until)
    assert await kinds(database) == ["verification.finished"]
    await sessions.find(token)
    assert await kinds(database) == ["verification.finished"]


async def test_a_refused_step_keeps_what_time_has_changed(
    sessions: Sessions, account: str, database: Database, clock: Any
) -> None:
    session, _ = await issue(sessions, account)
    clock.time += 7200

    async def also(*_: object) -> None:
        raise AssertionError("what goes with a step goes with no refusal of it")

    with pytest.raises(IllegalStep):
        await sessions.take(session.id, lambda s, now: steps.begin(s, now, None, PHONE), also=also)
    assert (await sessions.load(session.id)).state == "expired"
    assert await kinds(database) == ["verification.finished"]


async def test_a_step_that_changes_nothing_writes_nothing(
    sessions: Sessions, account: str, database: Database
) -> None:
    session, _ = await issue(sessions, account)
    called: list[Session] = []

    async def also(_: AsyncConnection, after: Session) -> None:
        called.append(after)

    assert await sessions.take(session.id, lambda s, _: s, also=also) == session
    assert called == []
    assert (await sessions.load(session.id)).revision == 0


async def test_of_two_writers_one_wins_and_the_other_reads_again(
    sessions: Sessions,
    account: str,
    database_url: str,
    master: MasterKey,
    objects: Objects,
    clock: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    session, _ = await issue(sessions, account)
    await to_judging(sessions, session.id)
    async with Database(database_url) as pool:
        other = Sessions(pool, master, objects, Jobs(pool, clock), sessions.lives, clock)
        load, won = sessions.load, []

        async def late(session_id: str) -> Session:
            found = await load(session_id)
            if not won:  # between our reading and our writing
                won.append(await other.take(session.id, judged(passed(1))))
            return found

        monkeypatch.setattr(sessions, "load", late)
        seen: list[int] = []

        def step(known: Session, now: float) -> Session:
            seen.append(known.revision)
            return steps.judge(known, now, failed(1))

        # The same attempt, judged otherwise by us: it is the first verdict that stands.
        assert await sessions.take(session.id, step) == won[0]
    assert seen == [1, 2]
    assert (await load(session.id)).state == "passed"


def judged(attempt: Any) -> Callable[[Session, float], Session]:
    return lambda session, now: steps.judge(session, now, attempt)


async def test_of_many_verdicts_one_is_kept_told_and_billed(
    sessions: Sessions, account: str, database: Database, clock: Any
) -> None:
    session, _ = await issue(sessions, account)
    await to_judging(sessions, session.id)
    usage, record = Usage(database, clock), evidence.collect(Policy(), "")

    async def also(connection: AsyncConnection, after: Session) -> None:
        last = after.attempts[-1]
        await evidence.write(connection, after.id, last.number, record, clock())
        await usage.charge(connection, account, "faceid", ACTION, str(last.code), last.billed)

    await asyncio.gather(
        *(sessions.take(session.id, judged(passed(1)), also=also) for _ in range(8))
    )
    assert (await usage.totals(account)).billed == 1
    assert await kinds(database) == ["verification.attempt", "verification.finished"]
    async with database.read() as connection:
        assert await evidence.read(connection, session.id) == {1: record}
    told = {row.kind: row.payload for row in await rows(database, "events")}
    assert told["verification.finished"] == {
        "session": session.id,
        "family": "web",
        "action": ACTION,
        "state": "passed",
        "code": 0,
        "attempts": 1,
        "billed": 1,
    }


async def test_a_verdict_is_written_whole_or_not_at_all(
    sessions: Sessions, account: str, database: Database, clock: Any
) -> None:
    session, _ = await issue(sessions, account)
    judging = await to_judging(sessions, session.id)
    usage = Usage(database, clock)

    async def dies(connection: AsyncConnection, _: Session) -> None:
        await usage.charge(connection, account, "faceid", ACTION, "0", 1)
        raise KeyboardInterrupt

    with contextlib.suppress(KeyboardInterrupt):
        await sessions.take(session.id, judged(passed(1)), also=dies)
    assert await sessions.load(session.id) == judging
    assert (await usage.totals(account)).billed == 0
    for table in ("events", "evidence", "jobs"):
        assert await rows(database, table) == []


async def test_what_served_the_verdict_alone_goes_with_it(
    sessions: Sessions, account: str, objects: Objects, jobs: Jobs, database: Database, clock: Any
) -> None:
    session, _ = await issue(sessions, account, extra="kept", photo=PHOTO)
    judging = await to_judging(sessions, session.id)
    assert judging.challenge is not None
    for label in (labels.chunk(judging.challenge, 0), labels.best(1)):
        await objects.put(
            session.id, label, "video", b"x", media_type="video/mp4", expires=clock() + 99
        )
    await sessions.take(session.id, judged(passed(1)))
    assert [row.kind for row in await rows(database, "jobs")] == ["tidy"]
    await jobs.run_due()
    assert [one.label for one in await objects.find(session.id)] == [labels.best(1), labels.REQUEST]


async def test_an_erasure_is_finished_by_a_job_whatever_becomes_of_who_began_it(
    sessions: Sessions,
    account: str,
    objects: Objects,
    jobs: Jobs,
    database: Database,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    session, token = await issue(sessions, account, extra="kept", photo=PHOTO)

    async def dies(*_: str) -> int:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched, contextlib.suppress(KeyboardInterrupt):
        patched.setattr(objects, "erase", dies)
        await sessions.erase(session.id, "redacted")
    assert (await sessions.find(token)).erased_why == "redacted"
    await jobs.run_due()
    with pytest.raises(NotStored):
        await objects.get(session.id, labels.REQUEST)
    assert await rows(database, "data_keys") == []
    assert await kinds(database) == ["verification.erased", "verification.finished"]


async def test_an_erased_session_keeps_its_verdict(sessions: Sessions, account: str) -> None:
    session, token = await issue(sessions, account, extra="kept")
    await to_judging(sessions, session.id)
    await sessions.take(session.id, judged(passed(1)))
    gone = await sessions.erase(session.id, "person")
    assert (gone.state, final_code(gone), gone.charged) == ("passed", 0, 1)
    assert await sessions.find(token) == gone
    assert await sessions.request(gone) == Request()
    assert await sessions.erase(session.id, "redacted") == gone


async def test_a_session_that_cannot_be_written_leaves_what_expires(
    sessions: Sessions, objects: Objects, database: Database, clock: Any
) -> None:
    with pytest.raises(Exception, match=r"(?i)foreign"):
        await issue(sessions, "no such account", extra="lost", photo=PHOTO)
    assert len(await rows(database, "objects")) == 2
    clock.time += 10 * 86400
    await objects.sweep()
    assert await rows(database, "objects") == []
