"""What stands between a valid signature and its use: replay of v1 requests, and rates."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv6Address
from typing import Protocol

from limits import RateLimitItemPerSecond
from limits.storage import Storage
from limits.strategies import MovingWindowRateLimiter

from countenance.contract.errors import ApiError, failure
from countenance.contract.messages import text
from countenance.wire import address
from countenance.wire.counts import WindowCounts

ALL = "*"  # stands for all actions of an account


class ReplayStore(Protocol):
    """Remembers which v1 requests were seen, longer than their timestamps are accepted."""

    async def first_use(self, key: bytes, now: float) -> bool:
        """Whether the key is new within the time kept; it is remembered either way."""
        ...


def replay_key(secret_id: str, timestamp: str, nonce: str, signature: str) -> bytes:
    """16 bytes that stand for one signed v1 request."""
    text = "\0".join((secret_id, timestamp, nonce, signature))
    return hashlib.blake2b(text.encode(), digest_size=16).digest()


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
    """Counts requests per action, account and address, in moving windows of a second.

    A refused request takes no place; it is only counted, for the number in the message.
    """

    def __init__(self, options: RateOptions | None = None, storage: Storage | None = None) -> None:
        self.options = options or RateOptions()
        self._storage = storage or WindowCounts()
        self._limiter = MovingWindowRateLimiter(self._storage)

    def hit_address(self, client: str) -> None:
        """Count one request of an address (a /64 for IPv6); raises IPLimitExceeded."""
        limit = self.options.address
        if limit is None:
            return
        network = party(client)
        if self.options.loopback_exempt and network == "loopback":
            return
        if (n := self._over(limit, "address", network)) is not None:
            detail = text("wire.rate-address", n=n, limit=limit)
            raise failure("RequestLimitExceeded.IPLimitExceeded", detail)

    def hit(
        self, account: str, action: str, stated: int | None, overrides: Mapping[str, int]
    ) -> None:
        """Count one request of an account; raises RequestLimitExceeded or its account form.

        `stated` is the number of the contract, which stands in for the default. `overrides` are
        the account's own: by action, and for all actions under `ALL`.
        """
        limit = overrides.get(action, self.options.action if stated is None else stated)
        if limit is not None and (n := self._over(limit, "action", account, action)) is not None:
            raise failure("RequestLimitExceeded", n=n, limit=limit)
        limit = overrides.get(ALL, self.options.account)
        if limit is not None and (n := self._over(limit, "account", account)) is not None:
            detail = text("wire.rate-account", n=n, limit=limit)
            raise failure("RequestLimitExceeded.UinLimitExceeded", detail)

    def _over(self, limit: int, *key: str) -> int | None:
        """The count within the second when it is over the limit."""
        item = RateLimitItemPerSecond(limit)
        if self._limiter.hit(item, *key):
            return None
        return limit + self._storage.incr(f"refused/{item.key_for(*key)}", item.get_expiry())


def party(client: str) -> str:
    """What one party controls: an IPv4 address, an IPv6 /64, or the loopback."""
    ip = address.parse(client)
    if ip is None:
        return client or "unknown"
    if ip.is_loopback:
        return "loopback"
    return ip.exploded[:19] if isinstance(ip, IPv6Address) else str(ip)


def clock_fault(timestamp: int, now: float, window: int) -> ApiError | None:
    """AuthFailure.SignatureExpire, with the server time and the difference in seconds."""
    skew = now - timestamp
    if abs(skew) <= window:
        return None
    side = "behind" if skew > 0 else "ahead"
    detail = text(f"wire.clock-{side}", now=int(now), n=abs(round(skew)), window=window)
    return failure("AuthFailure.SignatureExpire", detail)
