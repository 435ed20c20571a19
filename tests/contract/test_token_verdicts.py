"""What is read of a verification that is over, and after it was erased."""

import base64
import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest
from tests.capture import Capture
from tests.conftest import Pixels, jpeg
from tests.contract.desk import CHINESE, FACEID, LIVENESS, SDK, V1, WEB, Desk, Params, compared
from tests.contract.servers import TestServer, real
from tests.media import NOISE, text

BASE = "https://verify.example"
Open = Callable[[str], Capture]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestServer]:
    with real(tmp_path_factory.mktemp("verdicts"), public_url=BASE) as running:
        yield running


@pytest.fixture(scope="module")
def desk(server: TestServer) -> Desk:
    return Desk(server)


@pytest.fixture(scope="module")
def asked(astronaut: Pixels) -> dict[str, Params]:
    return compared(astronaut)


def _file(server: TestServer, info: Params) -> bytes:
    """The file behind a FileInfo, which says what it is."""
    assert info["Url"].startswith(BASE)
    answer = httpx.get(server.url + info["Url"].removeprefix(BASE), trust_env=False)
    assert answer.status_code == 200
    md5 = hashlib.md5(answer.content, usedforsecurity=False).hexdigest()
    assert (md5, len(answer.content)) == (info["MD5"], info["Size"])
    return answer.content


def _is_jpeg(data: bytes) -> bool:
    return data.startswith(b"\xff\xd8\xff")


@pytest.fixture
def open_link(server: TestServer) -> Iterator[Open]:
    """Opens a token on a device of its own."""
    with ExitStack() as opened:
        yield lambda token: opened.enter_context(Capture(server.url, token))


def test_a_link_refused_and_then_passed(
    open_link: Open,
    desk: Desk,
    asked: dict[str, Params],
    live_clip: bytes,
    print_clip: bytes,
) -> None:
    token = desk.apply(WEB, asked[WEB])
    person = open_link(token)
    person.verify(print_clip)
    found = desk.read(WEB, token)
    assert (found["ErrorCode"], len(found["VerificationDetailList"])) == (17, 1)
    assert found["VideoBase64"] is None
    person.record(live_clip)
    found = desk.read(WEB, token)
    assert (found["ErrorCode"], found["ErrorMsg"], found["Extra"]) == (0, "Success", "order 7")
    assert base64.b64decode(found["VideoBase64"]) == live_clip
    assert _is_jpeg(base64.b64decode(found["BestFrameBase64"]))
    refused, passed = found["VerificationDetailList"]
    assert refused["ErrorCode"] == refused["LivenessErrorCode"] == 1002
    assert (refused["CompareErrorCode"], refused["Similarity"]) == (None, None)
    assert refused["LivenessInfoTag"] == ["03"]
    assert passed["ErrorCode"] == passed["LivenessErrorCode"] == passed["CompareErrorCode"] == 0
    assert passed["Similarity"] >= 70
    assert passed["LivenessInfoTag"] is None
    assert passed["Seq"] != refused["Seq"]
    assert 0 < passed["ReqTimestamp"] - refused["ReqTimestamp"] < 600_000
    assert "成功" in desk.read(WEB, token, **CHINESE)["ErrorMsg"]
    person.erase()
    found = desk.read(WEB, token)
    assert (found["ErrorCode"], found["Extra"]) == (0, None)
    assert (found["VideoBase64"], found["BestFrameBase64"]) == (None, None)
    assert [one["ErrorCode"] for one in found["VerificationDetailList"]] == [1002, 0]
    assert [one["Similarity"] for one in found["VerificationDetailList"]] == [None, None]


