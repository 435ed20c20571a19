"""countenance: face identity verification as a server, a command and a library.

    from countenance import compare, check_liveness, verify

The names resolve on first use, so that importing a leaf of the package loads no engine.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from countenance.version import VERSION

if TYPE_CHECKING:
    from countenance.library import (
        Comparison,
        PhotoLiveness,
        Verification,
        check_liveness,
        check_photo_liveness,
        compare,
        verify,
    )

__version__ = VERSION
__all__ = [
    "Comparison",
    "PhotoLiveness",
    "Verification",
    "check_liveness",
    "check_photo_liveness",
    "compare",
    "verify",
]


def __getattr__(name: str) -> object:
    if name in __all__:
        return getattr(import_module("countenance.library"), name)
    raise AttributeError(f"module 'countenance' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
