"""The envelope: HTTP 200, exactly `application/json`, RequestId always."""

import math
import re
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any

import msgspec

from countenance.contract.errors import ApiError, failure
from countenance.contract.messages import text
from countenance.wire.call import Call

Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
CONTENT_TYPE = b"application/json"  # any addition makes official clients overlook the error
MAX_BYTES = 32 * 1024 * 1024
_HEAD = b'{"Response":'
_TRACE = re.compile(r"[\x21-\x7e]{1,128}")
_encoder = msgspec.json.Encoder()


class NotFinite(ValueError):
    """A number that JSON has no form for was about to be answered."""


def success(
    call: Call, outputs: msgspec.Struct | Mapping[str, object], limit: int = MAX_BYTES
) -> bytes:
    """The body of a successful answer; raises NotFinite, or ResponseSizeLimitExceeded.

    `limit` is bytes of the whole body.
    """
    if not _finite(outputs):
        raise NotFinite("the answer holds a number that is not finite")
    fields = _encoder.encode(outputs)
    comma = b"" if fields == b"{}" else b","
    tail = comma + b'"RequestId":"' + call.request_id.encode() + b'"}}'
    size = len(_HEAD) + len(fields) - 1 + len(tail)
    if size > limit:
        detail = text("wire.response-size", n=size, limit=limit)
        raise failure("ResponseSizeLimitExceeded", detail)
    return _HEAD + fields[:-1] + tail


def refusal(call: Call, error: ApiError) -> bytes:
    """The body of an answer in the error form, in the language of the call."""
    return error_body(call.request_id, error.code, error.say(call.language))


def error_body(request_id: str, code: str, message: str) -> bytes:
    """The error form where there is no Call yet."""
    error = {"Code": code, "Message": message}
    return _encoder.encode({"Response": {"Error": error, "RequestId": request_id}})


async def answer(send: Send, call: Call, body: bytes) -> None:
    """Send a body built here; ends the connection when the request was not read to its end."""
    headers = [
        (b"content-type", CONTENT_TYPE),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
    ]
    trace = call.headers.get("x-tc-traceid", "")
    if _TRACE.fullmatch(trace):
        headers.append((b"x-tc-traceid", trace.encode()))
    if call.close:
        headers.append((b"connection", b"close"))
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _finite(value: object) -> bool:
    if isinstance(value, float):
        return math.isfinite(value)
    if isinstance(value, msgspec.Struct):
        return all(_finite(getattr(value, name)) for name in value.__struct_fields__)
    if isinstance(value, Mapping):
        return all(_finite(item) for item in value.values())
    if isinstance(value, list | tuple):
        return all(_finite(item) for item in value)
    return True
