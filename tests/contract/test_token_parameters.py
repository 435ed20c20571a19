"""What the actions that issue tokens refuse, and what they accept, over HTTP."""

import uuid
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from tests.client import Answer, Client, check
from tests.conftest import Pixels, jpeg
from tests.contract.servers import TestServer, real
from tests.media import GIF, NOISE, picture, text

MB = 1024 * 1024
BASE = "https://verify.example"
REFUSED, VALUE, MISSING = "UnsupportedOperation", "InvalidParameterValue", "MissingParameter"
LARGE = "FailedOperation.ImageSizeTooLarge"
WEB, V1 = "ApplyWebVerificationBizTokenIntl", "ApplyWebVerificationToken"
SDK, FACEID, LIVENESS = "ApplySdkVerificationToken", "GetFaceIdTokenIntl", "ApplyLivenessToken"
URL = "https://shop.example/done?order=7#end"

Params = dict[str, Any]
Photo = Callable[[Pixels], bytes]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestServer]:
    rules = {"strict": {"pass_score": 80.0, "retries": 2}}
    with real(tmp_path_factory.mktemp("tokens"), public_url=BASE, rules=rules) as running:
        yield running


@pytest.fixture(scope="module")
def client(server: TestServer) -> Client:
    return Client(server.running)


def ask(client: Client, action: str, params: Params, **headers: str) -> Answer:
    answer = client.call(action, params, **headers)
    check(answer, action)
    return answer


def web(url: str = URL, *, level: int | None = 1, mode: int | None = 3, **config: Any) -> Params:
    """A link for a silent check without a photo, with what is given in place."""
    return {"RedirectURL": url, "Config": {"SecurityLevel": level, "CheckMode": mode} | config}


def sdk(**params: Any) -> Params:
    return {"CheckMode": 3, "SecurityLevel": 1} | params


def faceid(**params: Any) -> Params:
    return {"SecureLevel": "1"} | params


