"""What clients send that no page promises, over a real connection: taken, or refused by name."""

import gzip
import hashlib
import json
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from tests.contract.servers import Seen, TestServer
from tests.raw import Connection, RawAnswer, exchange, written

from countenance.wire import signature

SIGNATURE = "AuthFailure.SignatureFailure"
FORM = "application/x-www-form-urlencoded"
TOKEN = {"SdkToken": "a +&=%/?# 名 Zoë"}
BODY = json.dumps(TOKEN).encode()
WEB = "ApplyWebVerificationBizTokenIntl"


@pytest.fixture(scope="module")
def server(recording: TestServer) -> TestServer:
    """What each test here sends its requests to."""
    return recording


def tc3(
    server: TestServer,
    body: bytes = BODY,
    *,
    action: str = "GetLivenessResult",
    method: str = "POST",
    query: str = "",
    content_type: str = "application/json",
    host: str = "",
    version: str = "HTTP/1.1",
    sent: bytes | None = None,
    **more: str,
) -> bytes:
    """A signed request; `sent` goes out in the place of the body that was signed."""
    host, now = host or server.endpoint, int(time.time())
    authorization = signature.sign_tc3(
        method=method,
        query=query.encode(),
        headers={"content-type": content_type, "host": host},
        payload_hash=hashlib.sha256(body).hexdigest(),
        timestamp=now,
        service="faceid",
        secret_id=server.secret_id,
        secret=server.secret_key,
    )
    headers = {
        "Host": host,
        "Content-Type": content_type,
        "Authorization": authorization,
        "X-TC-Action": action,
        "X-TC-Version": "2018-03-01",
        "X-TC-Timestamp": str(now),
    }
    target = f"/?{query}" if query else "/"
    headers |= {name.replace("_", "-"): value for name, value in more.items()}
    return written(f"{method} {target} {version}", headers, body if sent is None else sent)


def v1(
    server: TestServer,
    pairs: dict[str, str],
    method: str = "POST",
    *,
    signed: Callable[[str], str] = str,
    **common: str,
) -> bytes:
    """A signed request; `signed` gives the name that stands for a name in what is signed."""
    values = {
        "Action": "GetLivenessResult",
        "Version": "2018-03-01",
        "Timestamp": str(int(time.time())),
        "Nonce": str(time.monotonic_ns() % 10**9),
        "SecretId": server.secret_id,
        "SignatureMethod": "HmacSHA256",
        **common,
        **pairs,
    }
    raw = [(signed(name).encode(), value.encode()) for name, value in values.items()]
    made = signature.sign_v1(
        method=method, host=server.endpoint, pairs=raw, secret=server.secret_key
    )
    text = "&".join(
        f"{quote(k)}={quote(v, safe='')}" for k, v in (values | {"Signature": made}).items()
    )
    if method == "GET":
        return written(f"GET /?{text} HTTP/1.1", {"Host": server.endpoint})
    headers = {"Host": server.endpoint, "Content-Type": FORM}
    return written("POST / HTTP/1.1", headers, text.encode())


def decoded(server: TestServer, *pieces: bytes) -> Seen:
    """What the server made of a request that it takes."""
    answer = exchange(server.endpoint, *pieces)
    assert answer.code == "UnsupportedOperation", answer.message
    return server.seen[answer.response["RequestId"]]


def refused(server: TestServer, *pieces: bytes) -> RawAnswer:
    answer = exchange(server.endpoint, *pieces)
    assert answer.line == "HTTP/1.1 200 OK"
    assert len(answer.response["RequestId"]) == 36
    return answer


# --- the connection


def _chunked(body: bytes, size: int) -> bytes:
    parts = [body[i : i + size] for i in range(0, len(body), size)]
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"


@pytest.mark.parametrize("size", [1, 7, 1000])
def test_a_chunked_body(server: TestServer, size: int) -> None:
    request = tc3(server, sent=_chunked(BODY, size), Transfer_Encoding="chunked")
    assert decoded(server, request).params == TOKEN


def test_a_body_that_comes_in_pieces(server: TestServer) -> None:
    request = tc3(server)
    assert decoded(server, request[:40], request[40:-5], request[-5:]).params == TOKEN


def test_a_client_that_waits_before_it_sends_the_body(server: TestServer) -> None:
    head, blank, body = tc3(server, Expect="100-continue").partition(b"\r\n\r\n")
    with Connection(server.endpoint) as connection:
        asked = connection.exchange(head + blank, interim=True)
        assert asked.line == "HTTP/1.1 100 Continue"
        answer = connection.exchange(body)
    assert server.seen[answer.response["RequestId"]].params == TOKEN


