"""Requests made from the contract: the smallest valid ones, and one for each rule to break."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

from countenance.contract.catalogue import Action, Param, actions

Rule = Literal["missing", "type", "unknown", "enum", "range", "chars", "size"]
Wrap = Callable[[dict[str, Any]], dict[str, Any]]

# A value of each JSON type; null stands for absence and has cases of its own.
TYPES: Mapping[str, Any] = {
    "string": "seven",
    "integer": 7,
    "number": 1.5,
    "boolean": True,
    "array": ["seven"],
    "object": {"A": "seven"},
}


@dataclass(frozen=True, slots=True)
class Case:
    """A request that breaks one rule of the contract, or touches its boundary.

    `code` is the error to be answered, None where the request keeps to the contract; `path` names
    the parameter. `form`: whether flattened pairs (`flatten`) can say the same as JSON.
    """

    action: Action
    params: dict[str, Any]
    code: str | None
    path: str
    rule: Rule
    form: bool

    def __str__(self) -> str:
        told = self.code or "accepted"
        return f"{self.action.service} {self.action.name} {self.path}: {self.rule}, {told}"


def cases() -> Iterator[Case]:
    """Every case of every action; large texts are made when their case comes, and not kept."""
    for action in actions():
        yield from of(action)


def minimal(params: Mapping[str, Param]) -> dict[str, Any]:
    """Only what is required, each with one valid value."""
    return {name: sample(param) for name, param in params.items() if param.required}


def sample(param: Param) -> Any:
    """A valid value."""
    return [_element(param)] if param.array else _element(param)


def flatten(tree: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, str]]:
    """As the official clients flatten nested values for a query or a form."""
    for name, value in tree.items():
        yield from _flatten(value, f"{path}{name}")


def _flatten(value: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        yield from flatten(value, f"{path}.")
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _flatten(item, f"{path}.{index}")
    else:
        yield path, str(value)


def _element(param: Param) -> Any:
    if param.enum:
        return param.enum[0]
    match param.kind:
        case "string":
            return "x" * (param.chars or (1, 1))[0] or "x"
        case "integer" | "number":
            return int((param.range or (1, 1))[0])
        case "boolean":
            return True
        case "object":
            return minimal(param.members)


def of(action: Action) -> Iterator[Case]:
    """The cases of one action."""
    for path, params, wrap in _objects(action.params, "", lambda tree: tree):
        tree = wrap({**minimal(params), "Foo": "bar"})
        yield _case(action, tree, "UnknownParameter", f"{path}Foo", "unknown")
        for name, param in params.items():
            for value, code, place, rule, form in _values(param):
                given = {**minimal(params), name: value}
                if value is _ABSENT:
                    del given[name]
                yield _case(action, wrap(given), code, f"{path}{name}{place}", rule, form)


def _objects(
    params: Mapping[str, Param], path: str, wrap: Wrap
) -> Iterator[tuple[str, Mapping[str, Param], Wrap]]:
    """Every object of an action, the request first, and how to wrap one into a request."""
    yield path, params, wrap
    for name, param in params.items():
        if param.kind == "object":
            yield from _objects(
                param.members,
                f"{path}{name}.0." if param.array else f"{path}{name}.",
                partial(_wrap, params, param, wrap),
            )


def _wrap(
    params: Mapping[str, Param], param: Param, wrap: Wrap, inner: dict[str, Any]
) -> dict[str, Any]:
    return wrap({**minimal(params), param.name: [inner] if param.array else inner})


def _case(
    action: Action,
    params: dict[str, Any],
    code: str | None,
    path: str,
    rule: Rule,
    form: bool = True,
) -> Case:
    return Case(action, params, code, path, rule, form and all(map(_sayable, params.values())))


def _sayable(value: Any) -> bool:
    """Whether pairs can say it: they have neither null nor empty containers."""
    if isinstance(value, dict):
        return bool(value) and all(map(_sayable, value.values()))
    if isinstance(value, list):
        return bool(value) and all(map(_sayable, value))
    return value is not None


_ABSENT = object()
_Value = tuple[Any, str | None, str, Rule, bool]


def _values(param: Param) -> Iterator[_Value]:
    """Values of one parameter: value, code, place below the parameter, rule, sayable in a form."""
    absence = "MissingParameter" if param.required else None
    for nothing in (_ABSENT, None):
        yield nothing, absence, "", "missing", nothing is not None
    if not param.array:
        yield from _elements(param)
        return
    for kind, value in TYPES.items():
        if kind != "array":
            yield value, "InvalidParameter", "", "type", True
    yield [sample(param)[0], None], "InvalidParameter", ".1", "type", False
    for value, code, _, rule, form in _elements(param):
        yield [value], code, ".0", rule, form
        yield [sample(param)[0], value], code, ".1", rule, form


def _elements(param: Param) -> Iterator[_Value]:
    for kind, value in TYPES.items():
        if kind != param.kind and (kind, param.kind) != ("integer", "number"):
            # To a form, all scalars are text, and the elements of an array look like members.
            scalar = kind not in ("array", "object")
            form = not (scalar and param.kind == "string") and (kind, param.kind) != (
                "array",
                "object",
            )
            yield value, "InvalidParameter", "", "type", form
    for value, allowed, rule in _limits(param):
        yield value, None if allowed else param.code, "", rule, True


def _limits(param: Param) -> Iterator[tuple[Any, bool, Rule]]:
    """Values on each boundary, and one beyond it: value, allowed, rule."""
    for value in param.enum:
        yield value, True, "enum"
        for other in (
            (value + 1, value - 1) if isinstance(value, int) else (f"{value}_", value[:-1])
        ):
            yield other, other in param.enum or (other == "" and not param.required), "enum"
    for least, most in filter(None, (param.range, param.clamp)):
        for value, beyond in ((least, least - 1), (most, most + 1)):
            for number in (value, beyond):
                if number not in (float("inf"), float("-inf")):
                    low, high = param.range or (number, number)
                    yield int(number), low <= number <= high, "range"
    if param.chars:
        fewest, most = param.chars
        for length in {fewest - 1, fewest, most, most + 1} - {-1}:
            yield "x" * length, fewest <= length <= most, "chars"
    if param.max_size is not None:
        for length in (param.max_size, param.max_size + 1):
            yield "A" * length, length <= param.max_size, "size"
