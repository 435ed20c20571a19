"""Requests made from the contract: smallest valid ones, random valid ones, flattened ones."""

from collections.abc import Iterator, Mapping
from typing import Any

from hypothesis import strategies as st

from countenance.contract.catalogue import Action, Param

_TEXT = st.text(st.characters(codec="utf-8"), min_size=1, max_size=12)


def minimal(params: Mapping[str, Param]) -> dict[str, Any]:
    """Only what is required, each with one valid value."""
    return {name: sample(param) for name, param in params.items() if param.required}


def sample(param: Param) -> Any:
    value: Any
    match param.kind:
        case "string":
            value = "x" * (param.chars or (1, 1))[0] or "x"
        case "integer" | "number":
            value = int((param.range or (1, 1))[0])
        case "boolean":
            value = True
        case "object":
            value = minimal(param.members)
    value = param.enum[0] if param.enum else value
    return [value] if param.array else value


def trees(params: Mapping[str, Param]) -> st.SearchStrategy[dict[str, Any]]:
    """Valid parameters; optional ones come and go, no array or object is empty."""
    required = {name: values(p) for name, p in params.items() if p.required}
    optional = {name: values(p) for name, p in params.items() if not p.required}
    return st.fixed_dictionaries(required, optional=optional)


def values(param: Param) -> st.SearchStrategy[Any]:
    one = _one(param)
    return st.lists(one, min_size=1, max_size=3) if param.array else one


def _one(param: Param) -> st.SearchStrategy[Any]:
    if param.enum:
        return st.sampled_from(param.enum)
    least, greatest = param.range or (-(2**63), 2**63 - 1)
    greatest = min(greatest, 2**63 - 1)
    match param.kind:
        case "string" if param.chars:
            fewest, most = param.chars
            return st.text("ab名", min_size=max(fewest, 1), max_size=min(most, 20))
        case "string":
            return _TEXT
        case "integer":
            return st.integers(int(least), int(greatest))
        case "number":
            return st.floats(max(least, -1e9), min(greatest, 1e9))
        case "boolean":
            return st.booleans()
        case "object":
            return trees(param.members).filter(bool)


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


def every_param(action: Action) -> Iterator[tuple[str, Param, dict[str, Any], dict[str, Any]]]:
    """Path, param, a smallest request that reaches it, and the object in it that holds it."""

    def walk(
        params: Mapping[str, Param], path: str, tree: dict[str, Any], holder: dict[str, Any]
    ) -> Iterator[tuple[str, Param, dict[str, Any], dict[str, Any]]]:
        for name, param in params.items():
            yield f"{path}{name}", param, tree, holder
            if param.kind == "object":
                inner = holder.setdefault(name, sample(param))
                if param.array:
                    yield from walk(param.members, f"{path}{name}.0.", tree, inner[0])
                else:
                    yield from walk(param.members, f"{path}{name}.", tree, inner)

    tree = minimal(action.params)
    yield from walk(action.params, "", tree, tree)
