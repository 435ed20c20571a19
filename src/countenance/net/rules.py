"""What an operator lets this server fetch from: hosts, networks, ports."""

import re
from dataclasses import dataclass, field

from countenance.net.addresses import Network, is_allowed
from countenance.net.errors import FetchError, refusal
from countenance.net.target import Address, Target, parse

_WILD = re.compile(r"\*\.(.+)")


@dataclass(frozen=True, slots=True)
class Rules:
    """The settings `fetch*`; raises `ValueError` that names a host pattern which is none.

    A pattern is a host (`store.example.org`, `10.0.0.5`) or `*.` and a name, for every name below
    that one. No pattern: any host.
    """

    enabled: bool = True
    hosts: tuple[str, ...] = ()
    networks: tuple[Network, ...] = ()
    ports: frozenset[int] = frozenset({80, 443})
    _exact: frozenset[str] = field(init=False, repr=False)
    _below: tuple[str, ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        exact, below = set(), []
        for pattern in self.hosts:
            wild = _WILD.fullmatch(pattern)
            target = _read(wild[1] if wild else pattern)
            if target is None or (wild and target.address is not None):
                raise ValueError(f"`{pattern}` is no host, nor `*.` before a name")
            if wild:
                below.append(f".{target.host}")
            else:
                exact.add(target.host)
        object.__setattr__(self, "_exact", frozenset(exact))
        object.__setattr__(self, "_below", tuple(below))

    def check(self, target: Target) -> None:
        """Refuse what can be refused before the name is resolved; raises `FetchError`."""
        if not self.enabled:
            raise refusal("off")
        if target.port not in self.ports:
            raise refusal("port")
        listed = target.host in self._exact or target.host.endswith(self._below)
        if self.hosts and not listed:
            raise refusal("hosts")

    def check_addresses(self, addresses: tuple[Address, ...]) -> None:
        """Refuse a host as a whole when one of its addresses is not to be connected to."""
        if not all(is_allowed(address, self.networks) for address in addresses):
            raise refusal("address")


def _read(host: str) -> Target | None:
    """The target of a bare host, None for what is none."""
    bracketed = f"[{host}]" if ":" in host else host
    try:
        target = parse(f"http://{bracketed}")
    except FetchError:
        return None
    return target if target.url == f"http://{target.authority}/" else None
