"""Where a request came from: the peer, or whom a trusted proxy names."""

import ipaddress
from collections.abc import Iterable, Sequence

from countenance.wire.call import Network

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_FORWARDED = b"x-forwarded-for"
_LONGEST = 64  # characters of one entry, port and brackets included


def parse(content: str) -> Address | None:
    """The address of a text, an IPv4 one also where it stands within IPv6; None for other text."""
    try:
        found = ipaddress.ip_address(content.partition("%")[0])
    except ValueError:
        return None
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped is not None:
        return found.ipv4_mapped
    return found


def within(content: str, networks: Sequence[Network]) -> bool:
    """Whether the text is an address of one of the networks."""
    found = parse(content) if networks else None
    return found is not None and any(found in network for network in networks)


def client(peer: str, headers: Iterable[tuple[bytes, bytes]], trusted: Sequence[Network]) -> str:
    """Who sent a request: the peer, and behind trusted proxies whom X-Forwarded-For names.

    That is its rightmost entry which is no trusted proxy, because whatever stands further left
    is the client's own word; the leftmost where all are trusted. An entry that is no address
    ends the search, and the peer stands for the client. Several such headers count as one.
    """
    if not within(peer, trusted):
        return peer
    lines = [value for name, value in headers if name.lower() == _FORWARDED]
    entries = b",".join(lines).decode("latin-1").split(",") if lines else []
    found = peer
    for entry in reversed(entries):
        stated = _entry(entry.strip())
        if stated is None:
            return peer
        found = str(stated)
        if not within(found, trusted):
            break
    return found


def _entry(content: str) -> Address | None:
    """An address as proxies write it: bare, or with a port, IPv6 then in brackets."""
    if len(content) > _LONGEST:
        return None
    if content.startswith("["):
        inner, closed, _ = content[1:].partition("]")
        return parse(inner) if closed else None
    if content.count(":") == 1:
        content = content.partition(":")[0]
    return parse(content)
