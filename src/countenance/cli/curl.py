"""A pasted curl command as the request it would send."""

import getopt
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote_plus, urlsplit

from countenance.cli.pasted import Pasted, PasteError, split_target

_FORM = "application/x-www-form-urlencoded"
_PORTS = {"http": 80, "https": 443}
# A quoted stretch, a continued line, an escaped character, or a plain stretch of a shell's words.
_PIECE = re.compile(
    r"""'[^']*'|\$'((?:\\.|[^'\\])*)'|"(?:\\.|[^"\\])*"|\\\r?\n|\\.|[^'"\\$`]+|.""", re.DOTALL
)
_VARIABLE = re.compile(r"(?<!\\)(?:\\\\)*(?:\$[\w({@*#?!]|`)")
_ESCAPE = re.compile(
    r"\\(x[0-9A-Fa-f]{1,2}|u[0-9A-Fa-f]{1,4}|U[0-9A-Fa-f]{1,8}|[0-7]{1,3}|.)", re.S
)
_QUOTED_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_PLAIN = {"n": "\n", "r": "\r", "t": "\t", "a": "\a", "b": "\b", "f": "\f", "v": "\v", "e": "\x1b"}
_ENDS = {"|", "||", "&", "&&", ";", ">", ">>", "<"}

_SHORT = "H:X:d:F:T:A:e:b:c:u:x:m:o:w:D:E:K:r:GIkLsSvifgNOqR0146#2"
_VALUED = (  # their values do not matter, but are no address
    *("user-agent", "referer", "cookie", "cookie-jar", "user", "proxy", "noproxy", "max-time"),
    *("connect-timeout", "output", "write-out", "cacert", "capath", "cert", "key", "resolve"),
    *("connect-to", "retry", "retry-delay", "retry-max-time", "interface", "dump-header", "trace"),
    *("trace-ascii", "limit-rate", "header", "request", "data", "data-ascii", "data-raw"),
    *("data-binary", "data-urlencode", "json", "url", "form", "form-string", "upload-file"),
)
_FLAGS = (
    *("get", "head", "insecure", "location", "silent", "show-error", "verbose", "include", "fail"),
    *("fail-with-body", "compressed", "http1.0", "http1.1", "http2", "http3", "no-buffer"),
    *("no-keepalive", "tlsv1.2", "tlsv1.3", "ipv4", "ipv6", "path-as-is", "globoff"),
    *("progress-bar", "no-progress-meter", "remote-name", "trace-time"),
)
_LONG = [*(f"{name}=" for name in _VALUED), *_FLAGS]
_DATA = {
    **{"-d": "data", "--data": "data", "--data-ascii": "data"},
    **{"--data-raw": "raw", "--data-binary": "binary", "--data-urlencode": "urlencode"},
    "--json": "json",
}
_REFUSED = {
    "-F": "draws a new boundary each time, so what it signed cannot be known",
    "--form": "draws a new boundary each time, so what it signed cannot be known",
    "--form-string": "draws a new boundary each time, so what it signed cannot be known",
    "-T": "sends another method than the API takes",
    "--upload-file": "sends another method than the API takes",
    "-I": "sends another method than the API takes",
    "--head": "sends another method than the API takes",
    "-K": "reads options from a file; write them out",
}


@dataclass
class _Command:
    urls: list[str] = field(default_factory=list)
    headers: list[str] = field(default_factory=list)
    data: list[bytes] = field(default_factory=list)
    method: str = ""
    in_query: bool = False
    json: bool = False


def read(text: str, folder: Path) -> Pasted:
    """The request that a curl command sends; `@file` is looked up from `folder`.

    Raises PasteError, also for a shell's variables, whose values nobody knows here.
    """
    command = _parse(_words(text), folder)
    if len(command.urls) != 1:
        raise PasteError("The curl command has to have one address.")
    url = command.urls[0]
    parts = urlsplit(url if "://" in url else f"http://{url}")
    path, query = split_target(parts.geturl())
    body = (b"" if command.json else b"&").join(command.data)
    if command.in_query:
        query = b"&".join(piece for piece in (query, body) if piece)
        body = b""
    sends = bool(command.data) and not command.in_query
    method = command.method or ("POST" if sends else "GET")
    headers = tuple(_headers(command, parts.netloc, parts.scheme, sends))
    return Pasted(method, path, query, headers, (body,))


