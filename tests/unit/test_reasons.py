"""The vocabulary of reasons against the contract, and against what the checks can say."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import countenance
from countenance.contract import catalogue
from countenance.reasons import Reason, code, reason, reasons

FACEID, IAI = "2018-03-01", "2020-03-03"
SERVICES = {"silent": FACEID, "photo": FACEID, "compare": FACEID, "still": IAI}
SOURCE = Path(countenance.__file__).parent
STILLS = {"still", "photo"}
# Where perception gives reasons, and the modes in which verification then tells them.
EMITTERS = {
    "perception/faces/occlusion.py": {"silent", *STILLS},
    "perception/faces/quality.py": {"silent", *STILLS},
    "perception/faces/shown.py": {"silent", *STILLS},
    "perception/faces/view.py": STILLS,
    "perception/liveness/covered.py": {"silent"},
    "perception/liveness/fusion.py": {"silent"},
    "perception/liveness/motion.py": {"silent"},
    "perception/liveness/still.py": {"still"},
    "perception/verify.py": {"silent"},
}
ONLY = {
    # Asked for only where one person alone may be in the picture, which no still of iai needs.
    ("perception/faces/view.py", "several_faces"): {"photo"},
    # What speaks against a picture of iai lowers its score and has no code.
    **{
        ("perception/liveness/still.py", key): set[str]()
        for key in ("moire", "medium_outline", "spoof", "live_uncertain")
    },
}


def _emitted(file: Path) -> Iterator[str]:
    """Strings that a module returns, assigns, passes or appends as reasons."""
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        match node:
            case ast.Return(value=ast.Tuple(elts=found)):
                yield from _texts(found)
            case (
                ast.Assign(targets=[ast.Name("reasons")], value=ast.Tuple(elts=found))
                | ast.AnnAssign(target=ast.Name("reasons"), value=ast.Tuple(elts=found))
                | ast.AugAssign(target=ast.Name("reasons"), value=ast.Tuple(elts=found))
                | ast.keyword(arg="reasons", value=ast.Tuple(elts=found))
                | ast.Call(func=ast.Attribute(attr="append"), args=found)
            ):
                yield from _texts(found)


def _texts(nodes: list[ast.expr]) -> list[str]:
    return [n.value for n in nodes if isinstance(n, ast.Constant) and isinstance(n.value, str)]


def _findings() -> Iterator[tuple[str, str]]:
    """Key and mode of what the verdict itself finds."""
    text = (SOURCE / "verification/verdict.py").read_text("utf-8")
    for node in ast.walk(ast.parse(text)):
        match node:
            case ast.Call(
                func=ast.Name("Finding"), args=[ast.Constant(str(key)), ast.Constant(str(mode)), _]
            ):
                yield key, mode


EMITTED = sorted(
    (key, mode)
    for name, modes in EMITTERS.items()
    for key in set(_emitted(SOURCE / name))
    for mode in ONLY.get((name, key), modes)
)


@pytest.mark.parametrize("item", reasons().values(), ids=lambda r: r.key)
def test_every_code_is_in_the_contract_of_its_service(item: Reason) -> None:
    assert item.codes
    for mode, dotted in item.codes.items():
        assert catalogue.is_known(dotted, SERVICES[mode]), (mode, dotted)


@pytest.mark.parametrize("item", reasons().values(), ids=lambda r: r.key)
def test_every_number_is_in_the_table_of_its_flow(item: Reason) -> None:
    assert str(item.h5) in catalogue.result_codes("web_h5")
    assert str(item.sdk) in catalogue.result_codes("app_sdk")


@pytest.mark.parametrize("item", reasons().values(), ids=lambda r: r.key)
def test_every_reason_has_words_for_a_person(item: Reason) -> None:
    assert item.text.endswith(".")
    assert item.hint.endswith(".")
    assert item.say() == f"{item.text} {item.hint}"
    assert item.say("zh-CN").endswith("。")
    assert not item.say("zh-CN").isascii()
    assert "spoof" not in (item.text + item.hint).lower()


@pytest.mark.parametrize(("key", "mode"), EMITTED)
def test_what_perception_says_has_a_code_where_it_can_appear(key: str, mode: str) -> None:
    assert mode in reason(key).codes


def test_the_vocabulary_is_what_can_be_said_and_nothing_else() -> None:
    emitted = {key for name in EMITTERS for key in _emitted(SOURCE / name)}
    said = emitted | {key for key, _ in _findings()}
    assert said == reasons().keys()


def test_what_the_verdict_finds_has_a_code() -> None:
    found = set(_findings())
    assert ("low_similarity", "compare") in found
    for key, mode in found:
        assert mode in reason(key).codes, (key, mode)


def test_only_a_comparison_that_was_made_is_billable() -> None:
    billable = {item.codes["compare"] for item in reasons().values() if item.billable}
    assert billable == {"FailedOperation.CompareLowSimilarity"}


def test_outside_the_vocabulary_is_an_error() -> None:
    assert code("spoof", "silent") == "FailedOperation.SilentPictureLiveFail"
    with pytest.raises(KeyError):
        reason("unheard_of")
    with pytest.raises(KeyError):
        code("spoof", "still")
