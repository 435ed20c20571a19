"""Answers as a strictly typed client reads them: one wrong JSON type, and it reads nothing."""

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from countenance.contract import source
from countenance.contract.catalogue import Action

REQUEST_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
INT64 = range(-(1 << 63), 1 << 63)


def faults(body: bytes, action: Action) -> list[str]:
    """What is wrong with an answer by the contract of its action; nothing when it holds."""
    tree = source.service(action.version)
    outputs = tree["actions"][action.name]["outputs"]
    return list(_envelope(body, outputs, tree["types"]))


def error_faults(body: bytes) -> list[str]:
    """What is wrong with an answer in the error form."""
    kinds = {"Error": {name: {"type": "string", "always": True} for name in ("Code", "Message")}}
    return list(_envelope(body, {"Error": {"type": "Error", "always": True}}, kinds))


def _envelope(body: bytes, outputs: source.Tree, types: source.Tree) -> Iterator[str]:
    # A number with a point or an exponent is a Decimal, so that 1.0 is told from 1.
    whole = json.loads(body, object_pairs_hook=_object, parse_float=Decimal, parse_constant=_never)
    if whole.keys() != {"Response"}:
        yield f"the envelope holds {list(whole)}"
        return
    fields = whole["Response"]
    if list(fields)[-1] != "RequestId":
        yield "RequestId is not last"
    if not REQUEST_ID.fullmatch(str(fields.pop("RequestId", None))):
        yield "RequestId is no lower-case UUID"
    yield from _members(fields, outputs, types, "")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    assert len(found) == len(pairs), "a name stands twice in one object"
    return found


def _never(word: str) -> None:
    raise AssertionError(f"{word} is no JSON")


def _members(
    fields: dict[str, Any], members: source.Tree, types: source.Tree, path: str
) -> Iterator[str]:
    for name in fields.keys() - members.keys():
        yield f"{path}{name} is not in the contract"
    for name, facts in members.items():
        there = f"{path}{name}"
        if name not in fields:
            yield f"{there} is missing"
        elif fields[name] is not None:
            yield from _value(fields[name], facts["type"], types, there)
        elif _promised(facts):
            yield f"{there} is null"


def _promised(facts: source.Tree) -> bool:
    """Whether the documents always give the member, and never null."""
    given = facts.get("always") or facts.get("required")
    return bool(given) and not facts.get("nullable")


def _value(value: Any, kind: str, types: source.Tree, path: str) -> Iterator[str]:
    if kind.startswith("array<"):
        if not isinstance(value, list):
            yield f"{path} is no array"
            return
        for index, item in enumerate(value):
            inner = kind.removeprefix("array<").removesuffix(">")
            yield from _value(item, inner, types, f"{path}.{index}")
    elif kind in types:
        if isinstance(value, dict):
            yield from _members(value, types[kind], types, f"{path}.")
        else:
            yield f"{path} is no object"
    elif not _is(value, kind):
        yield f"{path} is no {kind}"


def _is(value: Any, kind: str) -> bool:
    match kind:
        case "string":
            return type(value) is str
        case "boolean":
            return type(value) is bool
        case "integer":
            return type(value) is int and value in INT64
        case "number":
            return type(value) in (int, Decimal)
    raise AssertionError(f"the contract has no type {kind}")
