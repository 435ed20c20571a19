"""The written pages agree with the code: files, functions, links, settings, codes, tables."""

import ast
import json
import re
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest
from tests import pages

from countenance.actions import clips, handlers, inputs, media
from countenance.contract import catalogue
from countenance.contract.messages import sentences
from countenance.reasons import reasons
from countenance.settings import Settings

FILE = re.compile(r"`([\w./-]+\.(?:py|toml))`")
PLACE = re.compile(r"`([\w./-]+\.py)` `([\w.]+)`")
LINK = re.compile(r"\]\(([^)\s]+)\)")
CODE = re.compile(r"`((?:[A-Z][A-Za-z]+)(?:\.[A-Z][A-Za-z]+)?)`")
TOUR = pages.DOCS / "explanation" / "tour.md"
NOT_IN_THE_TREE = {"countenance.toml"}  # the operator's own
PAGES = pytest.mark.parametrize("page", pages.pages(), ids=lambda page: page.stem)


def find(name: str) -> Path | None:
    """The file a page means: from the root, from the package, or by the end of its path."""
    for folder in (pages.ROOT, pages.SOURCE, pages.DOCS):
        if (folder / name).is_file():
            return folder / name
    return next((file for file in pages.SOURCE.rglob(Path(name).name) if file.match(name)), None)


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub and mkdocs make them."""
    titles = re.findall(r"^#+ (.*)$", pages.prose(page), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", title).strip().lower().replace(" ", "-") for title in titles}


@PAGES
def test_every_file_a_page_names_exists(page: Path) -> None:
    named = set(FILE.findall(pages.prose(page))) - NOT_IN_THE_TREE
    assert {name for name in named if find(name) is None} == set()


def test_every_function_the_tour_names_is_in_the_file_it_names() -> None:
    places = PLACE.findall(pages.prose(TOUR))
    assert len(places) > 40
    for file, name in places:
        path = pages.SOURCE / file
        nodes = ast.walk(ast.parse(path.read_text("utf-8")))
        defined = {
            node.name
            for node in nodes
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        }
        assert name in defined, f"{file} defines no {name}"


def test_the_tour_follows_the_request_chain() -> None:
    tree = ast.parse((pages.SOURCE / "app.py").read_text("utf-8"))
    (chain,) = (
        node.value.elts
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef) and function.name == "_chain"
        for node in ast.walk(function)
        if isinstance(node, ast.Return) and isinstance(node.value, ast.Tuple)
    )
    attributes = (step.func if isinstance(step, ast.Call) else step for step in chain)
    steps = [node.attr.lstrip("_") for node in attributes if isinstance(node, ast.Attribute)]
    rows = re.findall(r"^\| (\w+) \|", TOUR.read_text("utf-8"), re.MULTILINE)
    assert [row for row in rows if row in steps] == steps


@PAGES
def test_every_relative_link_resolves(page: Path) -> None:
    for link in LINK.findall(pages.prose(page)):
        if link.startswith(("http://", "https://")):
            continue
        name, _, anchor = link.partition("#")
        target = (page.parent / name).resolve() if name else page
        assert target.exists(), f"{page.name}: {link}"
        assert not anchor or anchor in anchors(target), f"{page.name}: {link}"


@PAGES
def test_pages_of_the_site_link_within_it(page: Path) -> None:
    if page.is_relative_to(pages.DOCS):
        links = [link.partition("#")[0] for link in LINK.findall(pages.prose(page))]
        local = [link for link in links if link and "://" not in link]
        assert all((page.parent / link).resolve().is_relative_to(pages.DOCS) for link in local)


def test_the_site_shows_every_page_and_no_other() -> None:
    text = (pages.ROOT / "mkdocs.yml").read_text("utf-8")
    shown = re.findall(r"^ +- (?:[^:\n]+: )?(\S+\.md)$", text, re.MULTILINE)
    assert len(set(shown)) == len(shown)
    assert set(shown) == {str(file.relative_to(pages.DOCS)) for file in pages.DOCS.rglob("*.md")}


def test_the_site_loads_no_font_and_no_diagram_from_elsewhere() -> None:
    assert "font: false" in (pages.ROOT / "mkdocs.yml").read_text("utf-8")
    # The theme fetches what draws Mermaid from a content network.
    assert not any(pages.blocks(page, "mermaid") for page in pages.pages())


def test_every_setting_is_documented_with_its_default() -> None:
    page = pages.prose(pages.DOCS / "how-to" / "configure.md")
    rows = dict(re.findall(r"^\| `(\w+)` \| `([^`]*)` \|", page, re.MULTILINE))
    wanted = {}
    for field in msgspec.structs.fields(Settings):
        default = field.default
        if field.default_factory is not msgspec.NODEFAULT:
            default = field.default_factory()
        wanted[field.name] = json.dumps(str(default) if isinstance(default, Path) else default)
    assert rows == wanted


def test_every_code_that_is_answered_is_on_the_page_of_errors() -> None:
    page = pages.prose(pages.DOCS / "reference" / "errors.md")
    answered = {key.partition("#")[0] for key in sentences() if key[0].isupper()}
    answered |= {code for reason in reasons().values() for code in reason.codes.values()}
    for codes in (
        inputs.IAI_CODES,
        inputs.PHOTO_CODES,
        inputs.IAI_URL_CODES,
        inputs.FACEID_URL_CODES,
        media.PHOTO_CODES,
        clips.ENGINE_CODES,
    ):
        answered |= set(codes.values())  # type: ignore[attr-defined]  # a dict of one or another
    built = [a for a in catalogue.actions() if (a.service, a.name) in handlers()]
    answered |= {param.code for action in built for param in action.params.values()}
    for file in (pages.SOURCE / "actions").glob("*.py"):
        answered |= set(re.findall(r'ApiError\(\s*"([\w.]+)"', file.read_text("utf-8")))
    assert answered - set(CODE.findall(page)) == set()


def test_every_dotted_code_on_the_page_of_errors_is_in_the_contract() -> None:
    page = pages.prose(pages.DOCS / "reference" / "errors.md")
    dotted = {code for code in CODE.findall(page) if "." in code}
    assert {code for code in dotted if not catalogue.is_known(code)} == set()


def test_the_generated_pages_are_up_to_date() -> None:
    done = subprocess.run(
        [sys.executable, str(pages.DOCS / "generate.py"), "--check"], capture_output=True
    )
    assert done.returncode == 0, f"run `make generate`: {done.stdout.decode()}"


def test_the_pictures_are_small() -> None:
    for file in (pages.DOCS / "images").iterdir():
        assert file.stat().st_size < 250_000, file.name
