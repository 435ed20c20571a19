"""What is wrong with a request that needs no key to see: its header, its token, its clock."""

import re
from collections.abc import Iterator
from datetime import date

from countenance.wire import signature
from countenance.wire.authorization import ALGORITHM
from countenance.wire.call import Call
from countenance.wire.mistakes import USE_UTC, Mistake

_FORM = f"`{ALGORITHM} Credential=<SecretId>/<date>/<service>/tc3_request, SignedHeaders=content-type;host, Signature=<64 hex digits>`"  # noqa: E501  # one line of the protocol
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_HEX = re.compile(r"[0-9A-Fa-f]+", re.ASCII)
_CLOCK_SLACK = 300
_QUARTER = 900  # seconds: time zones differ by whole quarters of an hour

SKIP = Mistake(
    "authorization-skip",
    "Authorization",
    "`Authorization` is `SKIP`: the client was told not to sign.",
    "Switch the client's option to skip the signature off.",
)
ALGORITHM_OTHER = Mistake(
    "authorization-algorithm",
    "Authorization",
    f"`Authorization` does not begin with `{ALGORITHM}` and a space.",
    f"Write {_FORM}.",
)
FIELDS = Mistake(
    "authorization-fields",
    "Authorization",
    "`Authorization` has not exactly the fields Credential, SignedHeaders and Signature.",
    f"Write {_FORM}.",
)
SCOPE = Mistake(
    "credential-scope",
    "Credential",
    "`Credential` is not `<SecretId>/<date>/<service>/tc3_request`.",
    f"Write {_FORM}.",
)
HEADER_NAMES = Mistake(
    "signed-headers-case",
    "signed headers",
    "`SignedHeaders` is not a list of different lower-case names joined by `;` without spaces.",
    "Write `SignedHeaders=content-type;host`.",
)
HEADERS_LACKING = Mistake(
    "signed-headers-lacking",
    "signed headers",
    "`SignedHeaders` lacks `content-type` or `host`.",
    "Sign at least `content-type` and `host`.",
)
SHA1_FORM = Mistake(
    "signature-sha1",
    "signature",
    "`Signature` has the 40 digits of HMAC-SHA1.",
    "Use HMAC-SHA256 in every step.",
)
UPPER_FORM = Mistake(
    "signature-upper-case",
    "signature",
    "`Signature` is written in upper-case hexadecimal digits.",
    "Write the digits in lower case.",
)
OTHER_FORM = Mistake(
    "signature-form",
    "signature",
    "`Signature` is not 64 hexadecimal digits.",
    "Write HMAC-SHA256 as 64 lower-case hexadecimal digits, not as base64.",
)
ID_SPACES = Mistake(
    "secret-id-spaces",
    "SecretId",
    "The SecretId has white space or quotation marks around it.",
    "Strip what surrounds the SecretId where it is read.",
)
ID_UNKNOWN = Mistake(
    "secret-id-unknown",
    "SecretId",
    "No key that may be used has this SecretId.",
    "See `countenance keys list` for the keys there are; a disabled or expired key counts as none.",
)
TOKEN_ABSENT = Mistake(
    "token-absent",
    "token",
    "The key is temporary and the request brings no token.",
    "Send the token of the key as `X-TC-Token`, or as `Token` with v1.",
)
TOKEN_SPACES = Mistake(
    "token-spaces",
    "token",
    "The token has white space around it.",
    "Strip the token where it is read.",
)
TOKEN_OTHER = Mistake(
    "token-other",
    "token",
    "The token is not the one that was made with this key.",
    "Take SecretId, SecretKey and token from the same answer.",
)
TOKEN_EXPIRED = Mistake(
    "token-expired", "token", "The temporary key has expired.", "Make a new one before it does."
)
MILLISECONDS = Mistake(
    "timestamp-milliseconds",
    "timestamp",
    "The timestamp is in milliseconds.",
    "Send whole seconds since 1970 in UTC.",
)
ZONE = Mistake(
    "timestamp-zone",
    "timestamp",
    "The timestamp is off by whole quarters of an hour: local time was taken for UTC, "
    "or the request was kept.",
    "Send whole seconds since 1970 in UTC; they are the same in every time zone.",
)
CLOCK = Mistake(
    "clock",
    "timestamp",
    "The timestamp is too far from the server's clock.",
    "Set both clocks by a time server, and sign when the request is sent.",
)
DATE_ZONE = Mistake(
    "date-zone",
    "credential date",
    "The date in `Credential` is a day off the UTC date of the timestamp.",
    USE_UTC,
)
DATE_FORM = Mistake(
    "date-form",
    "credential date",
    "The date in `Credential` is not written as `YYYY-MM-DD`.",
    "Write the date as `YYYY-MM-DD`.",
)
DATE_OTHER = Mistake(
    "date-other",
    "credential date",
    "The date in `Credential` is not that of the timestamp.",
    "Make date and timestamp from one reading of the clock.",
)
ID_OTHER_TYPE = Mistake(
    "secret-id-type", "SecretId", "The key is of another type.", "Use a key made for this API."
)
PERMISSION = Mistake(
    "permission",
    "permission",
    "The signature holds; the key may not call this action.",
    "Give the key the permission, or use another key.",
)
MFA = Mistake(
    "mfa",
    "permission",
    "The signature holds; the key is marked for use with a second factor, which no call carries.",
    "Use a key without that mark.",
)
REPLAYED = Mistake(
    "replayed",
    "nonce",
    "The signature holds; a request with the same Timestamp, Nonce and Signature came before.",
    "Draw a new Nonce for each request, and sign again before a retry.",
)
UNSIGNED_REFUSED = Mistake(
    "unsigned-payload",
    "payload",
    "The signature holds over UNSIGNED-PAYLOAD, which the server is set to refuse.",
    "Switch the client's option for unsigned payloads off, or set `allow_unsigned_payload`.",
)
SIZE = Mistake(
    "v1-size",
    "body",
    "The body is longer than v1 signatures may sign here.",
    "Sign with TC3-HMAC-SHA256, or raise the setting `v1_body_limit`.",
)


