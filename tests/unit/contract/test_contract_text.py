import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from countenance.contract.decode import decode_json
from countenance.contract.errors import ApiError

names = st.text(st.sampled_from('ab"\\/\n名'), max_size=3)
documents = st.dictionaries(
    names,
    st.recursive(
        st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats(-1e9, 1e9) | names,
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(names, inner, max_size=4),
        max_leaves=12,
    ),
    max_size=5,
)


def refusal(body: bytes) -> str:
    with pytest.raises(ApiError) as caught:
        decode_json(body)
    assert caught.value.code == "InvalidParameter"
    return caught.value.message


@settings(derandomize=True, deadline=None)
@given(documents, st.booleans())
def test_every_document_without_repetition_is_read(document, escaped):
    assert decode_json(json.dumps(document, ensure_ascii=escaped).encode()) == document


@settings(derandomize=True, deadline=None)
@given(documents, names, documents, names, st.integers(0, 3), st.booleans())
def test_a_repeated_name_is_refused_wherever_it_is(document, name, inner, text, depth, escaped):
    def dump(value: object) -> str:
        return json.dumps(value, ensure_ascii=escaped)

    pair = f"{dump(name)}: {dump(inner)}, {dump(name)}: {dump(text)}"
    body = f"{{{pair}}}"
    for _ in range(depth):
        body = f"[{dump(document)}, {body}]"
    message = refusal(f'{{"a": {body}}}'.encode())
    assert "repeats the name" in message


@pytest.mark.parametrize(
    "body",
    [
        b'{"a":1,"a":2}',
        b'{"a":1,"\\u0061":2}',
        b'{"a":1,"b":"\\n","a":2}',
        b'{"b":{"a":1,"a":"x"}}',
        b'{"b":[0,{"c":[{"a":"","a":""}]}]}',
    ],
)
def test_a_repeated_name_is_named(body):
    assert refusal(body) == "The request body repeats the name `a` in one object."


def test_a_long_repeated_name_is_only_measured():
    message = refusal(f'{{"{"x" * 99}":1,"{"x" * 99}":1}}'.encode())
    assert message == "The request body repeats the name `(a name of 99 characters)` in one object."


@pytest.mark.parametrize(
    ("body", "part"),
    [
        (b"", "not valid JSON"),
        (b"{", "not valid JSON"),
        (b"{} x", "not valid JSON"),
        (b'\xef\xbb\xbf{"a":1}', "not valid JSON"),
        (b'{"a":NaN}', "not valid JSON"),
        (b'{"a":1e999}', "not valid JSON"),
        (b'{"a":"\\ud800"}', "not valid JSON"),
        (b'{"a":"\x01"}', "not valid JSON"),
        (b'{"a":' + b"9" * 5000 + b"}", "not valid JSON"),
        (b'{"a":"\xff"}', "not valid UTF-8"),
        (b'{"\xed\xa0\x80":1}', "not valid UTF-8"),
        ('{"a":"名"}'.encode("utf-16"), "not valid JSON"),
        (b"[]", "must be a JSON object; an array of 0 elements arrived"),
        (b"null", "must be a JSON object; null arrived"),
        (b"1.5", "must be a JSON object; a number arrived"),
        (b'"abc"', "must be a JSON object; a string of 3 characters arrived"),
        (b"[" * 5_000, "deeper than 32"),
        (b'{"a":' + b"[" * 900 + b"]" * 900 + b"}", "deeper than 32"),
        (b'{"a":' * 33 + b"1" + b"}" * 33, "deeper than 32"),
        (b'{"a":' + b"[" * 20_001, "more than 20000 values"),
        (b'{"a":[' + b"1," * 20_001 + b"1]}", "more than 20000 values"),
        (b'{"a":[' + b"{}," * 20_001 + b"1]}", "more than 20000 values"),
    ],
)
def test_what_is_no_object_is_refused_by_its_defect(body, part):
    assert part in refusal(body)


def test_nesting_lost_under_a_repeated_name_is_refused():
    assert "request body" in refusal(b'{"a":' + b"[" * 400 + b"]" * 400 + b',"a":1}')


def test_the_deepest_and_the_longest_that_pass():
    assert decode_json(b'{"a":' * 32 + b"1" + b"}" * 32)
    assert decode_json(b'{"a":[' + b"1," * 19_999 + b"1]}")
    assert decode_json(b'{"a":"' + b"A" * 3_000_000 + b'"}')
