"""One request on its way through the chain, and the caller behind it."""

from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, Protocol

import msgspec

if TYPE_CHECKING:
    from countenance.contract.catalogue import Action
    from countenance.wire.authorization import Authorization
    from countenance.wire.forms import Form
    from countenance.wire.signature import Explanation

Family = Literal["tc3", "v1"]
Language = Literal["en-US", "zh-CN"]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]


@dataclass(frozen=True, slots=True)
class Caller:
    """Whoever holds a key; `key_id` is opaque (not the SecretId), `expires` is unix seconds.

    `token` is set for temporary keys only; `permissions` holds action names, None allows all.
    """

    account_id: str
    key_id: str
    secret: str = field(repr=False)
    token: str | None = field(default=None, repr=False)
    enabled: bool = True
    permissions: frozenset[str] | None = None
    expires: float | None = None


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
    where the server kept only the beginning of an over-long query. `received` is unix seconds.
    What may hold a person's data stays out of `repr`.
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
    explanation: "Explanation | None" = None  # why a signature failed, for the operator only
    contract_action: "Action | None" = None
    params: dict[str, object] | None = field(default=None, repr=False)
    request: msgspec.Struct | None = field(default=None, repr=False)
    timings: dict[str, float] = field(default_factory=dict)

    @property
    def account(self) -> Caller:
        """The caller; only steps after the key was found may ask."""
        assert self.caller is not None, "a step ran before the key was found"
        return self.caller
