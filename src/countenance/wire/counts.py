"""Counters of one process for the rate limits, behind the storage interface of `limits`."""

import time
from collections import OrderedDict, deque
from collections.abc import Callable

from limits.storage import MovingWindowSupport, Storage


class WindowCounts(Storage, MovingWindowSupport):
    """Moving windows and plain counters; all keys share one window length.

    The library's own memory storage starts a timer thread every 10 ms under load and races with
    it, and moves the whole list of a key at each entry. Here each is a step or two: the order in
    which keys were last used is the order in which they are forgotten.
    """

    STORAGE_SCHEME = None

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._clock = clock
        self._windows: OrderedDict[str, tuple[float, int]] = OrderedDict()
        self._entries: OrderedDict[str, deque[float]] = OrderedDict()  # when, oldest first

    @property
    def base_exceptions(self) -> type[Exception]:
        """What the library would wrap; nothing here fails."""
        return ValueError

    def acquire_entry(self, key: str, limit: int, expiry: int, amount: int = 1) -> bool:
        """Take `amount` places of the key, which has `limit` within any `expiry` seconds."""
        now = self._clock()
        self._drop_entries(now - expiry)
        entries = self._entries.setdefault(key, deque())
        self._entries.move_to_end(key)
        while entries and entries[0] <= now - expiry:
            entries.popleft()
        if len(entries) + amount > limit:
            return False
        entries.extend([now] * amount)
        return True

    def get_moving_window(self, key: str, limit: int, expiry: int) -> tuple[float, int]:
        """Unix seconds of the oldest place taken within the window, and how many there are."""
        now = self._clock()
        entries = [entry for entry in self._entries.get(key, ()) if entry > now - expiry]
        return time.time() + min(entries, default=now) - now, len(entries)

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
        number = len(self._windows) + len(self._entries)
        self._windows.clear()
        self._entries.clear()
        return number

    def clear(self, key: str) -> None:
        """Forget one key."""
        self._windows.pop(key, None)
        self._entries.pop(key, None)

    def _drop(self) -> None:
        now = self._clock()
        while self._windows and next(iter(self._windows.values()))[0] <= now:
            self._windows.popitem(last=False)

    def _drop_entries(self, before: float) -> None:
        while self._entries:
            entries = next(iter(self._entries.values()))
            if entries and entries[-1] > before:
                break
            self._entries.popitem(last=False)
