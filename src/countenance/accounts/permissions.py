"""What a key may call: patterns of `service:Action`, where `*` stands for any run of characters."""

import re
from collections.abc import Collection, Iterable
from fnmatch import fnmatchcase

PATTERN = re.compile(r"[a-z0-9*]{1,32}:[A-Za-z0-9*]{1,64}")


def parse(patterns: Iterable[str]) -> frozenset[str]:
    """Check the form of each pattern; raises `ValueError` that names the first misfit."""
    found = frozenset(patterns)
    for pattern in sorted(found):
        if not PATTERN.fullmatch(pattern):
            raise ValueError(
                f"`{pattern}` is no permission; one reads like `faceid:*` or `iai:CompareFace`."
            )
    return found


def allow(permissions: Collection[str] | None, service: str, action: str) -> bool:
    """Say whether a key with these permissions may call the action; None allows all."""
    if permissions is None:
        return True
    return any(fnmatchcase(f"{service}:{action}", pattern) for pattern in permissions)
