"""Which addresses may be connected to: the public ones, and networks an operator permits.

From the IANA special-purpose address registries for IPv4 and IPv6, and the metadata services of
clouds. Written out, because the `is_global` of the standard library differs by Python version.
"""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_network

from countenance.net.target import Address

Network = IPv4Network | IPv6Network


def _networks(*texts: str) -> tuple[Network, ...]:
    return tuple(ip_network(text) for text in texts)


# No setting opens these: they name no other machine, or one that hands out credentials.
NEVER = _networks(
    "0.0.0.0/8", "169.254.0.0/16", "224.0.0.0/4", "240.0.0.0/4",  # this host, link-local, many
    "100.100.100.200/32", "168.63.129.16/32", "192.0.0.192/32",  # metadata services
    "::/128", "fe80::/10", "fec0::/10", "ff00::/8", "fd00:ec2::/32", "fd20:ce::254/128",
)  # fmt: skip
# Not public; `fetch_networks` may permit a part of them.
PRIVATE = _networks(
    "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
    "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24",
    "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
    # Of IPv6 only 2000::/3 is given out. In it: protocol assignments (Teredo, benchmarking,
    # ORCHID), documentation, 6to4, and the direct delegation of AS112.
    "2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20",
)  # fmt: skip
_UNICAST = IPv6Network("2000::/3")
_NAT64 = IPv6Network("64:ff9b::/96")
_ISATAP = (0x00005EFE, 0x02005EFE)  # upper half of an interface id that ends in an IPv4 address


def is_allowed(address: Address, permitted: tuple[Network, ...] = ()) -> bool:
    """Whether a connection may be made to an address: public, or in a permitted network.

    An IPv6 address that stands for an IPv4 one (mapped, NAT64) is judged as that one.
    """
    if isinstance(address, IPv6Address) and address.scope_id is not None:
        return False
    address = _meant(address)
    if _inside(address, NEVER):
        return False
    return _inside(address, permitted) or _is_public(address)


def _is_public(address: Address) -> bool:
    if _inside(address, PRIVATE):
        return False
    if isinstance(address, IPv4Address):
        return True
    if address not in _UNICAST:
        return False
    low = int(address) & 0xFFFF_FFFF_FFFF_FFFF
    return low >> 32 not in _ISATAP or is_allowed(IPv4Address(low & 0xFFFF_FFFF))


def _meant(address: Address) -> Address:
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            return address.ipv4_mapped
        if address in _NAT64:
            return IPv4Address(int(address) & 0xFFFF_FFFF)
    return address


def _inside(address: Address, networks: tuple[Network, ...]) -> bool:
    return any(address in network for network in networks)
