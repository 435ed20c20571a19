"""How often something may be done: a moving window over the last moments of each doer."""

import time
from collections import OrderedDict, deque
from collections.abc import Callable


class Window:
    """At most `most` times in any `seconds`, by key; 0 is without limit.

    It forgets who has been idle for a whole window, so it is as large as what goes on.
    """

    def __init__(
        self, most: int, seconds: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._most, self._seconds, self._clock = most, seconds, clock
        self._times: OrderedDict[str, deque[float]] = OrderedDict()

    def wait(self, key: str) -> float:
        """Seconds until the key may once more; 0 when it may now."""
        times = self._times.get(key)
        if not self._most or times is None or len(times) < self._most:
            return 0.0
        return max(0.0, times[0] + self._seconds - self._clock())

    def take(self, key: str) -> float:
        """Count one time, unless it is over the limit: then the seconds to wait."""
        if seconds := self.wait(key):
            return seconds
        if self._most:
            now = self._clock()
            self._forget(now)
            self._times.setdefault(key, deque(maxlen=self._most)).append(now)
            self._times.move_to_end(key)
        return 0.0

    def _forget(self, now: float) -> None:
        while self._times:
            key, times = next(iter(self._times.items()))
            if times[-1] + self._seconds > now:
                break
            del self._times[key]
