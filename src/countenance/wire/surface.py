"""What is wrong with a request that needs no key to see: its header, its token, its clock."""

import re
from collections.abc import Iterator
from datetime import date

from countenance.wire import signature
from countenance.wire.authorization import ALGORITHM
from countenance.wire.call import Call
from countenance.wire.mistakes import Mistake, mistake

_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_HEX = re.compile(r"[0-9A-Fa-f]+", re.ASCII)
_CLOCK_SLACK = 300
_QUARTER = 900  # seconds: time zones differ by whole quarters of an hour
_BY_CODE = {
    "AuthFailure.SecretIdNotFound": "secret-id-unknown",
    "AuthFailure.InvalidSecretId": "secret-id-type",
    "AuthFailure.UnauthorizedOperation": "permission",
    "AuthFailure.MFAFailure": "mfa",
}


def by_code(code: str) -> tuple[Mistake, ...]:
    """What an error code alone says."""
    return (mistake(_BY_CODE[code]),) if code in _BY_CODE else ()


def look(call: Call, now: float, window: int = _CLOCK_SLACK) -> tuple[Mistake, ...]:
    """What is plainly wrong, first things first; the call need not have come far in the chain.

    `window` is the clock difference allowed, in seconds.
    """
    return tuple(_look(call, now, window))


def _look(call: Call, now: float, window: int) -> Iterator[Mistake]:
    if call.family == "v1" and call.form is None and call.method == "POST":
        yield mistake("v1-size")
    if call.family == "tc3" and call.authorization is None:
        yield from look_at_header(call.headers.get("authorization", ""))
    if call.secret_id.strip(" \t\r\n\"'") != call.secret_id:
        yield mistake("secret-id-spaces")
    if call.caller is not None:
        yield from look_at_token(call.token, call.caller.token, call.caller.expires, now)
    if call.timestamp is not None:
        yield from look_at_clock(call.timestamp, now, window)
    if call.authorization is not None:
        yield from look_at_date(call.authorization.date, call.timestamp)


def look_at_header(value: str) -> Iterator[Mistake]:
    """What is wrong with the form of a TC3 `Authorization`, in the order of its text."""
    algorithm, _, rest = value.strip().partition(" ")
    if value.strip().upper() == "SKIP":
        yield mistake("authorization-skip")
        return
    if algorithm != ALGORITHM:
        yield mistake("authorization-algorithm")
    pieces = [piece.strip().partition("=") for piece in rest.split(",")]
    fields = {name: text for name, _, text in pieces}
    if len(pieces) != 3 or fields.keys() != {"Credential", "SignedHeaders", "Signature"}:
        yield mistake("authorization-fields")
        return
    scope = fields["Credential"].split("/")
    if len(scope) < 4 or not scope[0] or scope[-1] != "tc3_request":
        yield mistake("credential-scope")
    names = fields["SignedHeaders"].split(";")
    if names != [name.strip().lower() for name in names] or len(set(names)) < len(names):
        yield mistake("signed-headers-case")
    elif not {"content-type", "host"} <= set(names):
        yield mistake("signed-headers-lacking")
    sent = fields["Signature"]
    digits = _HEX.fullmatch(sent)
    if digits and len(sent) == 40:
        yield mistake("signature-sha1")
    elif digits and len(sent) == 64:
        if sent != sent.lower():
            yield mistake("signature-upper-case")
    else:
        yield mistake("signature-form")


def look_at_token(
    sent: str | None, token: str | None, expires: float | None, now: float
) -> Iterator[Mistake]:
    """What is wrong with the token sent, where the key has one and `expires` (unix seconds)."""
    if token is None:
        return
    if sent is None:
        yield mistake("token-absent")
    elif sent != token:
        yield mistake("token-spaces" if sent.strip() == token else "token-other")
    elif expires is not None and expires <= now:
        yield mistake("token-expired")


def look_at_clock(timestamp: int, now: float, window: int) -> Iterator[Mistake]:
    """What is wrong with a timestamp more than `window` seconds from `now`."""
    skew = now - timestamp
    if abs(skew) <= window:
        return
    if abs(now - timestamp / 1000) <= abs(skew) / 100:
        yield mistake("timestamp-milliseconds")
    elif abs(skew) <= 14 * 3600 + window and abs(skew - round(skew / _QUARTER) * _QUARTER) <= 30:
        yield mistake("timestamp-zone")
    else:
        yield mistake("clock")


def look_at_date(claimed: str, timestamp: int | None) -> Iterator[Mistake]:
    """What is wrong with the date of a scope, which is to be the UTC date of the timestamp."""
    right = signature.utc_date("" if timestamp is None else str(timestamp))
    if claimed == right or not right:
        return
    if not _DATE.fullmatch(claimed):
        yield mistake("date-form")
        return
    try:
        days = (date.fromisoformat(claimed) - date.fromisoformat(right)).days
    except ValueError:
        yield mistake("date-form")
        return
    yield mistake("date-zone") if abs(days) == 1 else mistake("date-other")