def test_a_client_that_waits_is_told_at_once_what_is_too_long(server: TestServer) -> None:
    request = tc3(server, sent=b"", Expect="100-continue", Content_Length=str(1 << 30))
    answer = refused(server, request)
    assert answer.code == "RequestSizeLimitExceeded"
    assert str(1 << 30) in answer.message


def test_http_1_0(server: TestServer) -> None:
    assert decoded(server, tc3(server, version="HTTP/1.0")).params == TOKEN


def test_requests_follow_each_other_on_one_connection(server: TestServer) -> None:
    requests = [tc3(server), v1(server, TOKEN), tc3(server, b"{"), v1(server, TOKEN, "GET")]
    with Connection(server.endpoint) as connection:
        answers = [connection.exchange(request) for request in requests]
        answers.append(connection.exchange(tc3(server) + tc3(server, b"[]")))
        answers.append(connection.exchange())
    taken = "UnsupportedOperation"
    assert not any(answer.closes for answer in answers)
    codes = [answer.code for answer in answers]
    assert codes == [taken, taken, "InvalidParameter", taken, taken, "InvalidParameter"]


def test_names_of_headers_in_any_case_and_spaces_around_values(server: TestServer) -> None:
    request = tc3(server)
    head, blank, body = request.partition(b"\r\n\r\n")
    line, *headers = head.split(b"\r\n")
    for change in (bytes.lower, bytes.upper):
        changed = [
            change(n) + b":  " + v.strip() + b" \t "
            for n, _, v in (h.partition(b":") for h in headers)
        ]
        assert decoded(server, b"\r\n".join([line, *changed]) + blank + body).params == TOKEN


@pytest.mark.parametrize("form", ["http://{}", "https://{}"])
def test_a_host_with_a_scheme(server: TestServer, form: str) -> None:
    host = form.format(server.endpoint)
    assert decoded(server, tc3(server, host=host)).headers["host"] == host


@pytest.mark.parametrize("target", ["http://{}/", "/?", "/#top"])
def test_other_ways_to_write_the_path(server: TestServer, target: str) -> None:
    # The first as to a proxy; the others as addresses that were put together carelessly.
    line = f"POST {target.format(server.endpoint)} ".encode()
    assert decoded(server, tc3(server).replace(b"POST / ", line, 1)).params == TOKEN


def test_a_body_that_is_compressed_is_refused(server: TestServer) -> None:
    packed = gzip.compress(BODY)
    answer = refused(server, tc3(server, packed, Content_Encoding="gzip"))
    assert answer.code == "InvalidParameter"
    assert "Content-Encoding" in answer.message


# --- the body


@pytest.mark.parametrize(
    ("body", "code", "part"),
    [
        (b'{"SdkToken": "a", "SdkToken": "b"}', "InvalidParameter", "SdkToken"),
        (b'{"SdkToken": "a", "Sdk\\u0054oken": "a"}', "InvalidParameter", "SdkToken"),
        (b'{"SdkToken": "\xff"}', "InvalidParameter", "UTF-8"),
        (b"[]", "InvalidParameter", "object"),
        (b"{", "InvalidParameter", ""),
        (b'"text"', "InvalidParameter", "object"),
        (b'{"SdkToken": NaN}', "InvalidParameter", ""),
        (b"", "MissingParameter", "SdkToken"),
        (b'{"SdkToken": null}', "MissingParameter", "SdkToken"),
        (b'{"sdkToken": "a"}', "UnknownParameter", "sdkToken"),
        (b'{"SdkToken": "a", "Foo_Bar": null}', "UnknownParameter", "Foo_Bar"),
        (b'{"SdkToken": 1}', "InvalidParameter", "SdkToken"),
        (b'{"SdkToken": true}', "InvalidParameter", "SdkToken"),
    ],
)
def test_a_body_that_is_refused(server: TestServer, body: bytes, code: str, part: str) -> None:
    answer = refused(server, tc3(server, body))
    assert answer.code == code, answer.message
    assert part in answer.message


def test_nulls_are_absent_at_every_depth(server: TestServer) -> None:
    given = {"RedirectURL": "u", "Extra": None, "Config": {"CheckMode": None, "AutoSkip": True}}
    seen = decoded(server, tc3(server, json.dumps(given).encode(), action=WEB))
    assert seen.params == {"RedirectURL": "u", "Config": {"AutoSkip": True}}


