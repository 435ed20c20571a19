"""Mutations of the text that carries the parameters as JSON, signed as it is."""

import json
from typing import Any

from tests.mutations import values
from tests.mutations.drafts import JSON, URLENCODED, Draft
from tests.mutations.kinds import before
from tests.mutations.parameters import INVALID, MISSING


def _text(draft: Draft, params: Any) -> str:
    return json.dumps(params, ensure_ascii=draft.chance.random() < 0.5)


@before("broken JSON", 9, JSON, weight=8)
def broken_json(draft: Draft) -> str:
    text = _text(draft, draft.params | {"A": "x"}).encode()
    cut = text[: draft.chance.randrange(1, len(text))]
    draft.body = draft.chance.choice((
        cut, b"{", text + b"}", text + text, text[:-1] + b",}", text.replace(b'"', b"'"),
        b"\xef\xbb\xbf" + text,
        b"//\n" + text, b"A=x&B=y", b"<a/>", b"\0", b" ", b"{]", b'{"A"}', b'{"A":}', b'{A:1}',
        b"\xff\xfe{}",
    ))  # fmt: skip
    return INVALID


@before("JSON that is no object", 9, JSON)
def no_object(draft: Draft) -> str:
    draft.body = draft.chance.choice((b"[]", b'[{"A":1}]', b'"x"', b"1", b"null", b"true", b"-0.0"))
    return INVALID


@before("repeated names in JSON", 9, JSON, weight=6)
def repeated(draft: Draft) -> str:
    rest = _text(draft, draft.params)[1:]
    rest = rest if rest == "}" else f", {rest}"
    name = draft.chance.choice((*draft.action.params, "Foo"))
    twin = "".join(f"\\u{ord(letter):04x}" for letter in name)
    twice = draft.chance.choice((f'"{name}": 1, "{name}": 1', f'"{name}": "a", "{twin}": "b"',
                                 f'"{name}": {{"a": 1, "a": 1}}',
                                 f'"{name}": [{{"": 1, "": 2}}]'))  # fmt: skip
    draft.body = f"{{{twice}{rest}".encode()
    return INVALID


@before("deep nesting in JSON", 9, JSON)
def deep(draft: Draft) -> str:
    depth = draft.chance.choice((33, 40, 100, 1000, 9000, 60_000))
    opening, closing = draft.chance.choice((("[", "]"), ('{"a":', "}")))
    name = draft.chance.choice((*draft.action.params, "Foo"))
    draft.body = f'{{"{name}": {opening * depth}1{closing * depth}}}'.encode()
    return INVALID


@before("more values than any request has", 9, JSON, weight=1)
def many(draft: Draft) -> str:
    draft.body = b'{"Foo": [' + b"0," * 20_001 + b"0]}"
    return INVALID


@before("numbers JSON has not", 9, JSON)
def no_number(draft: Draft) -> str:
    name = draft.chance.choice((*draft.action.params, "Foo"))
    wrong = (
        "NaN",
        "Infinity",
        "-Infinity",
        "+1",
        "01",
        ".5",
        "1.",
        "0x1F",
        "1e",
        "--1",
        "1_000",
        "1e999",
    )
    draft.body = f'{{"{name}": {draft.chance.choice(wrong)}}}'.encode()
    return INVALID


@before("bytes that are no UTF-8", 9, (*JSON, *URLENCODED))
def no_utf8(draft: Draft) -> str:
    wrong = draft.chance.choice(
        (b"\xff", b"\xc3", b"\xed\xa0\x80", b"\xf8\x88\x80\x80\x80", b"\xc0\xaf")
    )
    at_name = draft.chance.random() < 0.5
    if draft.form in JSON:
        draft.body = b'{"' + wrong + b'": "x"}' if at_name else b'{"Foo": "' + wrong + b'"}'
    else:
        escaped = b"".join(b"%%%02x" % byte for byte in wrong)
        pair = (wrong, b"x") if at_name else (b"Foo", wrong)
        draft.raw.append((escaped + b"=x" if at_name else b"Foo=" + escaped, pair))
    return INVALID


@before("lone surrogates and raw control characters", 9, JSON)
def surrogates(draft: Draft) -> str:
    wrong = draft.chance.choice(
        ("\\ud800", "\\udfff", "\\ud83d\\ud83d", "\n", "\0", "\x1f", "\\x41", "\\u12", "\\")
    )
    draft.body = f'{{"Foo": "{wrong}"}}'.encode()
    return INVALID


@before("no body", 10, ("json", "octet"))
def no_body(draft: Draft) -> str:
    draft.body = b""
    if any(param.required for param in draft.action.params.values()):
        return MISSING
    # Of the actions that take a picture, those that require nothing want one of two.
    done = values.done(draft.action)
    return "MissingParameter.ErrorParameterEmpty" if done == values.NO_PICTURE else done
