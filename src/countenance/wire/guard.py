"""What stands between a valid signature and its use: replay of v1 requests, and rates."""

import hashlib
import ipaddress
from collections import OrderedDict
from dataclasses import dataclass
from typing import Protocol

from limits import RateLimitItemPerSecond
from limits.storage import Storage
from limits.strategies import FixedWindowRateLimiter

from countenance.contract.errors import failure
from countenance.wire.counts import WindowCounts


class ReplayStore(Protocol):
    """Remembers which v1 requests were seen; an implementation may outlive the process."""

    async def first_use(self, key: bytes, now: float) -> bool:
        """Whether the key is new within the time kept; it is remembered either way."""
        ...


def replay_key(secret_id: str, timestamp: str, nonce: str, signature: str) -> bytes:
    """16 bytes that stand for one signed v1 request."""
    text = "\0".join((secret_id, timestamp, nonce, signature))
    return hashlib.blake2b(text.encode(), digest_size=16).digest()


class MemoryReplays:
    """A ReplayStore of this process: lost at a restart, refuses when `capacity` is reached.

    `keep` is seconds: twice the clock window, so that a key outlives the last moment at which its
    timestamp is accepted.
    """

    def __init__(self, keep: float = 600, capacity: int = 2_000_000) -> None:
        self._keep = keep
        self._capacity = capacity
        self._until: OrderedDict[bytes, float] = OrderedDict()

    async def first_use(self, key: bytes, now: float) -> bool:
        """Whether the key is new; raises ServiceUnavailable rather than forget one too early."""
        while self._until and next(iter(self._until.values())) <= now:
            self._until.popitem(last=False)
        if key in self._until:
            return False
        if len(self._until) >= self._capacity:
            raise failure("ServiceUnavailable", "Please try again later.")
        self._until[key] = now + self._keep
        return True


@dataclass(frozen=True, slots=True)
class RateOptions:
    """Requests per second; None switches a limit off.

    `action` holds where the contract states no number. `loopback_exempt` frees this machine's own
    addresses from the address limit.
    """

    action: int | None = 20
    account: int | None = 200
    address: int | None = 200
    loopback_exempt: bool = False


class Rates:
    """Counts requests per action, account and address in windows of one second.

    A window starts with its first request, so two full windows may touch: as much as a token
    bucket of one second lets through.
    """

    def __init__(self, options: RateOptions | None = None, storage: Storage | None = None) -> None:
        self.options = options or RateOptions()
        self._storage = storage or WindowCounts()
        self._limiter = FixedWindowRateLimiter(self._storage)

    def hit_address(self, address: str) -> None:
        """Count one request of an address (a /64 for IPv6); raises IPLimitExceeded."""
        limit = self.options.address
        if limit is None:
            return
        network = _network(address)
        if self.options.loopback_exempt and network == "loopback":
            return
        if self._over(limit, "address", network) is not None:
            detail = f"The limit of one address is {limit} requests in a second."
            raise failure("RequestLimitExceeded.IPLimitExceeded", detail)

    def hit(self, account: str, action: str, stated: int | None) -> None:
        """Count one request of an account; raises RequestLimitExceeded or its account form.

        `stated` is the number of the contract, which stands in for the default.
        """
        limit = self.options.action if stated is None else stated
        if limit is not None and (n := self._over(limit, "action", account, action)) is not None:
            raise failure("RequestLimitExceeded", n=n, limit=limit)
        limit = self.options.account
        if limit is not None and self._over(limit, "account", account) is not None:
            detail = f"The limit of one account is {limit} requests in a second."
            raise failure("RequestLimitExceeded.UinLimitExceeded", detail)

    def _over(self, limit: int, *key: str) -> int | None:
        """The count within the second when it is over the limit."""
        item = RateLimitItemPerSecond(limit)
        if self._limiter.hit(item, *key):
            return None
        return max(self._storage.get(item.key_for(*key)), limit + 1)


def _network(address: str) -> str:
    """What one party controls: an IPv4 address, an IPv6 /64, or the loopback."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address or "unknown"
    if isinstance(ip, ipaddress.IPv6Address):
        ip = ip.ipv4_mapped or ip
    if ip.is_loopback:
        return "loopback"
    return str(ip) if ip.version == 4 else ip.exploded[:19]


def check_clock(timestamp: int, now: float, window: int) -> None:
    """Raises AuthFailure.SignatureExpire with the server time and the difference in seconds."""
    skew = now - timestamp
    if abs(skew) <= window:
        return
    side = "behind" if skew > 0 else "ahead of"
    detail = (
        f"The server time is {int(now)}; the timestamp is {abs(round(skew))} seconds {side} it, "
        f"and {window} are allowed."
    )
    raise failure("AuthFailure.SignatureExpire", detail)
