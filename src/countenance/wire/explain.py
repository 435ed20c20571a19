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
from countenance.wire.structure import Part

_AT_ONCE = 64 * 1024  # bytes that are hashed on the event loop, without asking the budget


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a request was refused. `expected` is in the order of signing, `received` as it came.

    `difference` names the first part that differs, `mistakes` are the keys of what was found and
    `said` the same in words; `variants` are the forms the server accepts, each of which was tried.
    `skew` is server time minus timestamp in seconds.
    """

    algorithm: str
    difference: str | None
    mistakes: tuple[str, ...]
    said: str
    skew: float | None
    variants: tuple[str, ...] = ()
    expected: tuple[Part, ...] = ()
    received: tuple[Part, ...] = ()

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


BUDGET = Budget()


async def explain(
    call: Call,
    error: ApiError,
    now: float,
    *,
    public_hosts: Sequence[str] = (),
    budget: Budget = BUDGET,
) -> Explanation:
    """Explain an `AuthFailure` to the operator; raises nothing, whatever state the call is in."""
    skew = None if call.timestamp is None else round(now - call.timestamp, 3)
    try:
        large = max(len(call.body), len(call.query)) > _AT_ONCE
        if large and budget.take():
            expected, received = await asyncio.to_thread(_structures, call, True)
        else:
            expected, received = _structures(call, not large)
        found = (*surface.by_code(error.code), *surface.look(call, now))
        return Explanation(
            algorithm=_algorithm(call),
            difference=found[0].part if found else None,
            mistakes=tuple(mistake.key for mistake in found),
            said=" ".join(mistake.said for mistake in found),
            skew=skew,
            variants=_variants(call, public_hosts),
            expected=expected,
            received=received,
        )
    except Exception as fault:  # a line of the log may not cost a connection
        return Explanation("unknown", None, (), f"Not explained: {describe(fault)}.", skew)


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
    words = ("as sent", "lower-cased") if call.family == "tc3" else ("keys as sent", "_ as .")
    return tuple(f"host {name}, {word}" for name in hosts[:8] for word in words)
