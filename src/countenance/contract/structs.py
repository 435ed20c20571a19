"""The contract's types and actions as source text of msgspec Structs."""

from collections.abc import Iterable

from countenance.contract.source import Tree

_SCALARS = {"string": "str", "integer": "int", "number": "float", "boolean": "bool"}
_FIELDS = ("params", "outputs")
_HEADER = '''"""{service} {version}: generated from the contract by `make generate`; do not edit.

Requests: a parameter without a default is required. Responses: None is sent as null.
"""

from countenance.contract.model import Model
'''


def render(tree: Tree) -> str:
    """The module of one service: its types, each after those it uses, then its actions."""
    types, actions = tree["types"], tree["actions"]
    asked = _reach((a["params"] for a in actions.values()), types)
    answered = _reach((a["outputs"] for a in actions.values()), types)
    shadowed = {
        name
        for owner in (*types.values(), *(a[k] for a in actions.values() for k in _FIELDS))
        for name in owner
        if name in types
    }
    blocks = [_HEADER.format(service=tree["service"], version=tree["version"])]
    for name in _ordered(types):
        # A type met in answers has nothing required: absence is null there.
        strict = name in asked and name not in answered
        block = _struct(name, types[name], shadowed, strict)
        if name in shadowed:
            # Within a class, a field of this name would hide the type.
            block += f"\n\n_{name} = {name}\n"
        blocks.append(block)
    for name, action in actions.items():
        blocks.append(_struct(f"{name}Request", action["params"], shadowed, strict=True))
        blocks.append(_struct(f"{name}Response", action["outputs"], shadowed, strict=False))
    return "\n\n".join(blocks)


def _base(kind: str) -> str:
    return kind.removeprefix("array<").removesuffix(">")


def _used(members: Tree, types: Tree) -> list[str]:
    return [_base(m["type"]) for m in members.values() if _base(m["type"]) in types]


def _reach(starts: Iterable[Tree], types: Tree) -> set[str]:
    """The types that the given members lead to, directly or not."""
    found: set[str] = set()
    front = [name for members in starts for name in _used(members, types)]
    while front:
        name = front.pop()
        if name not in found:
            found.add(name)
            front.extend(_used(types[name], types))
    return found


def _ordered(types: Tree) -> list[str]:
    """Type names, each after the types of its members; the contract has no cycles."""
    done: list[str] = []

    def visit(name: str) -> None:
        if name not in done:
            for inner in _used(types[name], types):
                visit(inner)
            done.append(name)

    for name in types:
        visit(name)
    return done


def _struct(name: str, members: Tree, shadowed: set[str], strict: bool) -> str:
    lines = [f"class {name}(Model, kw_only=True):"]
    for member, facts in members.items():
        kind = _annotation(facts["type"], shadowed)
        required = strict and facts.get("required", False)
        lines.append(f"    {member}: {kind}" if required else f"    {member}: {kind} | None = None")
    if not members:
        lines.append("    pass")
    return "\n".join(lines) + "\n"


def _annotation(kind: str, shadowed: set[str]) -> str:
    base = _base(kind)
    text = _SCALARS.get(base) or (f"_{base}" if base in shadowed else base)
    return text if base == kind else f"list[{text}]"
