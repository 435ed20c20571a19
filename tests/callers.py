"""What a layer below the wire would have: whoever holds a key, and which requests were used."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from countenance.contract.states import State
from countenance.wire.call import Network


@dataclass(frozen=True)
class Caller:
    account_id: str
    key_id: str
    secret: str = field(repr=False)
    token: str | None = field(default=None, repr=False)
    enabled: bool = True
    permissions: frozenset[str] | None = None
    expires: float | None = None
    mfa: bool = False
    allowed: tuple[Network, ...] = ()
    denied: tuple[Network, ...] = ()
    rates: Mapping[str, int] = field(default_factory=dict)
    states: Mapping[str, State] = field(default_factory=dict)


class Replays:
    """Forgets nothing, and has no clock."""

    def __init__(self) -> None:
        self._used: set[bytes] = set()

    async def first_use(self, key: bytes, now: float) -> bool:
        del now
        first = key not in self._used
        self._used.add(key)
        return first
