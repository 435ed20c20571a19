"""A request body to bytes: refused as soon as it is too long, and of the kind it may be."""

import asyncio
import contextlib

from starlette.requests import ClientDisconnect, Request

from countenance.contract.messages import Said, text
from countenance.files.urls import Limits
from countenance.perception.decoder import sniff

SECONDS = 120.0  # a body may take
# A refused body is still read, because clients look at an answer only after they sent everything.
DRAIN_BYTES, DRAIN_SECONDS = 64 * 1024 * 1024, 10.0
TYPES = {
    "jpeg": "image/jpeg",
    "png": "image/png",
    "bmp": "image/bmp",
    "mp4": "video/mp4",
    "mov": "video/quicktime",
    "avi": "video/x-msvideo",
    "flv": "video/x-flv",
    "webm": "video/webm",
    "matroska": "video/x-matroska",
    "mpeg": "video/mpeg",
}
OPAQUE = "application/octet-stream"


class Refused(Exception):
    """An answer that is no file: an HTTP status, a code for programs, words for people."""

    def __init__(self, status: int, code: str, said: Said, *, close: bool = False) -> None:
        self.status = status
        self.code = code
        self.said = said
        self.close = close
        super().__init__(code)


async def receive(request: Request, limits: Limits) -> tuple[bytes, str]:
    """The body and its media type; raises `Refused`, and `ClientDisconnect` for a half one."""
    declared = request.headers.get("content-length", "")
    if declared.isascii() and declared.isdigit() and int(declared) > limits.bytes:
        raise _too_large(limits, close=not await drain(request))
    data = bytearray()
    try:
        async with asyncio.timeout(SECONDS):
            async for chunk in request.stream():
                if len(data) + len(chunk) > limits.bytes:
                    data.clear()
                    raise _too_large(limits, close=not await drain(request, begun=True))
                data += chunk
    except TimeoutError:
        raise Refused(408, "late", text("file.late", seconds=SECONDS), close=True) from None
    if not data:
        raise Refused(400, "empty", text("file.empty"))
    return bytes(data), _media_type(bytes(data[: sniff.HEAD]), limits)


async def drain(request: Request, *, begun: bool = False) -> bool:
    """Take the rest of a body off the connection; whether all of it came."""
    if not begun and request.headers.get("expect", "").lower() == "100-continue":
        return False  # the client waits for our word before it sends, and reads the answer
    left = DRAIN_BYTES
    with contextlib.suppress(TimeoutError, ClientDisconnect):
        async with asyncio.timeout(DRAIN_SECONDS):
            async for chunk in request.stream():
                left -= len(chunk)
                if left < 0:
                    return False
            return True
    return False


def _media_type(head: bytes, limits: Limits) -> str:
    if not limits.kinds:
        return OPAQUE
    kind = sniff.image_kind(head)
    if kind not in limits.kinds:
        kinds = text("file.kind", kinds=limits.kinds, arrived=kind)
        raise Refused(415, "bad_type", kinds)
    return TYPES[kind]


def _too_large(limits: Limits, *, close: bool) -> Refused:
    return Refused(413, "too_large", text("file.bytes", most=limits.bytes), close=close)
