"""The texts that are signed, with every joint of them a field that a client may get wrong."""

import hashlib
import hmac
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from countenance.wire.authorization import ALGORITHM
from countenance.wire.mistakes import Asked
from countenance.wire.signature import Pairs, V1Digest, host_variants, v1_digest, v1_spellings

_ENDING = "tc3_request"


@dataclass(frozen=True, slots=True)
class Tc3:
    """Everything that goes into one TC3 signature; the defaults are the right joints.

    `payload` stands where the hash of the payload should; `words` are what the key is derived by.
    """

    method: str
    query: bytes
    headers: tuple[tuple[str, str], ...]
    listed: str
    payload: str
    timestamp: str
    date: str
    service: str
    words: tuple[str, ...]
    secret: str = field(repr=False)
    path: str = "/"
    prefix: str = "TC3"
    line: str = "\n"
    colon: str = ":"
    gap: str = "\n"
    tail: str = ""
    holder: str = ""
    algorithm: str = ALGORITHM
    ending: str = _ENDING
    digest: str = "sha256"
    hex_key: bool = False
    hashed: Literal["lower", "upper", "not"] = "lower"

    def canonical(self) -> bytes:
        """The canonical request."""
        lines = "".join(f"{name}{self.colon}{value}{self.line}" for name, value in self.headers)
        end = self.line if self.gap == "\n" else self.gap
        after = f"{lines}{end}{self.listed}{self.line}{self.payload}{self.tail}"
        before = f"{self.method}{self.line}{self.path}{self.line}"
        return _bytes(before) + self.query + _bytes(self.line + after)

    def string(self) -> bytes:
        """The string to sign."""
        canonical = self.canonical()
        told = hashlib.new(self.digest, canonical).hexdigest()
        if self.hashed == "upper":
            told = told.upper()
        elif self.hashed == "not":
            told = canonical.decode("latin-1")
        scope = f"{self.holder}{self.date}/{self.service}/{self.ending}"
        return _bytes(self.line.join((self.algorithm, self.timestamp, scope, told)))

    def sign(self) -> bytes:
        """The signature, not yet written as text."""
        key = (self.prefix + self.secret).encode("utf-8", "surrogateescape")
        for word in self.words:
            key = hmac.digest(key, _bytes(word), self.digest)
            if self.hex_key:
                key = key.hex().encode()
        return hmac.digest(key, self.string(), self.digest)

    def size(self) -> int:
        """Bytes to be hashed, about."""
        return len(self.query) + len(self.payload) + 500


def tc3_bases(asked: Asked) -> Iterator[Tc3]:
    """The texts the server accepts: each form of the host, header values as sent or lower-cased."""
    claim = asked.claim
    assert claim is not None, "a TC3 request has a claim"
    timestamp = asked.headers.get("x-tc-timestamp", "")
    values = {name: asked.headers.get(name, "").strip() for name in claim.signed_headers}
    for _, host in host_variants(values.get("host", ""), asked.public_hosts):
        sent = values | {"host": host}
        lowered = {name: value.lower() for name, value in sent.items()}
        for chosen in (sent, lowered) if lowered != sent else (sent,):
            yield Tc3(
                method=asked.method,
                query=asked.query,
                headers=tuple(chosen.items()),
                listed=";".join(claim.signed_headers),
                payload=asked.payload,
                timestamp=timestamp,
                date=claim.date,
                service=claim.service,
                words=(claim.date, claim.service, _ENDING),
                secret=asked.secret,
            )


@dataclass(frozen=True, slots=True)
class V1:
    """Everything that goes into one v1 signature; `pairs` are in the order they are joined."""

    method: str
    host: str
    pairs: Pairs = field(repr=False)
    digest: V1Digest
    secret: str = field(repr=False)
    path: str = "/?"
    equals: bytes = b"="
    glue: bytes = b"&"

    def string(self) -> bytes:
        """The string to sign."""
        joined = self.glue.join(key + self.equals + value for key, value in self.pairs)
        return _bytes(self.method + self.host + self.path) + joined

    def sign(self) -> bytes:
        """The signature, not yet written as text."""
        key = self.secret.encode("utf-8", "surrogateescape")
        return hmac.digest(key, self.string(), self.digest)

    def size(self) -> int:
        """Bytes to be hashed, about."""
        return sum(len(key) + len(value) + 50 for key, value in self.pairs) + 200


def v1_bases(asked: Asked) -> Iterator[V1]:
    """The texts the server accepts: each form of the host, each spelling of names and values."""
    unsigned = sorted(pair for pair in asked.pairs if pair[0] != b"Signature")
    digest = v1_digest(unsigned)
    for pairs in map(sorted, v1_spellings(asked.method, unsigned)):
        for _, host in host_variants(asked.headers.get("host", ""), asked.public_hosts):
            yield V1(asked.method, host, tuple(pairs), digest, asked.secret)


def _bytes(text: str) -> bytes:
    return text.encode("latin-1", "replace")
