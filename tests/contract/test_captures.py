"""Requests of the official clients, as they came over the connection, through the wire's steps.

257 requests: 253 signed, 4 sent with `Authorization: SKIP`. The files keep only the beginning of
nine large bodies. Six of them (TC3, 9 and 11 MB of one letter) are rebuilt exactly, as their
payload hash proves; of the three v1 bodies of 2 MB even the signature is lost, so those cannot be
verified and serve to show the answer to an over-long v1 body. 250 signed requests are verified.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest
from tests.callers import Caller, Replays

from countenance.contract.errors import ApiError
from countenance.wire import admission, proof, request, signature, steps
from countenance.wire.call import Call

FILE = Path(__file__).parent / "data" / "captures.jsonl"
CALLERS = {
    "AKIDtestA": Caller("a", "k1", "secretKeyA"),
    "AKIDtmpB": Caller("a", "k2", "secretTmpB", token="tmpTOKEN"),
}
# Two clients were run with other tokens for the temporary key.
TOKENS = ("tmpTOKEN", "tmpTOK", "TOK")


@dataclass(frozen=True)
class Capture:
    label: str
    method: str
    query: bytes
    headers: tuple[tuple[str, str], ...]
    body: bytes | None
    body_length: int
    verify: dict[str, Any]

    def header(self, name: str) -> str:
        return next((v for n, v in self.headers if n.lower() == name), "")

    def with_header(self, name: str, value: str) -> "Capture":
        pairs = [(n, value if n.lower() == name else v) for n, v in self.headers]
        return replace(self, headers=tuple(pairs))

    @property
    def form(self) -> list[tuple[str, str]]:
        return parse_qsl((self.query or self.body or b"").decode(), keep_blank_values=True)

    @property
    def timestamp(self) -> int:
        return int(self.header("x-tc-timestamp") or dict(self.form)["Timestamp"])


def load() -> Iterator[Capture]:
    for line in FILE.read_text("utf-8").splitlines():
        record = json.loads(line)
        method, target, _ = record["request_line"].split(" ")
        body = record["body"]
        if isinstance(body, list):
            prefix, letter, count, suffix = body
            body = prefix + letter * count + suffix
        yield Capture(
            label=record["label"],
            method=method,
            query=target.partition("?")[2].encode(),
            headers=tuple((name, value) for name, value in record["headers"]),
            body=None if body is None else body.encode(),
            body_length=record.get("body_length", len((body or "").encode())),
            verify=record["verify"],
        )


CAPTURES = list(load())
SIGNED = [c for c in CAPTURES if c.verify["ok"] and c.body is not None]
LOST = [c for c in CAPTURES if c.verify["ok"] and c.body is None]
SKIPPED = [c for c in CAPTURES if not c.verify["ok"]]


class Keys:
    def __init__(self, token: str | None) -> None:
        self.token = token

    async def find(self, secret_id: str) -> Caller | None:
        caller = CALLERS.get(secret_id)
        return replace(caller, token=self.token) if caller and caller.token else caller


async def check(capture: Capture, now: float | None = None, *, chunk: int = 0) -> Call:
    """Every step up to the replay check; raises ApiError. The body arrives in pieces of `chunk`."""
    body = capture.body or b""
    size = chunk or len(body) or 1
    pieces = [body[i : i + size] for i in range(0, len(body), size)] or [b""]

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": pieces.pop(0), "more_body": bool(pieces)}

    def clock() -> float:
        return capture.timestamp if now is None else now

    scope = {
        "type": "http",
        "method": capture.method,
        "path": "/",
        "query_string": capture.query,
        "headers": [(n.encode(), v.encode("latin-1")) for n, v in capture.headers],
        "client": ("127.0.0.1", 1),
    }
    call = request.open_call(scope, receive, clock)
    token = call.headers.get("x-tc-token") or dict(capture.form).get("Token")
    assert token in (None, *TOKENS)
    for step in (
        steps.check_method,
        steps.receive(request.Sizes()),
        steps.read_common,
        steps.read_authorization,
        admission.authenticate(Keys(token), proof.SignatureOptions(), clock),
        admission.check_replay(Replays(), clock),
    ):
        await step(call)
    return call


async def refused(capture: Capture, now: float | None = None) -> str:
    """The code with which a capture is refused."""
    with pytest.raises(ApiError) as caught:
        await check(capture, now)
    return caught.value.code


def test_the_numbers() -> None:
    assert len(CAPTURES) == 257
    assert (len(SIGNED), len(LOST), len(SKIPPED)) == (250, 3, 4)


async def test_every_signed_request_verifies() -> None:
    for capture in SIGNED:
        call = await check(capture)
        assert (call.family == "tc3") is (capture.verify["alg"] == "TC3"), capture.label
        assert call.action, capture.label
        assert call.region is None or call.region.startswith("ap-"), capture.label
        if call.family == "tc3" and capture.body and call.body_hash:
            assert call.body_size == len(capture.body)


async def test_they_verify_in_small_pieces_too() -> None:
    for capture in SIGNED:
        if capture.body_length < 10_000:
            await check(capture, chunk=7)


async def test_the_host_variant_is_the_one_seen() -> None:
    for capture in SIGNED:
        call = await check(capture)
        assert call.caller is not None
        verdict = await proof.verify(call, call.caller.secret, proof.SignatureOptions())
        assert verdict.host_variant == capture.verify["host_variant"], capture.label


async def test_unsigned_requests_are_refused() -> None:
    for capture in SKIPPED:
        assert await refused(capture) == "AuthFailure.InvalidAuthorization"


async def test_large_v1_bodies_get_the_size_message() -> None:
    for capture in LOST:
        with pytest.raises(ApiError) as caught:
            await check(capture, now=0)
        assert caught.value.code == "AuthFailure.SignatureFailure"
        assert "TC3-HMAC-SHA256" in caught.value.message
        assert f"1048576 bytes; {capture.body_length} arrived" in caught.value.message


async def test_one_byte_changed_is_refused() -> None:
    """Signature, body, query, content type, host and timestamp; wherever the capture has one."""
    changed = 0
    for capture in SIGNED:
        for name, altered in alterations(capture):
            code = await refused(altered, capture.timestamp)
            assert code == "AuthFailure.SignatureFailure", (capture.label, name)
            changed += 1
    assert changed > 1000


async def test_the_clock_refuses_them_now() -> None:
    for capture in SIGNED:
        if capture.body_length > 10_000:
            continue
        for shift in (-301, 301):
            assert await refused(capture, capture.timestamp + shift) == (
                "AuthFailure.SignatureExpire"
            )
        for shift in (-300, 300):
            await check(capture, capture.timestamp + shift)


def alterations(capture: Capture) -> Iterator[tuple[str, Capture]]:
    if capture.verify["alg"] != "TC3":
        pairs = capture.form
        for at, (name, value) in enumerate(pairs):
            if name in ("SecretId", "Token"):
                continue
            edited = list(pairs)
            edited[at] = (name, bump(value))
            text = urlencode(edited).encode()
            by_get = capture.method == "GET"
            yield name, replace(capture, query=text) if by_get else replace(capture, body=text)
        yield "Host", capture.with_header("host", "x" + capture.header("host"))
        return
    credential = capture.header("authorization")
    yield "signature", capture.with_header("authorization", credential[:-1] + bump(credential[-1]))
    yield "host", capture.with_header("host", "x" + capture.header("host"))
    yield "content-type", capture.with_header("content-type", capture.header("content-type") + "x")
    later = str(capture.timestamp + 1)
    yield "timestamp", capture.with_header("x-tc-timestamp", later)
    yield "query", replace(capture, query=capture.query + b"&x=1")
    body, unsigned = capture.body, capture.header("x-tc-content-sha256")
    # An unsigned payload is, by the client's own choice, not part of what is signed.
    if body and capture.method == "POST" and unsigned != signature.UNSIGNED_PAYLOAD:
        middle = len(body) // 2
        yield "body", replace(capture, body=body[:middle] + b"~" + body[middle + 1 :])


def bump(text: str) -> str:
    """Another text of the same kind and length, or one letter where there was none."""
    if not text:
        return "x"
    return text[:-1] + ("0" if text[-1] != "0" else "1")
