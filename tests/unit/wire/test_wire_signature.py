"""Signing and verifying agree over anything a header or a parameter can hold."""

import hashlib
import string
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wire_server import HOST, NOW, SECRET

from countenance.contract.errors import ApiError
from countenance.wire import authorization, signature

VISIBLE = st.text(st.characters(min_codepoint=0x21, max_codepoint=0xFF, exclude_characters="\x7f,"))
SERVICES = st.sampled_from(["faceid", "127", "localhost:18480", "http:", "a/b"])
ODD = st.text(st.characters(codec="utf-8"), max_size=40)


def sign(**changes: Any) -> tuple[authorization.Authorization, dict[str, Any]]:
    """The parsed header of a signed request, and what a verifier is given for it."""
    headers = changes.pop("headers", {"content-type": "application/json", "host": HOST})
    secret = changes.pop("secret", SECRET)
    service = changes.pop("service", "faceid")
    known: dict[str, Any] = {
        "method": "POST",
        "query": b"",
        "headers": headers,
        "payload_hash": hashlib.sha256(b"{}").hexdigest(),
        **changes,
    }
    made = signature.sign_tc3(
        timestamp=NOW, service=service, secret_id="AKIDtestA", secret=secret, **known
    )
    known |= {"timestamp": str(NOW), "secret": secret}
    return authorization.parse(made), known


@given(VISIBLE, VISIBLE, st.binary(max_size=60), ODD, SERVICES)
def test_tc3_round_trip(
    content_type: str, host: str, query: bytes, secret: str, service: str
) -> None:
    headers = {"content-type": content_type, "host": host, "x-tc-action": "compareface"}
    claim, known = sign(headers=headers, query=query, secret=secret, service=service)
    assert claim.service == service
    verdict = signature.verify_tc3(authorization=claim, **known)
    assert verdict == signature.Verdict(True, "as-sent")
    other = known | {"query": query + b"0"}
    assert not signature.verify_tc3(authorization=claim, **other).ok
    other = known | {"secret": secret + "0"}
    assert not signature.verify_tc3(authorization=claim, **other).ok


PAIRS = st.dictionaries(ODD.filter(lambda k: k not in ("Signature", "SignatureMethod")), ODD)


@given(PAIRS, ODD, st.sampled_from(["HmacSHA1", "HmacSHA256", "MD5", ""]), st.randoms())
def test_v1_round_trip(params: dict[str, str], secret: str, method: str, random: Any) -> None:
    pairs = [(k.encode(), v.encode()) for k, v in params.items()]
    pairs.append((b"SignatureMethod", method.encode()))
    known = {"method": "POST", "host": HOST, "secret": secret}
    made = signature.sign_v1(pairs=pairs, **known)
    assert len(made) == (44 if method == "HmacSHA256" else 28)
    signed = [*pairs, (b"Signature", made.encode())]
    random.shuffle(signed)
    assert signature.verify_v1(pairs=signed, **known).ok
    assert not signature.verify_v1(pairs=[*signed, (b"extra", b"")], **known).ok


@pytest.mark.parametrize(
    ("sent", "signed", "public", "variant"),
    [
        ("127.0.0.1:8480", "127.0.0.1:8480", (), "as-sent"),
        ("127.0.0.1:8480", "127.0.0.1", (), "port-stripped"),
        ("[::1]:8480", "[::1]", (), "port-stripped"),
        ("http://127.0.0.1:8480", "http://127.0.0.1:8480", (), "as-sent"),
        ("inner:80", "id.example.com", ("x.example.com", "id.example.com"), "public"),
        ("inner:80", "id.example.com", (), None),
        ("inner", "inner:80", (), None),
    ],
)
def test_host_variants(sent: str, signed: str, public: tuple[str, ...], variant: str) -> None:
    claim, known = sign(headers={"content-type": "a/b", "host": signed})
    known |= {"headers": {"content-type": "a/b", "host": sent}, "public_hosts": public}
    assert signature.verify_tc3(authorization=claim, **known).host_variant == variant
    pairs = [(b"A", b"1")]
    made = signature.sign_v1(method="GET", host=signed, pairs=pairs, secret=SECRET)
    verdict = signature.verify_v1(
        method="GET",
        host=sent,
        pairs=[*pairs, (b"Signature", made.encode())],
        secret=SECRET,
        public_hosts=public,
    )
    assert verdict.host_variant == variant


