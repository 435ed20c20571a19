"""The contract's data files with the product's overlay laid on: plain trees, read once."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeAlias

import msgspec

Tree: TypeAlias = dict[str, Any]

DATA = Path(__file__).parent / "data"
FILES = {"2018-03-01": "faceid-2018-03-01.json", "2020-03-03": "iai-2020-03-03.json"}


@cache
def overlay() -> Tree:
    """The parsed `overlay.toml`."""
    return _parsed("overlay.toml")


@cache
def chinese() -> Tree:
    """Service or flow -> error code or number -> its short text in Chinese."""
    return _parsed("chinese.toml")


@cache
def common() -> Tree:
    """The errors and numeric result codes that all services share."""
    tree = _read("common.json")
    for code, trigger in overlay()["trigger"].items():
        tree["errors"][code]["trigger"] = trigger
    return tree


@cache
def unreachable(part: str = "common") -> Mapping[str, str]:
    """Error code -> why no request to this server is answered with it.

    `part` is `common` or a service; ValueError for a code that stands twice in one.
    """
    found: dict[str, str] = {}
    for group in _parsed("unreachable.toml")[part]:
        for code in group["codes"]:
            if code in found:
                raise ValueError(f"unreachable.toml names {code} twice")
            found[code] = group["why"]
    return MappingProxyType(found)


@cache
def service(version: str) -> Tree:
    """One service: its actions, types and errors, overlaid; KeyError for an unknown version."""
    tree = _read(FILES[version])
    for code, english in overlay()["english"].items():
        if code in tree["errors"]:
            tree["errors"][code]["text"] = english
    for patch in overlay()["param"]:
        for name in patch["names"]:
            _patch_param(tree, name, {k: v for k, v in patch.items() if k != "names"})
    for patch in overlay()["action"]:
        for name in patch["names"]:
            _patch_action(tree, name, patch)
    return tree


def _parsed(name: str) -> Tree:
    with (DATA / name).open("rb") as file:
        return tomllib.load(file)


def _read(name: str) -> Tree:
    tree: Tree = msgspec.json.decode((DATA / name).read_bytes())
    return tree


def _patch_param(tree: Tree, name: str, patch: Tree) -> None:
    product, owner, param = name.split(".")
    if product != tree["service"]:
        return
    found = [
        members[param]
        for place, members in _owners(tree)
        if param in members and owner in ("*", place)
    ]
    if not found:
        raise ValueError(f"overlay.toml names {name}, which the contract does not have")
    for target in found:
        for limit in patch.get("drop", ()):
            del target[limit]
        target.update((key, value) for key, value in patch.items() if key != "drop")


def _owners(tree: Tree) -> list[tuple[str, Tree]]:
    actions = [(name, action["params"]) for name, action in tree["actions"].items()]
    return [*actions, *tree["types"].items()]


def _patch_action(tree: Tree, name: str, patch: Tree) -> None:
    product, action = name.split(".")
    if product != tree["service"]:
        return
    target = tree["actions"][action]
    for key in ("regions", "errors"):
        target[key] = sorted({*target[key], *patch.get(key, ())})
