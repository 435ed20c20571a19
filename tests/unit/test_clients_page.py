"""The page of clients names the versions that are pinned, and all of them."""

import json
import re

from tests import pages

PAGE = (pages.DOCS / "reference" / "clients.md").read_text("utf-8")
VENDOR = ("tencentcloud", "tccli")


def pinned() -> set[tuple[str, str]]:
    found: set[tuple[str, str]] = set()
    for file in (pages.ROOT / "requirements" / "clients").glob("*.in"):
        found |= set(re.findall(r"^([\w-]+)==([\w.]+)$", file.read_text("utf-8"), re.MULTILINE))
    for file in (pages.ROOT / "tests" / "contract" / "node").glob("*/package.json"):
        found |= set(json.loads(file.read_text("utf-8"))["dependencies"].items())
    return {(name, version) for name, version in found if name.startswith(VENDOR)}


def test_the_page_names_what_is_pinned() -> None:
    first = re.findall(r"^\| `([\w-]+)` \| ([\w.]+) \|", PAGE, re.MULTILINE)
    beside = re.findall(r"`([\w-]+)` (\d[\d.]+\d)", PAGE)
    assert {*first, *beside} == pinned()


def test_npm_asks_the_registry_of_the_machine() -> None:
    for file in (pages.ROOT / "tests" / "contract" / "node").glob("*/package-lock.json"):
        packages = json.loads(file.read_text("utf-8"))["packages"].items()
        assert all("resolved" not in facts for _, facts in packages)
        assert all("integrity" in facts for name, facts in packages if name)
