"""uvicorn's HTTP/1.1 protocol with a bounded request head and answers in the API's form.

uvicorn keeps whatever head arrives and its URL parser refuses URLs over 65,535 bytes, so a GET
with megabytes in its query would end in a text 400 that official clients cannot show. Here only
the beginning of a query is kept and its true size handed on.
"""

import asyncio
import re
import sys
import uuid

import httptools
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from countenance.contract.errors import ApiError, failure
from countenance.contract.messages import text
from countenance.observe import log
from countenance.wire.forms import NOT_DECODED
from countenance.wire.request import QUERY_EXTENSION
from countenance.wire.response import error_body

HEAD_LIMIT = 16 * 1024 * 1024
HEADERS_LIMIT = 64 * 1024
HEAD_SECONDS = 30.0
_PATH_KEPT = 1024
_UPGRADE = re.compile(rb"(?<=\n)upgrade(?=[ \t]*:)", re.IGNORECASE)


class BoundedProtocol(HttpToolsProtocol):
    """One connection: URL up to 16 MiB, headers 64 KiB, the whole head within 30 seconds.

    `query_kept` is how much of a query is handed on; it must exceed the limit the chain checks.
    """

    query_kept = 32 * 1024 + 1
    head_seconds = HEAD_SECONDS

    _head_timer: asyncio.TimerHandle | None = None
    _url_size = 0
    _headers_size = 0
    _silent = 0  # bytes in a row that the parser gathers without a callback
    _heard = False
    _in_head = True
    _refusal: ApiError | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn declares it
        """Start the time the first head may take."""
        super().connection_made(transport)
        self._start_timer()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the timer with the connection."""
        self._stop_timer()
        super().connection_lost(exc)

    def shutdown(self) -> None:
        """End with the server; over TLS an idle client would be waited for, for half a minute."""
        idle = self.cycle is None or self.cycle.response_complete
        secure = self.transport.get_extra_info("sslcontext") is not None
        if idle and secure and not self.transport.get_write_buffer_size():
            self.transport.abort()
        else:
            super().shutdown()

    def data_received(self, data: bytes) -> None:
        """Feed the parser, unless it only gathers one endless header, trailer or chunk line."""
        self._heard = False
        super().data_received(_stay(data) if self._in_head else data)
        self._silent = 0 if self._heard else self._silent + len(data)
        if self._silent > HEADERS_LIMIT and not self.transport.is_closing():
            self.transport.close()

    def on_message_begin(self) -> None:
        """Reset what is counted per request."""
        super().on_message_begin()
        self._heard = True
        self._url_size = self._headers_size = 0
        self._start_timer()

    def on_url(self, url: bytes) -> None:
        """Keep the beginning of the URL and count all of it."""
        self._heard = True
        self._url_size += len(url)
        if self._url_size > HEAD_LIMIT:
            detail = text("wire.query-endless", limit=HEAD_LIMIT)
            self._refusal = failure("RequestSizeLimitExceeded", detail)
            raise ValueError("over-long URL")
        room = _PATH_KEPT + self.query_kept - len(self.url)
        if room > 0:
            self.url += url[:room]

    def on_header(self, name: bytes, value: bytes) -> None:
        """Count the headers, and the trailers of a chunked body."""
        self._heard = True
        self._headers_size += len(name) + len(value) + 4  # colon, space, line break
        if self._headers_size > HEADERS_LIMIT:
            detail = text("wire.headers-size", limit=HEADERS_LIMIT)
            self._refusal = failure("RequestSizeLimitExceeded", detail)
            raise ValueError("over-long headers")
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Hand on path and query, split here because uvicorn's way ends at 65,535 bytes."""
        self._heard = True
        self._in_head = False
        self._stop_timer()
        path, mark, query = self.url.partition(b"?")
        size = self._url_size - len(path) - len(mark)
        self.url = path[:_PATH_KEPT]
        self.scope["extensions"] = {QUERY_EXTENSION: {"size": size}}
        super().on_headers_complete()
        # The application was scheduled just now and has not run: it sees this.
        self.scope["query_string"] = query

    def on_body(self, body: bytes) -> None:
        """Note that the parser moves."""
        self._heard = True
        super().on_body(body)

    def on_message_complete(self) -> None:
        """Note that the parser moves."""
        self._heard = self._in_head = True
        super().on_message_complete()

    def send_400_response(self, msg: str) -> None:
        """Answer in the API's form what never became a request, and close."""
        self._stop_timer()
        error = self._refusal or _explain(sys.exception())
        status = 400 if error.code == "InvalidRequest" else 200
        request_id = str(uuid.uuid4())
        body = error_body(request_id, error.code, error.message)
        head = (
            b"content-type: application/json\r\nconnection: close\r\n"
            b"content-length: %d\r\n\r\n" % len(body)
        )
        self.transport.write(STATUS_LINE[status] + head + body)
        self.transport.close()
        log().info("request refused by its head", request_id=request_id, code=error.code)

    def _start_timer(self) -> None:
        self._stop_timer()
        self._head_timer = self.loop.call_later(self.head_seconds, self.transport.close)

    def _stop_timer(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None


def bounded_protocol(query_limit: int) -> type[BoundedProtocol]:
    """The class to give `uvicorn.Config(http=...)` when queries may have `query_limit` bytes."""
    kept = {"query_kept": query_limit + 1}
    return type("BoundedProtocol", (BoundedProtocol,), kept)


def _stay(data: bytes) -> bytes:
    """The head without the wish for another protocol, which a server may leave unheard.

    The parser would take the body for that protocol's: the HTTP client of Java asks for h2c.
    """
    end = data.find(b"\r\n\r\n")
    end = len(data) if end < 0 else end
    if _UPGRADE.search(data, 0, end) is None:
        return data
    return _UPGRADE.sub(b"unheard", data[:end]) + data[end:]


def _explain(error: BaseException | None) -> ApiError:
    if isinstance(error, httptools.HttpParserInvalidMethodError):
        return failure("UnsupportedProtocol")
    if isinstance(error, httptools.HttpParserInvalidURLError):
        return ApiError("InvalidParameter", NOT_DECODED)
    return ApiError("InvalidRequest", text("wire.not-http"))
