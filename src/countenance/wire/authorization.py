"""The shape of the TC3 `Authorization` header."""

import re
from dataclasses import dataclass, field

from countenance.contract.errors import ApiError, failure
from countenance.contract.messages import text

ALGORITHM = "TC3-HMAC-SHA256"
_FIELDS = ("Credential", "SignedHeaders", "Signature")
_NEEDED = ("content-type", "host")
_NAME = re.compile(r"[a-z0-9!#$%&'*+.^_`|~-]+")
_SIGNATURE = re.compile("[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Authorization:
    """What a caller claims: `date` is `YYYY-MM-DD`, `service` any string, `signature` 64 hex."""

    secret_id: str
    date: str
    service: str
    signed_headers: tuple[str, ...]
    signature: str = field(repr=False)


def parse(value: str) -> Authorization:
    """Read the header; raises AuthFailure.InvalidAuthorization naming the part that is wrong."""
    algorithm, _, rest = value.strip().partition(" ")
    if algorithm != ALGORITHM:
        raise _refusal("algorithm")
    fields: dict[str, str] = {}
    for piece in rest.split(","):
        name, equals, content = piece.strip().partition("=")
        if not equals or name not in _FIELDS or name in fields:
            raise _refusal("form")
        fields[name] = content
    for name in _FIELDS:
        if not fields.get(name):
            raise _refusal("missing", name)
    scope = fields["Credential"].split("/")
    # A service may itself hold a slash: Node and Java cut it out of whatever endpoint they have.
    if len(scope) < 4 or not scope[0] or scope[-1] != "tc3_request":
        raise _refusal("credential")
    signed = tuple(fields["SignedHeaders"].split(";"))
    if len(set(signed)) < len(signed) or any(not _NAME.fullmatch(name) for name in signed):
        raise _refusal("names")
    for name in _NEEDED:
        if name not in signed:
            raise _refusal("needed", name)
    if not _SIGNATURE.fullmatch(fields["Signature"]):
        raise _refusal("signature")
    return Authorization(scope[0], scope[1], "/".join(scope[2:-1]), signed, fields["Signature"])


def _refusal(part: str, field: str = "") -> ApiError:
    detail = text(f"wire.auth-{part}", algorithm=ALGORITHM, field=field)
    return failure("AuthFailure.InvalidAuthorization", detail)
