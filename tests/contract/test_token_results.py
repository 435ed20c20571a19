"""What is read of a verification that goes on, and who may read what."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from tests.capture import Capture
from tests.client import Client
from tests.conftest import Pixels
from tests.contract.desk import CHINESE, FACEID, LIVENESS, RESULTS, SDK, WEB, Desk, Params, compared
from tests.contract.servers import TestServer, real

from countenance.contract import catalogue


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestServer]:
    with real(tmp_path_factory.mktemp("results")) as running:
        yield running


@pytest.fixture(scope="module")
def desk(server: TestServer) -> Desk:
    return Desk(server)


@pytest.fixture(scope="module")
def asked(astronaut: Pixels) -> dict[str, Params]:
    return compared(astronaut)


@pytest.mark.parametrize("action", [WEB, SDK, FACEID, LIVENESS])
def test_a_verification_that_goes_on(
    server: TestServer, desk: Desk, asked: dict[str, Params], action: str
) -> None:
    token = desk.apply(action, asked[action])
    for opened in (False, True):
        if opened:
            with Capture(server.url, token) as person:
                person.begin()
        found = desk.read(action, token)
        if action == WEB:
            assert (found["ErrorCode"], found["ErrorMsg"]) == (17, "The process was not finished")
            assert found["VerificationDetailList"] == []
            assert (found["VideoBase64"], found["BestFrameBase64"]) == (None, None)
            assert (found["OCRResult"], found["Extra"]) == (None, "order 7")
        else:
            said = "Verification process not finished"
            assert (found["Result"], found["Description"]) == ("-999", said)
        if action == SDK:
            assert (found["ChargeCount"], found["CompareResults"]) == (0, [])
            assert (found["CardVerifyResults"], found["DeviceInfoLevel"]) == ([], "")
        if action == FACEID:
            assert (found["BestFrame"], found["Video"], found["ActionVideo"]) == ("", "", "")
            assert (found["Similarity"], found["LivenessInfoTag"]) == (None, None)
        if action == LIVENESS:
            assert (found["BestFrame"], found["Video"]) == (None, None)
    assert "尚未完成" in str(desk.read(action, token, **CHINESE))


def test_who_leaves_is_told_as_such(server: TestServer, desk: Desk, asked: Any) -> None:
    for action, name, number in ((WEB, "ErrorCode", 1410), (LIVENESS, "Result", "1410")):
        token = desk.apply(action, asked[action])
        with Capture(server.url, token) as person:
            person.begin()
            person.leave()
        found = desk.read(action, token)
        assert found[name] == number
        assert "User exited voluntarily" in (found.get("ErrorMsg"), found.get("Description"))


@pytest.mark.provokes("InvalidParameterValue.BizTokenIllegal", "OperationDenied")
def test_a_token_of_another_kind_or_owner(
    server: TestServer, desk: Desk, asked: dict[str, Params]
) -> None:
    tokens = {action: desk.apply(action, asked[action]) for action in asked}
    stranger = server.wait(server.parts.keys.create("stranger"))
    told = replace(server.running, secret_id=stranger.secret_id)
    theirs = Desk(server, Client(told, stranger.secret_key))
    for action, result in RESULTS.items():
        for issued, token in tokens.items():
            if issued == action:
                continue
            answer = desk.ask(result, token)
            assert answer.code == "InvalidParameterValue.BizTokenIllegal"
            assert f"issued by {issued}, so {RESULTS[issued]} has its result" in answer.message
            assert theirs.ask(result, token).code == "OperationDenied"
        answer = desk.ask(result, "no token", **CHINESE)
        assert answer.code == "InvalidParameterValue.BizTokenIllegal"
        assert not answer.message.isascii()
    for token in ("", "A" * 40, tokens[WEB].lower(), tokens[WEB][:-1] + "X"):
        assert desk.ask(RESULTS[WEB], token).code == "InvalidParameterValue.BizTokenIllegal"
    for action, token in tokens.items():
        assert theirs.ask(RESULTS[action], token).code == "OperationDenied"


@pytest.mark.provokes("InternalServerError", "InternalError")
def test_a_fault_of_ours_has_the_spelling_that_the_action_lists(
    server: TestServer, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object, **__: object) -> None:
        raise RuntimeError("4711-of-a-person")

    monkeypatch.setattr(server.parts.sessions, "find", broken)
    monkeypatch.setattr(server.parts.sessions, "create", broken)
    for result in RESULTS.values():
        answer = desk.ask(result, "T")
        listed = catalogue.find("2018-03-01", result).errors
        older = "InternalServerError" in listed
        assert answer.code == ("InternalServerError" if older else "InternalError")
        assert "4711" not in answer.message
    level: Params = {"SecureLevel": "1"}
    assert desk.client.call(LIVENESS, level).code == "InternalServerError"
    level = {"CheckMode": 3, "SecurityLevel": 1}
    assert desk.client.call(SDK, level).code == "InternalError"
