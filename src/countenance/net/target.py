"""A URL, read once and strictly: what is checked here is, to the byte, what is connected to."""

import re
from dataclasses import dataclass
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from typing import Literal
from urllib.parse import quote, urljoin

import idna

from countenance.net.errors import refusal

Address = IPv4Address | IPv6Address

LONGEST = 4096  # characters; signed URLs of object stores with session tokens reach about 2,500
DEFAULT_PORTS = {"http": 80, "https": 443}
_URL = re.compile(r"(https?)://([^/?#]*)(/[^?#]*)?(\?[^#]*)?(?:#.*)?", re.IGNORECASE)
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_AUTHORITY = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[^\[\]:]+)(?::([1-9][0-9]{0,4}))?")
_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
# A last label like this makes resolvers and browsers read the whole host as an IPv4 number.
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
_BARE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_KEPT = "%/:@!$&'()*+,;=-._~?"  # characters that mean something where they stand


@dataclass(frozen=True, slots=True)
class Target:
    """Where one request goes: `host` is a lower-case ASCII name, or the text of `address`.

    `path` is the request target: an absolute path with its query, ASCII.
    """

    scheme: Literal["http", "https"]
    host: str
    address: Address | None
    port: int
    path: str

    @property
    def authority(self) -> str:
        """The `Host` header: the port only where it is not the scheme's own."""
        host = f"[{self.host}]" if isinstance(self.address, IPv6Address) else self.host
        return host if self.port == DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def url(self) -> str:
        """The URL in its one spelling."""
        return f"{self.scheme}://{self.authority}{self.path}"


def parse(url: str) -> Target:
    """Read an absolute http or https URL; `FetchError` for any spelling with two readings.

    The fragment is dropped; characters outside ASCII are sent percent-encoded, in a host as its
    IDNA 2008 name.
    """
    if len(url) > LONGEST:
        raise refusal("length", most=LONGEST)
    _check_characters(url)
    found = _URL.fullmatch(url)
    if found is None:
        raise refusal("form")
    scheme, authority, path, query = found.groups()
    if "@" in authority:
        raise refusal("credentials")
    host, address, port = _authority(authority)
    known: Literal["http", "https"] = "https" if scheme.lower() == "https" else "http"
    target = quote((path or "/") + (query or ""), safe=_KEPT)
    if len(target) > LONGEST:
        raise refusal("length", most=LONGEST)
    return Target(known, host, address, port or DEFAULT_PORTS[known], target)


def follow(target: Target, location: str) -> Target:
    """Where a redirect leads, read as strictly; never from https to http."""
    _check_characters(location)  # `urljoin` would quietly take some of them out
    if _SCHEME.match(location):
        found = parse(location)
    elif location.startswith("//"):
        found = parse(f"{target.scheme}:{location}")
    else:
        found = parse(urljoin(target.url, location))  # another path of the same host
    if target.scheme == "https" and found.scheme == "http":
        raise refusal("downgrade")
    return found


def _check_characters(url: str) -> None:
    """Refuse what a reader might strip or take for something else: spaces, controls, backslash."""
    if any(not char.isprintable() or char.isspace() or char == "\\" for char in url):
        raise refusal("characters")
    if _BARE_PERCENT.search(url):
        raise refusal("characters")
    try:
        url.encode()
    except UnicodeEncodeError:  # half of a surrogate pair
        raise refusal("characters") from None


def _authority(text: str) -> tuple[str, Address | None, int]:
    """Host, its address if it is one, port (0: none given)."""
    found = _AUTHORITY.fullmatch(text)
    if found is None:
        raise refusal("host")
    host, port = found[1], int(found[2] or 0)
    if port > 65535:
        raise refusal("host")
    try:
        if host.startswith("["):
            six = IPv6Address(host[1:-1])
            return str(six), six, port
        name = _name(host)
        if _NUMBER.fullmatch(name.rpartition(".")[2]):
            four = IPv4Address(name)  # four decimal parts without leading zeros, or an error
            return str(four), four, port
    except AddressValueError:
        raise refusal("host") from None
    return name, None, port


def _name(host: str) -> str:
    if not host.isascii():
        try:
            # Strict: no mapping of full-width digits and dots, which would make other names.
            host = idna.encode(host, strict=True, std3_rules=True).decode("ascii")
        except (idna.IDNAError, UnicodeError):
            raise refusal("host") from None
    name = host.lower()
    if len(name) > 253 or not all(_LABEL.fullmatch(label) for label in name.split(".")):
        raise refusal("host")
    return name
