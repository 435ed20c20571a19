"""Every mistake a client makes is named: each row is a request really signed in that wrong way.

The signers here are written apart from the product's, as a client would write them.
"""

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from wire_server import HOST, NOW, SECRET

from countenance.wire import request
from countenance.wire.authorization import parse
from countenance.wire.call import Call
from countenance.wire.diagnose import Diagnosis, ask, diagnose
from countenance.wire.mistakes import FILE, mistakes
from countenance.wire.mistakes_tc3 import HYPOTHESES as TC3
from countenance.wire.mistakes_v1 import HYPOTHESES as V1

SECRET_ID = "AKIDtestA"
DATE = "2026-11-21"
BODY = b'{"Url": "https://x.example/a?b=1&c=2", "Name": "\xe4\xb8\xad", "A": [1, 2]}'
FORM = "application/x-www-form-urlencoded"


def sha256(data: bytes | str) -> str:
    return hashlib.sha256(data.encode() if isinstance(data, str) else data).hexdigest()


def in_base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def mac(key: bytes, text: str, hash_name: str = "sha256") -> bytes:
    return hmac.new(key, text.encode("latin-1"), hash_name).digest()


def tc3(
    *,
    method: str = "POST",
    path: str = "/",
    query: str = "",
    headers: str = f"content-type:application/json\nhost:{HOST}\n",
    listed: str = "content-type;host",
    payload: str = sha256(BODY),
    timestamp: str = str(NOW),
    date: str = DATE,
    service: str = "faceid",
    scope: str = "",
    start: str = "TC3" + SECRET,
    steps: tuple[str, ...] | None = None,
    name: str = "TC3-HMAC-SHA256",
    canonical: Callable[[str], str] = str,
    digest: Callable[[str], str] = lambda text: sha256(text.encode("latin-1")),
    written: Callable[[bytes], str] = bytes.hex,
    hex_key: bool = False,
    hash_name: str = "sha256",
) -> str:
    """A TC3 signature of a client of our own, in which every piece can be wrong."""
    request_text = canonical("\n".join((method, path, query, headers, listed, payload)))
    scope = scope or f"{date}/{service}/tc3_request"
    text = "\n".join((name, timestamp, scope, digest(request_text)))
    key = start.encode()
    for word in steps if steps is not None else (date, service, "tc3_request"):
        key = mac(key, word, hash_name)
        if hex_key:
            key = key.hex().encode()
    return written(mac(key, text, hash_name))


def call(
    method: str, query: bytes, headers: dict[str, str], body: bytes, signature: str = "0" * 64
) -> Call:
    """The Call of a request as far as the chain has it when a signature is checked."""

    async def receive() -> dict[str, object]:
        return {}

    scope = {
        "type": "http",
        "method": method,
        "path": "/",
        "query_string": query,
        "headers": [(name.encode(), value.encode("latin-1")) for name, value in headers.items()],
    }
    made = request.open_call(scope, receive, lambda: NOW)
    made.body, made.body_size = body, len(body)
    if made.family == "tc3":
        request.read_tc3(made)
        made.authorization = parse(headers["authorization"])
        made.secret_id = made.authorization.secret_id
    else:
        request.read_v1(made)
    return made


def tc3_call(
    method: str = "POST",
    query: bytes = b"",
    body: bytes = BODY,
    date: str = DATE,
    service: str = "faceid",
    listed: str = "content-type;host",
    **headers: str,
) -> Call:
    """A TC3 request; its signature is given to `ask` apart."""
    sent = {
        "content-type": "application/json" if method == "POST" else FORM,
        "host": HOST,
        "authorization": f"TC3-HMAC-SHA256 Credential={SECRET_ID}/{date}/{service}/tc3_request, "
        f"SignedHeaders={listed}, Signature={'0' * 64}",
        "x-tc-action": "GetSdkVerificationResult",
        "x-tc-version": "2018-03-01",
        "x-tc-timestamp": str(NOW),
    }
    return call(method, query, sent | {k.replace("_", "-"): v for k, v in headers.items()}, body)


def judge(made: Call, signature: str, **options: Any) -> Diagnosis:
    question = ask(made, SECRET, signature, token="tmpTOKEN", bodies=None)
    return diagnose(question, **options)


def head(content_type: str = "application/json", host: str = HOST) -> str:
    return f"content-type:{content_type}\nhost:{host}\n"


def body(**options: Any) -> str:
    return sha256(json.dumps(json.loads(BODY), **options))


