"""ASGI scope and body -> Call: sizes are bounded before anything is kept."""

import asyncio
import re
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from countenance.contract.errors import ApiError, failure, invalid_parameter, missing_parameter
from countenance.contract.messages import Language, Text, Value, text
from countenance.wire import address, forms
from countenance.wire.call import Call, Family, Network, Receive

QUERY_EXTENSION = "countenance.query"
_TC3_HEADERS = ("authorization", "x-tc-action", "x-tc-version", "x-tc-timestamp")
_TC3_NEEDED = ("Authorization", "X-TC-Action", "X-TC-Version", "X-TC-Timestamp")
_V1_NEEDED = ("Action", "Version", "Timestamp", "Nonce", "SecretId", "Signature")
_V1_OPTIONAL = ("SignatureMethod", "Region", "Token", "Language", "RequestClient")
V1_COMMON = frozenset(name.encode() for name in (*_V1_NEEDED, *_V1_OPTIONAL))
_INTEGER = re.compile(r"-?[0-9]{1,15}")
_ABSENT = frozenset(("", "null", "undefined"))


class ClientGone(Exception):
    """The client closed the connection before its request was complete: nobody to answer."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """Bytes a request may have, and what is done with a longer one.

    `seconds` is the time a body may take to arrive. A refused body is still read, up to
    `drain_bytes` and `drain_seconds`, because clients look at an answer only after they have sent
    everything.
    """

    query: int = 32 * 1024
    tc3_body: int = 12 * 1024 * 1024
    v1_body: int = 1024 * 1024
    seconds: float = 120
    drain_bytes: int = 64 * 1024 * 1024
    drain_seconds: float = 10


def open_call(
    scope: Mapping[str, Any],
    receive: Receive,
    clock: Callable[[], float],
    trusted: Sequence[Network] = (),
) -> Call:
    """The Call of an ASGI `http` scope; nothing is read yet and nothing can fail.

    `trusted` are the networks of proxies whose X-Forwarded-For is believed.
    """
    headers = {
        # The parser leaves white space at the end, which is no part of a value (RFC 9110, 5.5).
        name.decode("latin-1").lower(): value.decode("latin-1").strip(" \t")
        for name, value in scope["headers"]
    }
    query: bytes = scope.get("query_string", b"")
    size = scope.get("extensions", {}).get(QUERY_EXTENSION, {}).get("size", len(query))
    client = scope.get("client")
    call = Call(
        request_id=str(uuid.uuid4()),
        method=scope["method"],
        path=scope["path"],
        query=query,
        query_size=size,
        headers=headers,
        client=address.client(client[0] if client else "", scope["headers"], trusted),
        received=clock(),
        receive=receive,
    )
    call.family = family(headers)
    call.language = _language(headers.get("x-tc-language", ""))
    return call


def family(headers: Mapping[str, str]) -> Family:
    """TC3 when one of its headers is there; v1 clients, too, send X-TC-TraceId and the like."""
    return "tc3" if any(name in headers for name in _TC3_HEADERS) else "v1"


async def read_body(call: Call, sizes: Sizes) -> None:
    """Read the whole body into the call; over the limit of its family it is refused, not kept.

    Raises RequestSizeLimitExceeded, or for v1 the size form of AuthFailure.SignatureFailure;
    InvalidRequest for a body that stays away; ClientGone.
    """
    limit = sizes.tc3_body if call.family == "tc3" else sizes.v1_body
    declared = _integer(call.headers.get("content-length", ""))
    if declared is not None and declared > limit:
        raise _too_long(call, limit, declared)
    chunks: list[bytes] = []
    try:
        async with asyncio.timeout(sizes.seconds):
            while not call.complete and call.body_size <= limit:
                chunks.append(await _next_chunk(call))
    except TimeoutError:
        call.close = True
        detail = text("wire.body-late", seconds=float(sizes.seconds))
        raise failure("InvalidRequest", detail) from None
    if call.body_size > limit:
        chunks.clear()
        await drain(call, sizes)
        arrived = call.body_size if call.complete else text("wire.more-than", n=call.body_size)
        raise _too_long(call, limit, arrived)
    call.body = chunks[0] if len(chunks) == 1 else b"".join(chunks)


async def drain(call: Call, sizes: Sizes) -> None:
    """Take the rest of a refused body off the connection; when that fails, mark it for closing."""
    if call.complete or call.close:
        return
    if call.body_size == 0 and call.headers.get("expect", "").lower() == "100-continue":
        call.close = True  # the client waits for our word before it sends, and reads the answer
        return
    try:
        async with asyncio.timeout(sizes.drain_seconds):
            while not call.complete and call.body_size <= sizes.drain_bytes:
                await _next_chunk(call)
    except (TimeoutError, ClientGone):
        pass
    call.close = not call.complete


async def _next_chunk(call: Call) -> bytes:
    message = await call.receive()
    if message["type"] != "http.request":
        call.close = True
        raise ClientGone
    chunk: bytes = message.get("body", b"")
    call.body_size += len(chunk)
    call.complete = not message.get("more_body", False)
    return chunk


def _too_long(call: Call, limit: int, arrived: Value) -> ApiError:
    v1 = call.family == "v1"
    key = "AuthFailure.SignatureFailure#size" if v1 else "RequestSizeLimitExceeded"
    return failure(key, text("wire.body-size", limit=limit, arrived=arrived))


def check_query(call: Call, limit: int) -> None:
    """Raises RequestSizeLimitExceeded for a query longer than `limit` bytes."""
    if call.query_size > limit:
        detail = text("wire.query-size", limit=limit, arrived=call.query_size)
        raise failure("RequestSizeLimitExceeded", detail)


def read_tc3(call: Call) -> None:
    """Common parameters of TC3 out of the headers; MissingParameter, InvalidParameter."""
    headers = call.headers
    for name in _TC3_NEEDED:
        if not headers.get(name.lower()):
            raise missing_parameter(name)
    call.action = headers["x-tc-action"]
    call.version = headers["x-tc-version"]
    call.timestamp = _timestamp("X-TC-Timestamp", headers["x-tc-timestamp"])
    call.region = _present(headers.get("x-tc-region", ""))
    call.token = headers.get("x-tc-token") or None


def read_v1(call: Call) -> None:
    """Common parameters of v1 out of the query or the form; MissingParameter, InvalidParameter.

    The form is split here, before the signature is known to hold: v1 signs its decoded values.
    """
    form = call.form = forms.parse_urlencoded(_v1_source(call))
    values: dict[str, str] = {}
    for key, value in form.pairs:
        if key in V1_COMMON:
            name = key.decode()
            if name in values:
                raise invalid_parameter(name, text("rule.once"), text("wire.kind-several"))
            values[name] = forms.utf8(name, value)
    call.language = _language(values.get("Language", call.headers.get("x-tc-language", "")))
    for name in _V1_NEEDED:
        if not values.get(name):
            raise missing_parameter(name, *_lost(call, form, name))
    call.action, call.version = values["Action"], values["Version"]
    call.timestamp = _timestamp("Timestamp", values["Timestamp"])
    call.region = _present(values.get("Region", call.headers.get("x-tc-region", "")))
    call.token = values.get("Token") or None
    call.secret_id = values["SecretId"]


def _lost(call: Call, form: forms.Form, name: str) -> tuple[Text, ...]:
    """Words for a parameter that an unescaped `#` cut off, or that ended up within another."""
    within = f"{name}=".encode()
    cut = call.method == "GET" and form.pairs
    if cut or form.broken or any(within in part for pair in form.pairs for part in pair):
        return (forms.NOT_DECODED,)
    return ()


def _v1_source(call: Call) -> bytes:
    if call.method == "GET":
        return call.query
    media_type = call.headers.get("content-type", "").partition(";")[0].strip().lower()
    return call.body if media_type in ("", "application/x-www-form-urlencoded") else b""


def _timestamp(name: str, content: str) -> int:
    value = _integer(content)
    if value is None:
        raise invalid_parameter(name, text("wire.rule-timestamp"), text("wire.kind-text"))
    return value


def _integer(content: str) -> int | None:
    """ASCII digits only, and few enough of them for any arithmetic that follows."""
    return int(content) if _INTEGER.fullmatch(content) else None


def _present(region: str) -> str | None:
    return None if region in _ABSENT else region


def _language(value: str) -> Language:
    return "zh-CN" if value.lower().startswith("zh") else "en-US"
