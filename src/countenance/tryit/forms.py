"""The pictures of a form, read into memory part by part under a cap; nothing touches the disk."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.requests import ClientDisconnect, Request

if TYPE_CHECKING:  # the type exists only for checkers
    from python_multipart.multipart import MultipartCallbacks

HEADROOM = 16 * 1024  # boundaries and part headers
DRAIN = 64 * 1024 * 1024  # a refused body is read to its end, so the browser gets to the answer


class FormProblem(Exception):
    """A form that cannot be taken: HTTP status, code, and a sentence for the person."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message


async def read_parts(request: Request, caps: Mapping[str, int]) -> dict[str, bytes]:
    """The named parts, each at most as many bytes as `caps` says; `FormProblem` on anything else.

    Parts that did not come, or are empty, are missing from the answer.
    """
    parts = _Parts(caps)
    parser = MultipartParser(_boundary(request), parts.callbacks())
    limit, total, fault = sum(caps.values()) + HEADROOM, 0, None
    try:
        async for chunk in request.stream():
            total += len(chunk)
            if fault is None:
                fault = _too_large(limit) if total > limit else _feed(parser, chunk)
            if fault is not None and total > DRAIN:
                break
    except ClientDisconnect as gone:
        raise FormProblem(400, "Disconnected", "The connection closed during the upload.") from gone
    if fault is None and not parts.ended:
        fault = _broken()
    if fault is not None:
        raise fault
    return {name: bytes(data) for name, data in parts.found.items() if data}


class _Parts:
    """Collects what the parser reports; raises `FormProblem` from within its callbacks."""

    def __init__(self, caps: Mapping[str, int]) -> None:
        self.caps = caps
        self.found: dict[str, bytearray] = {}
        self.ended = False
        self._name = ""
        self._field = bytearray()
        self._value = bytearray()
        self._disposition = b""

    def callbacks(self) -> "MultipartCallbacks":
        return {
            "on_part_begin": self._begin,
            "on_header_field": lambda data, start, end: self._field.extend(data[start:end]),
            "on_header_value": lambda data, start, end: self._value.extend(data[start:end]),
            "on_header_end": self._header,
            "on_headers_finished": self._open,
            "on_part_data": self._data,
            "on_end": self._end,
        }

    def _begin(self) -> None:
        self._disposition = b""

    def _header(self) -> None:
        if bytes(self._field).lower() == b"content-disposition":
            self._disposition = bytes(self._value)
        self._field.clear()
        self._value.clear()

    def _open(self) -> None:
        _, options = parse_options_header(self._disposition)
        name = options.get(b"name", b"").decode("latin-1")
        if name not in self.caps or name in self.found:
            expected = ", ".join(self.caps)
            raise FormProblem(400, "UnknownPart", f"The form takes {expected}, each once.")
        self._name = name
        self.found[name] = bytearray()

    def _data(self, data: bytes, start: int, end: int) -> None:
        part = self.found[self._name]
        if len(part) + end - start > self.caps[self._name]:
            raise _too_large(self.caps[self._name])
        part.extend(memoryview(data)[start:end])

    def _end(self) -> None:
        self.ended = True


def _boundary(request: Request) -> bytes:
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    boundary = options.get(b"boundary", b"")
    if kind != b"multipart/form-data" or not 0 < len(boundary) <= 70:  # RFC 2046, 5.1.1
        raise FormProblem(415, "NotAForm", "The request is not a multipart form.")
    return boundary


def _feed(parser: MultipartParser, chunk: bytes) -> FormProblem | None:
    try:
        parser.write(chunk)
    except FormProblem as fault:
        return fault
    except FormParserError:
        return _broken()
    return None


def _too_large(limit: int) -> FormProblem:
    megabytes = round(limit / 1024 / 1024)
    return FormProblem(413, "TooLarge", f"The file is larger than {megabytes} MB, the most taken.")


def _broken() -> FormProblem:
    return FormProblem(400, "BrokenForm", "The upload arrived damaged or incomplete. Try again.")