# As the two languages write JSON by themselves.
PHP = json.dumps(json.loads(BODY), separators=(",", ":")).replace("/", r"\/")
GO = BODY.decode().replace(": ", ":").replace(", ", ",").replace("&", "\\u0026")
BACKWARDS = f"host:{HOST}\ncontent-type:application/json\n"
POSTS: list[tuple[str, dict[str, Any]]] = [
    *(("secret-spaces", {"start": f"TC3{s}"}) for s in (f"{SECRET}\n", f" {SECRET}", f"{SECRET} ")),
    ("secret-quotes", {"start": f'TC3"{SECRET}"'}),
    ("secret-is-id", {"start": f"TC3{SECRET_ID}"}),
    ("secret-is-token", {"start": "TC3tmpTOKEN"}),
    ("secret-empty", {"start": "TC3"}),
    ("secret-base64", {"start": "TC3" + base64.b64encode(SECRET.encode()).decode()}),
    ("host-port", {"headers": head(host="127.0.0.1:80")}),
    ("host-scheme", {"headers": head(host=f"http://{HOST}")}),
    ("host-scheme", {"headers": head(host=f"{HOST}/")}),
    *(
        ("host-vendor", {"headers": head(host=f"{name}.tencentcloudapi.com")})
        for name in ("faceid", "iai", "cvm", "faceid.intl", "faceid.ap-singapore", "iai.internal")
    ),
    ("host-local", {"headers": head(host="localhost:8480")}),
    ("host-local", {"headers": head(host="localhost")}),
    ("host-empty", {"headers": head(host="")}),
    ("content-type", {"headers": head("application/json; charset=utf-8")}),
    ("content-type", {"headers": head("application/json;charset=UTF-8")}),
    ("content-type", {"headers": head(FORM)}),
    ("content-type", {"headers": head("")}),
    ("payload-empty", {"payload": sha256("")}),
    ("payload-empty", {"payload": sha256("{}")}),
    ("payload-newline", {"payload": sha256(BODY + b"\n")}),
    ("payload-spaces", {"payload": body(ensure_ascii=False, separators=(",", ":"))}),
    ("payload-escapes", {"payload": body()}),
    ("payload-escapes", {"payload": body(separators=(",", ":"))}),
    ("payload-escapes", {"payload": sha256(PHP)}),
    ("payload-escapes", {"payload": sha256(GO)}),
    ("payload-sorted", {"payload": body(sort_keys=True, ensure_ascii=False)}),
    ("payload-sorted", {"payload": body(sort_keys=True, separators=(",", ":"))}),
    ("payload-indent", {"payload": body(indent=2, ensure_ascii=False)}),
    ("payload-charset", {"payload": sha256(BODY.decode().encode("gb18030"))}),
    ("payload-charset", {"payload": sha256(b"\xef\xbb\xbf" + BODY)}),
    ("payload-unsigned", {"payload": sha256("UNSIGNED-PAYLOAD")}),
    ("payload-not-hashed", {"payload": BODY.decode("latin-1")}),
    ("payload-hash-form", {"payload": sha256(BODY).upper()}),
    ("payload-hash-form", {"payload": sha256(sha256(BODY))}),
    ("payload-hash-form", {"payload": hashlib.md5(BODY).hexdigest()}),
    ("path", {"path": ""}),
    ("path", {"path": "/?"}),
    ("path", {"path": "/v2"}),
    ("method", {"method": "GET"}),
    ("method", {"method": "post"}),
    ("date-signed", {"date": "2026-11-22"}),
    ("date-signed", {"steps": ("2026-11-20", "faceid", "tc3_request")}),
    ("date-signed", {"steps": ("20261121", "faceid", "tc3_request")}),
    ("timestamp-signed", {"timestamp": str(NOW + 1)}),
    ("timestamp-signed", {"timestamp": str(NOW - 2)}),
    ("timestamp-signed", {"timestamp": f"{NOW}000"}),
    ("service-signed", {"service": "iai"}),
    ("service-signed", {"service": "cvm"}),
    ("service-signed", {"steps": (DATE, "", "tc3_request")}),
    ("key-prefix", {"start": SECRET}),
    ("key-prefix", {"start": "tc3" + SECRET}),
    ("key-hex", {"hex_key": True}),
    ("key-steps", {"steps": ()}),
    ("key-steps", {"steps": (), "start": SECRET}),
    ("key-steps", {"steps": (DATE, "faceid")}),
    ("key-steps", {"steps": ("faceid", DATE, "tc3_request")}),
    ("headers-gap", {"headers": head().rstrip("\n")}),
    ("headers-gap", {"headers": head() + "\n"}),
    ("line-breaks", {"canonical": lambda text: text + "\n"}),
    ("headers-order", {"headers": BACKWARDS}),
    ("headers-order", {"headers": BACKWARDS, "listed": "host;content-type"}),
    ("headers-spelling", {"headers": f"Content-Type:application/json\nHost:{HOST}\n"}),
    ("headers-spelling", {"headers": f"content-type: application/json\nhost: {HOST}\n"}),
    ("headers-spelling", {"listed": "content-type; host"}),
    ("headers-spelling", {"listed": "Content-Type;Host"}),
    (
        "headers-listed",
        {
            "headers": head() + "x-tc-action:getsdkverificationresult\n",
            "listed": "content-type;host;x-tc-action",
        },
    ),
    ("headers-listed", {"headers": f"host:{HOST}\n"}),
    ("scope-line", {"scope": f"{SECRET_ID}/{DATE}/faceid/tc3_request"}),
    ("scope-line", {"scope": f"{DATE}/faceid/"}),
    ("algorithm-line", {"name": "HmacSHA256"}),
    ("canonical-hash", {"digest": str}),
    ("canonical-hash", {"digest": lambda text: sha256(text.encode("latin-1")).upper()}),
    ("signature-upper-case", {"written": lambda raw: raw.hex().upper()}),
    ("signature-base64", {"written": lambda raw: in_base64(raw)}),
]  # fmt: skip


