"""Every common error with its code, its words, and its place in the order of checks."""

import json
import uuid
from dataclasses import replace

import pytest
from wire_server import HOST, NOW, Request, Server, tc3, v1

from countenance.contract import catalogue
from countenance.contract.messages import sentences
from countenance.wire import guard, proof, request, signature, steps
from countenance.wire.request import Sizes

SMALL = Sizes(query=200, tc3_body=2000, v1_body=1000)
FORM = "application/x-www-form-urlencoded"


def code(sent: Request, server: Server | None = None) -> str:
    return (server or Server()).send(sent).code


def message(sent: Request, server: Server | None = None) -> str:
    return (server or Server()).send(sent).message


@pytest.mark.parametrize(
    "sent",
    [
        tc3(),
        tc3(service="127"),
        tc3(service="localhost:8480"),
        tc3(host="http://127.0.0.1:8480"),
        tc3(host="127.0.0.1").change(host=HOST),
        tc3(content_type="application/json; charset=utf-8"),
        tc3(content_type="application/octet-stream"),
        tc3(signed={"x-tc-action": "getsdkverificationresult"}),
        tc3(method="GET", query=b"SdkToken=T", body=b"", content_type=FORM),
        tc3(b"SdkToken=T", content_type=FORM),
        tc3(payload_hash=signature.UNSIGNED_HASH, x_tc_content_sha256="UNSIGNED-PAYLOAD"),
        tc3(secret_id="AKIDtmpB", secret="secretTmpB", x_tc_token="tmpTOKEN"),
        tc3(x_tc_token="needless"),
        tc3(secret_id="AKIDnext"),
        tc3(x_tc_region="null"),
        tc3(x_tc_region="undefined"),
        tc3(x_tc_region=""),
        tc3(x_tc_region="ap-singapore"),
        tc3(timestamp=NOW - 300),
        tc3(timestamp=NOW + 300),
        tc3(content_encoding="identity"),
        replace(tc3(), chunks=(b'{"Sdk', b"", b'Token": "T"}', b"")),
        v1(),
        v1(method="GET"),
        v1(Nonce="0"),
        v1(SignatureMethod="HmacSHA1"),
        v1(SignatureMethod="MD5"),
        v1(drop=("SignatureMethod",)),
        v1(host="127.0.0.1").change(host=HOST),
        v1(SecretId="AKIDtmpB", secret="secretTmpB", Token="tmpTOKEN"),
        v1(Region="null"),
        v1().change(content_type=None),
        v1().change(x_tc_traceid="t", x_tc_requestclient="c"),
    ],
)
def test_what_passes(sent: Request) -> None:
    reply = Server().send(sent)
    assert (reply.status, reply.headers["content-type"]) == (200, "application/json")
    assert reply.message == ""
    assert reply.call.params == {"SdkToken": "T"}
    assert reply.call.region == "ap-singapore"
    assert uuid.UUID(reply.body["Response"]["RequestId"]).version == 4
    assert not reply.call.close


def test_multipart_passes() -> None:
    body = b'--X\r\nContent-Disposition: form-data; name="SdkToken"\r\n\r\nT\r\n--X--\r\n'
    reply = Server().send(tc3(body, content_type="multipart/form-data; boundary=X"))
    assert reply.call.params == {"SdkToken": "T"}


def test_an_action_without_parameters_needs_no_body() -> None:
    assert code(tc3(b"", action="ApplyLivenessToken")) == ""


