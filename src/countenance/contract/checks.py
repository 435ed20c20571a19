"""A call's parameters against the contract: known, present, of the type, within the limits."""

import math
from collections.abc import Callable, Mapping

import msgspec

from countenance.contract.catalogue import Action, Kind, Param
from countenance.contract.errors import (
    ApiError,
    describe,
    invalid_parameter,
    invalid_value,
    missing_parameter,
    printable,
    unknown_parameter,
)
from countenance.contract.messages import Text, text

_INT64 = range(-(1 << 63), 1 << 63)
_LOGGED = 16

_FITS: Mapping[Kind, Callable[[object], bool]] = {
    "string": lambda v: type(v) is str,
    "integer": lambda v: type(v) is int and v in _INT64,
    "number": lambda v: _is_number(v),
    "boolean": lambda v: type(v) is bool,
    "object": lambda v: type(v) is dict,
}


def build(action: Action, params: Mapping[str, object], *, lenient: bool = False) -> msgspec.Struct:
    """The action's request Struct, or the first error of the gravest kind.

    The order, over the whole tree of parameters: UnknownParameter, MissingParameter,
    InvalidParameter (type), InvalidParameterValue or a finer code (enum, range, characters,
    size of base64 text).
    Null counts as absent, except within an array. Parameters within others are named by path
    (`Config.AutoSkip`, `Lst.0`). An optional string that is empty passes its enum: clients send
    it for "not set". `lenient` ignores unknown parameters; `unrecognized` names them for a log.
    Not checked here: rules between parameters, and media, which actions know.
    """
    faults = _Faults()
    clean = _members(params, action.params, "", faults)
    if fault := faults.gravest(lenient):
        raise fault
    return msgspec.convert(clean, action.request)


def unrecognized(action: Action, params: Mapping[str, object]) -> tuple[str, ...]:
    """The paths of parameters outside the contract, at most 16, each fit for a log."""
    faults = _Faults()
    _members(params, action.params, "", faults)
    return tuple(name if isinstance(name, str) else name.say() for name in faults.unknown)


class _Faults:
    """The first fault of each kind."""

    def __init__(self) -> None:
        self.unknown: list[str | Text] = []
        self.missing = ""
        self.type: ApiError | None = None
        self.value: ApiError | None = None

    def gravest(self, lenient: bool) -> ApiError | None:
        if self.unknown and not lenient:
            return unknown_parameter(self.unknown[0])
        return missing_parameter(self.missing) if self.missing else self.type or self.value


def _members(
    given: Mapping[str, object], params: Mapping[str, Param], prefix: str, faults: _Faults
) -> dict[str, object]:
    for name in given:
        if name not in params and len(faults.unknown) < _LOGGED:
            faults.unknown.append(_path(prefix, printable(name)))
    clean: dict[str, object] = {}
    for name, param in params.items():
        value = given.get(name)
        if value is not None:
            clean[name] = _value(value, param, prefix + name, faults)
        elif param.required:
            faults.missing = faults.missing or prefix + name
    return clean


def _value(value: object, param: Param, path: str, faults: _Faults) -> object:
    if not param.array:
        return _one(value, param, path, faults)
    if not isinstance(value, list):
        faults.type = faults.type or invalid_parameter(path, text("rule.array"), describe(value))
        return None
    return [_one(item, param, f"{path}.{i}", faults) for i, item in enumerate(value)]


def _one(value: object, param: Param, path: str, faults: _Faults) -> object:
    if not _FITS[param.kind](value):
        rule = text(f"rule.{param.kind}")
        faults.type = faults.type or invalid_parameter(path, rule, describe(value))
    elif isinstance(value, dict):
        return _members(value, param.members, f"{path}.", faults)
    elif faults.value is None and (broken := _broken(value, param)):
        faults.value = invalid_value(path, broken, describe(value), param.code)
    return value


def _broken(value: object, param: Param) -> Text | None:
    """The rule that a value of the right type breaks."""
    if param.enum and value not in param.enum and (value != "" or param.required):
        return text("rule.enum", values=param.enum)
    if isinstance(value, str):
        return _broken_text(value, param)
    if isinstance(value, int | float) and param.range:
        least, most = param.range
        if not least <= value <= most:
            bounded = math.isfinite(most)
            return text("rule.range" if bounded else "rule.least", least=least, most=most)
    return None


def _broken_text(value: str, param: Param) -> Text | None:
    fewest, most = param.chars or (0, len(value))
    if not fewest <= len(value) <= most:
        return text("rule.chars", least=fewest, most=most)
    if param.max_size is not None and len(value) > param.max_size:
        return text("rule.size", most=param.max_size)
    return None


def _path(prefix: str, name: str | Text) -> str | Text:
    if isinstance(name, str):
        return prefix + name
    return text("path", prefix=prefix, name=name) if prefix else name


def _is_number(value: object) -> bool:
    # An integer beyond 64 bits may not fit a float, so it is no number either.
    return (type(value) is float and math.isfinite(value)) or (
        type(value) is int and value in _INT64
    )