@pytest.mark.parametrize(("key", "wrong"), POSTS)
def test_a_mistake_in_a_tc3_post_is_named(key: str, wrong: dict[str, Any]) -> None:
    assert named(judge(tc3_call(), tc3(**wrong))) == [key]


def named(found: Diagnosis) -> list[str]:
    assert found.whole
    assert not found.holds
    return [item.key for item in found.mistakes]


def test_sha1_in_every_step_is_named() -> None:
    signed = tc3(
        hash_name="sha1", digest=lambda text: hashlib.sha1(text.encode("latin-1")).hexdigest()
    )
    assert named(judge(tc3_call(), signed)) == ["hash-sha1"]


def test_carriage_returns_are_named() -> None:
    text = f"TC3-HMAC-SHA256\r\n{NOW}\r\n{DATE}/faceid/tc3_request\r\n"
    request_text = f"POST\n/\n\n{head()}\ncontent-type;host\n{sha256(BODY)}".replace("\n", "\r\n")
    key = ("TC3" + SECRET).encode()
    for word in (DATE, "faceid", "tc3_request"):
        key = mac(key, word)
    assert named(judge(tc3_call(), mac(key, text + sha256(request_text)).hex())) == ["line-breaks"]


def test_a_body_sent_without_its_line_break_is_named() -> None:
    sent = BODY + b"\n"
    assert named(judge(tc3_call(body=sent), tc3())) == ["payload-newline"]


def test_a_body_signed_where_the_header_says_unsigned_is_named() -> None:
    made = tc3_call(x_tc_content_sha256="UNSIGNED-PAYLOAD")
    assert named(judge(made, tc3())) == ["payload-signed"]


def test_values_that_were_not_stripped_are_named() -> None:
    made = tc3_call(x_tc_language=" zh-CN ", listed="content-type;host;x-tc-language")
    signed = tc3(
        headers=head() + "x-tc-language: zh-CN \n", listed="content-type;host;x-tc-language"
    )
    assert named(judge(made, signed)) == ["headers-spelling"]


QUERY = "SdkToken=a%2Fb+c&Name=%E4%B8%AD"
GETS: list[tuple[str, dict[str, Any]]] = [
    ("query-empty", {"query": ""}),
    ("query-mark", {"query": "?" + QUERY}),
    ("query-order", {"query": "&".join(sorted(QUERY.split("&")))}),
    ("query-encoding", {"query": QUERY.replace("+", "%20")}),
    ("query-encoding", {"query": "SdkToken=a/b+c&Name=" + "中".encode().decode("latin-1")}),
    ("query-encoding", {"query": QUERY.replace("%2F", "%2f").replace("%E4%B8%AD", "%e4%b8%ad")}),
    ("query-encoding", {"query": "SdkToken=a/b%20c&Name=%E4%B8%AD"}),
    ("path", {"path": "/?" + QUERY, "query": ""}),
    ("path", {"path": "/?" + QUERY}),
    ("payload-query", {"payload": sha256(QUERY)}),
    ("payload-query", {"payload": sha256(QUERY), "query": ""}),
    ("payload-empty", {"payload": sha256("{}")}),
    ("method", {"method": "POST"}),
    ("content-type", {"headers": head()}),
]


