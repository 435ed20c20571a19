"""What goes wrong with a signature, in plain words, and what is asked about a request."""

import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Generic, Protocol, TypeVar

from countenance.wire.authorization import Authorization
from countenance.wire.signature import Pairs


class Signable(Protocol):
    """A text that is signed, with the key it is signed with."""

    def string(self) -> bytes:
        """The string to sign."""
        ...

    def sign(self) -> bytes:
        """The signature, not yet written as text."""
        ...

    def size(self) -> int:
        """Bytes to be hashed, about."""
        ...


Text = TypeVar("Text", bound=Signable)
FILE = Path(__file__).with_suffix(".toml")


@dataclass(frozen=True, slots=True)
class Mistake:
    """A way to sign wrongly: `part` is what of the signed text differs, `mend` what to do.

    A `rare` one is not looked for together with another. No value of a request is in it, so that
    it may be written to a log.
    """

    key: str
    part: str
    said: str
    mend: str
    rare: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """A request, the signature it claims and the key it should be signed with.

    `headers` has lower-case names; `payload` is the hash (hex) the server signs and `payloads` the
    hashes of what a client may have signed instead, by the key of the mistake. `claim` is None and
    `pairs` are decoded for v1, `raw_pairs` the same as they were sent.
    """

    method: str
    path: str
    query: bytes = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    secret_id: str
    secret: str = field(repr=False)
    signature: str = field(repr=False)
    token: str | None = field(default=None, repr=False)
    public_hosts: tuple[str, ...] = ()
    claim: Authorization | None = None
    payload: str = ""
    payloads: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    pairs: Pairs = field(default=(), repr=False)
    raw_pairs: Pairs = field(default=(), repr=False)


Vary = Callable[[Text, Asked], Iterator[Text]]


@dataclass(frozen=True, slots=True)
class Hypothesis(Generic[Text]):
    """The key of a mistake, and the texts a client that makes it would sign in place of one."""

    key: str
    vary: Vary[Text]


def mistake(key: str) -> Mistake:
    """The Mistake of a key of `mistakes.toml`."""
    return mistakes()[key]


@cache
def mistakes() -> Mapping[str, Mistake]:
    """Every Mistake by its key."""
    found = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return {key: Mistake(key, **words) for key, words in found.items()}
