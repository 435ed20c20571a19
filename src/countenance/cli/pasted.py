"""A request as somebody copied it: raw HTTP text, a curl command, or JSON of a capture."""

import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

_REQUEST_LINE = re.compile(r"([A-Za-z]+) (\S+)(?: HTTP/[0-9.]+)?")
_CURL = re.compile(r"\s*(?:\$\s+)?curl\s")


class PasteError(ValueError):
    """What was pasted is not a request that can be judged; the text says why."""


@dataclass(frozen=True, slots=True)
class Pasted:
    """A request as it went over the connection. `bodies` are what the body may have been.

    There are two where the end of a file may or may not belong to the body.
    """

    method: str
    path: str
    query: bytes = field(repr=False)
    headers: tuple[tuple[str, str], ...] = field(repr=False)
    bodies: tuple[bytes, ...] = field(repr=False)
    notes: tuple[str, ...] = ()


def read(data: bytes, folder: Path) -> Pasted:
    """The request in a paste; files that a curl command names are looked up from `folder`.

    Raises PasteError.
    """
    try:
        return _read(data, folder)
    except PasteError:
        raise
    except (ValueError, RecursionError) as error:  # an address or a text that is none
        raise PasteError(f"The request cannot be read: {error}.") from None


def _read(data: bytes, folder: Path) -> Pasted:
    if not data.strip():
        raise PasteError("There is no request to read.")
    if data.lstrip().startswith(b"{"):
        return _read_json(data)
    head = data[:200].decode("utf-8", "replace")
    if _CURL.match(head):
        from countenance.cli import curl

        return curl.read(_text(data), folder)
    return _read_http(data)


def split_target(target: str) -> tuple[str, bytes]:
    """Path and query of a request target or URL, as they are sent."""
    if "://" in target:
        url = urlsplit(target)
        return url.path or "/", url.query.encode()
    path, _, query = target.partition("#")[0].partition("?")
    return path or "/", query.encode("latin-1", "replace")


def _text(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise PasteError("A curl command has to be UTF-8 text.") from None


def _read_http(data: bytes) -> Pasted:
    data = data.lstrip(b"\r\n")
    end = re.search(rb"\r?\n\r?\n", data)
    head = (data[: end.start()] if end else data).decode("latin-1")
    body = data[end.end() :] if end else b""
    lines = head.splitlines()
    if all(line.startswith(">") for line in lines):  # as `curl -v` shows it
        lines = [line[1:].lstrip() for line in lines if line[1:].strip()]
    first = _REQUEST_LINE.fullmatch(lines[0].strip()) if lines else None
    if first is None:
        raise PasteError(
            "The first line is no request line such as `POST / HTTP/1.1`. Give the raw request "
            "with its headers, or a curl command."
        )
    headers = []
    for line in lines[1:]:
        name, colon, value = line.partition(":")
        if not colon or not name.strip():
            raise PasteError(f"This line among the headers has no `name: value`: {line[:60]!r}")
        headers.append((name.strip(), value.strip()))
    path, query = split_target(first[2])
    bodies, notes = _cut(body, {name.lower(): value for name, value in headers})
    return Pasted(first[1], path, query, tuple(headers), bodies, notes)


def _cut(body: bytes, headers: dict[str, str]) -> tuple[tuple[bytes, ...], tuple[str, ...]]:
    """The body that Content-Length tells, or both readings of a line break at the end."""
    declared = headers.get("content-length", "")
    if declared.isdigit():
        length = int(declared)
        if len(body) > length and not body[length:].strip():
            return (body[:length],), ()
        if len(body) != length:
            note = (
                f"The body has {len(body)} bytes and Content-Length says {length}: it was changed."
            )
            return (body,), (note,)
        return (body,), ()
    stripped = body.removesuffix(b"\n").removesuffix(b"\r")
    return ((body,) if stripped == body else (stripped, body)), ()


def _read_json(data: bytes) -> Pasted:
    try:
        found = json.loads(data)
    except ValueError as error:
        raise PasteError(f"It begins as JSON and is none: {error}") from None
    try:
        found = found.get("request", found)
        body = found.get("body")
        if body is None:
            body = (found.get("postData") or {}).get("text", "")
        if not isinstance(body, str):
            raise PasteError("`body` has to be the text that was sent, not what it means.")
        method, target = _target(found)
        headers = tuple(_headers(found["headers"] or {}))
    except (KeyError, TypeError, AttributeError):
        raise PasteError(
            "JSON has to hold `method`, `url` (or `request_line`), `headers` and `body`."
        ) from None
    path, query = split_target(target)
    return Pasted(method, path, query, headers, (body.encode(),))


def _target(found: dict[str, Any]) -> tuple[str, str]:
    if "request_line" in found:
        method, target, *_ = str(found["request_line"]).split(" ")
        return method, target
    return str(found["method"]), str(found.get("url") or found.get("path") or "/")


def _headers(found: Any) -> list[tuple[str, str]]:
    if isinstance(found, dict):
        pairs = list(found.items())
    else:
        pairs = [(h["name"], h["value"]) if isinstance(h, dict) else h for h in found]
    shown = [(_latin(str(name)), _latin(str(value))) for name, value in pairs]
    return [(name, value) for name, value in shown if not name.startswith(":")]


def _latin(text: str) -> str:
    """A header's text as one character for each byte that was sent."""
    try:
        text.encode("latin-1")
    except UnicodeEncodeError:
        return text.encode().decode("latin-1")
    return text
