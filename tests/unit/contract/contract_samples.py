"""Random valid requests made from the contract."""

from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st

from countenance.contract.catalogue import Param

_TEXT = st.text(st.characters(codec="utf-8"), min_size=1, max_size=12)


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
