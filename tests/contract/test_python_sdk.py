"""The vendor's Python SDK, unmodified, against a real server with real engines."""

import base64

import pytest
from tencentcloud.common import credential
from tencentcloud.common.exception.tencent_cloud_sdk_exception import TencentCloudSDKException
from tencentcloud.common.profile.client_profile import ClientProfile
from tencentcloud.common.profile.http_profile import HttpProfile
from tencentcloud.faceid.v20180301 import faceid_client
from tencentcloud.faceid.v20180301 import models as faceid
from tencentcloud.iai.v20200303 import iai_client
from tencentcloud.iai.v20200303 import models as iai
from tests.conftest import Pixels, jpeg, thumbnail
from tests.media import text
from tests.serving import Running

ALGORITHMS = ["TC3-HMAC-SHA256", "HmacSHA1", "HmacSHA256"]


def _profile(server: Running, algorithm: str, method: str = "POST") -> ClientProfile:
    http = HttpProfile(protocol="http", endpoint=server.endpoint, reqMethod=method, reqTimeout=60)
    return ClientProfile(signMethod=algorithm, httpProfile=http)


def _credential(server: Running) -> credential.Credential:
    return credential.Credential(server.secret_id, server.secret_key)


def _iai(
    server: Running,
    algorithm: str = ALGORITHMS[0],
    method: str = "POST",
    key: credential.Credential | None = None,
) -> iai_client.IaiClient:
    profile = _profile(server, algorithm, method)
    return iai_client.IaiClient(key or _credential(server), "ap-singapore", profile)


def _faceid(
    server: Running, algorithm: str = ALGORITHMS[0], method: str = "POST"
) -> faceid_client.FaceidClient:
    profile = _profile(server, algorithm, method)
    return faceid_client.FaceidClient(_credential(server), "ap-singapore", profile)


def _compare(a: bytes, b: bytes) -> iai.CompareFaceRequest:
    request = iai.CompareFaceRequest()
    request.ImageA, request.ImageB = text(a), text(b)
    return request


def _clip(photo: bytes, video: bytes) -> faceid.CompareFaceLivenessRequest:
    request = faceid.CompareFaceLivenessRequest()
    request.ImageBase64, request.VideoBase64 = text(photo), text(video)
    request.LivenessType = "SILENT"
    return request


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_compare_face_by_post(
    server: Running, astronaut: Pixels, hopper: Pixels, algorithm: str
) -> None:
    client = _iai(server, algorithm)
    same = client.CompareFace(_compare(jpeg(astronaut), jpeg(astronaut[20:420, 40:460], 70)))
    assert same.Score > 90
    assert same.FaceModelVersion == "3.0"
    other = client.CompareFace(_compare(jpeg(astronaut), jpeg(hopper)))
    assert other.Score < 60
    assert len(same.RequestId) == 36


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_compare_face_by_get_with_two_thumbnails(
    server: Running, astronaut: Pixels, hopper: Pixels, algorithm: str
) -> None:
    client = _iai(server, algorithm, "GET")
    one = thumbnail(astronaut)
    assert client.CompareFace(_compare(one, thumbnail(astronaut, 88))).Score > 80
    assert client.CompareFace(_compare(one, thumbnail(hopper))).Score < 70


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_detect_live_face_accurate(server: Running, astronaut: Pixels, algorithm: str) -> None:
    client = _iai(server, algorithm)
    request = iai.DetectLiveFaceAccurateRequest()
    request.Image = text(jpeg(astronaut))
    live = client.DetectLiveFaceAccurate(request)
    assert live.Score > 87
    assert live.FaceModelVersion == "3.0"
    assert len(live.RequestId) == 36
    # The client of today has no method for the earlier action.
    earlier = client.call_json("DetectLiveFace", {"Image": request.Image})["Response"]
    assert earlier["IsLiveness"] is True
    assert earlier["Score"] == live.Score


def test_detect_live_face_accurate_refuses(server: Running) -> None:
    client = _iai(server)
    request = iai.DetectLiveFaceAccurateRequest()
    request.Url = "http://127.0.0.1/face.jpg"
    with pytest.raises(TencentCloudSDKException) as refused:
        client.DetectLiveFaceAccurate(request)
    assert refused.value.get_code() == "InvalidParameterValue.UrlIllegal"


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_compare_face_liveness_by_post(
    server: Running,
    astronaut: Pixels,
    hopper: Pixels,
    live_clip: bytes,
    print_clip: bytes,
    algorithm: str,
) -> None:
    client = _faceid(server, algorithm)
    live = client.CompareFaceLiveness(_clip(jpeg(astronaut), live_clip))
    assert (live.Result, live.Description) == ("Success", "Success")
    assert live.Sim > 70
    assert base64.b64decode(live.BestFrameBase64)[:3] == b"\xff\xd8\xff"
    other = client.CompareFaceLiveness(_clip(jpeg(hopper), live_clip))
    assert other.Result == "FailedOperation.CompareLowSimilarity"
    assert 0 <= other.Sim < 70
    fake = client.CompareFaceLiveness(_clip(jpeg(astronaut), print_clip))
    assert fake.Result == "FailedOperation.SilentPictureLiveFail"
    assert fake.Sim == 0


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_compare_face_liveness_by_get_is_too_large(
    server: Running, astronaut: Pixels, live_clip: bytes, algorithm: str
) -> None:
    client = _faceid(server, algorithm, "GET")
    with pytest.raises(TencentCloudSDKException) as refused:
        client.CompareFaceLiveness(_clip(jpeg(astronaut), live_clip))
    assert refused.value.get_code() == "RequestSizeLimitExceeded"