def test_the_sdk_is_told_every_attempt(
    server: TestServer,
    open_link: Open,
    desk: Desk,
    asked: dict[str, Params],
    live_clip: bytes,
    print_clip: bytes,
) -> None:
    token = desk.apply(SDK, asked[SDK] | {"RetryLimit": 2})
    person = open_link(token)
    person.verify(print_clip)
    person.record(live_clip)
    found = desk.read(SDK, token)
    assert (found["Result"], found["Description"], found["Extra"]) == ("0", "Success", "order 7")
    assert found["ChargeCount"] == 2  # 1002 is billed in this flow
    refused, passed = found["CompareResults"]
    assert (refused["ErrorCode"], refused["LiveErrorCode"]) == ("1002", "1002")
    assert (refused["CompareErrorCode"], refused["CompareErrorMsg"]) == ("", "")
    assert (passed["ErrorCode"], passed["LiveErrorCode"], passed["CompareErrorCode"]) == ("0",) * 3
    assert passed["Sim"] >= 70
    assert (refused["IsNeedCharge"], passed["IsNeedCharge"]) == (True, True)
    assert _file(server, refused["LiveVideo"]) == print_clip
    assert _file(server, passed["LiveVideo"]) == live_clip
    assert _is_jpeg(_file(server, passed["BestFrame"]))
    assert _is_jpeg(_file(server, passed["ProfileImage"]))
    package = json.loads(_file(server, passed["LiveData"]))
    assert package["format"] == "countenance-capture-1"
    assert package["recording"]["sha256"] == hashlib.sha256(live_clip).hexdigest()
    assert (passed["ActionVideo"], passed["CardInfoInputJson"]) == (None, None)
    person.erase()
    found = desk.read(SDK, token)
    files = ("LiveData", "LiveVideo", "BestFrame", "ProfileImage", "Sim")
    assert [found["CompareResults"][1][name] for name in files] == [None] * 5
    assert (found["Result"], found["Extra"], found["ChargeCount"]) == ("0", "", 2)
    rows = server.wait(server.parts.usage.rows())
    counted = {row.outcome: (row.calls, row.billed) for row in rows if row.action == SDK}
    assert counted == {"Success": (1, 0), "1002": (0, 1), "0": (0, 1)}


def test_another_person_is_told_as_such_until_no_attempt_is_left(
    server: TestServer,
    open_link: Open,
    desk: Desk,
    asked: dict[str, Params],
    hopper: Pixels,
    live_clip: bytes,
) -> None:
    photo = text(jpeg(hopper))
    token = desk.apply(FACEID, asked[FACEID] | {"Image": photo, "RetryLimit": 1})
    person = open_link(token)
    person.verify(live_clip)
    found = desk.read(FACEID, token)
    assert found["Result"] == "2016"
    assert found["Description"] == "Similarity below the passing threshold"
    assert 0 < found["Similarity"] < 70
    assert base64.b64decode(found["Video"]) == live_clip
    assert _is_jpeg(base64.b64decode(found["BestFrame"]))
    person.erase()
    found = desk.read(FACEID, token)
    assert (found["Result"], found["Similarity"]) == ("2016", None)
    assert (found["BestFrame"], found["Video"]) == ("", "")
    config = asked[WEB]["Config"] | {"LivenessRetryLimit": 1}
    token = desk.apply(WEB, asked[WEB] | {"CompareImageBase64": photo, "Config": config})
    open_link(token).verify(live_clip)
    found = desk.read(WEB, token)
    assert (found["ErrorCode"], found["ErrorMsg"]) == (16, "Retry limit has been reached")
    [only] = found["VerificationDetailList"]
    assert (only["ErrorCode"], only["LivenessErrorCode"]) == (2016, 0)
    assert only["CompareErrorCode"] == 2016


def test_liveness_alone(server: TestServer, open_link: Open, desk: Desk, live_clip: bytes) -> None:
    token = desk.apply(LIVENESS, {"SecureLevel": "1"})
    person = open_link(token)
    person.verify(live_clip)
    for _ in range(2):  # as often as one likes
        found = desk.read(LIVENESS, token)
        assert (found["Result"], found["Description"]) == ("0", "Success")
        assert _file(server, found["Video"]) == live_clip
        assert _is_jpeg(_file(server, found["BestFrame"]))
    person.erase()
    found = desk.read(LIVENESS, token)
    assert (found["Result"], found["BestFrame"], found["Video"]) == ("0", None, None)


