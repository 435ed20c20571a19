"""The shared contract, cut into the data files of this package: what the product needs, no more."""

import json
import re
from collections.abc import Mapping
from typing import Any, TypeAlias

Tree: TypeAlias = dict[str, Any]

_EARLIEST = "intl-2024-08"
_SIZES = {"KB": 1 << 10, "MB": 1 << 20}
_WIDTH = 100


def split(contract: Tree) -> dict[str, Tree]:
    """File name -> content for the two services and the common part of a `neutral-1` contract."""
    if contract["format"] != "neutral-1":
        raise ValueError(f"expected the contract format neutral-1, found {contract['format']}")
    files = {f"{s['service']}-{s['version']}.json": _service(s) for s in contract["services"]}
    files["common.json"] = {
        "errors": {
            code: {"message": error["message"], "trigger": error["trigger"]}
            for code, error in sorted(contract["common_errors"].items())
        },
        "result_codes": contract["result_codes"],
    }
    return files


def _service(service: Tree) -> Tree:
    actions = service["actions"]
    return {
        "service": service["service"],
        "version": service["version"],
        "sources": service["sources"],
        "actions": {name: _action(actions[name], actions) for name in sorted(actions)},
        "types": {
            name: {key: _member(key, member) for key, member in kind["members"].items()}
            for name, kind in sorted(service["types"].items())
        },
        "errors": {
            code: {"text": error["text"], **({"in_spec": True} if "spec" in error["in"] else {})}
            for code, error in sorted(service["errors"].items())
        },
    }


def _action(action: Tree, actions: Tree) -> Tree:
    errors = {*(action["errors_in_spec"] or ()), *action.get("errors_in_go_sdk", ())}
    if assumed := action.get("errors_assumed_from"):
        errors |= set(actions[assumed.split()[0]]["errors_in_spec"])
    variant = action.get("cn_variant", {"params": {}, "outputs": {}})
    params = {name: _param(name, param) for name, param in action["params"].items()}
    for name, param in variant["params"].items():
        # The other edition's extra parameters are accepted; they never become required.
        params.setdefault(name, {"type": param["type"], "since": "cn-2026-10"})
    outputs = {name: _output(output) for name, output in action["outputs"].items()}
    for name, output in variant["outputs"].items():
        outputs.setdefault(name, {"type": output["type"], "nullable": True})
    return {
        "spec": action["spec"],
        **({"status": action["status"]} if action["status"] != "online" else {}),
        "rate_limit": action["rate_limit_per_s"],
        "regions": action["regions_in_spec"] or [],
        "errors": sorted(errors),
        "params": params,
        "outputs": outputs,
    }


def _member(name: str, member: Tree) -> Tree:
    return {**_param(name, member), **({"nullable": True} if member["nullable"] else {})}


def _param(name: str, param: Tree) -> Tree:
    kind, limits = param["type"], param.get("limits", {})
    cut: Tree = {"type": kind}
    if param["required"]:
        cut["required"] = True
    if param["disabled"]:
        cut["hidden"] = True
    if _EARLIEST not in param["in"]:
        # Releases stand newest first, the other edition last: the oldest of our edition counts.
        ours = [release for release in param["in"] if release.startswith("intl")]
        cut["since"] = (ours or param["in"])[-1]
    if (default := _default(kind, limits.get("default"))) is not None:
        cut["default"] = default
    if "enum" in limits:
        cut["enum"] = limits["enum"]
    if "range" in limits:
        # A range on a string counts its characters (ImageRecognitionV2.Extra).
        cut["chars" if kind == "string" else "range"] = limits["range"]
    if "max_chars" in limits and kind in ("string", "array<string>"):
        # "1024 bits" in the source is read as 1,024 characters.
        cut["chars"] = [0, int(limits["max_chars"].split()[0])]
    if "max_size" in limits:
        # That of a URL is of the file it leads to, not of its own text.
        limit = "max_file" if "url" in name.lower() else "max_size"
        cut[limit] = max(map(_bytes, limits["max_size"]))
    if "formats" in limits:
        cut["formats"] = limits["formats"]
    return cut


def _output(output: Tree) -> Tree:
    return {
        "type": output["type"],
        **({"nullable": True} if output["nullable"] else {}),
        **({"always": True} if output["always"] else {}),
        **({"hidden": True} if output["disabled"] else {}),
    }


def _default(kind: str, text: str | None) -> str | int | float | bool | None:
    if text is None or text == "None":
        return None
    match kind:
        case "integer":
            return int(text)
        case "number":
            return float(text)
        case "boolean":
            return text == "true"
        case _:
            return text


def _bytes(size: str) -> int:
    found = re.fullmatch(r"(\d+)(KB|MB)", size)
    if found is None:
        raise ValueError(f"not a size: {size}")
    return int(found[1]) * _SIZES[found[2]]


def dump(tree: Tree) -> str:
    """JSON with one innermost object or array per line, in the order given: a change is a line."""
    return _dump(tree, "") + "\n"


def _dump(node: object, indent: str) -> str:
    deeper = indent + " "
    if isinstance(node, dict) and not _is_leaf(node):
        rows = [f"{deeper}{_inline(key)}: {_dump(node[key], deeper)}" for key in node]
        return "{\n" + ",\n".join(rows) + f"\n{indent}}}"
    line = _inline(node)
    if isinstance(node, list) and len(line) > _WIDTH:
        return "[\n" + ",\n".join(f"{deeper}{_inline(item)}" for item in node) + f"\n{indent}]"
    return line


def _is_leaf(node: Mapping[str, object]) -> bool:
    return not any(isinstance(value, dict) for value in node.values())


def _inline(node: object) -> str:
    return json.dumps(node, ensure_ascii=False)
