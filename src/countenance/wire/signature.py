"""TC3 and v1 signatures: no clock, no store, no I/O."""

import base64
import hashlib
import hmac
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Literal

from countenance.contract import catalogue
from countenance.wire.authorization import ALGORITHM, Authorization

EMPTY_HASH = hashlib.sha256(b"").hexdigest()
UNSIGNED_PAYLOAD = "UNSIGNED-PAYLOAD"
UNSIGNED_HASH = hashlib.sha256(UNSIGNED_PAYLOAD.encode()).hexdigest()
# A name that a caller invents may itself be personal: only names the API knows are written out.
OTHER = "(another name)"
HostVariant = Literal["as-sent", "port-stripped", "public"]
Pairs = Sequence[tuple[bytes, bytes]]
V1Digest = Literal["sha1", "sha256"]
# v1 parameters that say nothing about a person: only their values are hashed for the operator.
_COMMON = {b"Action", b"Version", b"Timestamp", b"Nonce", b"SecretId", b"SignatureMethod"}
_COMMON |= {b"Region", b"Language", b"RequestClient"}
_PARTS_SHOWN = 200
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_HEADER = re.compile(r"content-type|host|x-tc-(action|version|timestamp|region|language|token)")


@dataclass(frozen=True, slots=True)
class Part:
    """One value of what should have been signed; `sha256` is None where it could name a person."""

    name: str
    length: int
    sha256: str | None


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a signature does not hold, for the operator; no value and no expected signature in it.

    `parts` are in the order they are signed, `variants` the combinations tried, `skew` is server
    time minus timestamp in seconds where the caller of this module knows it.
    """

    algorithm: str
    reason: str
    parts: tuple[Part, ...] = ()
    variants: tuple[str, ...] = ()
    skew: float | None = None

    def __structlog__(self) -> dict[str, object]:
        """The form in which structlog writes it."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a signature holds, with which form of the host, and if not why."""

    ok: bool
    host_variant: HostVariant | None = None
    explanation: Explanation | None = None


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
        claimed = authorization.date if _DATE.fullmatch(authorization.date) else "(no date)"
        reason = f"the credential date {claimed} is not the UTC date {date}"
        return Verdict(False, explanation=Explanation(ALGORITHM, reason))
    key = derive_key(secret, authorization.date, authorization.service)
    signed = authorization.signed_headers
    values = {name: headers.get(name, "").strip() for name in signed}
    tried: list[str] = []
    for variant, host in host_variants(values["host"], public_hosts):
        as_sent = values | {"host": host}
        lowered = {name: value.lower() for name, value in as_sent.items()}
        for case, chosen in (("as sent", as_sent), ("lower-cased", lowered)):
            if case == "lower-cased" and lowered == as_sent:
                continue
            canonical = _canonical(method, query, chosen, payload_hash)
            found = _tc3(key, timestamp, date, authorization.service, canonical)
            if hmac.compare_digest(found, authorization.signature):
                return Verdict(True, variant)
            tried.append(f"host {variant}, values {case}")
    parts = [_part("method", method.encode()), _part("path", b"/"), _part("query", query)]
    parts += [
        _part(name, value.encode("latin-1"))
        if _HEADER.fullmatch(name)
        else Part(OTHER, len(value), None)
        for name, value in values.items()
    ]
    parts += [
        Part("signed headers", len(";".join(signed)), None),
        _part("payload hash", payload_hash.encode()),
        _part("timestamp", timestamp.encode("latin-1")),
        Part("scope service", len(authorization.service), None),
    ]
    reason = "no variant of the request gives the signature sent"
    return Verdict(False, None, Explanation(ALGORITHM, reason, tuple(parts), tuple(tried)))


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
    spellings = [("keys as sent", unsigned)]
    if any(b"_" in key for key, _ in unsigned):
        spellings.append(("_ as .", [(key.replace(b"_", b"."), v) for key, v in unsigned]))
    digest = v1_digest(unsigned)
    tried: list[str] = []
    for spelling, chosen in spellings:
        for variant, name in host_variants(host, public_hosts):
            if hmac.compare_digest(_v1(method, name, chosen, secret, digest), sent):
                return Verdict(True, variant)
            tried.append(f"host {variant}, {spelling}")
    parts = [_part("method", method.encode()), _part("host", host.encode("latin-1"))]
    for key, value in sorted(unsigned)[:_PARTS_SHOWN]:
        if key in _COMMON:
            parts.append(_part(key.decode(), value))
        else:
            parts.append(Part(_known(key), len(value), None))
    reason = "no variant of the request gives the signature sent"
    return Verdict(False, None, Explanation(f"v1 {digest}", reason, tuple(parts), tuple(tried)))


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


def v1_digest(pairs: Pairs) -> V1Digest:
    """The hash that `SignatureMethod` picks."""
    # Anything but the exact name, MD5 included, means SHA-1 (specification).
    return "sha256" if (b"SignatureMethod", b"HmacSHA256") in pairs else "sha1"


def _known(key: bytes) -> str:
    """The name of a business parameter, flattened as sent, where the API has every word of it."""
    name = key.decode("utf-8", "replace")
    words = [word for word in re.split(r"[._]", name) if not (word.isascii() and word.isdigit())]
    return name if set(words) <= catalogue.parameter_names() | {"Token"} else OTHER


def _part(name: str, value: bytes) -> Part:
    return Part(name, len(value), hashlib.sha256(value).hexdigest())