# The action, what is sent, the code, what the message must say.
CASES: list[tuple[str, Params, str, str]] = [
    # Levels: also from the default, and never lowered.
    (LIVENESS, {}, REFUSED, "`SecureLevel` is absent, which means 4"),
    (LIVENESS, {"SecureLevel": ""}, REFUSED, "`SecureLevel` is absent, which means 4"),
    (LIVENESS, {"SecureLevel": "2"}, REFUSED, "`SecureLevel` 2 is not built yet"),
    (LIVENESS, {"SecureLevel": "5"}, VALUE, "`SecureLevel`"),
    (FACEID, {}, REFUSED, "`SecureLevel` is absent, which means 4"),
    (FACEID, {"SecureLevel": "3"}, REFUSED, "pass 1"),
    (SDK, {"CheckMode": 3}, REFUSED, "`SecurityLevel` is absent, which means 4"),
    (SDK, sdk(SecurityLevel=2), REFUSED, "`SecurityLevel` 2 is not built yet"),
    (WEB, web(level=None), REFUSED, "`Config.SecurityLevel` is absent, which means 3"),
    (WEB, web(level=4, AutoDowngrade=1), REFUSED, "`Config.SecurityLevel` 4"),
    (WEB, web(level=5), VALUE, "`Config.SecurityLevel`"),
    (WEB, {"RedirectURL": URL}, REFUSED, "`Config.SecurityLevel` is absent, which means 3"),
    # Documents.
    (SDK, {"SecurityLevel": 1}, REFUSED, "`CheckMode` is absent, which means 1"),
    (SDK, sdk(CheckMode=1, NeedVerifyIdCard=True), REFUSED, "Pass 2"),
    (SDK, sdk(CheckMode=4), VALUE, "`CheckMode`"),
    (WEB, web(mode=1), REFUSED, "`Config.CheckMode` 1 reads a document"),
    (WEB, web(mode=4), REFUSED, "`Config.CheckMode` 4 reads a document"),
    (WEB, web(mode=0), VALUE, "`Config.CheckMode`"),
    (FACEID, faceid(CheckMode="ocr"), VALUE, "`CheckMode`"),
    # Checks that are not made.
    (SDK, sdk(EnableBotBgDetection=True), REFUSED, "`EnableBotBgDetection`"),
    (SDK, sdk(EnableForgeryDetectionImages=True), REFUSED, "`EnableForgeryDetectionImages`"),
    (FACEID, faceid(EnableBotBgDetection=True), REFUSED, "`EnableBotBgDetection`"),
    # ActionList, which a silent check has no use for.
    (FACEID, faceid(ActionList="blink"), VALUE, "`SecureLevel` is 2 or 4"),
    (FACEID, faceid(SecureLevel="3", ActionList="blink"), VALUE, "`SecureLevel` is 2 or 4"),
    (FACEID, faceid(SecureLevel="2", ActionList="blink, mouth"), REFUSED, "`SecureLevel` 2"),
    (FACEID, faceid(SecureLevel="2", ActionList="smile"), VALUE, "blink, mouth, nod, shake"),
    (SDK, sdk(ActionList="nod,nod"), VALUE, "`ActionList`"),
    (SDK, sdk(ActionList="nod"), VALUE, "`SecurityLevel` is 2 or 4"),
    (WEB, web(ActionList="blink,nod,mouth"), VALUE, "`Config.ActionList`"),
    (WEB, web(ActionList="blink"), VALUE, "`Config.SecurityLevel` is 2 or 4"),
    # Where the browser goes in the end.
    (WEB, web("ftp://shop.example/"), VALUE, "`RedirectURL`"),
    (WEB, web("javascript:alert(1)"), VALUE, "http"),
    (WEB, web(""), VALUE, "`RedirectURL`"),
    (WEB, web("https://a:b@shop.example/"), VALUE, "user name or password"),
    (WEB, web("https://shop.example/\r\nSet-Cookie: a=b"), VALUE, "control character"),
    (WEB, web("https://shop.example\\@other.example/"), VALUE, "backslash"),
    (WEB, web("https:///path"), VALUE, "`RedirectURL`"),
    (WEB, web("https://shop.example/" + "a" * 4096), VALUE, "4096"),
    (V1, {"RedirectUrl": "//a", "CompareImageUrl": URL, "CompareImageMd5": ""}, VALUE, "Redirect"),
    # The rest of the limits.
    (WEB, web(LivenessRetryLimit=0), VALUE, "`Config.LivenessRetryLimit`"),
    (WEB, web(LivenessRetryLimit=100), VALUE, "`Config.LivenessRetryLimit`"),
    (WEB, web(LivenessTimeout=601), VALUE, "`Config.LivenessTimeout`"),
    (WEB, web(Language="xx"), VALUE, "`Config.Language`"),
    (WEB, web(Version="PRO"), VALUE, "`Config.Version`"),
    (WEB, web(AutoDowngrade=3), VALUE, "`Config.AutoDowngrade`"),
    (WEB, web(SelectedWarningCodes="-9101,-1"), VALUE, "`Config.SelectedWarningCodes`"),
    (WEB, web(IDCardType="LibraryCard"), VALUE, "`Config.IDCardType`"),
    (WEB, web() | {"Extra": "x" * 1001}, VALUE, "`Extra`"),
    (WEB, web() | {"RuleId": "lax"}, VALUE, "`RuleId`"),
    (SDK, sdk(RetryLimit=6), VALUE, "`RetryLimit`"),
    (SDK, sdk(Extra="x" * 1025), VALUE, "`Extra`"),
    (SDK, sdk(IdCardType="LibraryCard"), VALUE, "`IdCardType`"),
    (SDK, sdk(SdkVersion="FREE"), VALUE, "`SdkVersion`"),
    (SDK, sdk(SelectedWarningCodes=[-9101, 3]), VALUE, "`SelectedWarningCodes.1`"),
    (SDK, sdk(OcrModeType="OCR"), VALUE, "`OcrModeType`"),
    (FACEID, faceid(RetryLimit=0), VALUE, "`RetryLimit`"),
    (FACEID, faceid(Extra="x" * 1025), VALUE, "`Extra`"),
    # A photo that is asked for and not there, or not to be had.
    (WEB, web(mode=None), MISSING, "`Config.CheckMode` 2"),
    (WEB, web(mode=2) | {"CompareImageBase64": ""}, MISSING, "`CompareImageBase64`"),
    (SDK, sdk(CheckMode=2), MISSING, "`CompareImage`"),
    (FACEID, faceid(CheckMode="compare"), MISSING, "`CheckMode` compare"),
    (WEB, web(mode=2) | {"CompareImageBase64": "A" * (8 * MB + 4)}, VALUE, "8388608"),
    (SDK, sdk(CheckMode=2, CompareImage="A" * (8 * MB + 4)), VALUE, "8388608"),
    (FACEID, faceid(CheckMode="compare", Image="A" * (8 * MB + 4)), LARGE, "8388608"),
    (WEB, web(mode=2) | {"CompareImageBase64": "no base64"}, VALUE, "base64"),
    (
        V1,
        {"RedirectUrl": URL, "CompareImageUrl": URL, "CompareImageMd5": "0"},
        VALUE,
        "`CompareImageMd5`",
    ),
    (
        V1,
        {"RedirectUrl": URL, "CompareImageUrl": "ftp://a/", "CompareImageMd5": "0" * 32},
        VALUE,
        "`CompareImageUrl`",
    ),
]


