"""What clients sign in place of the right TC3 text, as a table of hypotheses."""

import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from urllib.parse import quote, quote_plus, unquote_to_bytes

from countenance.wire import variations
from countenance.wire.forms import parse_urlencoded
from countenance.wire.mistakes import Asked, Hypothesis, Vary
from countenance.wire.signature import Pairs, utc_date
from countenance.wire.texts import Tc3

_ENDING = "tc3_request"
_JSON = "application/json"
_FORM = "application/x-www-form-urlencoded"
_QUOTED = (
    *(partial(quote, safe=safe) for safe in ("", "/", "~()*!'")),
    partial(quote_plus, safe=""),
)
_ESCAPE = re.compile(rb"%[0-9A-Fa-f]{2}")


def _join(pairs: Pairs, write: Callable[[bytes], str]) -> bytes:
    return "&".join(f"{write(key)}={write(value)}" for key, value in pairs).encode()


def with_header(text: Tc3, name: str, value: str) -> Tc3:
    """The text with one signed header's value replaced."""
    return replace(text, headers=tuple((n, value if n == name else v) for n, v in text.headers))


def _payload(key: str) -> Vary[Tc3]:
    return lambda text, asked: (replace(text, payload=h) for h in asked.payloads.get(key, ()))


def _content_types(text: Tc3, asked: Asked) -> Iterator[Tc3]:
    sent = dict(text.headers).get("content-type", "")
    media = sent.partition(";")[0].strip()
    charsets = ("; charset=utf-8", ";charset=utf-8", "; charset=UTF-8", ";charset=UTF-8", "")
    for base in dict.fromkeys((media, _JSON, _FORM, "multipart/form-data", "text/plain")):
        for charset in charsets:
            if base + charset != sent:
                yield with_header(text, "content-type", base + charset)
    yield with_header(text, "content-type", "")


def _extra_headers(text: Tc3, asked: Asked) -> Iterator[Tc3]:
    listed = [name for name, _ in text.headers]
    more = [name for name in sorted(asked.headers) if name.startswith("x-tc-")]
    for names in ([name] for name in more if name not in listed):
        for change in (str, str.lower):
            added = tuple((name, change(asked.headers[name])) for name in names)
            for headers in (text.headers + added, tuple(sorted(text.headers + added))):
                yield replace(text, headers=headers)
                yield replace(text, headers=headers, listed=";".join(n for n, _ in headers))
    for name in listed:
        yield replace(text, headers=tuple(pair for pair in text.headers if pair[0] != name))


def _header_orders(text: Tc3, _: Asked) -> Iterator[Tc3]:
    for headers in (tuple(sorted(text.headers)), text.headers[::-1]):
        yield replace(text, headers=headers)
        yield replace(text, headers=headers, listed=";".join(name for name, _ in headers))


def _header_spelling(text: Tc3, _: Asked) -> Iterator[Tc3]:
    title = tuple((name.title(), value) for name, value in text.headers)
    listed = ";".join(name for name, _ in title)
    yield replace(text, headers=title)
    yield replace(text, headers=title, listed=listed)
    yield replace(text, listed=listed)
    for joint in ("; ", ",", ", "):
        yield replace(text, listed=text.listed.replace(";", joint))
    for index, (name, value) in enumerate(text.headers):
        for untrimmed in (f"{value} ", f" {value}", f" {value} "):
            changed = (*text.headers[:index], (name, untrimmed), *text.headers[index + 1 :])
            yield replace(text, headers=changed)
    yield replace(text, colon=": ")
    yield replace(text, colon=" : ")


def _query_mark(text: Tc3, _: Asked) -> Iterator[Tc3]:
    yield replace(text, query=b"?" + text.query)


def _query_orders(text: Tc3, _: Asked) -> Iterator[Tc3]:
    pieces = text.query.split(b"&")
    for order in (sorted(pieces), sorted(pieces, key=bytes.lower), pieces[::-1]):
        yield replace(text, query=b"&".join(order))


def _query_encodings(text: Tc3, _: Asked) -> Iterator[Tc3]:
    query = text.query
    yield replace(text, query=unquote_to_bytes(query))
    yield replace(text, query=unquote_to_bytes(query.replace(b"+", b" ")))
    yield replace(text, query=query.replace(b"+", b"%20"))
    yield replace(text, query=query.replace(b"%20", b"+"))
    yield replace(text, query=_ESCAPE.sub(lambda found: found[0].lower(), query))
    yield replace(text, query=_ESCAPE.sub(lambda found: found[0].upper(), query))
    decoded = parse_urlencoded(query).pairs
    for pairs in (decoded, sorted(decoded)):
        for quoted in _QUOTED:
            yield replace(text, query=_join(pairs, quoted))


def _paths(text: Tc3, asked: Asked) -> Iterator[Tc3]:
    for path in dict.fromkeys(("", asked.path, "/v1", "/v2", "/api", "//")):
        yield replace(text, path=path)
    yield replace(text, path="/?")
    if text.query:
        both = "/?" + text.query.decode("latin-1")
        yield replace(text, path=both)
        yield replace(text, path=both, query=b"")


