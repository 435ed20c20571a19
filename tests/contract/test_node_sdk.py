"""The vendor's npm clients, unmodified, against a real server with real engines."""

import base64
from typing import Any

import pytest
from tests.conftest import Pixels, jpeg, thumbnail
from tests.contract.node_clients import ALGORITHMS, CLIENTS, Outcome, drive, errors, job, typed
from tests.serving import Running

from countenance.contract import catalogue

FACEID, IAI = "2018-03-01", "2020-03-03"
COMPARE = catalogue.find(IAI, "CompareFace")
LIVENESS = catalogue.find(FACEID, "CompareFaceLiveness")
METHODS = ["POST", "GET"]

clients = pytest.mark.parametrize("client", CLIENTS)
algorithms = pytest.mark.parametrize("algorithm", ALGORITHMS)


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()


@pytest.fixture(scope="module")
def faces(astronaut: Pixels, hopper: Pixels) -> dict[str, dict[str, str]]:
    """The parameters of CompareFace, small enough for a query: the same person, and another."""
    one = _text(thumbnail(astronaut))
    return {
        "same": {"ImageA": one, "ImageB": _text(thumbnail(astronaut, 88))},
        "other": {"ImageA": one, "ImageB": _text(thumbnail(hopper))},
    }


@clients
@algorithms
def test_compare_face(
    server: Running, faces: dict[str, dict[str, str]], algorithm: str, client: str
) -> None:
    jobs = [
        job(server, COMPARE, faces[who], algorithm, method, typed=model)
        for who in faces
        for method in METHODS
        for model in (None, typed(COMPARE))
    ]
    scores = [outcome["response"]["Score"] for outcome in drive(client, jobs)]
    assert all(score > 80 for score in scores[:4])
    assert all(score < 70 for score in scores[4:])


@clients
@algorithms
def test_compare_face_liveness(
    server: Running,
    astronaut: Pixels,
    live_clip: bytes,
    print_clip: bytes,
    algorithm: str,
    client: str,
) -> None:
    photo = _text(jpeg(astronaut))
    jobs = [
        job(server, LIVENESS, _clip(photo, clip), algorithm, method)
        for method in METHODS
        for clip in (live_clip, print_clip)
    ]
    live, fake, *by_get = drive(client, jobs)
    assert live["response"]["Result"] == "Success"
    assert live["response"]["Sim"] > 70
    assert live["response"]["BestFrameBase64"].startswith("/9j/")
    assert fake["response"]["Result"] == "FailedOperation.SilentPictureLiveFail"
    assert fake["response"]["Sim"] == 0
    assert errors(by_get) == ["RequestSizeLimitExceeded"] * 2


@clients
@pytest.mark.parametrize("algorithm", ALGORITHMS[1:])
def test_a_v1_body_over_one_megabyte_names_the_limit(
    server: Running, algorithm: str, client: str
) -> None:
    (outcome,) = drive(client, [job(server, LIVENESS, _clip("A", bytes(900_000)), algorithm)])
    assert errors([outcome]) == ["AuthFailure.SignatureFailure"]
    assert "TC3-HMAC-SHA256" in outcome["error"]["message"]


@clients
@algorithms
def test_a_wrong_key_and_a_stale_clock_are_the_exact_errors(
    server: Running, faces: dict[str, dict[str, str]], algorithm: str, client: str
) -> None:
    right = [job(server, COMPARE, faces["same"], algorithm, method) for method in METHODS]
    wrong = [call | {"key": "x" * 32} for call in right]
    unknown = [call | {"id": "AKID" + "0" * 32} for call in right]
    said = errors(drive(client, wrong + unknown))
    assert said == ["AuthFailure.SignatureFailure"] * 2 + ["AuthFailure.SecretIdNotFound"] * 2
    for skew in (-400, 400):
        assert errors(drive(client, right, skew=skew)) == ["AuthFailure.SignatureExpire"] * 2


@clients
@algorithms
def test_a_byte_changed_on_the_way_is_the_exact_error(
    server: Running, faces: dict[str, dict[str, str]], algorithm: str, client: str
) -> None:
    jobs = [job(server, COMPARE, faces["same"], algorithm, method) for method in METHODS]
    changed = drive(client, jobs, tamper=True)
    assert errors(changed) == ["AuthFailure.SignatureFailure"] * 2


def _clip(photo: str, video: bytes) -> dict[str, Any]:
    return {"ImageBase64": photo, "VideoBase64": _text(video), "LivenessType": "SILENT"}


# --- quirks: what the clients really send, and that it is taken

