"""What a key may call: patterns of `service:Action`, where `*` stands for any run of characters."""

import re
from collections.abc import Collection, Iterable
from fnmatch import fnmatchcase
from functools import cache

from countenance.contract import catalogue

PATTERN = re.compile(r"[a-z0-9*]{1,32}:[A-Za-z0-9*]{1,64}")


def parse(patterns: Iterable[str]) -> frozenset[str]:
    """Check each pattern, which has to match an action; raises `ValueError` that names a misfit."""
    found = frozenset(patterns)
    for pattern in sorted(found):
        if not PATTERN.fullmatch(pattern):
            raise ValueError(
                f"`{pattern}` is no permission; one reads like `faceid:*` or `iai:CompareFace`."
            )
        if not any(fnmatchcase(name, pattern) for name in _names()):
            raise ValueError(f"The permission `{pattern}` matches no action of the API.")
    return found


def intersect(first: frozenset[str] | None, second: frozenset[str] | None) -> frozenset[str] | None:
    """Give permissions that allow what both allow: of two lists, the actions themselves."""
    if first is None or second is None:
        return second if first is None else first
    both = (first, second)
    return frozenset(name for name in _names() if all(_match(name, given) for given in both))


def allow(permissions: Collection[str] | None, service: str, action: str) -> bool:
    """Say whether a key with these permissions may call the action; None allows all."""
    return permissions is None or _match(f"{service}:{action}", permissions)


def _match(name: str, patterns: Collection[str]) -> bool:
    return name in patterns or any(fnmatchcase(name, pattern) for pattern in patterns)


@cache
def _names() -> tuple[str, ...]:
    return tuple(f"{action.service}:{action.name}" for action in catalogue.actions())
