"""A request of the API before it is sent: built from the contract, changed, then signed.

The signing here is written from the specification and shares nothing with the server's.
"""

import base64
import hashlib
import hmac
import json
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal, get_args
from urllib.parse import quote, quote_plus

from countenance.contract.catalogue import Action

Form = Literal["json", "octet", "get", "form", "multipart", "v1 get", "v1 post"]
FORMS: tuple[Form, ...] = get_args(Form)
V1: tuple[Form, ...] = ("v1 get", "v1 post")
TC3: tuple[Form, ...] = tuple(form for form in FORMS if form not in V1)
JSON: tuple[Form, ...] = ("json", "octet")
FLAT: tuple[Form, ...] = tuple(form for form in FORMS if form not in JSON)
URLENCODED: tuple[Form, ...] = ("get", "form", *V1)
URLENCODED_TYPE = "application/x-www-form-urlencoded"
Pair = tuple[bytes, bytes]


@dataclass(frozen=True)
class Key:
    """The id and the secret a request is signed with; `token` where the key is temporary."""

    secret_id: str
    secret_key: str = field(repr=False)
    token: str = field(default="", repr=False)


@dataclass
class Sent:
    """What goes over the connection; changing it after signing breaks the signature, or not."""

    method: str
    path: bytes
    query: bytes
    headers: list[tuple[str, str]]
    body: bytes
    chunks: tuple[int, ...] = ()

    def header(self, name: str) -> str:
        """The value of a header."""
        return next(value for known, value in self.headers if known.lower() == name.lower())

    def put(self, name: str, value: str) -> None:
        """Replace a header in its place, or add one."""
        for at, (known, _) in enumerate(self.headers):
            if known.lower() == name.lower():
                self.headers[at] = (known, value)
                return
        self.headers.append((name, value))

    def drop(self, name: str) -> None:
        """Leave a header out."""
        self.headers = [pair for pair in self.headers if pair[0].lower() != name.lower()]

    def wire(self) -> bytes:
        """The bytes of the request; `chunks` are the sizes in which a chunked body is cut."""
        target = self.path + (b"?" + self.query if self.query else b"")
        lines = [self.method.encode() + b" " + target + b" HTTP/1.1"]
        lines += [f"{name}: {value}".encode("latin-1") for name, value in self.headers]
        if self.chunks:
            lines.append(b"Transfer-Encoding: chunked")
        elif self.body or self.method != "GET":
            lines.append(b"Content-Length: %d" % len(self.body))
        body = b"".join(self._chunked()) if self.chunks else self.body
        return b"\r\n".join(lines) + b"\r\n\r\n" + body

    def _chunked(self) -> Iterator[bytes]:
        rest = self.body
        for size in self.chunks:
            if piece := rest[:size]:
                yield b"%x\r\n%s\r\n" % (len(piece), piece)
            rest = rest[size:]
        yield (b"%x\r\n%s\r\n" % (len(rest), rest) if rest else b"") + b"0\r\n\r\n"


@dataclass
class Draft:
    """A request that would be answered; mutations change its fields before `sign`.

    `body` replaces what the parameters would be encoded to (for `get` and v1 see `raw`), `raw` are
    further pairs whose encoded form is given beside the decoded one, `more` headers are sent and
    not signed, `signed` are sent and signed.
    """

    action: Action
    form: Form
    key: Key
    host: str
    now: int
    chance: random.Random
    params: dict[str, object]
    method: str = ""
    path: bytes = b"/"
    name: str = ""
    version: str = ""
    timestamp: str = ""
    service: str = ""
    date: str | None = None
    algorithm: str = "HmacSHA256"
    nonce: str = ""
    host_signed: str | None = None
    content_type: str | None = None
    body: bytes | None = None
    extra: list[tuple[str, str]] = field(default_factory=list)
    raw: list[tuple[bytes, Pair]] = field(default_factory=list)
    common: dict[str, str] = field(default_factory=dict)
    absent: set[str] = field(default_factory=set)
    more: dict[str, str] = field(default_factory=dict)
    signed: dict[str, str] = field(default_factory=dict)
    unsigned_payload: bool = False
    chunks: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        self.method = self.method or ("GET" if self.form in ("get", "v1 get") else "POST")
        self.name = self.name or self.action.name
        self.version = self.version or self.action.version
        self.timestamp = self.timestamp or str(self.now)
        self.service = self.service or self.action.service
        self.nonce = self.nonce or str(time.time_ns())  # new also where a seed comes again

    @property
    def v1(self) -> bool:
        """Whether it is signed with HmacSHA1 or HmacSHA256 over its parameters."""
        return self.form in V1

    def pairs(self) -> list[tuple[str, str]]:
        """The parameters, flattened."""
        return [*flatten(self.params, self.chance), *self.extra]

    def sign(self) -> Sent:
        """The signed request."""
        return self._sign_v1() if self.v1 else self._sign_tc3()

    def encoded(self) -> tuple[bytes, str]:
        """The body of a TC3 request (of `get`, its query) and its Content-Type."""
        if self.form in JSON:
            text = json.dumps(self.params, ensure_ascii=self.chance.random() < 0.5).encode()
            return text, "application/json" if self.form == "json" else "application/octet-stream"
        if self.form == "multipart":
            mark = f"{self.chance.getrandbits(64):016x}"
            return multipart(self.pairs(), mark), f"multipart/form-data; boundary={mark}"
        return self._urlencoded(self.pairs()), URLENCODED_TYPE

    def _urlencoded(self, pairs: list[tuple[str, str]]) -> bytes:
        escape = self.chance.choice((quote_plus, lambda text: quote(text, safe="")))
        known = [f"{escape(name)}={escape(value)}".encode() for name, value in pairs]
        return b"&".join([*known, *(text for text, _ in self.raw)])

    def _sign_tc3(self) -> Sent:
        content, kind = self.encoded()
        kind = kind if self.content_type is None else self.content_type
        query, body = (content, b"") if self.form == "get" else (b"", content)
        if self.body is not None:
            body = self.body
        signed = {"content-type": kind, "host": self.host_signed or self.host} | self.signed
        payload = hashlib.sha256(b"" if self.method == "GET" else body).hexdigest()
        if self.unsigned_payload:
            self.more["X-TC-Content-SHA256"] = "UNSIGNED-PAYLOAD"
            payload = hashlib.sha256(b"UNSIGNED-PAYLOAD").hexdigest()
        authorization = sign_tc3(
            (self.method, query, payload), signed, self.timestamp, self.service, self.key, self.date
        )
        headers = [
            ("Host", self.host),
            ("Content-Type", kind),
            ("Authorization", authorization),
            ("X-TC-Action", self.name),
            ("X-TC-Version", self.version),
            ("X-TC-Timestamp", self.timestamp),
        ]
        if self.key.token:
            headers.append(("X-TC-Token", self.key.token))
        headers += [(f"X-TC-{name}", value) for name, value in self.common.items()]
        headers += [*self.signed.items(), *self.more.items()]
        headers = [pair for pair in headers if pair[0] not in self.absent]
        return Sent(self.method, self.path, query, headers, body, self.chunks)

    def _sign_v1(self) -> Sent:
        common = {
            "Action": self.name,
            "Version": self.version,
            "Timestamp": self.timestamp,
            "Nonce": self.nonce,
            "SecretId": self.key.secret_id,
            "SignatureMethod": self.algorithm,
        }
        common |= {"Token": self.key.token} if self.key.token else {}
        given = [*self.pairs(), *(common | self.common).items()]
        given = [pair for pair in given if pair[0] not in self.absent]
        pairs = [(name.encode(), value.encode()) for name, value in given]
        pairs += [pair for _, pair in self.raw]
        if "Signature" not in self.absent:
            host = self.host_signed or self.host
            signature = sign_v1(self.method, host, pairs, self.key, self.algorithm)
            given.append(("Signature", signature))
        text = self._urlencoded(given)
        headers = [("Host", self.host), *self.more.items()]
        if self.method == "GET":
            return Sent(self.method, self.path, text, headers, b"")
        headers.insert(1, ("Content-Type", self.content_type or URLENCODED_TYPE))
        return Sent(self.method, self.path, b"", headers, text, self.chunks)


