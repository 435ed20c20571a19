"""Forms: what decodes, what is malformed, and that nothing else is ever raised."""

import re
import string
from contextlib import suppress
from urllib.parse import quote, quote_plus, unquote_to_bytes

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from countenance.contract.errors import ApiError
from countenance.wire import forms

TEXTS = st.text(st.characters(codec="utf-8"), max_size=30)
TYPE = "multipart/form-data; boundary=XX"
PART = b'--XX\r\nContent-Disposition: form-data; name="A"\r\n\r\n1\r\n'


@given(st.lists(st.tuples(TEXTS, TEXTS)), st.booleans())
def test_pairs_round_trip(pairs: list[tuple[str, str]], plus: bool) -> None:
    encode = quote_plus if plus else quote
    text = "&".join(f"{encode(k)}={encode(v)}" for k, v in pairs).encode()
    form = forms.parse_urlencoded(text)
    assert form == forms.Form(tuple((k.encode(), v.encode()) for k, v in pairs))


@given(st.text("%%%252bBfF3dD+aA=_ \t\r\n\0\x7f\xe9", max_size=20))
@example("%252B")
@example("%%2B2B")
@example("%2%2BB")
@example("%\n")
@example("%")
@example("a%2")
def test_the_quick_way_decodes_as_the_long_one(text: str) -> None:
    form = forms.parse_urlencoded(b"k=" + text.encode())
    assert form.first(b"k") == unquote_to_bytes(text.replace("+", " "))
    held = re.search("%(?![0-9a-fA-F]{2})", text) is None
    assert (form.broken is None) is held


def test_every_escape_decodes() -> None:
    for first in range(256):
        text = "".join(f"%{first:02x}%{second:02X}" for second in range(256))
        value = forms.parse_urlencoded(b"k=" + text.encode()).first(b"k")
        assert value == b"".join(bytes((first, second)) for second in range(256))


@given(st.binary())
def test_no_bytes_raise(data: bytes) -> None:
    forms.parse_urlencoded(data)


@pytest.mark.parametrize(
    ("data", "broken"),
    [
        (b"", None),
        (b"a=1&&b=2&", None),
        (b"a=&b==", None),
        (b"a", "wire.form-no-equals"),
        (b"a=100%", "wire.form-escape"),
        (b"a=%zz&b", "wire.form-escape"),
    ],
)
def test_what_does_not_decode_is_told(data: bytes, broken: str | None) -> None:
    found = forms.parse_urlencoded(data).broken
    assert (found and found.key) == broken


def test_a_form_is_bounded() -> None:
    with pytest.raises(ApiError, match="InvalidParameter"):
        forms.parse_urlencoded(b"a=1&" * 10_000)


def test_text_that_is_not_utf8_names_the_parameter() -> None:
    with pytest.raises(ApiError, match="InvalidParameter: The parameter `Name`"):
        forms.utf8("Name", b"\xff")


def test_multipart_as_python_sends_it() -> None:
    body = (
        b'--XX\r\nContent-Disposition: form-data; name="LivenessType"\r\n\r\nSILENT\r\n'
        b'--XX\r\nContent-Disposition: form-data; name="Cfg"\r\n'
        b'Content-Type: application/json\r\n\r\n{"a": 1}\r\n'
        b'--XX\r\nContent-Disposition: form-data; name="V"; filename="V"\r\n\r\n\0\1\r\nbin\r\n'
        b"--XX--\r\n"
    )
    assert forms.parse_multipart(body, TYPE) == [
        forms.Part("LivenessType", b"SILENT", False),
        forms.Part("Cfg", b'{"a": 1}', False),
        forms.Part("V", b"\0\1\r\nbin", True),
    ]


def test_multipart_as_node_sends_it() -> None:
    boundary = "-" * 26 + "96a405168bd0fc9ca0cbf439"
    body = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="V"\r\n'
        f"Content-Type: application/octet-stream\r\n\r\nA\r\n--{boundary}--\r\n"
    ).encode()
    content_type = f'Multipart/Form-Data; charset=utf-8; Boundary="{boundary}"'
    assert forms.parse_multipart(body, content_type) == [forms.Part("V", b"A", True)]


@given(
    st.dictionaries(TEXTS.filter(lambda t: t and not set(t) & set('"\\\r\n')), st.binary()),
    st.text(string.ascii_letters + string.digits + "'()+_./:=?-", min_size=24, max_size=70),
)
def test_multipart_round_trip(parts: dict[str, bytes], boundary: str) -> None:
    body = b"preamble" if parts else b"--" + boundary.encode() + b"--"
    for name, value in parts.items():
        head = f'Content-Disposition: form-data; name="{name}"; filename="f"'.encode()
        body += b"\r\n--" + boundary.encode() + b"\r\n" + head + b"\r\n\r\n" + value
    body += b"\r\n--" + boundary.encode() + b"--\r\nepilogue"
    found = forms.parse_multipart(body, f'multipart/form-data; boundary="{boundary}"')
    assert {part.name: part.value for part in found} == parts


@pytest.mark.parametrize(
    ("body", "content_type", "defect"),
    [
        (PART + b"--XX--", "multipart/form-data", "no boundary"),
        (PART + b"--XX--", 'multipart/form-data; boundary=""', "no boundary"),
        (PART + b"--XX--", "multipart/form-data; boundary=" + "x" * 71, "no boundary"),
        (b"", TYPE, "does not occur"),
        (PART, TYPE, "closing boundary"),
        (PART[:-2], TYPE, "closing boundary"),
        (b"--XXjunk\r\n", TYPE, "line break"),
        (b"--XX", TYPE, "line break"),
        (b"--XX\r\n\r\n--XX--", TYPE, "header block"),
        (b"--XX\r\nA: b\r\n--XX--", TYPE, "header block"),
        (b"--XX\r\n\r\nvalue\r\n\r\n\r\n--XX--", TYPE, "header block"),
        (b"--XX\r\nA: b\r\n\r\n1\r\n--XX--", TYPE, "Content-Disposition"),
        (PART.replace(b'; name="A"', b"") + b"--XX--", TYPE, "Content-Disposition"),
        (PART.replace(b"form-data", b"attachment") + b"--XX--", TYPE, "Content-Disposition"),
        (PART + PART + b"--XX--", TYPE, "same name"),
        (
            PART.replace(b"\r\n\r\n1", b"\r\nA:" + b"x" * 9000 + b"\r\n\r\n1") + b"--XX--",
            TYPE,
            "long",
        ),
        (
            PART.replace(b"\r\n\r\n", b"\r\nContent-Transfer-Encoding: base64\r\n\r\n") + b"--XX--",
            TYPE,
            "transfer encoding",
        ),
        (b"--XX\r\n\r\n" * 3 + b"\r\n--XX\r\n" * 20_000, TYPE, "header block"),
    ],
)
def test_malformed_multipart(body: bytes, content_type: str, defect: str) -> None:
    with pytest.raises(ApiError, match=defect) as caught:
        forms.parse_multipart(body, content_type)
    assert caught.value.code == "InvalidRequest"


@given(st.lists(st.sampled_from([PART, b"--XX", b"\r\n", b"--", b"a:b", b'name="', b"\xff"])))
def test_multipart_raises_nothing_else(pieces: list[bytes]) -> None:
    with suppress(ApiError):
        forms.parse_multipart(b"".join(pieces), TYPE)
