"""One vocabulary of reasons: a key from perception to the code, number and words of every door."""

import tomllib
from functools import cache
from importlib import resources
from typing import Literal

import msgspec

from countenance.contract.messages import Language

Mode = Literal["silent", "photo", "still", "compare"]
Flow = Literal["h5", "sdk"]

SPOOF = 1002  # the number of every reason that tells of an attack
NEUTRAL = "liveness_failed"


class Reason(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One way for a presentation to fail; the fields are described in `reasons.toml`."""

    key: str
    codes: dict[Mode, str]
    h5: int
    sdk: int | None = None
    tags: dict[Flow, str] = {}
    retryable: bool
    billable: bool
    text: str
    hint: str
    zh: str
    zh_hint: str

    def say(self, language: Language = "en-US", /) -> str:
        """The text and the hint in a language of the API."""
        return self.zh + self.zh_hint if language == "zh-CN" else f"{self.text} {self.hint}"


@cache
def reasons() -> dict[str, Reason]:
    """The whole vocabulary by key."""
    table = tomllib.loads((resources.files(__package__) / "reasons.toml").read_text("utf-8"))
    return {key: msgspec.convert({"key": key, **row}, Reason) for key, row in table.items()}


def reason(key: str) -> Reason:
    """One reason; a key outside the vocabulary is a programming error (`KeyError`)."""
    return reasons()[key]


def code(key: str, mode: Mode) -> str:
    """The dotted code of a reason in a mode; `KeyError` where the mode cannot have it."""
    return reasons()[key].codes[mode]


def for_person(key: str) -> str:
    """The key of what the person is told: never which sign of an attack was found."""
    return NEUTRAL if reason(key).sdk == SPOOF else key
