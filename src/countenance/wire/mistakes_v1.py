"""What clients sign in place of the right v1 text, as a table of hypotheses."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import partial
from urllib.parse import quote_from_bytes, quote_plus, unquote_to_bytes

from countenance.wire import variations
from countenance.wire.mistakes import Asked, Hypothesis, Vary
from countenance.wire.signature import Pairs
from countenance.wire.texts import V1

Pair = tuple[bytes, bytes]
_DIGITS = re.compile(rb"(?<=[._\[])[0-9]{1,4}(?=$|[._\]])")
_ADDED: tuple[Pair, ...] = (
    (b"SignatureMethod", b"HmacSHA256"),
    (b"SignatureMethod", b"HmacSHA1"),
    (b"Language", b"zh-CN"),
    (b"Language", b"en-US"),
    (b"Region", b""),
    (b"Token", b""),
    (b"Signature", b""),
)
_BOOLEANS = ((b"true", b"false"), (b"True", b"False"), (b"1", b"0"), (b"TRUE", b"FALSE"))
_LEFT_OUT = 64  # parameters of which each is tried as not signed
_QUOTED: tuple[Callable[[bytes], str], ...] = (
    partial(quote_from_bytes, safe=""),
    partial(quote_from_bytes, safe="/"),
    partial(quote_from_bytes, safe="~()*!'"),
    partial(quote_plus, safe=""),
)


def _set(name: str, *values: object) -> Vary[V1]:
    """One field with each of the values that it has not already."""
    return lambda text, _: (
        replace(text, **{name: value})  # type: ignore[arg-type]  # of the field's own type
        for value in values
        if getattr(text, name) != value
    )


def _sorted(pairs: Iterable[Pair]) -> Pairs:
    return tuple(sorted(pairs))


def _map(text: V1, change: Callable[[bytes], bytes]) -> V1:
    """The text with each value changed."""
    return replace(text, pairs=tuple((key, change(value)) for key, value in text.pairs))


def _digests(text: V1, _: Asked) -> Iterator[V1]:
    yield replace(text, digest="sha1" if text.digest == "sha256" else "sha256")


def _encoded(text: V1, _: Asked) -> Iterator[V1]:
    for quoted in _QUOTED:
        values = tuple((key, quoted(value).encode()) for key, value in text.pairs)
        yield replace(text, pairs=values)
        yield replace(text, pairs=_sorted((quoted(key).encode(), v) for key, v in values))


def _raw(text: V1, asked: Asked) -> Iterator[V1]:
    yield _map(text, lambda value: value.replace(b" ", b"+"))
    yield replace(text, pairs=_sorted(p for p in asked.raw_pairs if p[0] != b"Signature"))
    yield _map(text, unquote_to_bytes)
    yield _map(text, lambda value: unquote_to_bytes(value.replace(b"+", b" ")))


def _charsets(text: V1, _: Asked) -> Iterator[V1]:
    for charset in ("gb18030", "latin-1", "cp1252", "ascii"):

        def recode(value: bytes, charset: str = charset) -> bytes:
            return value.decode("utf-8", "replace").encode(charset, "replace")

        yield _map(text, recode)


def _booleans(text: V1, _: Asked) -> Iterator[V1]:
    for sent in _BOOLEANS:
        if any(value in sent for _, value in text.pairs):
            for signed in _BOOLEANS:
                spelt = dict(zip(sent, signed, strict=True))
                yield replace(text, pairs=tuple((k, spelt.get(v, v)) for k, v in text.pairs))


def _stripped(text: V1, _: Asked) -> Iterator[V1]:
    yield replace(text, pairs=tuple(pair for pair in text.pairs if pair[1]))
    yield _map(text, bytes.strip)


def _orders(text: V1, asked: Asked) -> Iterator[V1]:
    yield replace(text, pairs=tuple(p for p in asked.pairs if p[0] != b"Signature"))
    yield replace(text, pairs=tuple(sorted(text.pairs, key=lambda pair: pair[0].lower())))
    yield replace(text, pairs=text.pairs[::-1])
    yield replace(text, pairs=tuple(sorted(text.pairs, key=lambda pair: pair[1])))


def _joints(text: V1, _: Asked) -> Iterator[V1]:
    for equals, glue in ((b"=", b""), (b"", b""), (b"", b"&"), (b"=", b"\n"), (b":", b"&")):
        yield replace(text, equals=equals, glue=glue)


def _names(text: V1, _: Asked) -> Iterator[V1]:
    for rename in _RENAMES:
        yield replace(text, pairs=_sorted((rename(key), value) for key, value in text.pairs))


def _shift(step: int, key: bytes) -> bytes:
    return _DIGITS.sub(lambda found: str(max(0, int(found[0]) + step)).encode(), key)


_RENAMES: tuple[Callable[[bytes], bytes], ...] = (
    lambda key: key.replace(b".", b"_"),
    lambda key: key.replace(b"_", b"."),
    partial(_shift, 1),
    partial(_shift, -1),
    partial(re.compile(rb"\.([^.]+)").sub, rb"[\1]"),
    partial(re.compile(rb"\[([^\]]*)\]").sub, rb".\1"),
    bytes.lower,
    lambda key: key[:1].upper() + key[1:],
)


def _with_signature(text: V1, asked: Asked) -> Iterator[V1]:
    for value in (b"", *(value for key, value in asked.pairs if key == b"Signature")):
        yield replace(text, pairs=_sorted((*text.pairs, (b"Signature", value))))


def _left_out(text: V1, _: Asked) -> Iterator[V1]:
    for at in range(min(len(text.pairs), _LEFT_OUT)):
        yield replace(text, pairs=(*text.pairs[:at], *text.pairs[at + 1 :]))


def _added(text: V1, _: Asked) -> Iterator[V1]:
    names = {key for key, _ in text.pairs}
    for pair in _ADDED:
        if pair[0] not in names:
            yield replace(text, pairs=_sorted((*text.pairs, pair)))


def _nonces(text: V1, _: Asked) -> Iterator[V1]:
    pairs = dict(text.pairs)
    for name in (b"Timestamp", b"Nonce"):
        sent = pairs.get(name, b"")
        if sent.isdigit() and len(sent) < 20:
            for step in (*range(-3, 0), *range(1, 4)):
                other = str(int(sent) + step).encode()
                yield replace(
                    text, pairs=tuple((k, other if k == name else v) for k, v in text.pairs)
                )


HYPOTHESES: tuple[Hypothesis[V1], ...] = (
    Hypothesis("digest", _digests),
    *variations.secrets(),
    *variations.hosts(lambda text, host: replace(text, host=host)),
    Hypothesis("method", _set("method", "POST", "GET", "post", "get", "Post", "Get", "PUT")),
    Hypothesis("v1-path", _set("path", "/", "?", "", "//?", "/?&", "/v2/?", "/v2/index.php?")),
    Hypothesis("order", _orders),
    Hypothesis("values-encoded", _encoded),
    Hypothesis("values-raw", _raw),
    Hypothesis("values-charset", _charsets),
    Hypothesis("values-booleans", _booleans),
    Hypothesis("values-stripped", _stripped),
    Hypothesis("names", _names),
    Hypothesis("joints", _joints),
    Hypothesis("signature-included", _with_signature),
    Hypothesis("parameter-left-out", _left_out),
    Hypothesis("parameter-added", _added),
    Hypothesis("nonce-signed", _nonces),
)
