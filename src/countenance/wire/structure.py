"""The signed text of a request as a list of parts: names the API knows, lengths and hashes."""

import hashlib
import heapq
import re
from collections.abc import Iterable
from dataclasses import dataclass

from countenance.contract import catalogue
from countenance.wire import signature
from countenance.wire.authorization import ALGORITHM
from countenance.wire.call import Call
from countenance.wire.request import V1_COMMON

# A name that a caller invents may itself be personal: only names the API knows are written out.
OTHER = "(another name)"
PARTS = 64  # of one structure; the rest is one part more, that counts it
_HEADERS = frozenset(
    {
        "content-type", "host", "user-agent", "accept", "date", "content-length",
        "x-tc-action", "x-tc-version", "x-tc-timestamp", "x-tc-region", "x-tc-language",
        "x-tc-token", "x-tc-content-sha256", "x-tc-requestclient", "x-tc-traceid",
    }
)  # fmt: skip
_COMMON = frozenset(name.decode() for name in V1_COMMON)
_NAME_LENGTH = 128
_INDEX = re.compile(r"[0-9]{1,2}")


@dataclass(frozen=True, slots=True)
class Part:
    """One value: its bytes and hex SHA-256, None where the value is a signature or went unread."""

    name: str
    length: int
    sha256: str | None


def expected(call: Call, *, hashed: bool = True) -> tuple[Part, ...]:
    """What the server signs for the call, in that order; `hashed` False takes lengths alone."""
    return _bounded(_expected_tc3(call) if call.family == "tc3" else _expected_v1(call), hashed)


def received(call: Call, *, hashed: bool = True) -> tuple[Part, ...]:
    """What of the call takes part in signing, in the order it came."""
    return _bounded(_received_tc3(call) if call.family == "tc3" else _received_v1(call), hashed)


def header_name(name: str) -> str:
    """A header's name, if it is one that everybody has."""
    return name if name in _HEADERS else OTHER


def parameter_name(key: bytes) -> str:
    """A parameter's name, flattened as sent, where the API has every word of it."""
    if len(key) > _NAME_LENGTH:
        return OTHER
    name = key.decode("utf-8", "replace")
    if name in _COMMON:
        return name
    words = re.split(r"[._]", name)
    # Digits are positions in an array. More or longer ones could spell a number of somebody.
    indexes = [word for word in words if _INDEX.fullmatch(word)]
    rest = [word for word in words if not _INDEX.fullmatch(word)]
    known = rest and words[0] in rest and set(rest) <= catalogue.parameter_names()
    return name if known and len(indexes) <= 2 else OTHER


@dataclass(frozen=True, slots=True)
class _Raw:
    """A part to be; a name in bytes is a caller's and is looked up only if the part is shown."""

    name: str | bytes
    value: bytes | None
    length: int
    sha256: str | None = None


def _raw(name: str | bytes, value: bytes | str) -> _Raw:
    data = value.encode("latin-1", "replace") if isinstance(value, str) else value
    return _Raw(name, data, len(data))


def _body(call: Call, name: str) -> _Raw:
    return _Raw(name, call.body, len(call.body) or call.body_size, call.body_hash)


def _bounded(raw: list[_Raw], hashed: bool) -> tuple[Part, ...]:
    parts = [_part(item, hashed) for item in raw[:PARTS]]
    if len(raw) > PARTS:
        parts.append(Part("(further parts, counted)", len(raw) - PARTS, None))
    return tuple(parts)


def _part(raw: _Raw, hashed: bool) -> Part:
    name = raw.name if isinstance(raw.name, str) else parameter_name(raw.name)
    known = raw.sha256
    # A body that was refused was not kept: what is there is not what came.
    if known is None and hashed and raw.value is not None and len(raw.value) == raw.length:
        known = hashlib.sha256(raw.value).hexdigest()
    return Part(name, raw.length, known)


def _expected_tc3(call: Call) -> list[_Raw]:
    claim, headers = call.authorization, call.headers
    names = claim.signed_headers if claim else ("content-type", "host")
    timestamp = headers.get("x-tc-timestamp", "")
    if headers.get("x-tc-content-sha256") == signature.UNSIGNED_PAYLOAD:
        payload = _raw("payload", signature.UNSIGNED_PAYLOAD)
    else:
        payload = _raw("payload", b"") if call.method == "GET" else _body(call, "payload")
    return [
        _raw("method", call.method),
        _raw("path", b"/"),
        _raw("query", call.query),
        *(_header(name, headers.get(name, "").strip()) for name in names),
        _raw("signed headers", ";".join(names)),
        payload,
        _raw("algorithm", ALGORITHM),
        _raw("timestamp", timestamp),
        _raw("credential date", signature.utc_date(timestamp)),
        _raw("credential service", claim.service if claim else ""),
    ]


def _received_tc3(call: Call) -> list[_Raw]:
    claim, headers = call.authorization, call.headers
    found = [_raw("method", call.method), _raw("path", call.path), _raw("query", call.query)]
    found += [_raw(name, headers[name]) for name in sorted(headers.keys() & _HEADERS)]
    found.append(_body(call, "body"))
    if claim is None:  # as it cannot be read, what is in it is not known: a length and no more
        found.append(_Raw("Authorization", None, len(headers.get("authorization", ""))))
    else:
        found += [
            _raw("SecretId", claim.secret_id),
            _raw("credential date", claim.date),
            _raw("credential service", claim.service),
            _raw("signed headers", ";".join(claim.signed_headers)),
            _Raw("signature", None, len(claim.signature)),
        ]
    # The query once more, pair by pair: of a GET it is all the parameters.
    pieces = (piece.partition(b"=") for piece in call.query.split(b"&") if piece)
    return found + [_pair(name, value) for name, _, value in pieces]


def _expected_v1(call: Call) -> list[_Raw]:
    pairs = [pair for pair in _pairs(call) if pair[0] != b"Signature"]
    first = heapq.nsmallest(PARTS, pairs)
    rest = [_Raw(b"", None, 0)] * (len(pairs) - len(first))
    return [*_line(call), *(_raw(key, value) for key, value in first), *rest]


def _received_v1(call: Call) -> list[_Raw]:
    body = [] if call.form else [_body(call, "body")]
    return [
        *_line(call),
        *body,
        *(_pair(key, value) for key, value in _pairs(call)),
    ]


def _header(name: str, value: str) -> _Raw:
    if name == "authorization":  # a signature is in it
        return _Raw(OTHER, None, len(value))
    return _raw(header_name(name), value)


def _pair(key: bytes, value: bytes) -> _Raw:
    return _Raw(key, None, len(value)) if key == b"Signature" else _raw(key, value)


def _pairs(call: Call) -> Iterable[tuple[bytes, bytes]]:
    return call.form.pairs if call.form else ()


def _line(call: Call) -> list[_Raw]:
    host = call.headers.get("host", "")
    return [_raw("method", call.method), _raw("host", host), _raw("path", call.path)]
