"""Counters of one process for the rate limits, behind the storage interface of `limits`."""

import math
import time
from collections import OrderedDict, deque
from collections.abc import Callable

from limits.storage import MovingWindowSupport, Storage


class WindowCounts(Storage, MovingWindowSupport):
    """Moving windows and plain counters; all keys share one window length.

    The library's own memory storage starts a timer thread every 10 ms under load and races with
    it, and moves the whole list of a key at each entry. Here each is a step or two: the order in
    which keys were last used is the order in which they are forgotten.

    A place that falls free while requests are being refused counts from then, not from when the
    next one came for it: else a caller at three times its limit would get two in a hundred less
    than the limit. That goes back by the time between two requests at the limit, a quarter of the
    window at most: 50 ms at 20 in a second. Windows shorter by as much never let in more.
    """

    STORAGE_SCHEME = None

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._clock = clock
        self._windows: OrderedDict[str, tuple[float, int]] = OrderedDict()
        self._entries: OrderedDict[str, deque[float]] = OrderedDict()  # when, oldest first
        self._refused: dict[str, float] = {}  # when last, of keys that have entries

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
        while entries and entries[0] <= now - 2 * expiry:
            entries.popleft()
        surplus = len(entries) + amount - limit
        if amount > limit or (surplus > 0 and entries[surplus - 1] > now - expiry):
            self._refused[key] = now
            return False
        for _ in range(amount):
            taken = len(entries) >= limit
            free = entries.popleft() + expiry if taken else now
            slack = expiry / max(limit, 4)
            if self._refused.get(key, -math.inf) < free - slack:
                free = now  # nobody waited for it
            entries.append(max(free, now - slack, entries[-1] if entries else free))
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
        self._refused.clear()
        return number

    def clear(self, key: str) -> None:
        """Forget one key."""
        self._windows.pop(key, None)
        self._entries.pop(key, None)
        self._refused.pop(key, None)

    def _drop(self) -> None:
        now = self._clock()
        while self._windows and next(iter(self._windows.values()))[0] <= now:
            self._windows.popitem(last=False)

    def _drop_entries(self, before: float) -> None:
        while self._entries:
            key, entries = next(iter(self._entries.items()))
            if entries and entries[-1] > before:
                break
            del self._entries[key]
            self._refused.pop(key, None)