TOKEN = {"SdkToken": "00000000-0000-0000-0000-000000000000"}
UNBUILT = catalogue.find(FACEID, "GetLivenessResult")


def _header(outcome: Outcome, name: str) -> str | None:
    value = outcome["wire"]["headers"].get(name)
    return value[0] if isinstance(value, list) else value


@clients
@algorithms
def test_any_action_that_is_not_built_says_so(server: Running, algorithm: str, client: str) -> None:
    jobs = [job(server, UNBUILT, TOKEN, algorithm, method) for method in METHODS]
    outcomes = drive(client, jobs)
    assert errors(outcomes) == ["UnsupportedOperation"] * 2
    assert all("GetLivenessResult" in outcome["error"]["message"] for outcome in outcomes)


def test_a_region_of_null_is_none(server: Running) -> None:
    jobs = [job(server, UNBUILT, TOKEN, method=method, region=None) for method in METHODS]
    outcomes = drive("intl", jobs)
    assert [_header(outcome, "x-tc-region") for outcome in outcomes] == ["null", "null"]
    assert errors(outcomes) == ["UnsupportedOperation"] * 2
    (bare,) = drive("common", jobs[:1])
    assert _header(bare, "x-tc-region") is None
    assert errors([bare]) == ["UnsupportedOperation"]


@clients
@pytest.mark.parametrize("name", ["127.0.0.1", "localhost"])
def test_the_host_is_signed_without_its_port_and_the_endpoint_is_the_service(
    server: Running, name: str, client: str
) -> None:
    endpoint = f"{name}:{server.endpoint.rpartition(':')[2]}"
    (outcome,) = drive(client, [job(server, UNBUILT, TOKEN, endpoint=endpoint)])
    assert _header(outcome, "host") == endpoint
    service = endpoint.split(".")[0]
    assert f"/{service}/tc3_request" in str(_header(outcome, "authorization"))
    assert errors([outcome]) == ["UnsupportedOperation"]


@clients
def test_v1_by_get_has_no_content_type(server: Running, client: str) -> None:
    (outcome,) = drive(client, [job(server, UNBUILT, TOKEN, "HmacSHA256", "GET")])
    assert _header(outcome, "content-type") is None
    assert errors([outcome]) == ["UnsupportedOperation"]


@clients
def test_a_key_with_underscores_is_signed_as_it_is(server: Running, client: str) -> None:
    params = {"Sdk_Token": "1"}
    jobs = [job(server, UNBUILT, params, algorithm, m) for algorithm in ALGORITHMS for m in METHODS]
    outcomes = drive(client, jobs)
    assert errors(outcomes) == ["UnknownParameter"] * 6
    assert all("Sdk_Token" in outcome["error"]["message"] for outcome in outcomes)


@clients
def test_messages_are_in_the_language_asked_for(server: Running, client: str) -> None:
    chinese = job(server, UNBUILT, {}, language="zh-CN", headers={"X-TC-Language": "zh-CN"})
    outcomes = drive(client, [chinese, job(server, UNBUILT, {})])
    assert errors(outcomes) == ["MissingParameter"] * 2
    in_chinese, in_english = (outcome["error"]["message"] for outcome in outcomes)
    assert not in_chinese.isascii()
    assert in_english.isascii()
    assert "SdkToken" in in_chinese


@clients
@algorithms
def test_the_trace_id_comes_back(server: Running, algorithm: str, client: str) -> None:
    for outcome in drive(client, [job(server, UNBUILT, TOKEN, algorithm, m) for m in METHODS]):
        assert outcome["error"]["traceId"] == _header(outcome, "x-tc-traceid")


@clients
def test_an_octet_stream_has_to_hold_the_parameters(server: Running, client: str) -> None:
    body = _text(b'{"SdkToken": "1"}')
    jobs = [job(server, UNBUILT, {}, body=sent) for sent in (body, _text(b"\x00\x01\x02A"))]
    outcomes = drive(client, jobs)
    expected = "application/octet-stream; charset=utf-8"
    assert {_header(outcome, "content-type") for outcome in outcomes} == {expected}
    assert errors(outcomes) == ["UnsupportedOperation", "InvalidParameter"]


def test_a_multipart_body_with_files_of_base64(
    server: Running, faces: dict[str, dict[str, str]]
) -> None:
    files = {name: _text(value.encode()) for name, value in faces["same"].items()}
    params = {"FaceModelVersion": "3.0"}
    jobs = [job(server, COMPARE, params, files=files, multipart=True)]
    for client in CLIENTS:
        (outcome,) = drive(client, jobs)
        assert str(_header(outcome, "content-type")).startswith("multipart/form-data")
        assert outcome["response"]["Score"] > 80