TOO_LONG = "The request size exceeds the upper limit."
NOT_VALID = "The provided credentials could not be validated."
CASES = [
    ("UnsupportedProtocol", "GET and POST", replace(tc3(), method="PUT")),
    ("UnsupportedProtocol", "`/`", replace(tc3(), path="/x")),
    ("InvalidParameter", "Content-Encoding", tc3(content_encoding="gzip")),
    ("MissingParameter", "`Authorization`", tc3().change(authorization=None)),
    ("MissingParameter", "`Authorization`", Request(headers={"x-tc-action": "A"})),
    ("MissingParameter", "`X-TC-Action`", tc3().change(x_tc_action=None)),
    ("MissingParameter", "`X-TC-Version`", tc3().change(x_tc_version=None)),
    ("MissingParameter", "`X-TC-Timestamp`", tc3().change(x_tc_timestamp=None)),
    ("MissingParameter", "`Action`", Request()),
    ("MissingParameter", "`Action`", Request("GET")),
    ("MissingParameter", "`Action`", v1().change(content_type="application/json")),
    *(
        ("MissingParameter", f"`{name}`", v1(drop=(name,)))
        for name in ("Action", "Version", "Timestamp", "Nonce", "SecretId", "Signature")
    ),
    ("MissingParameter", "could not be decoded", v1(drop=("Version",), method="GET")),
    ("InvalidParameter", "`X-TC-Timestamp`", tc3().change(x_tc_timestamp="abc")),
    ("InvalidParameter", "`X-TC-Timestamp`", tc3().change(x_tc_timestamp="²")),
    ("InvalidParameter", "`Timestamp`", v1(Timestamp="1.5")),
    ("InvalidParameter", "`Timestamp`", v1((("Timestamp", "1"),))),
    ("AuthFailure.InvalidAuthorization", "`Authorization`", tc3().change(authorization="SKIP")),
    ("AuthFailure.SecretIdNotFound", "spaces", tc3(secret_id="AKIDnobody")),
    ("AuthFailure.SecretIdNotFound", "spaces", tc3(secret_id="A" * 200)),
    ("AuthFailure.SecretIdNotFound", "SecretId", tc3(secret_id="AKIDoff")),
    ("AuthFailure.SecretIdNotFound", "SecretId", tc3(secret_id="AKIDpast")),
    ("AuthFailure.SecretIdNotFound", "SecretId", v1(SecretId="AKIDnobody")),
    ("AuthFailure.TokenFailure", "needs", tc3(secret_id="AKIDtmpB")),
    ("AuthFailure.TokenFailure", "belong", tc3(secret_id="AKIDtmpB", x_tc_token="x")),
    ("AuthFailure.TokenFailure", "expired", tc3(secret_id="AKIDoldT", x_tc_token="tmpTOKEN")),
    ("AuthFailure.TokenFailure", "`Token`", v1(SecretId="AKIDtmpB")),
    ("AuthFailure.SignatureExpire", f"time is {NOW}", tc3(timestamp=NOW - 301)),
    ("AuthFailure.SignatureExpire", "301 seconds ahead", tc3(timestamp=NOW + 301)),
    ("AuthFailure.SignatureExpire", "behind", tc3().change(x_tc_timestamp="-1")),
    ("AuthFailure.SignatureExpire", "ahead", v1(Timestamp="9" * 15)),
    ("AuthFailure.SignatureFailure", NOT_VALID, tc3(secret="wrong")),
    ("AuthFailure.SignatureFailure", NOT_VALID, replace(tc3(), chunks=(b"{}",))),
    ("AuthFailure.SignatureFailure", NOT_VALID, replace(tc3(), query=b"a=1")),
    ("AuthFailure.SignatureFailure", NOT_VALID, tc3().change(content_type="text/json")),
    ("AuthFailure.SignatureFailure", NOT_VALID, v1(secret="wrong")),
    ("AuthFailure.SignatureFailure", NOT_VALID, v1(Signature="no")),
    ("NoSuchVersion", "2018-03-01", tc3(version="2017-01-01")),
    ("InvalidAction", "`Foo`", tc3(action="Foo")),
    ("InvalidParameterValue", "ap-singapore", tc3(x_tc_region="mars-1")),
    ("InvalidParameterValue", "`Region`", v1(Region="mars-1")),
    ("InvalidParameter", "JSON", tc3(b"{")),
    ("InvalidParameter", "an array", tc3(b"[]")),
    ("InvalidParameter", "UTF-8", tc3(b'{"SdkToken": "\xff"}')),
    ("InvalidParameter", "repeats", tc3(b'{"SdkToken": "a", "SdkToken": "b"}')),
    ("InvalidParameter", "`SdkToken`", tc3(b'{"SdkToken": 1}')),
    ("InvalidParameter", "could not be decoded", tc3(b"SdkToken", content_type=FORM)),
    ("InvalidParameter", "UTF-8", tc3(b"SdkToken=%FF", content_type=FORM)),
    ("InvalidParameter", "`SdkToken`", tc3(b"SdkToken=1&SdkToken=2", content_type=FORM)),
    ("InvalidRequest", "boundary", tc3(content_type="multipart/form-data")),
    ("UnknownParameter", "`Foo`", tc3(b'{"SdkToken": "T", "Foo": 1}')),
    ("MissingParameter", "`SdkToken`", tc3(b"{}")),
]