_BY_CODE = {
    "AuthFailure.SecretIdNotFound": ID_UNKNOWN,
    "AuthFailure.InvalidSecretId": ID_OTHER_TYPE,
    "AuthFailure.UnauthorizedOperation": PERMISSION,
    "AuthFailure.MFAFailure": MFA,
}


def by_code(code: str) -> tuple[Mistake, ...]:
    """What an error code alone says."""
    return (_BY_CODE[code],) if code in _BY_CODE else ()


def look(call: Call, now: float, window: int = _CLOCK_SLACK) -> tuple[Mistake, ...]:
    """What is plainly wrong, first things first; the call need not have come far in the chain.

    `window` is the clock difference allowed, in seconds.
    """
    return tuple(_look(call, now, window))


def _look(call: Call, now: float, window: int) -> Iterator[Mistake]:
    if call.family == "v1" and call.form is None and call.method == "POST":
        yield SIZE
    if call.family == "tc3" and call.authorization is None:
        yield from look_at_header(call.headers.get("authorization", ""))
    if call.secret_id.strip(" \t\r\n\"'") != call.secret_id:
        yield ID_SPACES
    yield from _look_at_token(call, now)
    yield from _look_at_clock(call, now, window)
    if call.authorization is not None:
        yield from _look_at_date(call.authorization.date, call.timestamp)


def look_at_header(value: str) -> Iterator[Mistake]:
    """What is wrong with the form of a TC3 `Authorization`, in the order of its text."""
    algorithm, _, rest = value.strip().partition(" ")
    if value.strip().upper() == "SKIP":
        yield SKIP
        return
    if algorithm != ALGORITHM:
        yield ALGORITHM_OTHER
    pieces = [piece.strip().partition("=") for piece in rest.split(",")]
    fields = {name: text for name, _, text in pieces}
    if len(pieces) != 3 or fields.keys() != {"Credential", "SignedHeaders", "Signature"}:
        yield FIELDS
        return
    scope = fields["Credential"].split("/")
    if len(scope) < 4 or not scope[0] or scope[-1] != "tc3_request":
        yield SCOPE
    names = fields["SignedHeaders"].split(";")
    if names != [name.strip().lower() for name in names] or len(set(names)) < len(names):
        yield HEADER_NAMES
    elif not {"content-type", "host"} <= set(names):
        yield HEADERS_LACKING
    sent = fields["Signature"]
    digits = _HEX.fullmatch(sent)
    if digits and len(sent) == 40:
        yield SHA1_FORM
    elif digits and len(sent) == 64:
        if sent != sent.lower():
            yield UPPER_FORM
    else:
        yield OTHER_FORM


def _look_at_token(call: Call, now: float) -> Iterator[Mistake]:
    caller = call.caller
    if caller is None or caller.token is None:
        return
    if call.token is None:
        yield TOKEN_ABSENT
    elif call.token != caller.token:
        yield TOKEN_SPACES if call.token.strip() == caller.token else TOKEN_OTHER
    elif caller.expires is not None and caller.expires <= now:
        yield TOKEN_EXPIRED


def _look_at_clock(call: Call, now: float, window: int) -> Iterator[Mistake]:
    if call.timestamp is None:
        return
    skew = now - call.timestamp
    if abs(skew) <= window:
        return
    if abs(now - call.timestamp / 1000) <= max(window, 86_400):
        yield MILLISECONDS
    elif abs(skew) <= 14 * 3600 + window and abs(skew - round(skew / _QUARTER) * _QUARTER) <= 30:
        yield ZONE
    else:
        yield CLOCK


def _look_at_date(claimed: str, timestamp: int | None) -> Iterator[Mistake]:
    right = signature.utc_date("" if timestamp is None else str(timestamp))
    if claimed == right or not right:
        return
    if not _DATE.fullmatch(claimed):
        yield DATE_FORM
        return
    try:
        days = (date.fromisoformat(claimed) - date.fromisoformat(right)).days
    except ValueError:
        yield DATE_FORM
        return
    yield DATE_ZONE if abs(days) == 1 else DATE_OTHER
