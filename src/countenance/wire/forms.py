"""Form bodies and queries: urlencoded and multipart."""

import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

from countenance.contract.errors import (
    ApiError,
    describe,
    failure,
    invalid_parameter,
    printable,
)
from countenance.contract.messages import Text, text

_MAX_FIELDS = 10_000
_MAX_PART_HEADERS = 8 * 1024
_BROKEN_ESCAPE = re.compile(rb"%(?![0-9A-Fa-f]{2})")
_BOUNDARY = re.compile(r';\s*boundary=(?:"([^"]*)"|([^\s;,"]+))', re.IGNORECASE)
_PARAMETER = re.compile(r';\s*([\w*-]+)=(?:"((?:\\.|[^"\\])*)"|([^\s;"]*))')
_AS_QUOTED_PRINTABLE = bytes.maketrans(b"+%", b" =")
_NOT_QUOTED_PRINTABLE = (b"=", b"\r", b"\n")
NOT_DECODED = text("wire.not-decoded")


@dataclass(frozen=True, slots=True)
class Form:
    """Decoded `key=value` pairs in the order sent; `broken` says what did not decode."""

    pairs: tuple[tuple[bytes, bytes], ...]
    broken: Text | None = None

    def first(self, key: bytes) -> bytes:
        """The first value of a key, empty when it is absent."""
        return next((value for name, value in self.pairs if name == key), b"")


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a multipart body; `file` when it has a file name or is an octet-stream."""

    name: str
    value: bytes
    file: bool


def parse_urlencoded(data: bytes) -> Form:
    """Split and percent-decode; raises InvalidParameter only for more than 10,000 pairs."""
    pairs: list[tuple[bytes, bytes]] = []
    broken: Text | None = None
    segments = data.split(b"&", _MAX_FIELDS)
    if len(segments) > _MAX_FIELDS:
        raise ApiError("InvalidParameter", text("wire.form-pairs", limit=_MAX_FIELDS))
    for segment in segments:
        if not segment:
            continue
        key, equals, value = segment.partition(b"=")
        if not equals:
            broken = broken or text("wire.form-no-equals")
        (name, name_held), (content, content_held) = _unquote(key), _unquote(value)
        if not (name_held and content_held):
            broken = broken or text("wire.form-escape")
        pairs.append((name, content))
    return Form(tuple(pairs), broken)


def parse_multipart(body: bytes, content_type: str) -> list[Part]:
    """The parts of a `multipart/form-data` body; raises InvalidRequest naming the defect."""
    match = _BOUNDARY.search(content_type)
    boundary = (match[1] or match[2] or "") if match else ""
    if not 1 <= len(boundary) <= 70:
        raise _malformed("boundary")
    parts = [_part(raw) for raw in _split(body, b"--" + boundary.encode("latin-1"))]
    if len({part.name for part in parts}) < len(parts):
        raise _malformed("names")
    return parts


def utf8(name: str, value: bytes) -> str:
    """The UTF-8 text of a value; raises InvalidParameter naming the parameter."""
    try:
        return value.decode()
    except UnicodeDecodeError:
        arrived = text("kind.data", size=describe(value))
        raise invalid_parameter(printable(name), text("rule.utf8"), arrived) from None


def utf8_name(key: bytes) -> str:
    """The UTF-8 text of a name; raises InvalidParameter."""
    try:
        return key.decode()
    except UnicodeDecodeError:
        message = text("wire.form-name", arrived=describe(key))
        raise ApiError("InvalidParameter", message) from None


def _unquote(data: bytes) -> tuple[bytes, bool]:
    """The decoded bytes, and whether every `%` started an escape.

    With other characters for `%` and `=`, percent-encoding is quoted-printable, whose decoder in C
    takes a third of the time on megabytes of base64. Where the two differ, it is not asked; where
    an escape was broken, the length tells.
    """
    escapes = data.count(b"%")
    if not escapes:
        return data.replace(b"+", b" "), True
    if not any(mark in data for mark in _NOT_QUOTED_PRINTABLE):
        decoded = binascii.a2b_qp(data.translate(_AS_QUOTED_PRINTABLE))
        if len(decoded) == len(data) - 2 * escapes:
            return decoded, True
    held = _BROKEN_ESCAPE.search(data) is None
    return unquote_to_bytes(data.replace(b"+", b" ")), held


def _split(body: bytes, delimiter: bytes) -> Iterator[bytes]:
    """What lies between the delimiter lines (RFC 2046, section 5.1.1)."""
    line = b"\r\n" + delimiter
    if body.startswith(delimiter):
        start = len(delimiter)
    else:  # a preamble is allowed, and ignored
        start = body.find(line)
        if start < 0:
            raise _malformed("no-boundary")
        start += len(line)
    for number in range(_MAX_FIELDS + 1):
        if body.startswith(b"--", start):
            return
        if number == _MAX_FIELDS:
            raise _malformed("parts", limit=_MAX_FIELDS)
        begin = body.find(b"\r\n", start, start + 80)
        if begin < 0 or body[start:begin].strip(b" \t"):
            raise _malformed("line")
        begin += 2
        end = body.find(line, begin - 2)
        if end < 0:
            raise _malformed("closing")
        yield body[begin : max(begin, end)]
        start = end + len(line)


def _part(raw: bytes) -> Part:
    head, blank, value = raw.partition(b"\r\n\r\n")
    if not blank or raw.startswith(b"\r\n") or len(head) > _MAX_PART_HEADERS:
        raise _malformed("head")
    headers: dict[str, str] = {}
    for line in head.decode("utf-8", "replace").split("\r\n"):
        name, _, content = line.partition(":")
        headers[name.strip().lower()] = content.strip()
    disposition = headers.get("content-disposition", "")
    fields = {
        match[1].lower(): re.sub(r"\\(.)", r"\1", match[2]) if match[3] is None else match[3]
        for match in _PARAMETER.finditer(disposition)
    }
    if not disposition.lower().startswith("form-data") or not fields.get("name"):
        raise _malformed("disposition")
    if headers.get("content-transfer-encoding", "binary").lower() not in ("binary", "8bit", "7bit"):
        raise _malformed("encoding")
    media_type = headers.get("content-type", "").partition(";")[0].strip().lower()
    named = "filename" in fields or "filename*" in fields
    return Part(fields["name"], value, named or media_type == "application/octet-stream")


def _malformed(defect: str, **values: int) -> ApiError:
    return failure("InvalidRequest", text(f"wire.multipart-{defect}", **values))