@pytest.mark.parametrize(("expected", "words", "sent"), CASES)
@pytest.mark.provokes(
    "UnsupportedProtocol",
    "InvalidParameter",
    "MissingParameter",
    "AuthFailure.InvalidAuthorization",
    "AuthFailure.SecretIdNotFound",
    "AuthFailure.TokenFailure",
    "AuthFailure.SignatureExpire",
    "AuthFailure.SignatureFailure",
    "NoSuchVersion",
    "InvalidAction",
    "InvalidParameterValue",
    "InvalidRequest",
    "UnknownParameter",
)
def test_errors(expected: str, words: str, sent: Request) -> None:
    reply = Server().send(sent)
    assert (reply.status, reply.headers["content-type"]) == (200, "application/json")
    assert reply.code == expected, reply.message
    assert words in reply.message
    assert set(reply.body["Response"]) == {"Error", "RequestId"}


def test_the_date_of_the_scope_is_explained() -> None:
    day = 86_400 - NOW % 86_400
    server = Server(now=NOW + day)
    late = tc3(timestamp=NOW + day - 1).change(x_tc_timestamp=str(NOW + day))
    reply = server.send(late)
    assert reply.code == "AuthFailure.SignatureFailure"
    assert "does not match the timestamp, whose UTC date is 2026-11-22" in reply.message


def test_unsigned_payloads_can_be_forbidden() -> None:
    sent = tc3(payload_hash=signature.UNSIGNED_HASH, x_tc_content_sha256="UNSIGNED-PAYLOAD")
    server = Server(options=proof.SignatureOptions(allow_unsigned_payload=False))
    assert code(sent, server) == "AuthFailure.SignatureFailure"
    assert code(tc3(), server) == ""


def test_public_names_are_tried() -> None:
    server = Server(options=proof.SignatureOptions(public_hosts=("id.example.com",)))
    assert code(tc3(host="id.example.com").change(host="inner:80"), server) == ""
    assert code(v1(host="id.example.com").change(host="inner:80"), server) == ""


def test_v1_replays_are_refused_and_tc3_duplicates_are_not() -> None:
    server = Server()
    assert [code(tc3(), server) for _ in range(3)] == ["", "", ""]
    assert code(v1(), server) == ""
    replayed = server.send(v1())
    assert replayed.code == "AuthFailure.SignatureFailure"
    assert "already used" in replayed.message
    assert code(v1(Nonce="11887"), server) == ""
    # A wrong signature must not use up the nonce of a right one.
    assert code(v1(Nonce="5", Signature="no"), server) == "AuthFailure.SignatureFailure"
    assert code(v1(Nonce="5"), server) == ""


@pytest.mark.provokes("AuthFailure.UnauthorizedOperation")
def test_a_key_may_be_limited_to_some_actions() -> None:
    server = Server()
    reply = server.send(tc3(secret_id="AKIDless"))
    assert reply.code == "AuthFailure.UnauthorizedOperation"
    assert "`GetSdkVerificationResult`" in reply.message
    allowed = tc3(b"{}", secret_id="AKIDless", action="CompareFace", version="2020-03-03")
    assert code(allowed, server) == ""


def test_every_step_has_a_name_of_its_own() -> None:
    names = [steps.name(step) for step in Server().chain]
    assert names[:3] == ["limit_address", "check_method", "receive"]
    assert len(set(names)) == len(names)
    assert steps.name(Server()._method) == "method"


@pytest.mark.provokes("ActionOffline")
def test_an_action_can_be_switched_off() -> None:
    server = Server(offline=frozenset({"GetSdkVerificationResult"}))
    assert code(tc3(), server) == "ActionOffline"


@pytest.mark.provokes("UnsupportedRegion")
def test_strict_regions() -> None:
    action = catalogue.find("2018-03-01", "GetSdkVerificationResult")
    other = next(region for region in catalogue.REGIONS if region not in action.regions)
    assert code(tc3(x_tc_region=other)) == ""
    reply = Server(strict=True).send(tc3(x_tc_region=other))
    assert reply.code == "UnsupportedRegion"
    assert ", ".join(action.regions) in reply.message


def test_lenient_parameters() -> None:
    assert code(tc3(b'{"SdkToken": "T", "Foo": 1}'), Server(lenient=True)) == ""


