import subprocess
import sys

import msgspec
import pytest

from countenance.contract import source
from countenance.contract.catalogue import (
    REGIONS,
    actions,
    errors,
    find,
    is_known,
    result_codes,
    result_text,
    versions,
)
from countenance.contract.errors import ApiError

MEGABYTE = 1 << 20


def test_all_actions_of_both_services_are_known():
    every = list(actions())
    assert versions() == ("2018-03-01", "2020-03-03")
    assert sum(a.service == "faceid" for a in every) == 63
    assert sum(a.service == "iai" for a in every) == 36
    assert sum(a.in_spec for a in every) == 21
    assert find("2020-03-03", "CompareFace") is find("2020-03-03", "CompareFace")


@pytest.mark.parametrize(
    ("version", "action", "code", "part"),
    [
        ("2017-01-01", "CompareFace", "NoSuchVersion", "The API version does not exist. Served"),
        ("2017-01-01", "CompareFace", "NoSuchVersion", "2018-03-01, 2020-03-03"),
        ("2018-03-01", "CompareFace", "InvalidAction", "The API does not exist. The action"),
        ("2018-03-01", "CompareFace", "InvalidAction", "`CompareFace`"),
        ("2020-03-03", "x" * 99, "InvalidAction", "99 characters"),
        ("2020-03-03", "", "InvalidAction", "0 characters"),
    ],
)
def test_unknown_versions_and_actions(version, action, code, part):
    with pytest.raises(ApiError) as caught:
        find(version, action)
    assert caught.value.code == code
    assert part in caught.value.message


def test_limits_of_media():
    liveness = find("2018-03-01", "CompareFaceLiveness").params
    assert liveness["ImageBase64"].max_size == 3 * MEGABYTE
    assert liveness["VideoBase64"].max_size == 8 * MEGABYTE
    assert liveness["VideoBase64"].formats == ("AVI", "FLV", "MP4")
    assert find("2020-03-03", "CompareFace").params["ImageA"].max_size == 5 * MEGABYTE
    web = find("2018-03-01", "ApplyWebVerificationBizTokenIntl").params
    assert web["CompareImageBase64"].max_size == 8 * MEGABYTE
    assert web["Extra"].chars == (0, 1000)


def test_defaults_are_typed_and_differ_by_action():
    web = find("2018-03-01", "ApplyWebVerificationBizTokenIntl").params["Config"].members
    sdk = find("2018-03-01", "ApplySdkVerificationToken").params
    token = find("2018-03-01", "GetFaceIdTokenIntl").params
    assert (web["CheckMode"].default, web["SecurityLevel"].default) == (2, 3)
    assert (sdk["CheckMode"].default, sdk["SecurityLevel"].default) == (1, 4)
    assert (token["CheckMode"].default, token["SecureLevel"].default) == ("liveness", "4")
    assert sdk["DisableCheckOcrWarnings"].default is False
    assert sdk["OcrAutoDetectTimeout"].clamp == (5000, 180000)
    assert sdk["OcrAutoDetectTimeout"].range is None
    assert sdk["NeedVerifyIdCard"].hidden


def test_regions_and_rates():
    liveness = find("2018-03-01", "CompareFaceLiveness")
    assert liveness.regions == ("ap-bangkok", "ap-hongkong", "ap-singapore")
    assert liveness.rate_limit == 20
    faces = find("2020-03-03", "CompareFace")
    assert (faces.regions, faces.rate_limit) == ((), None)
    assert find("2018-03-01", "LivenessCompare").rate_limit == 100
    assert "sa-saopaulo" in find("2018-03-01", "ApplyWebVerificationBizTokenIntl").regions
    assert {region for action in actions() for region in action.regions} <= set(REGIONS)
    assert {"ap-guangzhou", "ap-tokyo"} <= set(REGIONS)