def _dates(text: Tc3, _: Asked) -> Iterator[Tc3]:
    right = utc_date(text.timestamp) or text.date
    for days in (-1, 1, 0):
        try:
            day = datetime.strptime(right, "%Y-%m-%d").replace(tzinfo=UTC) + timedelta(days=days)
        except (ValueError, OverflowError):
            return
        for form in ("%Y-%m-%d", "%Y%m%d", "%Y/%m/%d"):
            word = day.strftime(form)
            words = (word, *text.words[1:])
            if word != text.date:
                yield replace(text, words=words)
                yield replace(text, date=word)
                yield replace(text, date=word, words=words)


def _timestamps(text: Tc3, _: Asked) -> Iterator[Tc3]:
    if not text.timestamp.isdigit():
        return
    yield replace(text, timestamp=f"{text.timestamp}000")
    sent = int(text.timestamp)
    for step in range(1, 6):
        yield replace(text, timestamp=str(sent + step))
        yield replace(text, timestamp=str(sent - step))


def _services(text: Tc3, asked: Asked) -> Iterator[Tc3]:
    label = asked.headers.get("host", "").partition(".")[0]
    for word in dict.fromkeys(("faceid", "iai", "cvm", "sts", "tc3", "", label)):
        if word != text.service:
            words = (text.words[0], word, *text.words[2:])
            yield replace(text, words=words)
            yield replace(text, service=word)
            yield replace(text, service=word, words=words)


def _key_steps(text: Tc3, _: Asked) -> Iterator[Tc3]:
    words = text.words
    for kept in (words[:2], words[1:], (words[0], words[2]), words[:1], ()):
        yield replace(text, words=kept)
    yield replace(text, words=(words[1], words[0], words[2]))
    yield replace(text, words=(), prefix="")
    yield replace(text, words=(words[0], words[1], "tc3-request"))


def _gaps(text: Tc3, _: Asked) -> Iterator[Tc3]:
    for gap in ("", "\n\n", "\n \n", " "):
        yield replace(text, gap=gap)


def _line_breaks(text: Tc3, _: Asked) -> Iterator[Tc3]:
    for line in ("\r\n", "\r", "\\n"):
        yield replace(text, line=line)
    for tail in ("\n", "\r\n"):
        yield replace(text, tail=tail)


def _query_as_payload(text: Tc3, asked: Asked) -> Iterator[Tc3]:
    if asked.query:
        for query in (asked.query, unquote_to_bytes(asked.query)):
            hashed = hashlib.sha256(query).hexdigest()
            yield replace(text, payload=hashed)
            yield replace(text, payload=hashed, query=b"")


def _if_other(name: str, *values: Any) -> Vary[Tc3]:
    """One field with each of the values that it has not already."""
    return lambda text, _: (
        replace(text, **{name: value}) for value in values if getattr(text, name) != value
    )


def _scopes(text: Tc3, asked: Asked) -> Iterator[Tc3]:
    yield replace(text, holder=f"{asked.secret_id}/")
    for ending in ("", "tc3", "tc3-request", "aws4_request"):
        yield replace(text, ending=ending)


_PAYLOADS = (
    "payload-signed", "payload-empty", "payload-newline", "payload-spaces", "payload-escapes",
    "payload-sorted", "payload-indent", "payload-charset", "payload-unsigned",
    "payload-not-hashed", "payload-hash-form",
)  # fmt: skip
HYPOTHESES: tuple[Hypothesis[Tc3], ...] = (
    *variations.secrets(),
    *variations.hosts(lambda text, host: with_header(text, "host", host)),
    Hypothesis("content-type", _content_types),
    *(Hypothesis(key, _payload(key)) for key in _PAYLOADS),
    Hypothesis("payload-query", _query_as_payload),
    Hypothesis("query-empty", _if_other("query", b"")),
    Hypothesis("query-mark", _query_mark),
    Hypothesis("query-order", _query_orders),
    Hypothesis("query-encoding", _query_encodings),
    Hypothesis("path", _paths),
    Hypothesis("method", _if_other("method", "POST", "GET", "post", "get", "Post", "Get", "PUT")),
    Hypothesis("date-signed", _dates),
    Hypothesis("timestamp-signed", _timestamps),
    Hypothesis("service-signed", _services),
    Hypothesis("key-prefix", _if_other("prefix", "", "tc3", "TC3-", "TC3-HMAC-SHA256", "AWS4")),
    Hypothesis("key-hex", _if_other("hex_key", True)),
    Hypothesis("key-steps", _key_steps),
    Hypothesis("headers-gap", _gaps),
    Hypothesis("line-breaks", _line_breaks),
    Hypothesis("headers-order", _header_orders),
    Hypothesis("headers-spelling", _header_spelling),
    Hypothesis("headers-listed", _extra_headers),
    Hypothesis("scope-line", _scopes),
    Hypothesis(
        "algorithm-line", _if_other("algorithm", "", "HmacSHA256", "TC3-HMAC-SHA1", "HMAC-SHA256")
    ),
    Hypothesis("canonical-hash", _if_other("hashed", "upper", "not")),
    Hypothesis("hash-sha1", _if_other("digest", "sha1")),
)
