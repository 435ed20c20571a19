"""Strict JSON text -> Python values, at a bounded cost whatever arrives."""

import json
import re
from collections import Counter
from collections.abc import Iterable

import msgspec

from countenance.contract.errors import printable
from countenance.contract.messages import Value
from countenance.contract.messages import text as said

MAX_DEPTH = 32
MAX_VALUES = 20_000

_decoder = msgspec.json.Decoder()


class TextError(Exception):
    """JSON text is refused; `fault` is a predicate (`is not valid UTF-8`), never content."""

    def __init__(self, key: str, **values: Value) -> None:
        self.fault = said(key, **values)
        super().__init__(self.fault.say())


def parse(text: bytes) -> object:
    """The value of a JSON text; TextError on bad UTF-8 or JSON, duplicate names or hostile size.

    Nesting ends at 32 levels. At most 20,000 each of comma, `[` and `{` bound the number of
    values before anything is built (those within strings count too).
    """
    if any(_count(text, mark, MAX_VALUES) > MAX_VALUES for mark in (b",", b"[", b"{")):
        raise TextError("text.values", limit=MAX_VALUES)
    try:
        value: object = _decoder.decode(text)
    except UnicodeDecodeError:
        raise TextError("text.utf8") from None
    except RecursionError:
        raise TextError("text.depth", limit=MAX_DEPTH) from None
    except msgspec.MsgspecError as error:
        raise _malformed(str(error)) from None
    _refuse_repeated(text, value)
    return value


def _malformed(defect: str) -> TextError:
    """Where the text stops to be JSON, of what msgspec says."""
    if place := re.search(r"\(byte (\d+)\)", defect):
        return TextError("text.json", n=int(place[1]))
    return TextError("text.json-number" if "range" in defect else "text.json-end")


def _refuse_repeated(text: bytes, value: object) -> None:
    """Every string of the text must be in the value: a repeated name would have lost one.

    Without escapes, counting the quotes is exact and needs no second parse.
    """
    marks = 2 * _strings(value)
    if b"\\" not in text and _count(text, b'"', marks) <= marks:
        return
    try:
        json.loads(text, object_pairs_hook=_refuse_pairs)
    except RecursionError:  # deep nesting that the value lost under a repeated name
        raise TextError("text.depth", limit=MAX_DEPTH) from None


def _refuse_pairs(pairs: list[tuple[str, object]]) -> None:
    if len(dict(pairs)) < len(pairs):
        [(name, _)] = Counter(name for name, _ in pairs).most_common(1)
        raise TextError("text.repeated", name=printable(name))


def _count(text: bytes, mark: bytes, limit: int) -> int:
    """How often the mark is in the text, or any number over the limit."""
    # Stretches without the mark cost a fifteenth of what bytes.count takes for them.
    count, at = 0, text.find(mark)
    while at >= 0 and count <= limit:
        count += 1
        at = text.find(mark, at + 1)
    return count


def _strings(value: object) -> int:
    """How many names and string values the tree holds; TextError when nested too deep."""
    count = int(isinstance(value, str))
    level = [value]
    for _ in range(MAX_DEPTH):
        deeper: list[object] = []
        for node in level:
            if isinstance(node, dict):
                count += len(node)
                children: Iterable[object] = node.values()
            elif isinstance(node, list):
                children = node
            else:
                continue
            for child in children:
                if isinstance(child, str):
                    count += 1
                elif isinstance(child, dict | list):
                    deeper.append(child)
        if not deeper:
            return count
        level = deeper
    raise TextError("text.depth", limit=MAX_DEPTH)
