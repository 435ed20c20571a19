"""A verification with the vendor's Python SDK on one side and a person on the other."""

import base64
import hashlib
import json
from typing import Any

import httpx
import pytest
from tencentcloud.common import credential
from tencentcloud.common.exception.tencent_cloud_sdk_exception import TencentCloudSDKException
from tencentcloud.common.profile.client_profile import ClientProfile
from tencentcloud.common.profile.http_profile import HttpProfile
from tencentcloud.faceid.v20180301 import faceid_client, models
from tests.capture import Capture
from tests.conftest import Pixels, jpeg
from tests.media import text
from tests.serving import Running


@pytest.fixture
def client(server: Running) -> faceid_client.FaceidClient:
    http = HttpProfile(protocol="http", endpoint=server.endpoint, reqTimeout=60)
    profile = ClientProfile(httpProfile=http)
    key = credential.Credential(server.secret_id, server.secret_key)
    return faceid_client.FaceidClient(key, "ap-singapore", profile)


def _apply(client: faceid_client.FaceidClient, photo: bytes) -> dict[str, str]:
    """A token of each family that compares a person with the photo, and one for liveness."""
    web = models.ApplyWebVerificationBizTokenIntlRequest()
    web.RedirectURL, web.Extra = "https://shop.example/done?order=7", "web"
    web.CompareImageBase64 = text(photo)
    web.Config = models.WebVerificationConfigIntl()
    web.Config.CheckMode, web.Config.SecurityLevel, web.Config.AutoSkip = 2, 1, True
    sdk = models.ApplySdkVerificationTokenRequest()
    sdk.CheckMode, sdk.SecurityLevel, sdk.Extra, sdk.CompareImage = 2, 1, "sdk", text(photo)
    selfie = models.GetFaceIdTokenIntlRequest()
    selfie.CheckMode, selfie.SecureLevel, selfie.Image = "compare", "1", text(photo)
    live = models.ApplyLivenessTokenRequest()
    live.SecureLevel = "1"
    return {
        "web": client.ApplyWebVerificationBizTokenIntl(web).BizToken,
        "sdk": client.ApplySdkVerificationToken(sdk).SdkToken,
        "faceid": client.GetFaceIdTokenIntl(selfie).SdkToken,
        "liveness": client.ApplyLivenessToken(live).SdkToken,
    }


def _read(client: faceid_client.FaceidClient, family: str, token: str) -> Any:
    name = {
        "web": "GetWebVerificationResultIntl",
        "sdk": "GetSdkVerificationResult",
        "faceid": "GetFaceIdResultIntl",
        "liveness": "GetLivenessResult",
    }[family]
    request = getattr(models, f"{name}Request")()
    setattr(request, "BizToken" if family == "web" else "SdkToken", token)
    return getattr(client, name)(request)


def _fetch(file: Any) -> bytes:
    data = httpx.get(file.Url, trust_env=False).content
    md5 = hashlib.md5(data, usedforsecurity=False).hexdigest()
    assert (md5, len(data)) == (file.MD5, file.Size)
    return data


def test_a_verification_from_the_token_to_the_result(
    server: Running, client: faceid_client.FaceidClient, astronaut: Pixels, live_clip: bytes
) -> None:
    tokens = _apply(client, jpeg(astronaut))
    for family, token in tokens.items():
        found = _read(client, family, token)
        assert (found.ErrorCode if family == "web" else found.Result) in (17, "-999")
        with Capture(server.url, token) as person:
            person.verify(live_clip)
    web = _read(client, "web", tokens["web"])
    assert (web.ErrorCode, web.ErrorMsg, web.Extra, web.OCRResult) == (0, "Success", "web", None)
    assert base64.b64decode(web.VideoBase64) == live_clip
    [only] = web.VerificationDetailList
    assert (only.ErrorCode, only.LivenessErrorCode, only.CompareErrorCode) == (0, 0, 0)
    assert only.Similarity >= 70
    sdk = _read(client, "sdk", tokens["sdk"])
    assert (sdk.Result, sdk.ChargeCount, sdk.Extra, sdk.CardVerifyResults) == ("0", 1, "sdk", [])
    [attempt] = sdk.CompareResults
    assert (attempt.ErrorCode, attempt.LiveErrorCode, attempt.CompareErrorCode) == ("0", "0", "0")
    assert _fetch(attempt.LiveVideo) == live_clip
    assert json.loads(_fetch(attempt.LiveData))["attempt"] == 1
    assert _fetch(attempt.BestFrame) != _fetch(attempt.ProfileImage)
    selfie = _read(client, "faceid", tokens["faceid"])
    assert (selfie.Result, selfie.Description, selfie.Extra) == ("0", "Success", None)
    assert selfie.Similarity >= 70
    assert base64.b64decode(selfie.Video) == live_clip
    live = _read(client, "liveness", tokens["liveness"])
    assert (live.Result, _fetch(live.Video)) == ("0", live_clip)


def test_what_is_not_built_is_said_by_the_sdk(client: faceid_client.FaceidClient) -> None:
    with pytest.raises(TencentCloudSDKException) as refused:
        client.ApplyLivenessToken(models.ApplyLivenessTokenRequest())
    assert refused.value.get_code() == "UnsupportedOperation"
    assert "`SecureLevel` is absent, which means 4" in refused.value.get_message()
    with pytest.raises(TencentCloudSDKException) as refused:
        _read(client, "liveness", "00000000-0000-0000-0000-000000000000")
    assert refused.value.get_code() == "InvalidParameterValue.BizTokenIllegal"
