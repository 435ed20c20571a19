"""What an answer says, in both languages of the API: sentences by key, filled with values.

The sentences are the TOML files of `contract/messages`. The English text of an error code is that
of the contract, kept to the letter because integrators match on it.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Literal, Protocol, TypeAlias

Language: TypeAlias = Literal["en-US", "zh-CN"]
Value: TypeAlias = "str | int | float | Said | tuple[Value, ...]"

FOLDER = Path(__file__).with_suffix("")
_COLUMN = {"en-US": "en", "zh-CN": "zh"}
_LIST = {"en-US": ", ", "zh-CN": "、"}


class Said(Protocol):
    """What can be said in either language."""

    def say(self, language: Language = "en-US", /) -> str:
        """The words in a language."""
        ...


@dataclass(frozen=True, slots=True)
class Text:
    """A sentence, or a part of one, that can be said in either language.

    A value is shown as it is, what can be said itself in the same language, a tuple as a list.
    `{s}` is the plural ending that belongs to the value `n`.
    """

    key: str
    values: Mapping[str, Value] = field(default_factory=dict)

    def say(self, language: Language = "en-US") -> str:
        """The text in a language; KeyError for a key or a value that is not there."""
        said = {name: _say(value, language) for name, value in self.values.items()}
        plural = "" if self.values.get("n") == 1 else "s"
        return sentences()[self.key][_COLUMN[language]].format_map({"s": plural} | said)


def text(key: str, **values: Value) -> Text:
    """The Text of a key of `sentences`."""
    return Text(key, values)


@cache
def sentences() -> Mapping[str, Mapping[str, str]]:
    """Key -> `en` and `zh` templates, out of every file of the folder; ValueError for a repeat."""
    found: dict[str, Mapping[str, str]] = {}
    for path in sorted(FOLDER.glob("*.toml")):
        for key, both in tomllib.loads(path.read_text(encoding="utf-8")).items():
            if key in found or both.keys() != {"en", "zh"}:
                raise ValueError(f"{path.name}: `{key}` is given twice or not in both languages")
            found[key] = both
    return found


def _say(value: Value, language: Language) -> str:
    match value:
        case str() | int():
            return str(value)
        case float():
            return f"{value:g}"
        case tuple():
            return _LIST[language].join(_say(item, language) for item in value)
        case _:
            return value.say(language)
