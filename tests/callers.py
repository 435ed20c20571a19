"""Whoever holds a key, as a layer below the wire would have it."""

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
