"""The vocabulary of reasons against the contract, and against what the checks can say."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import countenance
from countenance.contract import catalogue
from countenance.reasons import NEUTRAL, Reason, code, for_person, reason, reasons
from countenance.verification import outcome, session

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

# How a session ends without a verdict. The numbers 1409 and 1410 are told in the SDK flow too,
# whose table has none for it.
ENDINGS = {
    "attempts_used": session.EXHAUSTED,
    "timeout": session.TIMED_OUT,
    "user_exit": session.LEFT,
}
# What only a session can come to: recordings and photos that cannot be judged, faults, endings.
SESSION = {
    *outcome.PHOTO.values(),
    *outcome.FAULTS.values(),
    *ENDINGS,
    "video_format",
    "video_missing",
    NEUTRAL,
    "off_centre",  # told before the recording
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
    assert item.codes or item.key in SESSION
    for mode, dotted in item.codes.items():
        assert catalogue.is_known(dotted, SERVICES[mode]), (mode, dotted)


@pytest.mark.parametrize("item", reasons().values(), ids=lambda r: r.key)
def test_every_number_is_in_the_table_of_its_flow(item: Reason) -> None:
    assert str(item.h5) in catalogue.result_codes("web_h5")
    if item.sdk is not None and item.key not in ENDINGS:
        assert str(item.sdk) in catalogue.result_codes("app_sdk")
    else:
        assert item.key in ENDINGS


@pytest.mark.parametrize("item", reasons().values(), ids=lambda r: r.key)
def test_every_reason_has_words_for_a_person(item: Reason) -> None:
    assert item.text.endswith(".")
    assert item.hint.endswith(".")
    assert item.say() == f"{item.text} {item.hint}"
    assert item.say("zh-CN") == f"{item.zh}{item.zh_hint}"
    assert item.zh.endswith("。")
    assert item.zh_hint.endswith("。")
    assert not item.say("zh-CN").isascii()
    assert "spoof" not in (item.text + item.hint).lower()


@pytest.mark.parametrize(("key", "mode"), EMITTED)
def test_what_perception_says_has_a_code_where_it_can_appear(key: str, mode: str) -> None:
    assert mode in reason(key).codes


def test_the_vocabulary_is_what_can_be_said_and_nothing_else() -> None:
    emitted = {key for name in EMITTERS for key in _emitted(SOURCE / name)}
    said = emitted | {key for key, _ in _findings()}
    assert said | SESSION == reasons().keys()
    assert not said & SESSION


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


def test_a_person_is_not_told_which_sign_of_an_attack_was_found() -> None:
    told = {key: for_person(key) for key in reasons()}
    changed = {key for key, other in told.items() if other != key}
    assert changed == {key for key, item in reasons().items() if item.h5 == 1002}
    assert {told[key] for key in changed} == {NEUTRAL}
    script = (Path(__file__).parents[2] / "web" / "ui" / "reasons.ts").read_text("utf-8")
    listed = set(re.findall(r"^  (\w+): \{", script, re.MULTILINE))
    assert listed == reasons().keys() - changed


def test_the_endings_have_their_numbers() -> None:
    assert {key: reason(key).h5 for key in ENDINGS} == ENDINGS


def test_tags_are_of_two_digits() -> None:
    tags = [tag for item in reasons().values() for tag in item.tags.values()]
    assert tags
    assert all(re.fullmatch(r"0[1-9]|1[0-4]", tag) for tag in tags)
