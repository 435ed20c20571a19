"""Networks that requests may or may not come from, as written by an operator and stored."""

from collections.abc import Iterable
from ipaddress import IPv4Network, IPv6Network, ip_network

Network = IPv4Network | IPv6Network
MOST = 256  # networks in one list
_MAPPED = IPv6Network("::ffff:0:0/96")


def parse(texts: Iterable[str]) -> tuple[Network, ...]:
    """Read addresses and networks (`203.0.113.7`, `10.0.0.0/8`, `2001:db8::/32`), each once.

    An IPv4-mapped IPv6 network is given as the IPv4 network it stands for. Raises `ValueError`
    that names the first misfit.
    """
    found = tuple(dict.fromkeys(_parse(text) for text in texts))
    if len(found) > MOST:
        raise ValueError(f"A list holds at most {MOST} networks; {len(found)} arrived.")
    return found


def _parse(text: str) -> Network:
    try:
        network = ip_network(text)
    except ValueError as error:
        raise ValueError(
            f"`{text}` is no network ({error}); one reads like `203.0.113.7`, `10.0.0.0/8` or "
            "`2001:db8::/32`."
        ) from None
    if isinstance(network, IPv6Network) and network.subnet_of(_MAPPED):
        mapped = network.network_address.ipv4_mapped
        return IPv4Network((int(mapped or 0), network.prefixlen - 96))
    return network
