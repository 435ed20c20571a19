"""What a refused signature leaves in the operator's log: a structure without any value in it.

Names are in clear where the API knows them; each value is a length and a SHA-256. Nothing here is
for the caller: `app` asks after the answer has been sent.
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass

from countenance.contract.errors import ApiError
from countenance.observe import describe
from countenance.wire import signature, structure, surface
from countenance.wire.call import Call
from countenance.wire.diagnose import Diagnosis, ask, diagnose
from countenance.wire.mistakes import Mistake, mistake
from countenance.wire.structure import Part

_AT_ONCE = 64 * 1024  # bytes that are hashed on the event loop, without asking the budget
_FAILURE = "AuthFailure.SignatureFailure"
# The search is made for all of these and used for the first alone: a caller that measures how long
# the server stays busy learns no more than the code said.
_SEARCHED = {
    _FAILURE,
    "AuthFailure.SecretIdNotFound",
    "AuthFailure.InvalidSecretId",
    "AuthFailure.TokenFailure",
}
_DECOY = "-" * 32
NOT_LOOKED = "Not looked for: too many signatures fail at once, or the request is too long."
NOT_FOUND = (
    "No known mistake gives the signature sent: the SecretKey is another one, or what was signed "
    "was changed on the way."
)


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a request was refused. `expected` is in the order of signing, `received` as it came.

    `difference` names the first part that differs, `mistakes` are the keys of what was found and
    `said` the same in words; `variants` are the forms the server accepts, each of which was tried,
    `tried` the number of texts that a client might have signed. `skew` is server time minus
    timestamp in seconds.
    """

    algorithm: str
    difference: str | None
    mistakes: tuple[str, ...]
    said: str
    skew: float | None
    variants: tuple[str, ...] = ()
    expected: tuple[Part, ...] = ()
    received: tuple[Part, ...] = ()
    tried: int = 0

    def __structlog__(self) -> dict[str, object]:
        """The form in which structlog writes it."""
        return asdict(self)


class Budget:
    """Heavy work is done a few times a second, however many requests fail."""

    def __init__(self, per_second: float = 4, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate = per_second
        self._clock = clock
        self._left = per_second
        self._seen = clock()

    def take(self) -> bool:
        """Whether one more piece of heavy work may be done now."""
        now = self._clock()
        self._left = min(self._rate, self._left + (now - self._seen) * self._rate)
        self._seen = now
        if self._left < 1:
            return False
        self._left -= 1
        return True


HASHING = Budget(4)
SEARCHES = Budget(2)


async def explain(
    call: Call,
    error: ApiError,
    now: float,
    *,
    public_hosts: Sequence[str] = (),
    hashing: Budget = HASHING,
    searches: Budget = SEARCHES,
) -> Explanation:
    """Explain an `AuthFailure` to the operator; raises nothing, whatever state the call is in."""
    skew = None if call.timestamp is None else round(now - call.timestamp, 3)
    try:
        large = max(len(call.body), len(call.query)) > _AT_ONCE
        if large and hashing.take():
            expected, received = await asyncio.to_thread(_structures, call, True)
        else:
            expected, received = _structures(call, not large)
        seen = surface.look(call, now)
        found = (*surface.by_code(error.code), *seen)
        said, tried = " ".join(item.said for item in found), 0
        if error.code in _SEARCHED and _can_search(call, seen):
            searched = await _search(call, public_hosts, searches)
            if error.code == _FAILURE:
                found, said, tried = searched
        return Explanation(
            algorithm=_algorithm(call),
            difference=found[0].part if found else None,
            mistakes=tuple(item.key for item in found),
            said=said,
            skew=skew,
            variants=_variants(call, public_hosts),
            expected=expected,
            received=received,
            tried=tried,
        )
    except Exception as fault:  # a line of the log may not cost a connection
        return Explanation("unknown", None, (), f"Not explained: {describe(fault)}.", skew)


def _can_search(call: Call, seen: tuple[Mistake, ...]) -> bool:
    """Whether there is a claim, and nothing that shows without the key explains enough."""
    read = call.authorization if call.family == "tc3" else call.form
    return read is not None and all(item.part == "token" for item in seen)


async def _search(
    call: Call, public_hosts: Sequence[str], budget: Budget
) -> tuple[tuple[Mistake, ...], str, int]:
    if not budget.take():
        return (), NOT_LOOKED, 0
    found = await asyncio.to_thread(_diagnose, call, public_hosts)
    if found.holds:  # it was refused for what is not in the text
        of_v1 = call.family == "v1"
        reason = mistake("replayed" if of_v1 else "unsigned-payload")
        return (reason,), reason.said, found.tried
    if not found.mistakes:
        return (), NOT_FOUND if found.whole else NOT_LOOKED, found.tried
    return found.mistakes, " ".join(item.said for item in found.mistakes), found.tried


def _diagnose(call: Call, public_hosts: Sequence[str]) -> Diagnosis:
    claim, form, caller = call.authorization, call.form, call.caller
    if claim is not None:
        sent = claim.signature
    else:
        sent = form.first(b"Signature").decode("latin-1") if form else ""
    secret, token = (caller.secret, caller.token) if caller else (_DECOY, None)
    return diagnose(ask(call, secret, sent, token=token, public_hosts=public_hosts))


def _structures(call: Call, hashed: bool) -> tuple[tuple[Part, ...], tuple[Part, ...]]:
    return structure.expected(call, hashed=hashed), structure.received(call, hashed=hashed)


def _algorithm(call: Call) -> str:
    if call.family == "tc3":
        return "TC3-HMAC-SHA256"
    if call.form is None:
        return "v1"
    return f"v1 {signature.v1_digest(call.form.pairs)}"


def _variants(call: Call, public_hosts: Sequence[str]) -> tuple[str, ...]:
    hosts = [
        name for name, _ in signature.host_variants(call.headers.get("host", ""), public_hosts)
    ]
    words = (
        ("as sent", "lower-cased")
        if call.family == "tc3"
        else ("as sent", "_ as .", "booleans of Python")
    )
    return tuple(f"host {name}, {word}" for name in hosts[:8] for word in words)
