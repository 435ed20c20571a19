"""Every sentence of the API in both languages, as it was when somebody last read it.

`python tests/unit/contract/test_message_snapshots.py` writes the file anew; read the difference.
"""

import ast
import re
import string
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

import countenance
from countenance.contract import catalogue
from countenance.contract.messages import FOLDER, Language, Text, Value, sentences

SOURCE = Path(countenance.__file__).parent
GOLDEN = Path(__file__).with_name("messages.golden.txt")
LANGUAGES: tuple[Language, ...] = ("en-US", "zh-CN")
# Where a sentence is given: the calls whose arguments are shown to a caller.
SPEAKERS = {
    "ApiError",
    "failure",
    "invalid_parameter",
    "invalid_value",
    "invalid_body",
    "missing_parameter",
    "text",
}
# Parameters of those that are names and codes, not words.
NAMES = {"ApiError": 1, "failure": 1, "invalid_parameter": 1, "invalid_value": 1, "text": 1}
# Reasons of the try page, which speaks to a person in the browser and is no part of the API.
ELSEWHERE = {"tryit"}


def shown() -> str:
    """Every key with its text in both languages, filled with `<name>` or a number for `n`."""
    lines = []
    for key, both in sorted(sentences().items()):
        names = _fields(both["en"])
        values: dict[str, Value] = {name: f"<{name}>" for name in sorted(names)}
        variants = [values | {"n": n} for n in (1, 2)] if "n" in names else [values]
        for variant in variants:
            lines += [f"{key} | {Text(key, variant).say(language)}" for language in LANGUAGES]
    return "\n".join(lines) + "\n"


def test_every_sentence_is_as_it_was_read() -> None:
    assert shown() == GOLDEN.read_text("utf-8"), f"run `python {Path(__file__).name}`"


def test_every_file_of_sentences_is_read() -> None:
    assert {path.suffix for path in FOLDER.iterdir()} == {".toml"}


@pytest.mark.parametrize("key", sentences())
def test_chinese_is_chinese(key: str) -> None:
    chinese = sentences()[key]["zh"]
    bare = key in ("path", "image.refused")  # nothing in them to translate
    assert bare or any("\u4e00" <= letter <= "\u9fff" for letter in chinese)
    # A full stop where English has one, and no half-width mark after a Chinese character.
    assert chinese.endswith("。") == sentences()[key]["en"].endswith(".")
    assert not any(
        "\u4e00" <= one <= "\u9fff" and two in ",.;:!?()" for one, two in pairwise(chinese)
    )


def _asked() -> Iterator[tuple[str, str, set[str] | None]]:
    """Place, key and values of each call that names its key; None where the values are unpacked."""
    for file in sorted(SOURCE.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            match node:
                case ast.Call(
                    func=ast.Name("text" | "said" | "failure" | "TextError"),
                    args=[ast.Constant(value=str(key)), *_],
                    keywords=keywords,
                ):
                    names = {one.arg for one in keywords if one.arg is not None}
                    unpacked = any(one.arg is None for one in keywords)
                    place = f"{file.relative_to(SOURCE)}:{node.lineno}"
                    yield place, key, None if unpacked else names


def test_every_sentence_that_is_asked_for_is_there_and_has_its_values() -> None:
    asked = list(_asked())
    assert len(asked) > 80
    for place, key, names in asked:
        assert key in sentences(), place
        if names is not None:
            assert _fields(sentences()[key]["en"]) == names, f"{place}: {key}"


def test_no_sentence_is_left_over() -> None:
    files = [file for file in SOURCE.rglob("*.py") if "static" not in file.parts]
    code = "".join(file.read_text("utf-8") for file in files)
    composed = tuple(re.findall(r'\b(?:text|said)\(\s*f"([a-z.-]+)\{', code))
    assert {"rule.", "fault.", "state."} <= set(composed)
    for key in sentences():
        if key.partition("#")[0] not in catalogue.errors():
            assert f'"{key}"' in code or key.startswith(composed) or _ends(key, code), key


def _ends(key: str, code: str) -> bool:
    """Whether the code composes the key from a name and this end: `f"{medium}.unusable"`."""
    return f'}}.{key.rpartition(".")[2]}"' in code


def _fields(template: str) -> set[str]:
    return {field for _, field, _, _ in string.Formatter().parse(template) if field} - {"s"}


def test_no_sentence_is_written_in_the_code() -> None:
    found = []
    for file in sorted(SOURCE.rglob("*.py")):
        if file.relative_to(SOURCE).parts[0] in ELSEWHERE:
            continue
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            match node:
                case ast.Call(func=ast.Name(id=name), args=args) if name in SPEAKERS:
                    place = f"{file.relative_to(SOURCE)}:{node.lineno}"
                    found += [place for given in args[NAMES.get(name, 0) :] if _is_words(given)]
    assert found == []


def _is_words(node: ast.expr) -> bool:
    """Whether an argument is text with a space in it: a sentence, or a part of one."""
    match node:
        case ast.Constant(value=str(words)):
            return " " in words
        case ast.JoinedStr(values=parts):
            return any(_is_words(part) for part in parts)
        case ast.IfExp(body=body, orelse=orelse):
            return _is_words(body) or _is_words(orelse)
        case ast.BinOp(left=left, right=right):
            return _is_words(left) or _is_words(right)
    return False


if __name__ == "__main__":
    GOLDEN.write_text(shown(), "utf-8")
