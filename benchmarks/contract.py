"""The product's contract data beside the shared contract it was cut from: nothing is missing.

    python -m benchmarks.contract

Actions, types, parameters, outputs and errors are looked up in what the server itself uses: the
catalogue, the data files with their overlay and the generated Structs.
"""

import json
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeAlias

from benchmarks.common import Conclusion, conclude, judged, table, test_data
from countenance.contract import catalogue, source
from countenance.contract.catalogue import Action, Param

Tree: TypeAlias = dict[str, Any]
Finding = tuple[str, str, bool]  # what, which, whether it is in our data as it should be
NAME = "contract.json"


def main() -> int:
    """Print the table and what is missing; status 1 unless every count is whole."""
    path = find()
    if path is None:
        return conclude(
            Conclusion("skipped", "contract data", f"no {NAME} (COUNTENANCE_TEST_DATA)")
        )
    counts: dict[str, list[bool]] = defaultdict(list)
    missing = []
    for what, which, present in findings(json.loads(path.read_bytes())):
        counts[what].append(present)
        if not present:
            missing.append((what, which))
    rows = [(what, sum(found), len(found), "100 %") for what, found in counts.items()]
    table("The contract in our data", ("what", "present", "n", "bar"), rows)
    if missing:
        table("Missing or different", ("what", "which"), missing)
    return conclude(
        *(judged(what, f"{right} of {n}", bar, right == n) for what, right, n, bar in rows)
    )


def find() -> Path | None:
    """The shared contract: in the folder of evaluation data, or in `contract` beside it."""
    folder = test_data()
    if folder is None:
        return None
    places = (folder / NAME, folder.parent / "contract" / NAME)
    return next((place for place in places if place.is_file()), None)


def findings(contract: Tree) -> Iterator[Finding]:
    """Everything the shared contract has, and whether ours has it, too."""
    for code, error in contract["common_errors"].items():
        ours = source.common()["errors"].get(code, {})
        yield "common errors (code, message)", code, ours.get("message") == error["message"]
    for service in contract["services"]:
        version = service["version"]
        known = catalogue.errors(version)
        for code in service["errors"]:
            yield "service errors (code)", f"{service['service']} {code}", code in known
        for name, kind in service["types"].items():
            yield from _type(version, name, kind)
        for name, action in service["actions"].items():
            yield from _action(version, name, action)


def _type(version: str, name: str, kind: Tree) -> Iterator[Finding]:
    ours = source.service(version)["types"].get(name)
    yield "types", f"{version} {name}", ours is not None
    for key, member in kind["members"].items():
        found = (ours or {}).get(key, {})
        same = found.get("type") == member["type"] and all(
            found.get(flag, False) == member[flag] for flag in ("required", "nullable")
        )
        yield "type members (type, required, nullable)", f"{name}.{key}", same


def _action(version: str, name: str, action: Tree) -> Iterator[Finding]:
    present = name in source.service(version)["actions"]
    yield "actions", f"{version} {name}", present
    if not present:
        return
    ours = catalogue.find(version, name)
    for key, param in action["params"].items():
        yield "parameters (type, required)", f"{name}.{key}", _same(ours.params.get(key), param)
    outputs = source.service(version)["actions"][name]["outputs"]
    for key, output in action["outputs"].items():
        found = outputs.get(key, {})
        same = found.get("type") == output["type"] and all(
            found.get(flag, False) == output[flag] for flag in ("nullable", "always")
        )
        yield "outputs (type, nullable, always)", f"{name}.{key}", same and _renders(ours, key)
    for code in (*(action["errors_in_spec"] or ()), *action.get("errors_in_go_sdk", ())):
        yield "errors of actions", f"{name} {code}", code in ours.errors


def _same(ours: Param | None, given: Tree) -> bool:
    return ours is not None and (ours.type, ours.required) == (given["type"], given["required"])


def _renders(action: Action, name: str) -> bool:
    """Whether the response has the output and says null while there is no value for it."""
    return getattr(action.response(), name, ...) is None


if __name__ == "__main__":
    sys.exit(main())
