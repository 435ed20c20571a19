"""What the actions answer when an engine fails: a code, a line in the log, no judgement."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from structlog.testing import capture_logs
from structlog.typing import EventDict
from tests.client import Answer, Client, check
from tests.conftest import jpeg
from tests.contract.servers import TestServer, real
from tests.media import Media, text

from countenance.perception.faces import embed as embeddings
from countenance.perception.liveness import antispoof

WORD = "4711-of-a-person"


@pytest.fixture(scope="module")
def logged() -> Iterator[list[EventDict]]:
    with capture_logs() as events:
        yield events


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, logged: object) -> Iterator[TestServer]:
    with real(tmp_path_factory.mktemp("real")) as running:
        yield running


def _call(server: TestServer, action: str, params: dict[str, Any]) -> Answer:
    answer = Client(server.running).call(action, params)
    check(answer, action)
    return answer


def _broken(*_: object, **__: object) -> None:
    raise RuntimeError(WORD)


def _told(answer: Answer, logged: list[EventDict]) -> None:
    """It is an error without a judgement, and the operator can find out what failed."""
    assert answer.response.keys() == {"Error", "RequestId"}
    assert "log" in answer.message
    assert WORD not in answer.message
    assert WORD not in str(logged)
    [event] = [e for e in logged if e.get("request_id") == answer.response["RequestId"]]
    assert event["error_type"].startswith("RuntimeError at ")


@pytest.mark.provokes("FailedOperation.LivessSystemError")
def test_a_liveness_engine_that_fails(
    server: TestServer, media: Media, logged: list[EventDict], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(antispoof, "_run", _broken)
    picture = {"Image": media.still()["ImageA"]}
    for action, params, code in (
        ("CompareFaceLiveness", media.clip(), "FailedOperation.LivessSystemError"),
        ("LivenessCompare", media.clip(), "FailedOperation.LivessSystemError"),
        ("DetectLiveFace", picture, "FailedOperation.ServerError"),
        ("DetectLiveFaceAccurate", picture, "FailedOperation.ServerError"),
    ):
        answer = _call(server, action, params)
        assert answer.code == code
        _told(answer, logged)


@pytest.mark.provokes("FailedOperation.CompareSystemError", "FailedOperation.ServerError")
def test_a_comparison_engine_that_fails(
    server: TestServer, media: Media, logged: list[EventDict], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embeddings, "embed", _broken)
    for action, params, code in (
        ("LivenessCompare", media.clip(), "FailedOperation.CompareSystemError"),
        ("CompareFace", media.still(), "FailedOperation.ServerError"),
    ):
        answer = _call(server, action, params)
        assert answer.code == code
        _told(answer, logged)


@pytest.mark.provokes("FailedOperation.ServerError")
def test_a_network_that_fails_on_one_picture(
    server: TestServer, media: Media, logged: list[EventDict], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(antispoof, "least_live", _broken)
    for action in ("DetectLiveFace", "DetectLiveFaceAccurate"):
        answer = _call(server, action, {"Image": text(jpeg(media.astronaut))})
        assert answer.code == "FailedOperation.ServerError"
        _told(answer, logged)


@pytest.mark.provokes("FailedOperation.RequestTimeout")
def test_a_picture_that_takes_too_long(server: TestServer, media: Media) -> None:
    performer = server.parts.performer
    patient = performer._context
    hasty = replace(patient.policy, still=replace(patient.policy.still, wall_seconds=0.0))
    performer._context = replace(patient, policy=hasty)
    try:
        pair = _call(server, "CompareFace", media.still())
        one = _call(server, "DetectLiveFace", {"Image": text(jpeg(media.astronaut))})
    finally:
        performer._context = patient
    for answer, name in ((pair, "`ImageA`"), (one, "`Image`")):
        assert answer.code == "FailedOperation.RequestTimeout"
        assert name in answer.message
