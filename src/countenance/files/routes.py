"""`/files/`: stored files by their signed addresses, read by GET and HEAD, uploaded by PUT."""

import re
from collections.abc import Mapping

import msgspec
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from countenance.contract.messages import Language, text
from countenance.files.receive import Refused, drain, receive
from countenance.files.uploads import Uploads
from countenance.files.urls import FileUrls, UrlError
from countenance.observe import describe, log
from countenance.store.errors import StoreError
from countenance.store.objects import NotStored, Occupied, Stored

HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
METHODS = ("GET", "HEAD", "PUT")
_OTHERS = ("POST", "PATCH", "DELETE", "OPTIONS")
# One range (RFC 9110, 14.1.2); several may be answered with the whole, and are.
_RANGE = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})", re.ASCII)


def routes(urls: FileUrls, uploads: Uploads) -> list[BaseRoute]:
    """The route of all files."""

    async def read(request: Request) -> Response:
        grant = urls.verify_get(*_address(request))
        try:
            stored, data = await uploads.read(grant)
        except NotStored:
            raise Refused(404, "gone", text("file.gone")) from None
        return _file(request, stored, data)

    async def write(request: Request) -> Response:
        grant, limits = urls.verify_put(*_address(request))
        data, media_type = await receive(request, limits)
        try:
            stored = await uploads.write(grant, data, media_type)
        except Occupied:
            raise Refused(409, "taken", text("file.taken")) from None
        return Response(status_code=200, headers=HEADERS | {"ETag": _tag(stored)})

    async def answer(request: Request) -> Response:
        try:
            if request.method not in METHODS:
                raise Refused(405, "method", text("file.method", methods=METHODS))
            return await (write if request.method == "PUT" else read)(request)
        except UrlError as error:
            said = text(f"file.{error.rule}")
            close = request.method == "PUT" and not await drain(request)
            return _refusal(request, Refused(403, error.rule, said, close=close))
        except Refused as refused:
            return _refusal(request, refused)
        except ClientDisconnect:
            return Response(status_code=400)  # to nobody
        except StoreError as error:
            log().error("the store does not answer", error_type=describe(error))
            unavailable = Refused(503, "unavailable", text("ServiceUnavailable"), close=True)
            return _refusal(request, unavailable)
        except Exception as error:
            log().error("unexpected", error_type=describe(error))
            return _refusal(request, Refused(500, "fault", text("InternalError"), close=True))

    return [Route("/files/{name:path}", answer, methods=[*METHODS, *_OTHERS])]


def _address(request: Request) -> tuple[str, str]:
    """Path and query as they were sent: another spelling of an address is another address."""
    raw: bytes = request.scope.get("raw_path") or request.scope["path"].encode()
    return raw.decode("latin-1"), request.scope["query_string"].decode("latin-1")


def _file(request: Request, stored: Stored, data: bytes) -> Response:
    extension = stored.media_type.rpartition("/")[2].rpartition("-")[2]
    headers = HEADERS | {
        "Content-Disposition": f'attachment; filename="{stored.kind}.{extension}"',
        "Accept-Ranges": "bytes",
        "ETag": _tag(stored),
    }
    span = _span(request.headers.get("range", ""), len(data))
    if span is None:
        return Response(data, headers=headers, media_type=stored.media_type)
    first, last = span
    if first > last:
        headers |= {"Content-Range": f"bytes */{len(data)}"}
        return _refusal(request, Refused(416, "range", text("file.range", n=len(data))), headers)
    headers |= {"Content-Range": f"bytes {first}-{last}/{len(data)}"}
    return Response(data[first : last + 1], 206, headers, stored.media_type)


def _span(header: str, size: int) -> tuple[int, int] | None:
    """First and last byte that are asked for, the first behind the last where there is none."""
    match = _RANGE.fullmatch(header)
    if match is None or not (match[1] or match[2]):
        return None
    if not match[1]:
        return max(0, size - int(match[2])), size - 1
    first, last = int(match[1]), int(match[2] or size - 1)
    if match[2] and last < first:
        return None  # no range at all, which is ignored
    return first, min(last, size - 1)


def _tag(stored: Stored) -> str:
    return f'"{stored.md5}"'


def _refusal(request: Request, refused: Refused, headers: Mapping[str, str] = HEADERS) -> Response:
    chinese = request.headers.get("accept-language", "").lower().startswith("zh")
    language: Language = "zh-CN" if chinese else "en-US"
    told = {"error": {"code": refused.code, "message": refused.said.say(language)}}
    shown = dict(headers) | ({"Connection": "close"} if refused.close else {})
    if refused.status == 405:
        shown["Allow"] = ", ".join(METHODS)
    body = msgspec.json.encode(told)
    return Response(body, refused.status, shown, "application/json")
