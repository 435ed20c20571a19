from pathlib import Path

import pytest
from tests.needs import missing
from tests.page_weight import ALL_BUT_DETECTOR, FIRST_SCREEN, first_screen, weigh

from countenance.asgi import STATIC


@pytest.fixture(scope="module")
def folder() -> Path:
    """The built page of the person who verifies."""
    if not (STATIC / "verify" / "index.html").is_file():
        missing("the built page (make web)")
    return STATIC / "verify"


def test_the_page_is_light(folder: Path) -> None:
    weights = weigh(folder)
    first = first_screen(folder)
    assert len(first) >= 3  # the page, its script, its style
    assert sum(weights[name] for name in first) <= FIRST_SCREEN
    assert sum(weights.values()) <= ALL_BUT_DETECTOR


def test_the_page_asks_nobody_else_and_holds_no_inline_code(folder: Path) -> None:
    page = (folder / "index.html").read_text("utf-8")
    assert "http://" not in page
    assert "https://" not in page
    assert "<style" not in page
    assert " style=" not in page
    for script in page.split("<script")[1:]:
        assert "></script>" in script  # its code is in a file
