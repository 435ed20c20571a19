"""TC3 and v1 signatures: no clock, no store, no I/O."""

import base64
import hashlib
import hmac
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from countenance.wire.authorization import ALGORITHM, Authorization

EMPTY_HASH = hashlib.sha256(b"").hexdigest()
UNSIGNED_PAYLOAD = "UNSIGNED-PAYLOAD"
UNSIGNED_HASH = hashlib.sha256(UNSIGNED_PAYLOAD.encode()).hexdigest()
HostVariant = Literal["as-sent", "port-stripped", "public"]
Pairs = Sequence[tuple[bytes, bytes]]
V1Digest = Literal["sha1", "sha256"]
_BOOLEANS = {b"true": b"True", b"false": b"False"}


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a signature holds, and with which form of the host."""

    ok: bool
    host_variant: HostVariant | None = None


def verify_tc3(
    *,
    method: str,
    query: bytes,
    headers: Mapping[str, str],
    payload_hash: str,
    timestamp: str,
    authorization: Authorization,
    secret: str,
    public_hosts: Iterable[str] = (),
) -> Verdict:
    """Check a TC3 signature; `headers` has lower-case names, `payload_hash` is hex SHA-256.

    `timestamp` is the header's text. The date of the scope is part of what is verified.
    """
    date = utc_date(timestamp)
    if authorization.date != date:
        return Verdict(False)
    key = derive_key(secret, authorization.date, authorization.service)
    signed = authorization.signed_headers
    values = {name: headers.get(name, "").strip() for name in signed}
    for variant, host in host_variants(values["host"], public_hosts):
        as_sent = values | {"host": host}
        lowered = {name: value.lower() for name, value in as_sent.items()}
        for chosen in (as_sent, lowered) if lowered != as_sent else (as_sent,):
            canonical = _canonical(method, query, chosen, payload_hash)
            found = _tc3(key, timestamp, date, authorization.service, canonical)
            if hmac.compare_digest(found, authorization.signature):
                return Verdict(True, variant)
    return Verdict(False)


def verify_v1(
    *,
    method: str,
    host: str,
    pairs: Pairs,
    secret: str,
    public_hosts: Iterable[str] = (),
) -> Verdict:
    """Check a v1 signature over decoded `pairs` in any order, `Signature` among them."""
    sent = dict(pairs).get(b"Signature", b"")
    unsigned = [pair for pair in pairs if pair[0] != b"Signature"]
    digest = v1_digest(unsigned)
    for chosen in v1_spellings(method, unsigned):
        for variant, name in host_variants(host, public_hosts):
            if hmac.compare_digest(_v1(method, name, chosen, secret, digest), sent):
                return Verdict(True, variant)
    return Verdict(False)


def sign_tc3(
    *,
    method: str,
    query: bytes = b"",
    headers: Mapping[str, str],
    payload_hash: str,
    timestamp: int,
    service: str,
    secret_id: str,
    secret: str,
) -> str:
    """The Authorization header over every one of `headers` (lower-case names), in their order."""
    date = utc_date(str(timestamp))
    values = {name: value.strip() for name, value in headers.items()}
    canonical = _canonical(method, query, values, payload_hash)
    key = derive_key(secret, date, service)
    signature = _tc3(key, str(timestamp), date, service, canonical)
    return (
        f"{ALGORITHM} Credential={secret_id}/{date}/{service}/tc3_request, "
        f"SignedHeaders={';'.join(values)}, Signature={signature}"
    )


def sign_v1(
    *, method: str, host: str, pairs: Pairs, secret: str, digest: V1Digest | None = None
) -> str:
    """The base64 `Signature` of raw (not percent-encoded) pairs; SignatureMethod picks the hash."""
    unsigned = [pair for pair in pairs if pair[0] != b"Signature"]
    return _v1(method, host, unsigned, secret, digest or v1_digest(unsigned)).decode()


def derive_key(secret: str, date: str, service: str) -> bytes:
    """The TC3 signing key of one day and service."""
    key = ("TC3" + secret).encode()
    for word in (date, service, "tc3_request"):
        key = hmac.digest(key, word.encode("latin-1"), "sha256")
    return key


def utc_date(timestamp: str) -> str:
    """`YYYY-MM-DD` of unix seconds; empty when no calendar holds them."""
    try:
        return datetime.fromtimestamp(int(timestamp), UTC).strftime("%Y-%m-%d")
    except (ValueError, OverflowError, OSError):
        return ""


def host_variants(host: str, public: Iterable[str]) -> Iterator[tuple[HostVariant, str]]:
    """The hosts a client may have signed: as sent, without its port, then our public names."""
    yield "as-sent", host
    name, colon, port = host.rpartition(":")
    if colon and port.isascii() and port.isdigit():
        yield "port-stripped", name
    for extra in public:
        if extra != host:
            yield "public", extra


def _canonical(method: str, query: bytes, values: Mapping[str, str], payload_hash: str) -> bytes:
    lines = "".join(f"{name}:{value}\n" for name, value in values.items())
    tail = f"{lines}\n{';'.join(values)}\n{payload_hash}".encode("latin-1")
    return method.encode() + b"\n/\n" + query + b"\n" + tail


def _tc3(key: bytes, timestamp: str, date: str, service: str, canonical: bytes) -> str:
    digest = hashlib.sha256(canonical).hexdigest()
    text = f"{ALGORITHM}\n{timestamp}\n{date}/{service}/tc3_request\n{digest}"
    return hmac.new(key, text.encode("latin-1"), "sha256").hexdigest()


def _v1(method: str, host: str, unsigned: Pairs, secret: str, digest: V1Digest) -> bytes:
    joined = b"&".join(key + b"=" + value for key, value in sorted(unsigned))
    text = f"{method}{host}/?".encode("latin-1") + joined
    return base64.b64encode(hmac.digest(secret.encode(), text, digest))


def v1_spellings(method: str, unsigned: Pairs) -> Iterator[Pairs]:
    """The pairs as sent, then as clients sign them that send them otherwise."""
    yield unsigned
    if any(b"_" in key for key, _ in unsigned):
        yield [(key.replace(b"_", b"."), value) for key, value in unsigned]
    # The asynchronous Python client signs the booleans of a query as Python writes them.
    if method == "GET" and any(value in _BOOLEANS for _, value in unsigned):
        yield [(key, _BOOLEANS.get(value, value)) for key, value in unsigned]


def v1_digest(pairs: Pairs) -> V1Digest:
    """The hash that `SignatureMethod` picks."""
    # Anything but the exact name, MD5 included, means SHA-1 (specification).
    return "sha256" if (b"SignatureMethod", b"HmacSHA256") in pairs else "sha1"
