"""Every code, common or of a built action: provoked by a test, or out of reach; never both."""

import re
from pathlib import Path

import pytest
from docs import errors_table, result_codes
from tests import pages

from countenance.contract import catalogue, source

COMMON = source.common()["errors"].keys()
PROVOKED = errors_table.provoked(errors_table.TESTS).keys()
SERVICES = pytest.mark.parametrize("service", result_codes.services())


def test_every_common_code_is_provoked_or_unreachable() -> None:
    unreachable = source.unreachable().keys()
    assert PROVOKED & unreachable == set()
    assert (PROVOKED & COMMON) | unreachable == COMMON


@SERVICES
def test_every_code_of_a_built_action_is_provoked_or_unreachable(service: str) -> None:
    codes = result_codes.codes(service).keys()
    unreachable = source.unreachable(service).keys()
    assert PROVOKED & unreachable == set()
    assert (PROVOKED & codes) | unreachable == codes


def test_no_code_is_provoked_that_the_contract_does_not_have() -> None:
    assert {code for code in PROVOKED - COMMON if not catalogue.is_known(code)} == set()


@pytest.mark.parametrize("part", ["common", *result_codes.services()])
def test_a_code_out_of_reach_says_why(part: str) -> None:
    for code, why in source.unreachable(part).items():
        assert re.fullmatch(r"[A-Z].{30,}\.", why), code


def test_markers_are_read_from_functions_classes_and_cases(tmp_path: Path) -> None:
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_a.py").write_text(
        "CASES = [pytest.param(1, marks=pytest.mark.provokes('B'))]\n"
        "@pytest.mark.parametrize('x', CASES)\n"
        "@pytest.mark.provokes('A', 'C#d')\n"
        "def test_one(x): ...\n"
        "class TestTwo:\n"
        "    @pytest.mark.provokes('A')\n"
        "    async def test_two(self): ...\n"
    )
    assert errors_table.provoked(tmp_path / "tests") == {
        "A": ["`tests/test_a.py` `test_one`", "`tests/test_a.py` `test_two`"],
        "C": ["`tests/test_a.py` `test_one`"],
        "B": ["`tests/test_a.py`"],
    }
    (tmp_path / "tests" / "test_a.py").write_text("pytest.mark.provokes(*CODES)\n")
    with pytest.raises(ValueError, match="in quotes"):
        errors_table.provoked(tmp_path / "tests")


def _rows(page: str) -> list[str]:
    return re.findall(r"^\| `([\w.#]+)` \|", page, re.MULTILINE)


def test_the_pages_have_a_row_for_each_code() -> None:
    folder = pages.DOCS / "reference"
    assert _rows((folder / "errors-table.md").read_text("utf-8")) == sorted(COMMON)
    known = [code for service in result_codes.services() for code in result_codes.codes(service)]
    assert _rows((folder / "result-codes.md").read_text("utf-8")) == known


def test_a_code_that_is_neither_or_both_gives_no_page() -> None:
    services = result_codes.services()
    every = {code: ["a test"] for service in services for code in result_codes.codes(service)}
    with pytest.raises(ValueError, match="needs a test"):
        result_codes.page({})
    with pytest.raises(ValueError, match="needs a test"):
        result_codes.page(every)
