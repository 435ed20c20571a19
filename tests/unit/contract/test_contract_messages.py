"""The sentences of the API in both languages."""

import string

import pytest

from countenance.contract import catalogue
from countenance.contract.errors import ApiError, failure
from countenance.contract.messages import sentences, text

FINER = {"InvalidParameter#form", "AuthFailure.SignatureFailure#size"}


def _fields(template: str) -> set[str]:
    return {field for _, field, _, _ in string.Formatter().parse(template) if field} - {"s"}


def test_english_sentences_of_common_codes_are_the_contracts() -> None:
    known = catalogue.errors()
    for key in known.keys() & sentences().keys():
        if not known[key]:
            continue  # the contract has no sentence for it
        expected = known[key].replace("{X-TC-Region|Region}", "{name}")
        assert sentences()[key]["en"] == expected, key
    assert known.keys() - sentences().keys() == {"InvalidParameter"}


def test_both_languages_of_a_sentence_take_the_same_values() -> None:
    for key, both in sentences().items():
        assert _fields(both["en"]) == _fields(both["zh"]), key


def test_a_text_says_its_values_in_the_same_language() -> None:
    inner = text("state.arrears", service="iai")
    outer = failure("MissingParameter", inner, name="A")
    assert outer.say("zh-CN").endswith("账号的服务 `iai` 已欠费。")
    assert outer.message.endswith("The account is in arrears for the service `iai`.")
    assert str(outer) == f"MissingParameter: {outer.message}"


def test_what_is_not_there_is_no_text() -> None:
    with pytest.raises(KeyError):
        text("no such key").say()
    with pytest.raises(KeyError):
        failure("MissingParameter").say("en-US")
    assert ApiError("InternalError").message == ""