def test_a_recording_that_is_none_is_an_attempt(
    server: TestServer, open_link: Open, desk: Desk
) -> None:
    token = desk.apply(SDK, {"CheckMode": 3, "SecurityLevel": 1, "RetryLimit": 1})
    open_link(token).verify(NOISE, "video/webm")
    found = desk.read(SDK, token)
    assert found["Result"] == found["CompareResults"][0]["LiveErrorCode"] != "0"
    assert found["CompareResults"][0]["CompareErrorCode"] == ""
    assert found["CompareResults"][0]["BestFrame"] is None


def _upload(server: TestServer, desk: Desk, data: bytes) -> Params:
    """What names a photo that was sent to an upload address of ours."""
    asked = desk.client.call("CreateUploadUrl", {"TargetAction": V1}).response
    url = server.url + asked["UploadUrl"].removeprefix(BASE)
    assert httpx.put(url, content=data, trust_env=False).status_code == 200
    md5 = hashlib.md5(data, usedforsecurity=False).hexdigest()
    return {"CompareImageUrl": asked["ResourceUrl"], "CompareImageMd5": md5}


def test_the_first_form_of_the_link_has_all_by_url(
    server: TestServer, open_link: Open, desk: Desk, astronaut: Pixels, live_clip: bytes
) -> None:
    page = {"RedirectUrl": "https://shop.example/done"}
    photo = page | _upload(server, desk, jpeg(astronaut))
    answer = desk.client.call(V1, photo | {"CompareImageMd5": "0" * 32})
    assert answer.code == "InvalidParameterValue"
    assert "`CompareImageMd5`" in answer.message
    answer = desk.client.call(V1, page | _upload(server, desk, NOISE))
    assert answer.code == "InvalidParameterValue"
    assert "`CompareImageUrl`: No full face was found." in answer.message
    token = desk.apply(V1, photo)
    found = desk.read(V1, token)
    assert (found["ErrorCode"], found["VideoUrl"], found["VideoBestFrameMd5"]) == (17, None, None)
    person = open_link(token)
    view = person.verify(live_clip)
    assert view["verdict"]["redirect"] == f"https://shop.example/done?token={token}"
    found = desk.read(V1, token)
    assert (found["ErrorCode"], found["VerificationDetailList"][0]["CompareErrorCode"]) == (0, 0)
    video = {"Url": found["VideoUrl"], "MD5": found["VideoMd5"], "Size": len(live_clip)}
    assert _file(server, video) == live_clip
    frame = httpx.get(server.url + found["VideoBestFrameUrl"].removeprefix(BASE), trust_env=False)
    assert _is_jpeg(frame.content)
    md5 = hashlib.md5(frame.content, usedforsecurity=False).hexdigest()
    assert md5 == found["VideoBestFrameMd5"]
    person.erase()
    assert desk.read(V1, token)["VideoUrl"] is None


def test_without_retention_there_is_the_verdict_and_nothing_else(
    tmp_path: Path, asked: dict[str, Params], live_clip: bytes
) -> None:
    with real(tmp_path, zero_retention=True) as server:
        desk = Desk(server)
        tokens = {action: desk.apply(action, asked[action]) for action in (WEB, SDK)}
        assert desk.read(WEB, tokens[WEB])["Extra"] == "order 7"
        for token in tokens.values():
            with Capture(server.url, token) as person:
                assert person.verify(live_clip)["state"] == "passed"
        web, sdk = (desk.read(action, token) for action, token in tokens.items())
    assert (web["ErrorCode"], web["VerificationDetailList"][0]["CompareErrorCode"]) == (0, 0)
    assert (web["VideoBase64"], web["BestFrameBase64"], web["Extra"]) == (None, None, None)
    assert (sdk["Result"], sdk["ChargeCount"], sdk["Extra"]) == ("0", 1, "")
    files = ("LiveData", "LiveVideo", "BestFrame", "ProfileImage")
    assert [sdk["CompareResults"][0][name] for name in files] == [None] * 4
    assert not (tmp_path / "objects").exists()
