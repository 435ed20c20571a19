import msgspec
import pytest
from contract_samples import trees
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.parameters import flatten, minimal

from countenance.contract.catalogue import Action, actions, find
from countenance.contract.decode import build, nest, unrecognized
from countenance.contract.errors import ApiError

ACTIONS = list(actions())
by_name = pytest.mark.parametrize("action", ACTIONS, ids=lambda a: f"{a.service}-{a.name}")

COMPARE = find("2018-03-01", "CompareFaceLiveness")
WEB = find("2018-03-01", "ApplyWebVerificationBizTokenIntl")
SDK = find("2018-03-01", "ApplySdkVerificationToken")
FACES = find("2020-03-03", "CompareFace")
RECOGNISE = find("2018-03-01", "ImageRecognitionV2")


def refusal(action: Action, params: dict[str, object], *, lenient: bool = False) -> tuple[str, str]:
    with pytest.raises(ApiError) as caught:
        build(action, params, lenient=lenient)
    return caught.value.code, caught.value.message


@by_name
def test_the_smallest_request_is_built(action):
    request = build(action, minimal(action.params))
    assert isinstance(request, action.request)
    assert request.__struct_fields__ == tuple(action.params)


@by_name
def test_an_extra_parameter_is_refused_and_named(action):
    params = {**minimal(action.params), "Foo": "bar"}
    assert refusal(action, params) == (
        "UnknownParameter",
        "The parameter `Foo` is not recognized.",
    )
    assert build(action, params, lenient=True) == build(action, minimal(action.params))
    assert unrecognized(action, params) == ("Foo",)


@settings(derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_any_valid_request_is_built_from_json_and_from_its_flattened_form(data):
    action = data.draw(st.sampled_from(ACTIONS))
    tree = data.draw(trees(action.params))
    request = build(action, tree)
    shown = msgspec.to_builtins(request)
    assert {k: v for k, v in shown.items() if v is not None}.keys() == tree.keys()
    nested = nest(list(flatten(tree)), action)
    assert nested == tree
    assert build(action, nested) == request


def test_the_order_over_the_whole_tree():
    params: dict[str, object] = {
        "Config": {"CheckMode": 9, "AutoSkip": "yes", "Foo": 1},
        "Extra": 5,
    }
    assert refusal(WEB, params)[0] == "UnknownParameter"
    assert refusal(WEB, params, lenient=True) == (
        "MissingParameter",
        "The request is missing a required parameter `RedirectURL`.",
    )
    params["RedirectURL"] = "u"
    assert refusal(WEB, params, lenient=True) == (
        "InvalidParameter",
        "The parameter `Extra` must be a string; an integer arrived.",
    )
    del params["Extra"]
    assert refusal(WEB, params, lenient=True) == (
        "InvalidParameter",
        "The parameter `Config.AutoSkip` must be a boolean; a string of 3 characters arrived.",
    )
    params["Config"] = {"CheckMode": 9}
    assert refusal(WEB, params) == (
        "InvalidParameterValue",
        "The value of `Config.CheckMode` must be one of 1, 2, 3, 4; an integer arrived.",
    )


def test_nested_parameters_are_named_by_path():
    full = minimal(RECOGNISE.params)
    assert "`Encryption.Nope`" in refusal(RECOGNISE, {**full, "Encryption": {"Nope": 1}})[1]
    assert "`Encryption.EncryptList`" in refusal(RECOGNISE, {**full, "Encryption": {}})[1]
    encryption = {"EncryptList": ["Name", None], "CiphertextBlob": "a", "Iv": "b"}
    assert refusal(RECOGNISE, {**full, "Encryption": encryption}) == (
        "InvalidParameter",
        "The parameter `Encryption.EncryptList.1` must be a string; null arrived.",
    )


@pytest.mark.parametrize(
    ("action", "params", "code", "part"),
    [
        (COMPARE, {"LivenessType": "SMILE"}, "InvalidParameterValue", "LIP, ACTION, SILENT"),
        (COMPARE, {"LivenessType": ""}, "InvalidParameterValue", "0 characters"),
        (
            FACES,
            {"FaceModelVersion": "1.0"},
            "InvalidParameterValue.FaceModelVersionIllegal",
            "2.0, 3.0",
        ),
        (FACES, {"QualityControl": 5}, "InvalidParameterValue.QualityControlIllegal", "0, 1, 2"),
        (SDK, {"RetryLimit": 6}, "InvalidParameterValue", "from 1 to 5"),
        (SDK, {"Extra": "x" * 1025}, "InvalidParameterValue", "0 to 1024 characters"),
        (SDK, {"IdCardType": "Moon"}, "InvalidParameterValue", "HKIDCard"),
        (SDK, {"CheckMode": 2**63}, "InvalidParameter", "64 bits"),
        (SDK, {"CheckMode": True}, "InvalidParameter", "a boolean arrived"),
        (SDK, {"CheckMode": 1.0}, "InvalidParameter", "a number arrived"),
        (RECOGNISE, {"Extra": "x" * 11}, "InvalidParameterValue", "1 to 10 characters"),
    ],
)
def test_values_outside_their_limits(action, params, code, part):
    found, message = refusal(action, minimal(action.params) | params)
    assert found == code
    assert part in message


def test_values_within_their_limits():
    assert (
        build(SDK, {"OcrAutoDetectTimeout": 1}).OcrAutoDetectTimeout == 1
    )  # clamped by the action
    assert build(SDK, {"NeedVerifyIdCard": True}).NeedVerifyIdCard is True
    assert build(SDK, {"IdCardType": ""}).IdCardType == ""
    assert build(FACES, {"FaceMatchingStrategy": 1}).FaceMatchingStrategy == 1
    assert build(FACES, {"FaceModelVersion": None}).FaceModelVersion is None


def test_an_integer_is_a_number_unless_it_is_huge():
    create = find("2020-03-03", "CreateFace")
    full = minimal(create.params)
    assert build(create, {**full, "FaceMatchThreshold": 60}).FaceMatchThreshold == 60.0
    for value in (10**400, float("nan"), float("inf")):
        code, _ = refusal(create, {**full, "FaceMatchThreshold": value})
        assert code == "InvalidParameter"


def test_content_never_reaches_a_message():
    secret = "/9j/4AAQSkZJRgABAQ" * 9
    for params in (
        {"LivenessType": secret},
        {"ImageBase64": [secret]},
        {"ImageBase64": {secret: secret}},
        {secret: 1},
        {"Config\n": 1},
        {"名字": 1},
    ):
        code, message = refusal(COMPARE, minimal(COMPARE.params) | params)
        assert code.startswith(("Invalid", "Unknown"))
        assert secret not in message
        assert message.isascii()
        assert message.isprintable()


def test_many_unknown_parameters_are_listed_shortly():
    assert len(unrecognized(COMPARE, {f"P{i}": i for i in range(1000)})) == 16


def test_a_request_hides_its_fields():
    request = build(COMPARE, minimal(COMPARE.params))
    assert repr(request) == "<CompareFaceLivenessRequest>"
    assert request.__rich_repr__() == []


def test_large_text_is_not_copied():
    image = "A" * 100_000
    request = build(COMPARE, minimal(COMPARE.params) | {"ImageBase64": image})
    assert request.ImageBase64 is image