@pytest.mark.provokes(
    "UnsupportedOperation",
    "InvalidParameterValue",
    "MissingParameter",
    "FailedOperation.ImageSizeTooLarge",
)
@pytest.mark.parametrize(("action", "params", "code", "says"), CASES)
def test_what_is_refused_says_which_parameter_and_what_to_pass(
    client: Client, action: str, params: Params, code: str, says: str
) -> None:
    answer = ask(client, action, params)
    assert answer.code == code, answer.response
    assert says in answer.message


UNFIT: list[tuple[Photo, str]] = [
    (lambda face: NOISE, "No full face was found."),
    (lambda face: GIF, "its format is not accepted"),
    (lambda face: picture(face, "BMP"), "its format is not accepted"),
    (lambda face: jpeg(face)[:900], "it cannot be decoded"),
    (lambda face: picture(np.zeros((63, 63, 3))), "it is too small"),
    (lambda face: picture(face * 0.05), "The face is too dark."),
    (lambda face: picture(np.hstack((face, face))), "More than one person"),
]


@pytest.mark.parametrize(("build", "says"), UNFIT, ids=[says for _, says in UNFIT])
def test_a_photo_that_can_never_match_is_told_at_once(
    client: Client, astronaut: Pixels, build: Photo, says: str
) -> None:
    answer = ask(client, WEB, web(mode=2) | {"CompareImageBase64": text(build(astronaut))})
    assert answer.code == VALUE
    assert "`CompareImageBase64`" in answer.message
    assert says in answer.message


def test_every_token_looks_at_its_photo(client: Client) -> None:
    photo = text(NOISE)
    for action, params, name in (
        (SDK, sdk(CheckMode=2, CompareImage=photo), "CompareImage"),
        (FACEID, faceid(CheckMode="compare", Image=photo), "Image"),
    ):
        answer = ask(client, action, params)
        assert (answer.code, f"`{name}`: No full face" in answer.message) == (VALUE, True)
        chinese = ask(client, action, params, **{"X-TC-Language": "zh-CN"})
        assert "未检测到完整人脸" in chinese.message


def test_a_photo_that_nobody_asked_for_is_not_kept(
    server: TestServer, client: Client, astronaut: Pixels
) -> None:
    for mode, labels in ((3, ["request"]), (2, ["photo", "request"])):
        sent = web(mode=mode) | {"CompareImageBase64": text(jpeg(astronaut))}
        token = ask(client, WEB, sent).response["BizToken"]
        session = server.wait(server.parts.sessions.find(token))
        stored = server.wait(server.parts.objects.find(session.id))
        assert sorted(one.label for one in stored) == labels


