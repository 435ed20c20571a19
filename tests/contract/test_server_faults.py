"""What the server itself cannot do, over HTTP: still in the API's form, and nothing told."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from structlog.testing import capture_logs
from structlog.typing import EventDict
from tests.contract.common_errors import FAILURE, PASSES, Case
from tests.contract.servers import TestServer, recorder
from tests.mutations.drafts import Key
from tests.raw import Connection, RawAnswer
from tests.serving import serve

from countenance.actions import Outcome
from countenance.contract.catalogue import Action

LIMIT = 10_000  # bytes of an answer
WORD = "4711-of-a-person"


@pytest.fixture
def logged() -> Iterator[list[EventDict]]:
    with capture_logs() as events:
        yield events


@pytest.fixture
def running(tmp_path: Path, logged: list[EventDict]) -> Iterator[TestServer]:
    with recorder(tmp_path, response_limit=LIMIT) as server:
        yield server


class Broken:
    """A performer that fails, with something personal in what it says."""

    async def perform(self, *_: object) -> Outcome:
        raise RuntimeError(WORD)


class Wordy:
    """A performer whose answer has so many characters in one of its fields."""

    def __init__(self, length: int) -> None:
        self.length = length

    async def perform(self, action: Action, *_: object) -> Outcome:
        return Outcome(action.response(Description="x" * self.length))


def ask(server: TestServer, case: Case) -> RawAnswer:
    key = Key(server.secret_id, server.secret_key)
    with Connection(server.endpoint) as connection:
        answer = connection.exchange(case.sent(server.endpoint, key).wire())
    assert not case.wrong(answer)
    return answer


@pytest.mark.provokes("InternalError")
@pytest.mark.parametrize("language", ["en-US", "zh-CN"])
def test_unexpected_exception(running: TestServer, logged: list[EventDict], language: str) -> None:
    running.parts.performer = Broken()  # type: ignore[assignment]  # it has the method called
    case = Case("broken", "InternalError", fields={"common": {"Language": language}})
    answer = ask(running, case)
    assert WORD.encode() not in answer.body
    assert b"RuntimeError" not in answer.body
    [event] = [event for event in logged if event["log_level"] == "error"]
    assert event["request_id"] == answer.response["RequestId"]
    assert WORD not in str(logged)
    assert "RuntimeError" in event["error_type"]


@pytest.mark.provokes("ResponseSizeLimitExceeded")
def test_answer_of_a_size_nobody_can_take(running: TestServer) -> None:
    running.parts.performer = Wordy(LIMIT)  # type: ignore[assignment]  # it has the method called
    ask(running, Case("huge", "ResponseSizeLimitExceeded", action="GetLivenessResult", says="URL"))
    running.parts.performer = Wordy(LIMIT // 2)  # type: ignore[assignment]  # as above
    answer = ask(running, Case("half", "Success", action="GetLivenessResult"))
    assert len(answer.response["Description"]) == LIMIT // 2


@pytest.mark.provokes("ServiceUnavailable")
def test_draining(running: TestServer) -> None:
    ask(running, Case("before", PASSES))
    running.parts.drain()
    answer = ask(running, Case("draining", "ServiceUnavailable"))
    assert answer.closes


@pytest.mark.provokes("AuthFailure.SignatureFailure")
def test_v1_replay_after_a_restart(tmp_path: Path) -> None:
    case = Case("replay", PASSES, "v1 post")
    with serve(tmp_path) as server, Connection(server.endpoint) as connection:
        sent = case.sent(server.endpoint, Key(server.secret_id, server.secret_key)).wire()
        assert not case.wrong(connection.exchange(sent))
    with serve(tmp_path) as server, Connection(server.endpoint) as connection:
        assert not Case("again", FAILURE).wrong(connection.exchange(sent))
