"""Where perception runs: one protocol, the same results wherever it is."""

from collections.abc import Callable
from typing import Protocol, TypeVar

T = TypeVar("T")


class Busy(Exception):
    """More work is waiting than is allowed; the caller should come back."""


class Compute(Protocol):
    """Runs a pure, picklable function of perception away from the event loop."""

    async def run(self, function: Callable[..., T], *args: object) -> T:
        """The function's result; raises what it raises, or `Busy`."""

    async def start(self) -> None:
        """Load what the first request would otherwise wait for."""

    async def close(self) -> None:
        """Let the running work finish and free the workers."""

    @property
    def ready(self) -> bool:
        """Whether `start` has finished."""