@pytest.mark.provokes("RequestLimitExceeded")
def test_the_rate_of_an_action_is_the_contracts() -> None:
    server = Server(rates=guard.RateOptions(action=5, account=None, address=None))
    assert [code(tc3(), server) for _ in range(20)] == [""] * 20
    reply = server.send(tc3())
    assert reply.code == "RequestLimitExceeded"
    assert "`21`" in reply.message
    assert "`20`" in reply.message


def test_the_rate_of_an_action_without_a_number_is_the_default() -> None:
    server = Server(rates=guard.RateOptions(action=2, account=None, address=None))
    sent = tc3(b"{}", action="CompareFace", version="2020-03-03")
    assert catalogue.find("2020-03-03", "CompareFace").rate_limit is None
    assert [code(sent, server) for _ in range(3)][2] == "RequestLimitExceeded"


@pytest.mark.provokes(
    "RequestLimitExceeded.UinLimitExceeded", "RequestLimitExceeded.IPLimitExceeded"
)
def test_account_and_address_have_ceilings() -> None:
    server = Server(rates=guard.RateOptions(action=None, account=3, address=4))
    codes = [code(tc3(), server) for _ in range(5)]
    assert codes[2:] == [
        "",
        "RequestLimitExceeded.UinLimitExceeded",
        "RequestLimitExceeded.IPLimitExceeded",
    ]
    assert code(replace(tc3(), client="192.0.2.2"), server) == (
        "RequestLimitExceeded.UinLimitExceeded"
    )


class TestSizes:
    @pytest.mark.provokes("RequestSizeLimitExceeded")
    def test_query(self) -> None:
        sent = tc3(method="GET", query=b"SdkToken=" + b"T" * 192, body=b"", content_type=FORM)
        reply = Server(sizes=SMALL).send(sent)
        assert reply.code == "RequestSizeLimitExceeded"
        assert "200 bytes; 201 arrived" in reply.message
        assert code(sent) == ""

    def test_tc3_body_by_its_declared_length(self) -> None:
        sent = tc3(b'{"SdkToken": "%s"}' % (b"T" * 2000))
        length = len(sent.chunks[0])
        reply = Server(sizes=SMALL).send(sent.change(content_length=str(length)))
        assert reply.code == "RequestSizeLimitExceeded"
        assert f"2000 bytes; {length} arrived" in reply.message
        assert reply.call.complete
        assert not reply.call.close
        assert reply.call.body == b""

    def test_tc3_body_in_chunks(self) -> None:
        sent = replace(tc3(), chunks=(b"x" * 999,) * 5)
        reply = Server(sizes=SMALL).send(sent)
        assert reply.code == "RequestSizeLimitExceeded"
        assert "2000 bytes; 4995 arrived" in reply.message

    def test_at_the_limit_a_body_passes(self) -> None:
        body = b'{"SdkToken": "' + b"T" * 1984 + b'"}'
        assert len(body) == 2000
        assert code(tc3(body), Server(sizes=SMALL)) == ""
        assert code(tc3(body + b" "), Server(sizes=SMALL)) == "RequestSizeLimitExceeded"

    @pytest.mark.provokes("AuthFailure.SignatureFailure#size")
    def test_v1_body(self) -> None:
        sent = v1((("SdkToken", "T" * 1000),))
        reply = Server(sizes=SMALL).send(sent)
        assert reply.code == "AuthFailure.SignatureFailure"
        assert "TC3-HMAC-SHA256" in reply.message
        assert f"1000 bytes; {len(sent.chunks[0])} arrived" in reply.message
        assert code(sent) == ""

    def test_a_body_without_end_is_not_drained_for_ever(self) -> None:
        sizes = replace(SMALL, drain_bytes=10_000)
        reply = Server(sizes=sizes).send(replace(tc3(), chunks=(b"x" * 999,) * 50))
        assert "more than 10989 arrived" in reply.message
        assert reply.headers["connection"] == "close"

    def test_who_waits_for_100_continue_is_answered_at_once(self) -> None:
        sent = tc3().change(content_length="9999", expect="100-continue")
        reply = Server(sizes=SMALL).send(sent)
        assert reply.code == "RequestSizeLimitExceeded"
        assert reply.call.body_size == 0
        assert reply.headers["connection"] == "close"

    @pytest.mark.parametrize("length", ["9" * 5000, "x", "²", ""])
    def test_an_impossible_declared_length_does_not_count(self, length: str) -> None:
        assert code(tc3().change(content_length=length), Server(sizes=SMALL)) == ""

    async def test_a_client_that_leaves_is_not_answered(self) -> None:
        with pytest.raises(request.ClientGone):
            await Server().serve(replace(tc3(), chunks=()))


