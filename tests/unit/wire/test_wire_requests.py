"""What holds for every action: DryRun, the host, equal requests, and limits to the byte."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wire_server import HOST, NOW, Request, Server, tc3, v1

from countenance.contract.errors import ApiError
from countenance.wire import forms, guard, repeat, request, response, signature, steps
from countenance.wire.counts import WindowCounts
from countenance.wire.request import Sizes

FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data; boundary=X"
COMPARE = {"action": "CompareFace", "version": "2020-03-03"}


def part(name: str, value: bytes, more: bytes = b"") -> bytes:
    head = b'--X\r\nContent-Disposition: form-data; name="%s"%s\r\n\r\n' % (name.encode(), more)
    return head + value + b"\r\n"


class TestDryRun:
    @pytest.mark.provokes("DryRunOperation")
    @pytest.mark.parametrize(
        "sent",
        [
            tc3(b'{"SdkToken": "T", "DryRun": true}'),
            tc3(b"SdkToken=T&DryRun=True", content_type=FORM),
            tc3(part("SdkToken", b"T") + part("DryRun", b"1") + b"--X--", content_type=MULTIPART),
            tc3(method="GET", query=b"DryRun=true&SdkToken=T", body=b"", content_type=FORM),
            v1((("SdkToken", "T"), ("DryRun", "true"))),
            v1((("SdkToken", "T"), ("DryRun", "1")), method="GET"),
        ],
    )
    def test_in_every_form_of_a_request(self, sent: Request) -> None:
        reply = Server().send(sent)
        assert reply.code == "DryRunOperation"
        assert reply.message.startswith("DryRun Operation. Every check has passed")
        assert "`GetSdkVerificationResult` is not built here" in reply.message
        assert reply.call.params == {"SdkToken": "T"}

    @pytest.mark.parametrize(
        "sent",
        [
            tc3(b'{"SdkToken": "T", "DryRun": false}'),
            tc3(b'{"SdkToken": "T", "DryRun": null}'),
            tc3(b"SdkToken=T&DryRun=False", content_type=FORM),
            v1((("SdkToken", "T"), ("DryRun", "0"))),
        ],
    )
    def test_switched_off_it_changes_nothing(self, sent: Request) -> None:
        assert Server().send(sent).code == ""

    @pytest.mark.provokes("InvalidParameter")
    @pytest.mark.parametrize(
        ("sent", "arrived"),
        [
            (tc3(b'{"SdkToken": "T", "DryRun": "true"}'), "a string of 4 characters"),
            (tc3(b'{"SdkToken": "T", "DryRun": 1}'), "an integer"),
            (tc3(b'{"SdkToken": "T", "DryRun": [true]}'), "an array of 1 element"),
            (tc3(b"SdkToken=T&DryRun=yes", content_type=FORM), "a string of 3 characters"),
            (tc3(b"SdkToken=T&DryRun=1&DryRun=1", content_type=FORM), "2 values"),
            (v1((("SdkToken", "T"), ("DryRun", ""))), "a string of 0 characters"),
        ],
    )
    def test_of_another_type_it_is_named(self, sent: Request, arrived: str) -> None:
        reply = Server().send(sent)
        assert reply.code == "InvalidParameter"
        assert "`DryRun`" in reply.message
        assert f"{arrived} arrived" in reply.message

    def test_it_passes_no_check_by(self) -> None:
        for body, expected in (
            (b'{"DryRun": true}', "MissingParameter"),
            (b'{"DryRun": true, "SdkToken": 1}', "InvalidParameter"),
            (b'{"DryRun": true, "SdkToken": "T", "Foo": 1}', "UnknownParameter"),
        ):
            assert Server().send(tc3(body)).code == expected

    def test_it_says_what_would_be_performed(self) -> None:
        reply = Server().send(tc3(b'{"DryRun": true}', x_tc_language="zh-CN", **COMPARE))
        assert reply.message == (
            "DryRun 操作。所有检查均已通过；若不带 `DryRun`，将执行接口 `CompareFace`。"  # noqa: RUF001  # Chinese
        )


class TestHosts:
    @pytest.mark.parametrize(
        ("host", "expected"),
        [
            ("faceid.tencentcloudapi.com", ""),
            ("FaceID.example.com:8480", ""),
            ("http://faceid.ap-singapore.example.com:8480", ""),
            ("faceid.example.com.", ""),
            (HOST, ""),
            ("http://127.0.0.1:8480", ""),
            ("[::1]:8480", ""),
            ("::1", ""),
            ("localhost:8480", ""),
            ("server", ""),
            ("id.example.org", ""),
            ("id.example.org:443", ""),
            ("ocr.tencentcloudapi.com", "NoSuchProduct"),
            ("http://ocr.example.com:80", "NoSuchProduct"),
            ("faceid-intl.example.com", "NoSuchProduct"),
            ("192.0.2.example", "NoSuchProduct"),
            ("iai.tencentcloudapi.com", "NoSuchVersion"),
        ],
    )
    @pytest.mark.provokes("NoSuchProduct", "NoSuchVersion")
    def test_only_strict_servers_look_at_them(self, host: str, expected: str) -> None:
        strict = Server(strict_hosts=True)
        strict = replace(strict, options=replace(strict.options, public_hosts=("ID.example.org",)))
        assert strict.send(tc3(host=host)).code == expected
        assert Server().send(tc3(host=host)).code == ""

    def test_what_is_served_is_named(self) -> None:
        strict = Server(strict_hosts=True)
        message = strict.send(tc3(host="ocr.example.com")).message
        assert message == "The product does not exist. Served here: faceid, iai."
        message = strict.send(tc3(host="iai.example.com")).message
        assert "`iai` of the host has version 2020-03-03" in message


class TestIgnored:
    def test_a_lenient_server_notes_what_it_let_pass(self) -> None:
        body = b'{"SdkToken": "T", "Foo": 1, "a name with blanks": 2}'
        reply = Server(lenient=True).send(tc3(body))
        assert reply.code == ""
        assert reply.call.ignored == ("Foo", "(a name of 18 characters)")
        assert Server(lenient=True).send(tc3()).call.ignored == ()


class TestRepeats:
    def digest(self, sent: Request) -> bytes:
        reply = Server().send(sent)
        assert reply.code == "", reply.message
        return asyncio.run(repeat.digest(reply.call))

    def test_the_same_question_asked_again_however_it_is_signed(self) -> None:
        assert self.digest(tc3()) == self.digest(tc3(timestamp=NOW + 7))
        assert self.digest(v1()) == self.digest(v1(Nonce="2", Timestamp=str(NOW - 3)))
        assert self.digest(v1()) == self.digest(v1(method="GET", SignatureMethod="HmacSHA1"))
        get = tc3(method="GET", query=b"SdkToken=T", body=b"", content_type=FORM)
        assert self.digest(get) == self.digest(v1())
        whole = part("SdkToken", b"T") + b"--X--"
        other = whole.replace(b"--X", b"--Y")
        assert self.digest(tc3(whole, content_type=MULTIPART)) == self.digest(
            tc3(other, content_type=MULTIPART.replace("X", "Y"))
        )

    def test_another_question_is_another(self) -> None:
        asked = [tc3(), tc3(b'{"SdkToken": "U"}'), v1((("SdkToken", "U"),))]
        assert len({self.digest(sent) for sent in asked}) == 3
        unsigned = tc3(payload_hash="x", x_tc_content_sha256="UNSIGNED-PAYLOAD")
        assert unsigned.headers["authorization"] != tc3().headers["authorization"]

    def test_an_unsigned_body_is_hashed_for_it(self) -> None:
        unsigned = tc3(payload_hash=signature.UNSIGNED_HASH, x_tc_content_sha256="UNSIGNED-PAYLOAD")
        assert self.digest(unsigned) == self.digest(tc3())

    def test_large_pairs_count_whole(self) -> None:
        long = "T" * 700_000
        first, second = v1((("SdkToken", long),)), v1((("SdkToken", long[:-1] + "U"),))
        assert self.digest(first) != self.digest(second)

    @given(
        st.lists(st.tuples(st.text(max_size=3), st.binary(max_size=3)), max_size=4),
        st.lists(st.tuples(st.text(max_size=3), st.binary(max_size=3)), max_size=4),
    )
    def test_only_the_same_pairs_are_the_same(self, one: Any, other: Any) -> None:
        made = Server().send(tc3()).call
        found = []
        for pairs in (one, other):
            made.pairs = tuple(pairs)
            found.append(asyncio.run(repeat.digest(made)))
        encoded = [
            sorted((name.encode(), value) for name, value in pairs) for pairs in (one, other)
        ]
        assert (found[0] == found[1]) is (encoded[0] == encoded[1])


class TestLimits:
    """What is exactly as long as allowed passes; one more does not."""

    @pytest.mark.provokes("RequestSizeLimitExceeded")
    def test_bodies_and_queries_at_their_defaults(self) -> None:
        for limit, make in (
            (12 * 1024 * 1024, lambda size: tc3(json_of(size))),
            (32 * 1024, lambda size: get_of(size)),
        ):
            assert Server().send(make(limit)).code == ""
            reply = Server().send(make(limit + 1))
            assert reply.code == "RequestSizeLimitExceeded"
            assert f"{limit} bytes; {limit + 1} arrived" in reply.message

    @pytest.mark.provokes("AuthFailure.SignatureFailure")
    def test_v1_bodies_at_their_default(self) -> None:
        limit = 1024 * 1024
        rest = len(v1((("SdkToken", ""),)).chunks[0])
        for size, expected in ((limit, ""), (limit + 1, "AuthFailure.SignatureFailure")):
            # How many escapes a signature needs is chance, so the nonce is varied.
            tried = (
                v1((("SdkToken", "T" * (size - rest)),), Nonce=str(nonce))
                for nonce in range(10_000, 99_999)
            )
            sent = next(made for made in tried if len(made.chunks[0]) == size)
            reply = Server().send(sent)
            assert reply.code == expected
        assert "TC3-HMAC-SHA256" in reply.message
        assert f"{limit} bytes; {limit + 1} arrived" in reply.message

    @pytest.mark.provokes("AuthFailure.SignatureExpire")
    def test_the_clock(self) -> None:
        for skew in (300, -300):
            assert Server().send(tc3(timestamp=NOW + skew)).code == ""
            beyond = skew + (1 if skew > 0 else -1)
            assert Server().send(tc3(timestamp=NOW + beyond)).code == "AuthFailure.SignatureExpire"

    @pytest.mark.provokes("RequestLimitExceeded", "RequestLimitExceeded.UinLimitExceeded")
    def test_rates_of_an_account_go_before_those_of_the_contract(self) -> None:
        server = Server(rates=guard.RateOptions(action=9, account=9, address=None))
        sent = tc3(secret_id="AKIDslow")
        replies = [server.send(sent) for _ in range(4)]
        assert [reply.code for reply in replies] == ["", "", *["RequestLimitExceeded"] * 2]
        assert "equals to `3` in a second" in replies[2].message
        assert "equals to `4` in a second" in replies[3].message
        other = tc3(b"{}", secret_id="AKIDslow", action="ApplyLivenessToken")
        codes = [server.send(other).code for _ in range(2)]
        assert codes == ["", "RequestLimitExceeded.UinLimitExceeded"]

    @pytest.mark.provokes("ResponseSizeLimitExceeded")
    def test_answers(self) -> None:
        made = Server().send(tc3()).call
        size = len(response.success(made, {"Text": ""}))
        assert len(response.success(made, {"Text": "x" * 50}, size + 50)) == size + 50
        with pytest.raises(
            ApiError, match=f"may have {size + 49} bytes and would have {size + 50}"
        ):
            response.success(made, {"Text": "x" * 50}, size + 49)

    def test_pairs_of_a_form_and_parts_of_a_multipart(self) -> None:
        assert len(forms.parse_urlencoded(b"&".join([b"a=1"] * 10_000)).pairs) == 10_000
        with pytest.raises(ApiError, match="at most 10000 pairs"):
            forms.parse_urlencoded(b"&".join([b"a=1"] * 10_001))
        parts = b"".join(part(f"p{n}", b"") for n in range(10_000))
        assert len(forms.parse_multipart(parts + b"--X--", MULTIPART)) == 10_000
        parts += part("more", b"")
        with pytest.raises(ApiError, match="more than 10000 parts"):
            forms.parse_multipart(parts + b"--X--", MULTIPART)

    def test_the_time_a_body_may_take(self) -> None:
        assert request.Sizes() == Sizes(32 * 1024, 12 * 1024 * 1024, 1024 * 1024)


class TestWindows:
    def test_no_window_lets_in_more_and_the_next_place_opens_on_time(self) -> None:
        now = [0.0]
        counts = WindowCounts(lambda: now[0])
        taken = []
        for tick in range(600):  # three times the limit, for ten seconds
            now[0] = tick / 60
            if counts.acquire_entry("k", 20, 1):
                taken.append(now[0])
        assert all(later - first >= 0.95 for first, later in zip(taken, taken[20:], strict=False))
        assert len(taken) == 200
        assert counts.get_moving_window("k", 20, 1)[1] == 20

    def test_two_full_windows_do_not_touch(self) -> None:
        now = [0.99]
        counts = WindowCounts(lambda: now[0])
        assert [counts.acquire_entry("k", 2, 1) for _ in range(3)] == [True, True, False]
        now[0] = 1.5
        assert not counts.acquire_entry("k", 2, 1)
        now[0] = 1.99
        assert counts.acquire_entry("k", 2, 1)

    def test_keys_are_forgotten_when_nothing_holds_them(self) -> None:
        now = [0.0]
        counts = WindowCounts(lambda: now[0])
        for number in range(1000):
            now[0] = number / 100
            counts.acquire_entry(f"k{number}", 5, 1)
        assert counts.reset() <= 101
        counts.acquire_entry("none", 0, 1)
        counts.acquire_entry("k", 1, 1)
        counts.clear("k")
        assert counts.acquire_entry("k", 1, 1)

    def test_refusals_take_no_place(self) -> None:
        now = [0.0]
        rates = guard.Rates(guard.RateOptions(action=1), WindowCounts(lambda: now[0]))
        rates.hit("a", "X", None, {})
        for tick in range(1, 10):
            now[0] = tick / 10
            with pytest.raises(ApiError, match=f"`{1 + tick}` in a second"):
                rates.hit("a", "X", None, {})
        now[0] = 1.0
        rates.hit("a", "X", None, {})


def json_of(size: int) -> bytes:
    empty = b'{"SdkToken": ""}'
    return empty[:-2] + b"T" * (size - len(empty)) + empty[-2:]


def get_of(size: int) -> Request:
    query = b"SdkToken=" + b"T" * (size - 9)
    return tc3(method="GET", query=query, body=b"", content_type=FORM)


def test_the_names_of_the_steps_are_words_for_metrics() -> None:
    assert "take_dry_run" in {steps.name(step) for step in Server().chain}


@pytest.mark.provokes("MissingParameter")
@pytest.mark.parametrize(
    "body",
    [
        b"Action=A&Version=2018-03-01&Image=a&b==&Timestamp%3D1",
        b"Action=A&Version=2018-03-01&Timestamp%=1",
        b"Action=A%26Version=2018-03-01%26Timestamp=1&",
        b"Action%3DA%26Version%3D2018-03-01",
    ],
)
def test_a_common_parameter_lost_in_a_broken_encoding_is_told_as_that(body: bytes) -> None:
    sent = Request(headers={"host": HOST, "content-type": FORM}, chunks=(body,))
    for method in ("POST", "GET"):
        asked = replace(sent, method=method, query=body if method == "GET" else b"")
        reply = Server().send(asked)
        assert reply.code == "MissingParameter"
        assert "The query could not be decoded" in reply.message
    plain = replace(sent, chunks=(b"Version=2018-03-01",))
    assert "decoded" not in Server().send(plain).message
