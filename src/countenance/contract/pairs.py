"""Flattened parameters of a form, query or multipart body -> the nested values of JSON."""

import re
from collections.abc import Iterable, Mapping

from countenance.contract.catalogue import Action, Param
from countenance.contract.errors import ApiError, describe, invalid_parameter, printable
from countenance.contract.messages import text as said
from countenance.contract.text import TextError, parse

_INDEX = re.compile(r"0|[1-9][0-9]{0,8}")
_INTEGER = re.compile(r"-?[0-9]{1,19}")
_NUMBER = re.compile(r"-?[0-9]{1,32}(\.[0-9]{1,32})?([eE][+-]?[0-9]{1,3})?")
_BOOLEANS = {"true": True, "True": True, "1": True, "false": False, "False": False, "0": False}

# What belongs to one name: the rest of each flattened name after the dot, and the text; the rest
# is None where the text is the value itself.
_Parts = list[tuple[str | None, str]]


def nest(pairs: Iterable[tuple[str, str | bytes]], action: Action) -> dict[str, object]:
    """`Config.AutoSkip=True`, `Lst.0=1` -> nested, and typed as the contract types the parameter.

    Bytes are the content of a multipart file part. The protocol has one encoding, UTF-8, and no
    binary parameter: the bytes are taken as the text of the parameter (base64 text for an image
    or a video) and never encoded here; bytes that are not UTF-8 raise InvalidParameter. The text
    of an object or array parameter may be JSON, as clients send a dict in a multipart part.

    Text that does not fit its type stays text, so that `build` refuses it in its order.
    InvalidParameter is raised for a name given twice, for JSON text that cannot be read and for
    array indexes that are not 0, 1, 2, ... without a gap (whatever their size, at no cost).
    """
    texts = ((name, _text(name, value)) for name, value in pairs)
    return _members(_group(texts), action.params, "")


def _text(name: str, value: str | bytes) -> str:
    if isinstance(value, str):
        return value
    try:
        return value.decode()
    except UnicodeDecodeError:
        arrived = said("kind.data", size=describe(value))
        raise invalid_parameter(printable(name), said("rule.utf8"), arrived) from None


def _group(pairs: Iterable[tuple[str, str]]) -> dict[str, _Parts]:
    groups: dict[str, _Parts] = {}
    for name, text in pairs:
        head, dot, rest = name.partition(".")
        groups.setdefault(head, []).append((rest if dot else None, text))
    return groups


def _members(
    groups: dict[str, _Parts], params: Mapping[str, Param], prefix: str
) -> dict[str, object]:
    tree: dict[str, object] = {}
    for name, parts in groups.items():
        param = params.get(name)
        # An unknown name is refused by `build`, whatever its value.
        tree[name] = parts[0][1] if param is None else _value(parts, param, prefix + name)
    return tree


def _value(parts: _Parts, param: Param, path: str) -> object:
    if not param.array:
        return _one(parts, param, path)
    if (text := _whole(parts, path)) is not None:
        return _json(text, path)
    groups = _group((rest or "", text) for rest, text in parts)
    count = len(groups)
    if not all(_INDEX.fullmatch(index) and int(index) < count for index in groups):
        raise invalid_parameter(path, said("rule.numbered"), said("kind.numbering", n=count))
    return [_one(groups[str(i)], param, f"{path}.{i}") for i in range(count)]


def _one(parts: _Parts, param: Param, path: str) -> object:
    text = _whole(parts, path)
    if text is None:
        inner = [(rest or "", text) for rest, text in parts]
        if param.kind != "object":
            return dict(inner)  # refused by `build` as an object
        return _members(_group(inner), param.members, f"{path}.")
    match param.kind:
        case "object":
            return _json(text, path)
        case "boolean":
            return _BOOLEANS.get(text, text)
        case "integer" if _INTEGER.fullmatch(text):
            return int(text)
        case "number" if _NUMBER.fullmatch(text):
            return float(text)
        case _:
            return text


def _whole(parts: _Parts, path: str) -> str | None:
    """The text when the name itself was given, None when only names below it were."""
    if all(rest is not None for rest, _ in parts):
        return None
    if len(parts) > 1:
        raise invalid_parameter(path, said("rule.once"), said("kind.values", n=len(parts)))
    return parts[0][1]


def _json(text: str, path: str) -> object:
    if not text.startswith(("{", "[")):
        return text
    try:
        return parse(text.encode())
    except TextError as error:
        fault = said("parameter.text", name=path, fault=error.fault)
        raise ApiError("InvalidParameter", fault) from None