def sign_tc3(
    request: tuple[str, bytes, str],
    signed: dict[str, str],
    timestamp: str,
    service: str,
    key: Key,
    date: str | None = None,
) -> str:
    """The Authorization of (method, query, payload hash) and the headers to sign."""
    method, query, payload = request
    day = _utc_date(timestamp) if date is None else date
    lines = "".join(f"{name}:{value.strip()}\n" for name, value in signed.items())
    tail = f"{lines}\n{';'.join(signed)}\n{payload}".encode("latin-1")
    canonical = method.encode() + b"\n/\n" + query + b"\n" + tail
    digest = hashlib.sha256(canonical).hexdigest()
    text = f"TC3-HMAC-SHA256\n{timestamp}\n{day}/{service}/tc3_request\n{digest}"
    secret = ("TC3" + key.secret_key).encode()
    for word in (day, service, "tc3_request"):
        secret = hmac.digest(secret, word.encode("latin-1"), "sha256")
    signature = hmac.new(secret, text.encode("latin-1"), "sha256").hexdigest()
    return (
        f"TC3-HMAC-SHA256 Credential={key.secret_id}/{day}/{service}/tc3_request, "
        f"SignedHeaders={';'.join(signed)}, Signature={signature}"
    )


def sign_v1(method: str, host: str, pairs: list[Pair], key: Key, algorithm: str) -> str:
    """The `Signature` over decoded pairs."""
    joined = b"&".join(name + b"=" + value for name, value in sorted(pairs))
    text = f"{method}{host}/?".encode("latin-1") + joined
    digest = "sha256" if algorithm == "HmacSHA256" else "sha1"
    return base64.b64encode(hmac.digest(key.secret_key.encode(), text, digest)).decode()


def flatten(value: object, chance: random.Random, path: str = "") -> Iterator[tuple[str, str]]:
    """`{"A": {"B": [1]}}` as `A.B.0=1`; booleans in any spelling clients use."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from flatten(inner, chance, f"{path}.{name}" if path else str(name))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from flatten(inner, chance, f"{path}.{index}")
    elif isinstance(value, bool):
        yield path, chance.choice(("true", "True", "1") if value else ("false", "False", "0"))
    elif value is not None:
        yield path, str(value)


def part(name: str, value: bytes, head: str = "") -> bytes:
    """One part of a multipart body, without its boundary; `head` are further header lines."""
    return f'Content-Disposition: form-data; name="{name}"\r\n{head}\r\n'.encode() + value


def multipart(pairs: list[tuple[str, str]], mark: str) -> bytes:
    """A multipart body of text parts."""
    return join_parts([part(name, value.encode()) for name, value in pairs], mark)


def join_parts(parts: list[bytes], mark: str) -> bytes:
    """The parts between their boundary."""
    line = f"--{mark}".encode()
    return b"".join(line + b"\r\n" + one + b"\r\n" for one in parts) + line + b"--\r\n"


def _utc_date(timestamp: str) -> str:
    try:
        return datetime.fromtimestamp(int(timestamp), UTC).strftime("%Y-%m-%d")
    except (ValueError, OverflowError, OSError):
        return "2026-01-01"