@pytest.mark.parametrize(("key", "wrong"), GETS)
def test_a_mistake_in_a_tc3_get_is_named(key: str, wrong: dict[str, Any]) -> None:
    right = {"method": "GET", "query": QUERY, "headers": head(FORM), "payload": sha256("")}
    made = tc3_call("GET", QUERY.encode(), b"")
    assert judge(made, tc3(**right)).holds
    assert named(judge(made, tc3(**(right | wrong)))) == [key]


@pytest.mark.parametrize(
    "accepted",
    [{}, {"headers": head(host="127.0.0.1")}, {"headers": head(host="id.example.com")}],
)
def test_what_the_server_accepts_holds(accepted: dict[str, Any]) -> None:
    question = ask(tc3_call(), SECRET, tc3(**accepted), public_hosts=("id.example.com",))
    found = diagnose(question)
    assert found.holds
    assert found.mistakes == ()


def test_two_mistakes_are_not_taken_for_one_but_can_both_be_named() -> None:
    signed = tc3(start=f"TC3{SECRET}\n", headers=head("application/json; charset=utf-8"))
    assert named(judge(tc3_call(), signed)) == []
    found = judge(tc3_call(), signed, pairs=True, work=10**9)
    assert named(found) == ["secret-spaces", "content-type"]


def test_a_mistake_in_writing_the_signature_adds_to_another() -> None:
    signed = tc3(start=SECRET, written=lambda raw: raw.hex().upper())
    assert named(judge(tc3_call(), signed)) == ["key-prefix", "signature-upper-case"]


def test_another_secret_is_no_mistake_that_can_be_named() -> None:
    assert named(judge(tc3_call(), tc3(start="TC3another"))) == []
    assert named(judge(tc3_call(), "0" * 64)) == []


def test_the_search_ends_with_its_work() -> None:
    found = judge(tc3_call(), "0" * 64, work=5_000)
    assert not found.whole
    assert 5 <= found.tried <= 15


PAIRS = [
    ("Action", "GetSdkVerificationResult"),
    ("Version", "2018-03-01"),
    ("Timestamp", str(NOW)),
    ("Nonce", "11886"),
    ("SecretId", SECRET_ID),
    ("SignatureMethod", "HmacSHA256"),
    ("SdkToken", "a+b/c d"),
    ("Config.AutoSkip", "true"),
    ("Lst.0", "x"),
    ("Lst.1", "y"),
    ("apple", "中"),
    ("Empty", ""),
]


def v1(
    pairs: list[tuple[str, str]] | None = None,
    *,
    method: str = "POST",
    host: str = HOST,
    path: str = "/?",
    ordered: Callable[[list[tuple[str, str]]], list[tuple[str, str]]] = sorted,
    value: Callable[[str], bytes] = str.encode,
    name: Callable[[str], str] = str,
    joint: bytes = b"&",
    secret: str = SECRET,
    hash_name: str = "sha256",
    written: Callable[[bytes], str] = lambda raw: in_base64(raw),
) -> str:
    """A v1 signature of a client of our own, in which every piece can be wrong."""
    chosen = ordered([(name(k), v) for k, v in (pairs if pairs is not None else PAIRS)])
    joined = joint.join(k.encode() + b"=" + value(v) for k, v in chosen)
    text = f"{method}{host}{path}".encode() + joined
    return written(hmac.new(secret.encode(), text, hash_name).digest())


def v1_call(
    pairs: list[tuple[str, str]] = PAIRS,
    signature: str = "x",
    quoted: Callable[[str], str] = quote_plus,
    method: str = "POST",
) -> Call:
    sent = [*pairs, ("Signature", signature)]
    text = "&".join(f"{quoted(k)}={quoted(v)}" for k, v in sent).encode()
    headers = {"host": HOST, "content-type": FORM}
    return call(
        method, text if method == "GET" else b"", headers, text if method == "POST" else b""
    )


def without(name: str) -> list[tuple[str, str]]:
    return [pair for pair in PAIRS if pair[0] != name]