# One fault of each step: any two together are answered with the earlier one.
FAULTS = [
    ("UnsupportedProtocol", lambda r: replace(r, method="PUT")),
    ("RequestSizeLimitExceeded", lambda r: r.change(content_length="99999999")),
    ("MissingParameter", lambda r: r.change(x_tc_version=None)),
    ("AuthFailure.InvalidAuthorization", lambda r: r.change(authorization="SKIP")),
]
SIGNED_FAULTS = [
    ("AuthFailure.SecretIdNotFound", {"secret_id": "AKIDnobody"}),
    ("AuthFailure.TokenFailure", {"secret_id": "AKIDtmpB"}),
    ("AuthFailure.SignatureExpire", {"timestamp": NOW - 400}),
    ("AuthFailure.SignatureFailure", {"secret": "wrong"}),
    ("NoSuchVersion", {"version": "2017-01-01"}),
    ("InvalidAction", {"action": "Foo"}),
    ("InvalidParameterValue", {"x_tc_region": "mars-1"}),
    ("InvalidParameter", {"body": b"{"}),
]


@pytest.mark.parametrize("first", range(len(FAULTS)))
def test_order_of_unsigned_faults(first: int) -> None:
    for _, later in FAULTS[first + 1 :]:
        sent = FAULTS[first][1](later(tc3(secret_id="AKIDnobody")))
        assert code(sent) == FAULTS[first][0]


@pytest.mark.parametrize("first", range(len(SIGNED_FAULTS)))
def test_order_of_signed_faults(first: int) -> None:
    name, fault = SIGNED_FAULTS[first]
    assert code(tc3(**fault)) == name
    for _, other in SIGNED_FAULTS[first + 1 :]:
        assert code(tc3(**{**other, **fault})) == name


def test_the_address_limit_comes_before_everything() -> None:
    server = Server(rates=guard.RateOptions(action=None, account=None, address=1))
    server.send(tc3())
    assert code(replace(tc3(), method="PUT"), server) == "RequestLimitExceeded.IPLimitExceeded"


def test_strangers_cost_no_parsing_and_one_hash() -> None:
    for fault in ({"secret_id": "AKIDnobody"}, {"secret": "wrong"}, {"secret_id": "AKIDtmpB"}):
        reply = Server().send(tc3(b"{" * 1000, **fault))
        assert reply.call.body_hash is not None
        assert reply.call.params is None


@pytest.mark.parametrize("sent", [tc3(x_tc_language="zh-CN"), v1(Language="zh-CN")])
def test_chinese_messages(sent: Request) -> None:
    if sent.headers.get("authorization"):
        sent = replace(sent, chunks=(b"{}",))
    else:
        sent = replace(sent, chunks=(sent.chunks[0] + b"0",))
    chinese = sentences()["AuthFailure.SignatureFailure"]["zh"]
    assert message(sent) == chinese


def test_chinese_messages_keep_what_is_specific() -> None:
    assert message(tc3(b"{}", x_tc_language="zh-CN")) == "缺少必需的参数 `SdkToken`。"


def test_the_trace_id_comes_back() -> None:
    assert Server().send(tc3(x_tc_traceid="abc-1")).headers["x-tc-traceid"] == "abc-1"
    assert Server().send(tc3(x_tc_region="x", x_tc_traceid="t")).headers["x-tc-traceid"] == "t"
    for odd in ("a b", "x" * 200, "\xe9", ""):
        assert "x-tc-traceid" not in Server().send(tc3(x_tc_traceid=odd)).headers


def test_nothing_personal_is_in_the_repr_of_a_call() -> None:
    call = Server().send(tc3(b'{"SdkToken": "Ann"}', x_tc_token="TOKEN-1")).call
    for secret in ("Ann", "secretKeyA", "TOKEN-1", "Signature="):
        assert secret not in repr(call)


def test_large_bodies_are_hashed_off_the_loop_and_still_verify() -> None:
    body = json.dumps({"SdkToken": "T" * 700_000}).encode()
    assert code(tc3(body)) == ""
    assert code(tc3(body, secret="wrong")) == "AuthFailure.SignatureFailure"
    assert code(v1((("SdkToken", "T" * 700_000),))) == ""
