"""Values made from the contract: what clients send, and what the echo server answers.

Everything is the same on every run. Text has what encodings trip over: other scripts, quotes,
`+&=%`, line breaks, spaces at the ends, words that look like booleans and numbers.
"""

import itertools
import json
import math
from collections.abc import Iterator, Mapping
from typing import Any

from countenance.contract import source
from countenance.contract.catalogue import Action, Param

Tree = dict[str, Any]

TEXTS = (
    "Zoë 张三丰 “x” +&=%/?#;,",
    "\"quoted\" 'single' back\\slash <tag> ${x}",
    " spaces at both ends, a\ttab and a\nline ",
    "true",
    "007",
    "名=一&名=二+3%20%E5%",
    "null",
    "😀 é\u0301 ک\u200cو \u2028 end",
    "[1]",
    '{"a": "b"}',
    "-1.5e3",
)
SAFE = 2**53 - 1  # the greatest integer that every client can hold
INTEGERS = (SAFE, 0, -1, 2**31, 7, -SAFE, 10**12)
NUMBERS = (0.1, 97.25, -2.5, 100.0, 12345.6789, 1e-7)
TURNS = 3


def params(action: Action, turn: int = 0) -> Tree:
    """Valid parameters of an action: all of them with other values in turn 0 and 1.

    In turn 2 and any later one, only those that are required.
    """
    count = itertools.count(turn * 5 + len(action.name))
    return _params(action.params, turn, count, f"{action.name}.")


def _params(members: Mapping[str, Param], turn: int, count: Iterator[int], path: str) -> Tree:
    made: Tree = {}
    for name, param in members.items():
        if turn < TURNS - 1 or param.required:
            length = (2, 3, 1)[min(turn, 2)]
            values = [_param(param, turn, count, f"{path}{name}") for _ in range(length)]
            made[name] = values if param.array else values[0]
    return made


def _param(param: Param, turn: int, count: Iterator[int], path: str) -> Any:
    index = next(count)
    if param.enum:
        return param.enum[index % len(param.enum)]
    match param.kind:
        case "object":
            # An object that requires nothing would be empty, which a form cannot say.
            made = _params(param.members, turn, count, f"{path}.")
            return made or _params(param.members, 0, count, f"{path}.")
        case "boolean":
            return (index + turn) % 2 == 0
        case "integer":
            return _within(INTEGERS[index % len(INTEGERS)], param)
        case "number":
            return _within(NUMBERS[index % len(NUMBERS)], param)
        case "string":
            fewest, most = param.chars or (0, 10_000)
            return (f"{TEXTS[index % len(TEXTS)]} {path}" * (fewest or 1))[:most]


def _within(value: float, param: Param) -> float:
    least, greatest = param.range or (-math.inf, math.inf)
    bounded = min(max(value, least), greatest)
    return int(bounded) if param.kind == "integer" else bounded


def outputs(action: Action, *, empty: bool = False) -> Tree:
    """A whole answer of an action without its RequestId: every output, types to full depth.

    When `empty`, every nullable output is null at every depth, and every array has no element.
    """
    tree = source.service(action.version)
    count = itertools.count(len(action.name))
    members = tree["actions"][action.name]["outputs"]
    return _outputs(members, tree["types"], empty, count, f"{action.name}.")


def _outputs(members: Tree, types: Tree, empty: bool, count: Iterator[int], path: str) -> Tree:
    return {
        name: None
        if empty and facts.get("nullable")
        else _output(facts["type"], types, empty, count, f"{path}{name}")
        for name, facts in members.items()
    }


def _output(kind: str, types: Tree, empty: bool, count: Iterator[int], path: str) -> Any:
    if kind.startswith("array<"):
        inner = kind.removeprefix("array<").removesuffix(">")
        length = 0 if empty else 2
        return [_output(inner, types, empty, count, f"{path}.{i}") for i in range(length)]
    index = next(count)
    match kind:
        case "string":
            return f"{TEXTS[index % len(TEXTS)]} {path}"
        case "integer":
            return INTEGERS[index % len(INTEGERS)]
        case "number":
            return NUMBERS[index % len(NUMBERS)]
        case "boolean":
            return index % 2 == 0
    return _outputs(types[kind], types, empty, count, f"{path}.")


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Path and value of everything in a tree that is neither object nor array."""
    if isinstance(value, dict):
        for name, item in value.items():
            yield from leaves(item, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from leaves(item, f"{path}.{index}")
    else:
        yield path, value


def present(value: Any) -> Any:
    """The tree without what is null."""
    if isinstance(value, dict):
        return {name: present(item) for name, item in value.items() if item is not None}
    if isinstance(value, list):
        return [present(item) for item in value]
    return value


def equal(one: Any, other: Any) -> bool:
    """Whether two trees of JSON say the same: `1` and `1.0` are one number, `true` is none."""
    return _canonical(one) == _canonical(other)


def _canonical(value: Any) -> str:
    return json.dumps(_plain(value), sort_keys=True)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value
