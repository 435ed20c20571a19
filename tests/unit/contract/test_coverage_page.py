from pathlib import Path

from countenance.actions import handlers
from countenance.contract.coverage import page

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "coverage.md"


def test_the_committed_page_is_what_the_actions_give():
    assert PAGE.read_text() == page(set(handlers())), "run `make generate`"
