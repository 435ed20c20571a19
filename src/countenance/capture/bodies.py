"""Bodies of requests, read into memory under a cap; nothing touches the disk."""

import re
from typing import TypeVar

import msgspec
from starlette.requests import Request

from countenance.capture.refusals import Refused

T = TypeVar("T", bound=msgspec.Struct)

JSON_BYTES = 16 * 1024
# So much of a body that is refused is read, so that its sender gets to the answer.
DRAIN = 4 * 1024 * 1024


async def read(request: Request, limit: int) -> bytes:
    """The body, at most `limit` bytes; raises `Refused`, and `ClientDisconnect` for a part of it.

    One that states to be far too large is not read at all.
    """
    stated = request.headers.get("content-length", "")
    if stated.isdecimal() and int(stated[:20]) > DRAIN:
        raise Refused("too_large", limit=limit)
    data, total = bytearray(), 0
    async for part in request.stream():
        total += len(part)
        if total <= limit:
            data += part
        if total > DRAIN:
            break
    if total > limit:
        raise Refused("too_large", limit=limit)
    return bytes(data)


async def read_json(request: Request, step: str, kind: type[T]) -> T:
    """The body as a struct, an empty one as `{}`; fields that it does not know are ignored."""
    data = await read(request, JSON_BYTES)
    if data:
        check_type(request, ("application/json",))
    try:
        return msgspec.json.decode(data or b"{}", type=kind)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise Refused("bad_request", step=step, fault=_fault(error)) from None


def check_type(request: Request, types: tuple[str, ...]) -> str:
    """The media type of the body, without its parameters; one of `types`."""
    stated = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if stated not in types:
        raise Refused("bad_type", types=types)
    return stated


def _fault(error: Exception) -> str:
    """The rule that was broken and where, which repeats nothing of the body but names we know."""
    said = str(error) if isinstance(error, msgspec.MsgspecError) else "invalid UTF-8"
    place = re.search(r" - at `(\$[.a-z0-9_\[\]]*)`$", said)
    rule = re.sub(r"Invalid (\w+) value .*", r"Invalid \1 value", said.partition(" - at ")[0])
    return f"{rule} at {place[1]}" if place else rule