@pytest.mark.parametrize("algorithm", ALGORITHMS[1:])
def test_a_v1_body_over_one_megabyte_names_the_limit(
    server: Running, astronaut: Pixels, algorithm: str
) -> None:
    client = _faceid(server, algorithm)
    with pytest.raises(TencentCloudSDKException) as refused:
        client.CompareFaceLiveness(_clip(jpeg(astronaut), bytes(1_200_000)))
    assert refused.value.get_code() == "AuthFailure.SignatureFailure"
    assert "TC3-HMAC-SHA256" in refused.value.get_message()


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_a_wrong_key_is_the_exact_error(server: Running, astronaut: Pixels, algorithm: str) -> None:
    request = _compare(thumbnail(astronaut), thumbnail(astronaut))
    wrong = credential.Credential(server.secret_id, "x" * 32)
    with pytest.raises(TencentCloudSDKException) as refused:
        _iai(server, algorithm, key=wrong).CompareFace(request)
    assert refused.value.get_code() == "AuthFailure.SignatureFailure"
    assert refused.value.get_request_id()
    unknown = credential.Credential("AKID" + "0" * 32, server.secret_key)
    with pytest.raises(TencentCloudSDKException) as refused:
        _iai(server, algorithm, key=unknown).CompareFace(request)
    assert refused.value.get_code() == "AuthFailure.SecretIdNotFound"


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@pytest.mark.parametrize("seconds", [-400, 400])
def test_a_stale_clock_is_the_exact_error(
    server: Running,
    astronaut: Pixels,
    algorithm: str,
    seconds: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import time

    real = time.time
    client = _iai(server, algorithm)
    monkeypatch.setattr(time, "time", lambda: real() + seconds)
    with pytest.raises(TencentCloudSDKException) as refused:
        client.CompareFace(_compare(thumbnail(astronaut), thumbnail(astronaut)))
    assert refused.value.get_code() == "AuthFailure.SignatureExpire"


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@pytest.mark.parametrize("method", ["POST", "GET"])
def test_a_byte_changed_on_the_way_is_the_exact_error(
    server: Running,
    astronaut: Pixels,
    algorithm: str,
    method: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import requests

    send = requests.Session.send

    def tampered(session: requests.Session, request: requests.PreparedRequest, **options: object):
        if method == "POST":
            body = request.body if isinstance(request.body, bytes) else request.body.encode()
            request.body = body.replace(b"/9j/", b"/9k/", 1).replace(b"%2F9j", b"%2F9k", 1)
            assert request.body != body
        else:
            url = request.url
            request.url = url.replace("%2F9j", "%2F9k", 1).replace("/9j", "/9k", 1)
            assert request.url != url
        return send(session, request, **options)

    monkeypatch.setattr(requests.Session, "send", tampered)
    client = _iai(server, algorithm, method)
    with pytest.raises(TencentCloudSDKException) as refused:
        client.CompareFace(_compare(thumbnail(astronaut), thumbnail(astronaut)))
    assert refused.value.get_code() == "AuthFailure.SignatureFailure"


@pytest.mark.provokes("UnsupportedOperation")
def test_an_action_that_is_not_built_says_so(server: Running) -> None:
    request = faceid.GenerateReflectSequenceRequest()
    request.DeviceDataUrl, request.DeviceDataMd5 = "https://a.example/", "0" * 32
    with pytest.raises(TencentCloudSDKException) as refused:
        _faceid(server).GenerateReflectSequence(request)
    assert refused.value.get_code() == "UnsupportedOperation"
    assert "GenerateReflectSequence" in refused.value.get_message()


@pytest.mark.parametrize("kind", ["ACTION", "LIP"])
def test_a_liveness_type_that_is_not_built_says_so(
    server: Running, astronaut: Pixels, live_clip: bytes, kind: str
) -> None:
    request = _clip(jpeg(astronaut), live_clip)
    request.LivenessType, request.ValidateData = kind, "2,1" if kind == "ACTION" else "1234"
    with pytest.raises(TencentCloudSDKException) as refused:
        _faceid(server).CompareFaceLiveness(request)
    assert refused.value.get_code() == "UnsupportedOperation"
    assert kind in refused.value.get_message()
