"""Which mistake of the client gives exactly the signature it sent; no clock, no store, no I/O.

A signature has no room for chance: a text that reproduces it is the text that was signed. What no
text reproduces is not guessed at.
"""

import base64
import binascii
import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from urllib.parse import unquote

from countenance.wire import mistakes_tc3, mistakes_v1, variations
from countenance.wire.call import Call
from countenance.wire.forms import Form
from countenance.wire.mistakes import Asked, Hypothesis, Mistake, Signable, Text, mistake
from countenance.wire.signature import EMPTY_HASH, UNSIGNED_HASH, UNSIGNED_PAYLOAD
from countenance.wire.texts import tc3_bases, v1_bases

WORK = 4_000_000  # bytes to hash: some 10 ms, and every mistake by itself for a body of 64 KB
_FORMS = 12  # of each mistake, where two are tried together
BODY = 64 * 1024  # bytes up to which other forms of a body are tried within that


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """`holds` for a right signature, else the mistakes that together give the one sent.

    No mistakes: nothing known gives it, or, where not `whole`, nothing that there was time for.
    `signed` is the text the client signed and `right` the one nearest to it that would have held.
    """

    holds: bool
    mistakes: tuple[Mistake, ...] = ()
    whole: bool = True
    tried: int = 0
    right: Signable | None = None
    signed: Signable | None = None


def ask(
    call: Call,
    secret: str,
    signature: str,
    *,
    token: str | None = None,
    public_hosts: Sequence[str] = (),
    bodies: int | None = BODY,
) -> Asked:
    """The question about a call whose header or form was read; None for `bodies` reads any."""
    headers, body = call.headers, call.body
    payload, payloads = EMPTY_HASH, dict[str, tuple[str, ...]]()
    if call.family == "tc3":
        if call.method != "GET":
            payload = call.body_hash or hashlib.sha256(body).hexdigest()
        small = bodies is None or len(body) <= bodies
        payloads = variations.payloads(body) if small else variations.constant_payloads()
        if headers.get("x-tc-content-sha256") == UNSIGNED_PAYLOAD:
            payloads["payload-signed"] = (payload,)
            payload = UNSIGNED_HASH
    form = call.form or Form(())
    return Asked(
        method=call.method,
        path=call.path,
        query=call.query,
        headers=headers,
        secret_id=call.secret_id,
        secret=secret,
        signature=signature,
        token=token,
        public_hosts=tuple(public_hosts),
        claim=call.authorization,
        payload=payload,
        payloads=payloads,
        pairs=form.pairs,
        raw_pairs=_raw_pairs(call.query if call.method == "GET" else call.body, form),
    )


def diagnose(asked: Asked, *, pairs: bool = False, work: int = WORK) -> Diagnosis:
    """Find the mistake, or with `pairs` the two common ones, that give the signature sent.

    `work` bounds the bytes hashed on the way.
    """
    if asked.claim is not None:
        claims = _claims_tc3(asked.signature)
        return _Search(claims, work).run(
            tuple(tc3_bases(asked)), mistakes_tc3.HYPOTHESES, asked, pairs
        )
    claims = _claims_v1(asked.signature)
    return _Search(claims, work).run(tuple(v1_bases(asked)), mistakes_v1.HYPOTHESES, asked, pairs)


class _Enough(Exception):
    """The work allowed is done."""


class _Search:
    def __init__(self, claims: dict[bytes, str | None], work: int) -> None:
        self._claims = claims
        self._left = work
        self._tried = 0

    def run(
        self,
        bases: tuple[Text, ...],
        hypotheses: Sequence[Hypothesis[Text]],
        asked: Asked,
        pairs: bool,
    ) -> Diagnosis:
        try:
            for keys, right, signed in self._texts(bases, hypotheses, asked, pairs):
                if (claim := self._match(signed)) is not None:
                    found = tuple(mistake(key) for key in (*keys, *claim))
                    return Diagnosis(not found, found, True, self._tried, right, signed)
        except _Enough:
            return Diagnosis(False, whole=False, tried=self._tried, right=bases[0])
        return Diagnosis(False, tried=self._tried, right=bases[0])

    def _match(self, text: Signable) -> tuple[str, ...] | None:
        """The mistakes in writing the signature down when the text gives it, else None."""
        self._tried += 1
        self._left -= text.size()
        if self._left < 0:
            raise _Enough
        digest = text.sign()
        if digest not in self._claims:
            return None
        written = self._claims[digest]
        return (written,) if written else ()

    @staticmethod
    def _texts(
        bases: tuple[Text, ...],
        hypotheses: Sequence[Hypothesis[Text]],
        asked: Asked,
        pairs: bool,
    ) -> Iterator[tuple[tuple[str, ...], Text, Text]]:
        for base in bases:
            yield (), base, base
        for hypothesis in hypotheses:
            for base in bases:
                for text in hypothesis.vary(base, asked):
                    yield (hypothesis.key,), base, text
        if not pairs:
            return
        common = [hypothesis for hypothesis in hypotheses if not mistake(hypothesis.key).rare]
        for at, first in enumerate(common):
            for base in bases:
                for half in islice(first.vary(base, asked), _FORMS):
                    for second in common[at + 1 :]:
                        for text in islice(second.vary(half, asked), _FORMS):
                            yield (first.key, second.key), base, text


def _claims_tc3(text: str) -> dict[bytes, str | None]:
    """What the digest may be, by the mistake in writing it down; None where there is none."""
    found: dict[bytes, str | None] = {}
    right = text.strip()
    with_hex = _unhex(right)
    if with_hex is not None:
        upper = right != right.lower()
        found[with_hex] = "signature-upper-case" if upper else None
    for decoded in _unbase64(right):
        found.setdefault(decoded, "signature-base64")
    return found


def _claims_v1(text: str) -> dict[bytes, str | None]:
    found: dict[bytes, str | None] = {}
    for decoded in _unbase64(text):
        found[decoded] = None
    once = unquote(text)
    forms: Iterable[tuple[str, str]] = (
        (text.replace(" ", "+"), "signature-plus"),
        (once, "signature-encoded"),
        (once.replace(" ", "+"), "signature-encoded"),
        (text.strip().replace("-", "+").replace("_", "/"), "signature-base64-form"),
        (text.strip() + "=" * (-len(text.strip()) % 4), "signature-base64-form"),
        (text.replace("\n", "").replace("\r", ""), "signature-base64-form"),
    )
    for form, key in forms:
        for decoded in _unbase64(form):
            found.setdefault(decoded, key)
    if (plain := _unhex(text.strip())) is not None:
        found.setdefault(plain, "signature-hex")
    for decoded in list(found):
        if len(decoded) in (40, 64) and (inner := _unhex(decoded.decode("latin-1"))) is not None:
            found.setdefault(inner, "signature-base64-form")
    return found


def _unhex(text: str) -> bytes | None:
    try:
        return binascii.unhexlify(text)
    except ValueError:
        return None


def _unbase64(text: str) -> Iterator[bytes]:
    try:
        yield base64.b64decode(text, validate=True)
    except ValueError:
        return


def _raw_pairs(data: bytes, form: Form) -> tuple[tuple[bytes, bytes], ...]:
    if not form.pairs:
        return ()
    pieces = (piece.partition(b"=") for piece in data.split(b"&") if piece)
    return tuple((key, value) for key, _, value in pieces)
