"""Counters of one process for the rate limits, behind the storage interface of `limits`."""

import time
from collections import OrderedDict
from collections.abc import Callable

from limits.storage import Storage


class WindowCounts(Storage):
    """Fixed windows that start with their first request; all keys share one window length.

    The library's own memory storage starts a timer thread every 10 ms under load and races with
    it; here the order of insertion is the order of expiry, so dropping old keys costs nothing.
    """

    STORAGE_SCHEME = None

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._clock = clock
        self._windows: OrderedDict[str, tuple[float, int]] = OrderedDict()

    @property
    def base_exceptions(self) -> type[Exception]:
        """What the library would wrap; nothing here fails."""
        return ValueError

    def incr(self, key: str, expiry: float, amount: int = 1) -> int:
        """Count `amount` and return the sum of the key's window of `expiry` seconds."""
        self._drop()
        end, count = self._windows.get(key, (self._clock() + expiry, 0))
        self._windows[key] = (end, count + amount)
        return count + amount

    def get(self, key: str) -> int:
        """The count of the key's window, 0 when none is open."""
        self._drop()
        return self._windows.get(key, (0.0, 0))[1]

    def get_expiry(self, key: str) -> float:
        """Unix seconds at which the key's window ends."""
        now = self._clock()
        return time.time() + self._windows.get(key, (now, 0))[0] - now

    def check(self) -> bool:
        """Always well: it is memory."""
        return True

    def reset(self) -> int:
        """Forget everything; the number of keys forgotten."""
        number = len(self._windows)
        self._windows.clear()
        return number

    def clear(self, key: str) -> None:
        """Forget one key."""
        self._windows.pop(key, None)

    def _drop(self) -> None:
        now = self._clock()
        while self._windows and next(iter(self._windows.values()))[0] <= now:
            self._windows.popitem(last=False)
