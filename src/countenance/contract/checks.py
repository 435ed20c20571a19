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

_INT64 = range(-(1 << 63), 1 << 63)
_LOGGED = 16

_TYPES: Mapping[Kind, tuple[str, Callable[[object], bool]]] = {
    "string": ("must be a string", lambda v: type(v) is str),
    "integer": ("must be an integer of 64 bits", lambda v: type(v) is int and v in _INT64),
    "number": ("must be a number", lambda v: _is_number(v)),
    "boolean": ("must be a boolean", lambda v: type(v) is bool),
    "object": ("must be an object", lambda v: type(v) is dict),
}


def build(action: Action, params: Mapping[str, object], *, lenient: bool = False) -> msgspec.Struct:
    """The action's request Struct, or the first error of the gravest kind.

    The order, over the whole tree of parameters: UnknownParameter, MissingParameter,
    InvalidParameter (type), InvalidParameterValue or a finer code (enum, range, characters).
    Null counts as absent, except within an array. Parameters within others are named by path
    (`Config.AutoSkip`, `Lst.0`). An optional string that is empty passes its enum: clients send
    it for "not set". `lenient` ignores unknown parameters; `unrecognized` names them for a log.
    Not checked here: sizes of base64 text and rules between parameters, which actions know.
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
    return tuple(faults.unknown)


class _Faults:
    """The first fault of each kind."""

    def __init__(self) -> None:
        self.unknown: list[str] = []
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
            faults.unknown.append(prefix + printable(name))
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
        faults.type = faults.type or invalid_parameter(path, "must be an array", describe(value))
        return None
    return [_one(item, param, f"{path}.{i}", faults) for i, item in enumerate(value)]


def _one(value: object, param: Param, path: str, faults: _Faults) -> object:
    rule, fits = _TYPES[param.kind]
    if not fits(value):
        faults.type = faults.type or invalid_parameter(path, rule, describe(value))
    elif isinstance(value, dict):
        return _members(value, param.members, f"{path}.", faults)
    elif faults.value is None and (broken := _broken(value, param)):
        faults.value = invalid_value(path, broken, describe(value), param.code)
    return value


def _broken(value: object, param: Param) -> str:
    """The rule that a value of the right type breaks, or nothing."""
    if param.enum and value not in param.enum and (value != "" or param.required):
        return f"must be one of {', '.join(map(str, param.enum))}"
    if isinstance(value, str):
        fewest, most = param.chars or (0, len(value))
        if not fewest <= len(value) <= most:
            return f"must have {fewest} to {most} characters"
    elif isinstance(value, int | float) and param.range:
        least, greatest = param.range
        if not least <= value <= greatest:
            return f"must be from {least:g} to {greatest:g}"
    return ""


def _is_number(value: object) -> bool:
    # An integer beyond 64 bits may not fit a float, so it is no number either.
    return (type(value) is float and math.isfinite(value)) or (
        type(value) is int and value in _INT64
    )
