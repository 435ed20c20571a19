"""One request on its way through the chain, and the caller behind it."""

from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network
from typing import TYPE_CHECKING, Any, Literal, Protocol

import msgspec

from countenance.contract.messages import Language
from countenance.contract.states import State

if TYPE_CHECKING:
    from countenance.contract.catalogue import Action
    from countenance.wire.authorization import Authorization
    from countenance.wire.forms import Form

Family = Literal["tc3", "v1"]
Network = IPv4Network | IPv6Network
Pair = tuple[str, str | bytes]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]


class Caller(Protocol):
    """Whoever holds a key, as the layer below knows it; to judge token and expiry is for wire."""

    @property
    def account_id(self) -> str:
        """The account that rates are counted for."""
        ...

    @property
    def key_id(self) -> str:
        """An opaque name of the key, fit for a log: not the SecretId."""
        ...

    @property
    def secret(self) -> str:
        """The SecretKey; implementations keep it out of their `repr`."""
        ...

    @property
    def token(self) -> str | None:
        """The token of a temporary key, None for other keys."""
        ...

    @property
    def enabled(self) -> bool:
        """False for a key that is switched off: it is answered as if it were unknown."""
        ...

    @property
    def permissions(self) -> frozenset[str] | None:
        """What the key may call, in the accounts' own notation; None allows all."""
        ...

    @property
    def expires(self) -> float | None:
        """Unix seconds after which the key holds no more."""
        ...

    @property
    def mfa(self) -> bool:
        """True for a key that may only be used with a second factor, which no API call carries."""
        ...

    @property
    def allowed(self) -> tuple[Network, ...]:
        """The networks requests may come from; empty means any."""
        ...

    @property
    def denied(self) -> tuple[Network, ...]:
        """The networks requests may not come from, whatever is allowed."""
        ...

    @property
    def rates(self) -> Mapping[str, int]:
        """Requests per second that hold for this account: by action, `*` for all actions."""
        ...

    @property
    def states(self) -> Mapping[str, State]:
        """The state of each service, by its name, that is not active for the account."""
        ...


class Authenticator(Protocol):
    """What wire asks for the holder of a SecretId."""

    async def find(self, secret_id: str) -> Caller | None:
        """The caller, also when its key is disabled; None for an unknown id."""
        ...


@dataclass(slots=True)
class Call:
    """One request; each step of the chain fills the fields below its own.

    `headers` has lower-case names (the last of equal names wins) and values decoded as latin-1, so
    that `value.encode("latin-1")` gives the bytes received. `query_size` is what arrived, also
    where the server kept only the beginning of an over-long query. `client` is the address that
    limits and lists go by, `received` unix seconds. What may hold a person's data stays out of
    `repr`.
    """

    request_id: str
    method: str
    path: str
    query: bytes = field(repr=False)
    query_size: int
    headers: dict[str, str] = field(repr=False)
    client: str
    received: float
    receive: Receive = field(repr=False)

    body: bytes = field(default=b"", repr=False)
    body_size: int = 0  # bytes taken off the connection, kept or not
    complete: bool = False  # nothing of the request is left on the connection
    close: bool = False  # the answer must end the connection

    family: Family | None = None
    action: str = ""
    version: str = ""
    region: str | None = None
    language: Language = "en-US"
    secret_id: str = ""
    token: str | None = field(default=None, repr=False)
    timestamp: int | None = None
    authorization: "Authorization | None" = field(default=None, repr=False)
    form: "Form | None" = field(default=None, repr=False)

    caller: Caller | None = None
    body_hash: str | None = None  # hex SHA-256 of the body, once something needed it
    contract_action: "Action | None" = None
    pairs: "tuple[Pair, ...] | None" = field(default=None, repr=False)  # of a form or multipart
    params: dict[str, object] | None = field(default=None, repr=False)
    dry_run: bool = False
    ignored: tuple[str, ...] = ()  # parameters outside the contract that were let pass
    request: msgspec.Struct | None = field(default=None, repr=False)

    outputs: msgspec.Struct | None = field(default=None, repr=False)
    code: str = "Success"  # the error code, or the Result of a person judged, for log and metrics
    billed: int = 0
    timings: dict[str, float] = field(default_factory=dict)

    @property
    def account(self) -> Caller:
        """The caller; only steps after the key was found may ask."""
        assert self.caller is not None, "a step ran before the key was found"
        return self.caller

    @property
    def routed(self) -> "Action":
        """The action; only steps after the route was found may ask."""
        assert self.contract_action is not None, "a step ran before the route was found"
        return self.contract_action