V1_ROWS: list[tuple[str, dict[str, Any]]] = [
    ("digest", {"hash_name": "sha1"}),
    ("secret-spaces", {"secret": SECRET + "\n"}),
    ("secret-is-id", {"secret": SECRET_ID}),
    ("host-vendor", {"host": "faceid.tencentcloudapi.com"}),
    ("host-scheme", {"host": f"http://{HOST}"}),
    ("host-port", {"host": "127.0.0.1:443"}),
    ("method", {"method": "GET"}),
    ("v1-path", {"path": "?"}),
    ("v1-path", {"path": "/"}),
    ("v1-path", {"path": "/v2/index.php?"}),
    ("order", {"ordered": list}),
    ("order", {"ordered": lambda pairs: sorted(pairs, key=lambda pair: pair[0].lower())}),
    ("values-encoded", {"value": lambda value: quote(value, safe="").encode()}),
    ("values-encoded", {"value": lambda value: quote_plus(value).encode()}),
    ("values-charset", {"value": lambda value: value.encode("gb18030")}),
    ("values-booleans", {"value": lambda v: {"true": b"True"}.get(v, v.encode())}),
    ("values-booleans", {"value": lambda v: {"true": b"1"}.get(v, v.encode())}),
    ("values-stripped", {"pairs": without("Empty")}),
    ("names", {"name": lambda key: key.replace(".", "_")}),
    ("names", {"name": lambda key: {"Lst.0": "Lst.1", "Lst.1": "Lst.2"}.get(key, key)}),
    ("names", {"name": lambda key: re.sub(r"\.(\w+)", r"[\1]", key)}),
    ("joints", {"joint": b""}),
    ("signature-included", {"pairs": [*PAIRS, ("Signature", "")]}),
    ("parameter-left-out", {"pairs": without("SignatureMethod")}),
    ("parameter-left-out", {"pairs": without("SdkToken")}),
    ("parameter-added", {"pairs": [*PAIRS, ("Language", "zh-CN")]}),
    ("nonce-signed", {"pairs": [(k, str(NOW - 1) if k == "Timestamp" else v) for k, v in PAIRS]}),
    ("signature-hex", {"written": bytes.hex}),
    ("signature-base64-form", {"written": lambda raw: in_base64(raw).rstrip("=")}),
    ("signature-base64-form", {"written": lambda raw: base64.encodebytes(raw).decode()}),
    ("signature-base64-form", {"written": lambda raw: in_base64(raw.hex().encode())}),
    ("signature-encoded", {"written": lambda raw: quote(in_base64(raw), safe="")}),
]  # fmt: skip


@pytest.mark.parametrize(("key", "wrong"), V1_ROWS)
def test_a_mistake_in_v1_is_named(key: str, wrong: dict[str, Any]) -> None:
    assert named(judge(v1_call(), v1(**wrong))) == [key]


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_right_v1_signature_holds(method: str) -> None:
    assert judge(v1_call(method=method), v1(method=method)).holds


def test_base64_that_was_sent_raw_is_named() -> None:
    """Its `+` arrives as a space, in a value and in the signature."""

    def raw(text: str) -> str:
        return quote(text, safe="+/")

    pairs = [(k, v.replace(" ", "")) for k, v in PAIRS]
    assert named(judge(v1_call(pairs, quoted=raw), v1(pairs))) == ["values-raw"]
    for nonce in range(100):
        pairs = [(k, str(nonce) if k == "Nonce" else v) for k, v in PAIRS]
        if "+" in (signed := v1(pairs)):
            break
    assert named(judge(v1_call(pairs), signed.replace("+", " "))) == ["signature-plus"]


def test_values_encoded_twice_are_named() -> None:
    made = v1_call(quoted=lambda text: quote(quote(text, safe="."), safe="."))
    assert named(judge(made, v1())) == ["values-raw"]


def test_sha256_without_its_name_is_named() -> None:
    pairs = without("SignatureMethod")
    assert named(judge(v1_call(pairs), v1(pairs))) == ["digest"]
    assert judge(v1_call(pairs), v1(pairs, hash_name="sha1")).holds


def test_another_v1_secret_is_no_mistake_that_can_be_named() -> None:
    assert named(judge(v1_call(), v1(secret="another"))) == []


def test_a_mistake_says_what_and_how_to_mend_it_and_every_hypothesis_has_one() -> None:
    keys = {hypothesis.key for hypothesis in (*TC3, *V1)}
    assert keys <= mistakes().keys()
    rows = {key for key, _ in (*POSTS, *GETS, *V1_ROWS)}
    assert keys - rows == {"hash-sha1", "payload-signed", "values-raw"}  # tests of their own
    source = "".join(file.read_text("utf-8") for file in FILE.parent.glob("*.py"))
    assert [key for key in mistakes() if f'"{key}"' not in source] == []
    for item in mistakes().values():
        assert item.said.endswith(".")
        assert item.mend.endswith(".")
        assert item.part


@settings(deadline=None, max_examples=60)
@given(st.binary(max_size=80), st.text(max_size=80))
def test_no_request_is_too_odd_to_be_asked_about(odd: bytes, signature: str) -> None:
    for made in (tc3_call(body=odd), tc3_call("GET", odd, b"")):
        assert judge(made, signature).tried > 100
    pairs = [*PAIRS, ("x" + odd.decode("latin-1"), odd.decode("latin-1"))]
    assert judge(v1_call(pairs), signature).tried > 100
