"""What the tests of the decoder ask of it."""

from collections.abc import Callable
from pathlib import Path

from countenance.perception.media import Fault, MediaError


def error_of(decode: Callable[[], object]) -> MediaError | None:
    """Return what a decode was refused with, None if it was not."""
    try:
        decode()
    except MediaError as error:
        return error
    return None


def fault_of(decode: Callable[[], object]) -> Fault | None:
    """Return the fault that a decode was refused for, None if it was not."""
    error = error_of(decode)
    return error.fault if error else None


def open_descriptors() -> int:
    """Return how many descriptors this process holds."""
    return sum(1 for _ in Path("/proc/self/fd").iterdir())