ALIASES = ("HK", "HKIDCard", "ML", "MLIDCard", "PhilippinesVotID", "PhilippinesVoteID")
ALIASES += ("MLIDPassport", "InternationalIDPassport", "MacaoIDCard", "HMTPermit", "JapanIDCard")
# Accepted although there is no document to read and no page to change.
ACCEPTED: list[tuple[str, Params]] = [
    (SDK, sdk(IdCardType=ALIASES[0], NeedVerifyIdCard=True, SdkVersion="PLUS")),
    *[(SDK, sdk(IdCardType=name)) for name in ALIASES[1:]],
    *[(WEB, web(IDCardType=name)) for name in ALIASES],
    (
        SDK,
        sdk(
            DisableChangeOcrResult=True,
            DisableCheckOcrWarnings=True,
            SelectedWarningCodes=[-9101, -8102],
            AllowExpiredDocument=False,
            CardOcrDisplayFields=["FullName"],
            RetryLimit=1,
            EnableForgeryDetectionImages=False,
            EnableBotBgDetection=False,
            MetaData="opaque",
            SkipLaunchPage=True,
            SkipOcrConfirmPage=True,
            SkipResultPage=True,
            HideProgressBar=True,
            AllowUploadPhoto=True,
            OcrAutoDetectTimeout=1,
            OcrModeType="OCR_DETECT_AUTO",
            CompareImage="not looked at: no comparison was asked for",
        ),
    ),
    (
        WEB,
        web(
            "http://shop.example:8080/über?a=b",
            AutoSkipStartPage=True,
            AutoSkip=True,
            SkipPrivacyPolicy=True,
            IdCardCutReturn=True,
            DisableCheckOcrWarnings=True,
            AllowExpiredDocument=False,
            SelectedWarningCodes="-9101, -9102",
            ThemeColor="no colour",
            Language="zh-cn",
            AutoDowngrade=2,
            LivenessRetryLimit=99,
            LivenessTimeout=0,
            Version="PLUS",
            ActionList="",
        )
        | {"RuleId": "strict", "Extra": "order 7"},
    ),
    (FACEID, faceid(RetryLimit=5, MetaData="opaque", SdkVersion="PRO", Extra="")),
    (LIVENESS, {"SecureLevel": "1"}),
]


@pytest.mark.parametrize(("action", "params"), ACCEPTED)
def test_everything_else_that_the_contract_has_is_accepted(
    client: Client, action: str, params: Params
) -> None:
    answer = ask(client, action, params)
    assert answer.code == "Success", answer.message
    token = answer.response.get("SdkToken") or answer.response["BizToken"]
    assert token == str(uuid.UUID(token)).upper()
    if action == WEB:
        link = f"{BASE}/reflect/?token={token}"
        assert answer.response["VerificationURL"] == answer.response["VerificationUrl"] == link


def test_what_the_page_and_the_session_go_by(server: TestServer, client: Client) -> None:
    params = web(ThemeColor="#A0b1C2", Language="id", LivenessRetryLimit=3, LivenessTimeout=0)
    params["Config"] |= {"AutoSkip": True, "SkipPrivacyPolicy": True}
    token = ask(client, WEB, params | {"RuleId": "strict"}).response["BizToken"]
    session = server.wait(server.parts.sessions.find(token))
    config = session.config
    assert (session.rule, session.action, config.mode) == ("strict", WEB, "liveness")
    assert (config.theme, config.language) == ("#A0b1C2", "id")
    assert (config.attempts, config.seconds, config.level) == (2, 0, 1)  # as the rule has it
    assert (config.skip_start, config.skip_consent, config.skip_result) == (False, True, True)
    plain = ask(client, WEB, web(ThemeColor="blue")).response["BizToken"]
    config = server.wait(server.parts.sessions.find(plain)).config
    assert (config.theme, config.language) == ("#2d72f1", "en")
    assert (config.attempts, config.seconds, config.skip_consent) == (99, 45, False)