def test_text_may_be_escaped_or_not_and_stand_between_spaces(server: TestServer) -> None:
    for body in (json.dumps(TOKEN, ensure_ascii=False, indent=4).encode(), BODY):
        assert decoded(server, tc3(server, b"\r\n " + body + b"\n")).params == TOKEN


@pytest.mark.parametrize(
    ("text", "value"),
    [("true", True), ("True", True), ("1", True), ("false", False), ("False", False), ("0", False)],
)
def test_spellings_of_booleans_outside_json(server: TestServer, text: str, value: bool) -> None:
    pairs = {"RedirectURL": "u", "Config.AutoSkip": text}
    query = "&".join(f"{name}={given}" for name, given in pairs.items())
    by_get = tc3(server, b"", action=WEB, method="GET", query=query, content_type=FORM)
    multipart = tc3(server, _parts(pairs), action=WEB, content_type=MULTIPART)
    for request in (
        by_get,
        multipart,
        v1(server, pairs, Action=WEB),
        v1(server, pairs, "GET", Action=WEB),
    ):
        assert decoded(server, request).params["Config"] == {"AutoSkip": value}


@pytest.mark.parametrize("given", ["true", "True", 1, "1"])
def test_a_boolean_of_json_has_one_spelling(server: TestServer, given: Any) -> None:
    body = json.dumps({"RedirectURL": "u", "Config": {"AutoSkip": given}}).encode()
    answer = refused(server, tc3(server, body, action=WEB))
    assert answer.code == "InvalidParameter"
    assert "Config.AutoSkip" in answer.message


@pytest.mark.parametrize("method", ["POST", "GET"])
def test_a_key_with_underscores_is_signed_as_it_is_or_with_dots(
    server: TestServer, method: str
) -> None:
    # No parameter has one: that the name is unknown says that the signature held.
    pairs = TOKEN | {"Foo_Bar": "1"}
    for written_as, code in (
        ("_", "UnknownParameter"),
        (".", "UnknownParameter"),
        ("-", SIGNATURE),
    ):
        request = v1(server, pairs, method, signed=lambda n, s=written_as: n.replace("_", s))
        answer = refused(server, request)
        assert answer.code == code
        assert ("Foo_Bar" in answer.message) is (code == "UnknownParameter")


def test_spaces_of_a_query_by_plus_or_by_percent(server: TestServer) -> None:
    for space in ("+", "%20"):
        query = f"SdkToken=a{space}b"
        request = tc3(server, b"", method="GET", query=query, content_type=FORM)
        assert decoded(server, request).params == {"SdkToken": "a b"}


# --- multipart

MULTIPART = "multipart/form-data; boundary=8f14e45f"


def _parts(pairs: dict[str, str], *more: bytes) -> bytes:
    parts = [
        b'Content-Disposition: form-data; name="%s"\r\n\r\n%s' % (name.encode(), value.encode())
        for name, value in pairs.items()
    ]
    whole = b"".join(b"--8f14e45f\r\n" + part + b"\r\n" for part in (*parts, *more))
    return whole + b"--8f14e45f--\r\n"


def test_parts_by_name_by_file_and_as_json(server: TestServer) -> None:
    file = (
        b'Content-Disposition: form-data; name="CompareImageBase64"; filename="a.jpg"\r\n'
        b"Content-Type: image/jpeg\r\n\r\n/9j/4AAQ"
    )
    octets = (
        b'Content-Disposition: form-data; name="Extra"\r\n'
        b"Content-Type: application/octet-stream\r\n\r\nab+/cd=="
    )
    config = (
        b'Content-Disposition: form-data; name="Config"\r\n'
        b'Content-Type: application/json\r\n\r\n{"AutoSkip": true, "CheckMode": 2}'
    )
    body = _parts({"RedirectURL": "https://example.com/?a=1&b=名"}, file, octets, config)
    seen = decoded(server, tc3(server, body, action=WEB, content_type=MULTIPART))
    assert seen.params == {
        "RedirectURL": "https://example.com/?a=1&b=名",
        "CompareImageBase64": "/9j/4AAQ",
        "Extra": "ab+/cd==",
        "Config": {"AutoSkip": True, "CheckMode": 2},
    }


@pytest.mark.parametrize("content_type", ["multipart/form-data", MULTIPART + "0"])
def test_a_multipart_body_without_its_boundary_is_refused(
    server: TestServer, content_type: str
) -> None:
    answer = refused(server, tc3(server, _parts(TOKEN), content_type=content_type))
    assert answer.code == "InvalidRequest"
    assert "boundary" in answer.message.lower()
