import pytest

from countenance.contract.catalogue import find
from countenance.contract.decode import build, nest
from countenance.contract.errors import ApiError

WEB = find("2018-03-01", "ApplyWebVerificationBizTokenIntl")
SDK = find("2018-03-01", "ApplySdkVerificationToken")
COMPARE = find("2018-03-01", "CompareFaceLiveness")
PERSON = find("2020-03-03", "CreatePerson")
CREATE = find("2020-03-03", "CreateFace")


def refusal(pairs, action) -> str:
    with pytest.raises(ApiError) as caught:
        nest(pairs, action)
    assert caught.value.code == "InvalidParameter"
    return caught.value.message


@pytest.mark.parametrize(
    ("spelling", "value"),
    [
        ("true", True),
        ("True", True),
        ("1", True),
        ("false", False),
        ("False", False),
        ("0", False),
        ("yes", "yes"),
        ("", ""),
        ("TRUE", "TRUE"),
    ],
)
def test_booleans_as_clients_spell_them(spelling, value):
    assert nest([("Config.AutoSkip", spelling)], WEB) == {"Config": {"AutoSkip": value}}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2", 2),
        ("-3", -3),
        ("2.0", "2.0"),
        ("", ""),
        (" 2", " 2"),
        ("\u0663", "\u0663"),
        ("9" * 99, "9" * 99),
    ],
)
def test_integers(text, value):
    assert nest([("CheckMode", text)], SDK) == {"CheckMode": value}


@pytest.mark.parametrize(
    ("text", "value"), [("2", 2.0), ("1.5", 1.5), ("1e2", 100.0), ("nan", "nan"), ("1.", "1.")]
)
def test_numbers(text, value):
    assert nest([("FaceMatchThreshold", text)], CREATE) == {"FaceMatchThreshold": value}


def test_text_stays_text():
    pairs = [("ImageBase64", "1"), ("VideoBase64", "true"), ("LivenessType", '{"a":1}')]
    assert nest(pairs, COMPARE) == dict(pairs)


def test_arrays_and_objects_in_arrays():
    pairs = [
        ("SelectedWarningCodes.1", "-9102"),
        ("SelectedWarningCodes.0", "-9101"),
        ("CardOcrDisplayFields.0", "7"),
    ]
    assert nest(pairs, SDK) == {
        "SelectedWarningCodes": [-9101, -9102],
        "CardOcrDisplayFields": ["7"],
    }
    described = [
        ("PersonExDescriptionInfos.0.PersonExDescriptionIndex", "3"),
        ("PersonExDescriptionInfos.0.PersonExDescription", "x.y"),
    ]
    assert nest(described, PERSON) == {
        "PersonExDescriptionInfos": [{"PersonExDescriptionIndex": 3, "PersonExDescription": "x.y"}]
    }


@pytest.mark.parametrize(
    "indexes",
    [
        ["999999999"],
        ["1"],
        ["0", "2"],
        ["00"],
        ["-1"],
        ["x"],
        [""],
        ["\u0660"],
        ["9" * 10_000],
        ["0", "18446744073709551616"],
    ],
)
def test_indexes_that_are_not_counted_from_zero_are_refused(indexes):
    pairs = [(f"SelectedWarningCodes.{index}", "1") for index in indexes]
    message = refusal(pairs, SDK)
    assert "`SelectedWarningCodes` is an array" in message
    assert len(message) < 200


@pytest.mark.parametrize(
    "pairs",
    [
        [("RedirectURL", "a"), ("RedirectURL", "b")],
        [("Config.Language", "en"), ("Config.Language", "en")],
        [("Config", "{}"), ("Config.Language", "en")],
        [("Config.Language", "en"), ("Config", "{}")],
    ],
)
def test_a_name_given_twice_is_refused(pairs):
    assert "must be given once; 2 values arrived" in refusal(pairs, WEB)


def test_json_text_of_an_object_or_array():
    assert nest([("Config", '{"AutoSkip": true, "CheckMode": 2}')], WEB) == {
        "Config": {"AutoSkip": True, "CheckMode": 2}
    }
    assert nest([("SelectedWarningCodes", "[1, 2]")], SDK) == {"SelectedWarningCodes": [1, 2]}
    assert refusal([("Config", '{"a":1,"a":2}')], WEB) == (
        "The text of the parameter `Config` repeats the name `a` in one object."
    )
    assert "`Config` is nested deeper" in refusal([("Config", '{"a":' * 99 + "1" + "}" * 99)], WEB)


@pytest.mark.parametrize(
    ("pairs", "action", "message"),
    [
        (
            [("RedirectURL", "u"), ("Config", "soon")],
            WEB,
            "The parameter `Config` must be an object; a string of 4 characters arrived.",
        ),
        (
            [("RedirectURL.0", "u")],
            WEB,
            "The parameter `RedirectURL` must be a string; an object of 1 member arrived.",
        ),
        (
            [("SelectedWarningCodes", "5")],
            SDK,
            "The parameter `SelectedWarningCodes` must be an array; "
            "a string of 1 character arrived.",
        ),
        ([("Lst.0", "1"), ("Lst.2.A", "b")], SDK, "The parameter `Lst` is not recognized."),
        ([("Config.A.B.C", "1")], WEB, "The parameter `Config.A` is not recognized."),
        ([(".", "1")], SDK, "The parameter `(a name of 0 characters)` is not recognized."),
    ],
)
def test_what_does_not_fit_is_left_for_build(pairs, action, message):
    with pytest.raises(ApiError) as caught:
        build(action, nest(pairs, action))
    assert caught.value.message == message


def test_a_file_part_is_the_text_of_its_parameter():
    pairs = [("LivenessType", "SILENT"), ("VideoBase64", b"AAAA")]
    assert nest(pairs, COMPARE) == {"LivenessType": "SILENT", "VideoBase64": "AAAA"}
    message = refusal([("VideoBase64", b"\xff\xd8\xff\xe0")], COMPARE)
    assert message == (
        "The parameter `VideoBase64` must be UTF-8 text, base64 for an image or a video; "
        "other data of 4 bytes arrived."
    )


def test_very_many_and_very_long_names_cost_no_depth():
    assert nest([("A." * 50_000, "1")], SDK) == {"A": "1"}
    assert nest([("Config." + "A." * 50_000, "1")], WEB) == {"Config": {"A": "1"}}
    assert len(nest([(f"P{i}", "") for i in range(50_000)], SDK)) == 50_000
