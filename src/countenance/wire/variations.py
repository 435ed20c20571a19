"""What clients sign in place of the right secret, host or body, whatever the algorithm."""

import base64
import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from countenance.contract import catalogue
from countenance.wire.mistakes import Asked, Hypothesis, Text
from countenance.wire.signature import EMPTY_HASH, UNSIGNED_HASH

_DOMAIN = "tencentcloudapi.com"
_LOCAL = ("localhost", "127.0.0.1", "0.0.0.0", "[::1]")  # noqa: S104  # names to compare, not to bind
_AROUND = (
    *(("", after) for after in ("\n", "\r\n", " ", "\r", "\t")),
    *((" ", ""), (" ", " "), ("\n", ""), ("\ufeff", "")),
)
_SAMPLE = "cvm"  # the product of the samples in the vendor's documents


def secrets() -> tuple[Hypothesis[Any], ...]:
    """Other texts used as the SecretKey; for texts that have a field `secret`."""
    return (
        Hypothesis(
            "secret-spaces",
            _secret(lambda a: tuple(before + a.secret + after for before, after in _AROUND)),
        ),
        Hypothesis(
            "secret-quotes",
            _secret(lambda a: (f'"{a.secret}"', f"'{a.secret}'")),
        ),
        Hypothesis(
            "secret-is-id",
            _secret(lambda a: (a.secret_id,)),
        ),
        Hypothesis(
            "secret-is-token",
            _secret(lambda a: (a.token,) if a.token else ()),
        ),
        Hypothesis(
            "secret-empty",
            _secret(lambda _: ("", "None", "null", "undefined")),
        ),
        Hypothesis(
            "secret-base64",
            _secret(lambda a: (base64.b64encode(a.secret.encode()).decode(),)),
        ),
    )


def hosts(put: Callable[[Text, str], Text]) -> tuple[Hypothesis[Text], ...]:
    """Other hosts signed; `put` gives a text with the host replaced."""

    def vary(names: Callable[[Asked], Iterator[str]]) -> Callable[[Text, Asked], Iterator[Text]]:
        return lambda text, asked: (put(text, name) for name in names(asked))

    return (
        Hypothesis(
            "host-port",
            vary(_ports),
        ),
        Hypothesis(
            "host-scheme",
            vary(_schemes),
        ),
        Hypothesis(
            "host-vendor",
            vary(_vendor),
        ),
        Hypothesis(
            "host-local",
            vary(_local),
        ),
        Hypothesis(
            "host-empty",
            vary(lambda _: iter(("",))),
        ),
    )


def payloads(body: bytes) -> dict[str, tuple[str, ...]]:
    """Hashes of what may have been signed for a body, by the key of the mistake."""
    found = {
        "payload-empty": (b"", b"{}", b"null"),
        "payload-newline": (
            body + b"\n",
            body + b"\r\n",
            body.rstrip(b"\r\n"),
            body.strip(),
            body.replace(b"\r\n", b"\n"),
            body.replace(b"\n", b"\r\n"),
            body.replace(b"\r", b"").replace(b"\n", b""),
        ),
        "payload-charset": tuple(_recoded(body)),
    }
    hashes = {key: tuple(map(_sha256, forms)) for key, forms in found.items()}
    digest = hashlib.sha256(body)
    hashes["payload-not-hashed"] = (body.decode("latin-1"),)
    hashes["payload-hash-form"] = (
        digest.hexdigest().upper(),
        base64.b64encode(digest.digest()).decode(),
        hashlib.sha256(digest.hexdigest().encode()).hexdigest(),
        hashlib.sha1(body, usedforsecurity=False).hexdigest(),
        hashlib.md5(body, usedforsecurity=False).hexdigest(),
    )
    return hashes | constant_payloads() | _json_payloads(body)


def constant_payloads() -> dict[str, tuple[str, ...]]:
    """Those of `payloads` for which the body need not be read."""
    return {
        "payload-empty": tuple(map(_sha256, (b"", b"{}", b"null"))),
        "payload-unsigned": (UNSIGNED_HASH, "UNSIGNED-PAYLOAD"),
    }


def _json_payloads(body: bytes) -> dict[str, tuple[str, ...]]:
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    tight = (",", ":")

    def write(**options: Any) -> str:
        text = json.dumps(value, allow_nan=True, **options)
        try:
            return _sha256(text.encode())
        except UnicodeEncodeError:  # half of a surrogate pair, which no UTF-8 holds
            return EMPTY_HASH

    def escaped(old: str, new: str, ascii_only: bool) -> str:
        text = json.dumps(value, separators=tight, ensure_ascii=ascii_only)
        return _sha256(text.replace(old, new).encode("utf-8", "replace"))

    both = (False, True)
    html = json.dumps(value, separators=tight, ensure_ascii=False)
    for mark in "<>&":
        html = html.replace(mark, f"\\u{ord(mark):04x}")
    has_ascii = body.isascii()
    return {
        "payload-spaces": tuple(
            write(ensure_ascii=has_ascii, separators=joints)
            for joints in (tight, None, (", ", ":"), (",", ": "))
        ),
        "payload-indent": tuple(
            write(ensure_ascii=has_ascii, indent=indent) for indent in (2, 4, "\t")
        ),
        "payload-escapes": (
            *(write(ensure_ascii=e, separators=j) for e in both for j in (tight, None)),
            *(escaped("/", "\\/", e) for e in both),
            _sha256(html.encode("utf-8", "replace")),
        ),
        "payload-sorted": tuple(
            write(ensure_ascii=e, separators=j, sort_keys=True) for e in both for j in (tight, None)
        ),
    }


def _recoded(body: bytes) -> Iterator[bytes]:
    yield b"\xef\xbb\xbf" + body
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return
    for charset in ("gb18030", "latin-1", "utf-16", "utf-16-le"):
        yield text.encode(charset, "replace")


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _secret(others: Callable[[Asked], tuple[str, ...]]) -> Callable[[Any, Asked], Iterator[Any]]:
    return lambda text, asked: (replace(text, secret=other) for other in others(asked))


def _split(host: str) -> tuple[str, str]:
    bare = host.partition("://")[2] or host
    bare = bare.partition("/")[0]
    name, colon, port = bare.rpartition(":")
    return (name, port) if colon and port.isdigit() else (bare, "")


def _ports(asked: Asked) -> Iterator[str]:
    name, port = _split(asked.headers.get("host", ""))
    for other in ("80", "443", "8480", "8080", "8443"):
        if other != port:
            yield f"{name}:{other}"
    if port:
        yield name


def _schemes(asked: Asked) -> Iterator[str]:
    host = asked.headers.get("host", "")
    name, port = _split(host)
    for bare in (f"{name}:{port}" if port else name, name):
        for scheme in ("", "http://", "https://"):
            for end in ("", "/"):
                if scheme + bare + end != host and (scheme or end or "://" in host):
                    yield scheme + bare + end


def _vendor(asked: Asked) -> Iterator[str]:
    services = {action.service for action in catalogue.actions()} | {_SAMPLE}
    if asked.claim and asked.claim.service.isalnum():
        services.add(asked.claim.service)
    for place in ("", "intl.", "internal.", *(f"{region}." for region in catalogue.REGIONS)):
        for service in sorted(services):
            yield f"{service}.{place}{_DOMAIN}"
    yield _DOMAIN


def _local(asked: Asked) -> Iterator[str]:
    name, port = _split(asked.headers.get("host", ""))
    for other in _LOCAL:
        if other != name:
            yield from (other, f"{other}:{port}") if port else (other,)