def test_error_codes():
    assert is_known("FailedOperation.LipVideoQuaility", "2018-03-01")
    assert not is_known("FailedOperation.LipVideoQuaility", "2020-03-03")
    assert is_known("InvalidParameterValue.QualityControlIllegal")
    assert is_known("RequestLimitExceeded.IPLimitExceeded", "2020-03-03")
    assert not is_known("FailedOperation.Nope")
    assert "MissingParameter" in errors()
    assert "FailedOperation.SilentDetectFail" not in errors()
    assert errors("2018-03-01")["FailedOperation.LivessDetectFail"]
    for action in actions():
        assert all(is_known(code, action.version) for code in action.errors), action.name
    assert find("2020-03-03", "CompareFace").errors > ()
    assert "InvalidParameterValue.FaceModelVersionIllegal" in (
        find("2020-03-03", "DetectLiveFaceAccurate").errors
    )


@pytest.mark.parametrize("version", versions())
def test_every_code_has_a_text_in_each_language(version):
    english, chinese = errors(version), errors(version, "zh-CN")
    assert english.keys() == chinese.keys()
    service = source.service(version)
    assert source.chinese()[service["service"]].keys() <= service["errors"].keys()
    for code, text in english.items():
        assert text.isascii(), code
        assert any("\u4e00" <= letter <= "\u9fff" for letter in chinese[code]), code
        assert "{" not in chinese[code] or code not in service["errors"], code


def test_texts_in_chinese():
    texts = errors("2018-03-01", "zh-CN")
    assert texts["FailedOperation.CompareLowSimilarity"] == "比对相似度未达到通过标准。"
    assert texts["IpInBlacklist"] == "您的 IP 在账号的 IP 黑名单中。"
    assert errors(language="zh-CN")["InvalidParameter"] == "参数错误。"


def test_result_codes():
    assert result_codes("web_h5")["17"] == {
        "text": "The process was not finished",
        "billed": None,
    }
    assert "2017" in result_codes("app_sdk")
    assert result_codes("card_warn")["-9102"] == "photocopy"


def test_defaults_obey_their_own_limits():
    def walk(params):
        for param in params.values():
            yield param
            yield from walk(param.members)

    for action in actions():
        for param in walk(action.params):
            if param.default is None:
                continue
            if param.enum:
                assert param.default in param.enum, (action.name, param.name)
            if bounds := param.range or param.clamp:
                assert bounds[0] <= param.default <= bounds[1], (action.name, param.name)


@pytest.mark.parametrize("action", actions(), ids=lambda a: f"{a.service}-{a.name}")
def test_an_empty_answer_is_rendered_with_nulls(action):
    answer = msgspec.json.decode(msgspec.json.encode(action.response()))
    outputs = source.service(action.version)["actions"][action.name]["outputs"]
    assert answer == dict.fromkeys(outputs)


def test_the_structs_are_imported_at_first_use():
    program = (
        "import sys; from countenance.contract import catalogue, decode;"
        "a = catalogue.find('2018-03-01', 'CompareFaceLiveness');"
        "models = 'countenance.contract.models.';"
        "assert not any(m.startswith(models) for m in sys.modules);"
        "a.request; assert models + 'faceid' in sys.modules;"
        "assert models + 'iai' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def test_an_overlay_line_that_names_nothing_is_an_error(monkeypatch):
    patch = {
        "param": [{"names": ["iai.CompareFace.Nope"], "enum": [1]}],
        "action": [],
        "english": {},
    }
    monkeypatch.setattr(source, "overlay", lambda: patch)
    with pytest.raises(ValueError, match=r"iai\.CompareFace\.Nope"):
        source.service.__wrapped__("2020-03-03")
    assert source.service.__wrapped__("2018-03-01")["service"] == "faceid"


def test_every_number_has_words_in_each_language():
    for flow in ("web_h5", "app_sdk"):
        for number in result_codes(flow):
            assert result_text(flow, int(number)).isascii()
            chinese = result_text(flow, int(number), "zh-CN")
            assert any("\u4e00" <= letter <= "\u9fff" for letter in chinese), number
        assert source.chinese()[flow].keys() == result_codes(flow).keys()
    assert result_text("web_h5", 1201) != result_text("app_sdk", 1201)
    assert result_text("app_sdk", 1410) == result_text("web_h5", 1410)
    with pytest.raises(KeyError):
        result_text("web_h5", 5)