def _words(text: str) -> list[str]:
    """The words of the command, as bash would split them; shlex lacks `$'...'` and continuation."""
    pieces: list[str] = []
    for found in _PIECE.finditer(text.strip().removeprefix("$").strip()):
        piece = found[0]
        if found[1] is not None:
            pieces.append(shlex.quote(_unescape(found[1])))
        elif piece.startswith("\\") and piece.endswith("\n"):
            pieces.append(" ")
        elif not piece.startswith("'") and _VARIABLE.search(piece + text[found.end() :][:1]):
            raise PasteError(
                "The command holds a variable of the shell, whose value is not known here. Put the "
                "values in; `set -x` makes the shell show the command with them."
            )
        else:
            pieces.append(_QUOTED_ESCAPE.sub(_unquote, piece) if piece[0] == '"' else piece)
    try:
        words = shlex.split("".join(pieces))
    except ValueError:
        raise PasteError("The quotation marks of the command do not match.") from None
    end = next((at for at, word in enumerate(words) if word in _ENDS), len(words))
    return [word for word in words[1:end] if not re.match(r"[0-9&]?>", word)]


def _unquote(found: re.Match[str]) -> str:
    """What bash takes for escaped within double quotes and shlex does not."""
    return {"$": "$", "`": "`", "\n": ""}.get(found[1], found[0])


def _unescape(text: str) -> str:
    """The text of a `$'...'` of bash; bytes that are no UTF-8 become surrogates."""

    def value(found: re.Match[str]) -> bytes:
        code = found[1]
        if code[0] in "uU" and len(code) > 1:
            return chr(int(code[1:], 16)).encode("utf-8", "surrogatepass")
        if code[0] == "x" and len(code) > 1:
            return bytes([int(code[1:], 16)])
        if code[0] in "01234567":
            return bytes([int(code, 8) & 0xFF])
        return _PLAIN.get(code, code).encode()

    out, at = [], 0
    for found in _ESCAPE.finditer(text):
        out += [text[at : found.start()].encode(), value(found)]
        at = found.end()
    return b"".join([*out, text[at:].encode()]).decode("utf-8", "surrogateescape")


def _parse(words: list[str], folder: Path) -> _Command:
    try:
        options, rest = getopt.gnu_getopt(words, _SHORT, _LONG)
    except getopt.GetoptError as error:
        raise PasteError(
            f"curl: {error.msg}; leave out what does not change the request."
        ) from None
    command = _Command(urls=rest)
    for option, value in options:
        if option in _REFUSED:
            raise PasteError(f"curl {option} {_REFUSED[option]}.")
        if option in _DATA:
            command.data.append(_data(_DATA[option], value, folder))
            command.json = command.json or option == "--json"
        elif option in ("-H", "--header"):
            command.headers.append(value)
        elif option in ("-X", "--request"):
            command.method = value
        elif option in ("-G", "--get"):
            command.in_query = True
        elif option == "--url":
            command.urls.append(value)
    return command


def _data(kind: str, value: str, folder: Path) -> bytes:
    if kind == "urlencode":
        mark = re.search("[=@]", value)
        if mark is None:
            return quote_plus(value).encode()
        name, rest = value[: mark.start()], value[mark.end() :]
        from_file = mark.group() == "@"
        content = _file(rest, folder) if from_file else rest.encode("utf-8", "surrogateescape")
        encoded = quote_plus(content).encode()
        return name.encode() + b"=" + encoded if name else encoded
    if kind != "raw" and value.startswith("@"):
        content = _file(value[1:], folder)
        return re.sub(rb"[\r\n\0]", b"", content) if kind == "data" else content
    return value.encode("utf-8", "surrogateescape")


def _file(name: str, folder: Path) -> bytes:
    try:
        return (folder / name).expanduser().read_bytes()
    except OSError as error:
        raise PasteError(f"{name}: {error.strerror}") from None


def _headers(command: _Command, netloc: str, scheme: str, sends: bool) -> Iterator[tuple[str, str]]:
    given: dict[str, tuple[str, str | None]] = {}
    for line in command.headers:
        if line.startswith("@"):
            raise PasteError("Write the headers of the file out; -H @file is not read here.")
        name, colon, value = line.partition(":")
        if colon:  # an empty value takes the header out, as curl does it
            given[name.strip().lower()] = name.strip(), value.strip() or None
        elif line.endswith(";"):
            given[line[:-1].lower()] = line[:-1], ""
    host = netloc.rpartition("@")[2].removesuffix(f":{_PORTS.get(scheme, '')}")
    usual: dict[str, tuple[str, str | None]] = {"host": ("Host", host)}
    if sends:
        kind = "application/json" if command.json else _FORM
        usual["content-type"] = ("Content-Type", kind)
    for shown, content in {**usual, **given}.values():
        if content is not None:
            yield shown, content.encode("utf-8", "surrogateescape").decode("latin-1")