def test_signed_values_may_be_lower_cased() -> None:
    sent = {"content-type": "application/json", "host": HOST, "x-tc-action": "CompareFace"}
    claim, known = sign(headers={name: value.lower() for name, value in sent.items()})
    assert signature.verify_tc3(authorization=claim, **(known | {"headers": sent})).ok


def test_order_of_signed_headers_is_the_callers() -> None:
    claim, known = sign(headers={"host": HOST, "x-a": "1", "content-type": "a/b"})
    assert claim.signed_headers == ("host", "x-a", "content-type")
    assert signature.verify_tc3(authorization=claim, **known).ok


def test_v1_keys_with_underscores_may_be_signed_with_dots() -> None:
    made = signature.sign_v1(method="GET", host=HOST, pairs=[(b"A.b", b"_")], secret=SECRET)
    pairs = [(b"A_b", b"_"), (b"Signature", made.encode())]
    assert signature.verify_v1(method="GET", host=HOST, pairs=pairs, secret=SECRET).ok


def test_the_booleans_of_a_v1_query_may_be_signed_as_python_writes_them() -> None:
    signed, sent = [(b"A", b"True"), (b"B", b"False")], [(b"A", b"true"), (b"B", b"false")]
    for method, holds in (("GET", True), ("POST", False)):
        made = signature.sign_v1(method=method, host=HOST, pairs=signed, secret=SECRET)
        pairs = [*sent, (b"Signature", made.encode())]
        verdict = signature.verify_v1(method=method, host=HOST, pairs=pairs, secret=SECRET)
        assert verdict.ok is holds


def test_the_date_of_the_scope_must_be_that_of_the_timestamp() -> None:
    claim, known = sign()
    other = known | {"timestamp": str(NOW + 86_400)}
    assert not signature.verify_tc3(authorization=claim, **other).ok


@pytest.mark.parametrize("text", ["9" * 15, "-" + "9" * 15, "x", ""])
def test_a_timestamp_beyond_any_calendar_has_no_date(text: str) -> None:
    assert signature.utc_date(text) == ""


GOOD = (
    "TC3-HMAC-SHA256 Credential=AKID/2026-11-21/faceid/tc3_request, "
    "SignedHeaders=content-type;host, Signature=" + "0a" * 32
)


@pytest.mark.parametrize(
    ("value", "part"),
    [
        ("SKIP", "algorithm"),
        ("", "algorithm"),
        ("Basic QWxhZGRpbg==", "algorithm"),
        (GOOD.replace("SHA256", "SHA1"), "algorithm"),
        ("TC3-HMAC-SHA256", "Credential="),
        (GOOD.replace("Signature=", "Sig="), "Signature="),
        (GOOD + ", Signature=" + "0" * 64, "Signature="),
        (GOOD.replace("AKID/", ""), "`Credential`"),
        (GOOD.replace("AKID/", "/"), "`Credential`"),
        (GOOD.replace("tc3_request", "tc3"), "`Credential`"),
        (GOOD.replace("content-type;host", ""), "`SignedHeaders`"),
        (GOOD.replace("content-type;host", "host"), "`content-type`"),
        (GOOD.replace("content-type;host", "content-type"), "`host`"),
        (GOOD.replace("content-type;host", "Content-Type;host"), "lower-case"),
        (GOOD.replace("content-type;host", "content-type;host;host"), "different"),
        (GOOD[:-1], "64"),
        (GOOD[:-1] + "A", "64"),
        (GOOD[:-1] + "²", "64"),
    ],
)
def test_a_wrong_authorization_names_its_fault(value: str, part: str) -> None:
    with pytest.raises(ApiError) as caught:
        authorization.parse(value)
    assert caught.value.code == "AuthFailure.InvalidAuthorization"
    assert part in caught.value.message


def test_spaces_after_the_commas_do_not_matter() -> None:
    assert authorization.parse(GOOD) == authorization.parse(GOOD.replace(", ", ","))


@given(st.one_of(st.text(string.printable), st.builds(lambda s: GOOD[: len(s)] + s, st.text())))
def test_parsing_raises_nothing_else(value: str) -> None:
    with suppress(ApiError):
        authorization.parse(value)
