"""Every common error code: provoked by a test, or said to be out of reach; never both."""

import re
from pathlib import Path

import pytest
from docs import errors_table
from tests import pages

from countenance.contract import source

CODES = source.common()["errors"].keys()


def test_every_common_code_is_provoked_or_unreachable_and_no_other_is() -> None:
    provoked = errors_table.provoked(errors_table.TESTS).keys()
    unreachable = source.unreachable().keys()
    assert provoked & unreachable == set()
    assert provoked | unreachable == CODES


def test_a_code_out_of_reach_says_why() -> None:
    for code, why in source.unreachable().items():
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


def test_the_page_has_a_row_for_each_code() -> None:
    page = (pages.DOCS / "reference" / "errors-table.md").read_text("utf-8")
    assert re.findall(r"^\| `([\w.#]+)` \|", page, re.MULTILINE) == sorted(CODES)
