"""Chromium before the real server; what is missing skips a test, or fails it in CI."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from numpy.typing import NDArray
from tests.conftest import missing
from tests.e2e import footage
from tests.serving import Running, serve

from countenance import simulate
from countenance.asgi import STATIC

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Playwright
    from tests.e2e.merchant import Merchant
    from tests.e2e.walk import Booth

WEB = Path(__file__).parents[2] / "web"
ANSWER_MS = 60_000


@dataclass
class Visit:
    """An opened try page, and everything the browser complained of."""

    page: "Page"
    complaints: list[str] = field(default_factory=list)

    def choose(self, slot: str, name: str, data: bytes, kind: str = "image/jpeg") -> None:
        """Put a file into a slot: `a`, `b`, `clip` or `photo`."""
        self.page.set_input_files(f"#{slot}-file", {"name": name, "mimeType": kind, "buffer": data})
        self.page.locator(f"#{slot}-note", has_text="Ready").wait_for()

    def check(self, button: str) -> str:
        """Press the button and give the heading of the result, once it has the focus."""
        self.page.get_by_role("button", name=button).click()
        self.page.locator("#result-title:focus").wait_for(timeout=ANSWER_MS)
        return self.page.locator("#result-title").inner_text()

    def width(self) -> tuple[int, int]:
        """How wide the content is, and how wide the window, in CSS pixels."""
        wide = self.page.evaluate("document.documentElement.scrollWidth")
        return int(wide), int(self.page.evaluate("document.documentElement.clientWidth"))


class Visitor:
    """Opens the page in fresh contexts of one browser."""

    def __init__(self, browser: "Browser", url: str) -> None:
        self.browser = browser
        self.url = url

    def visit(self, width: int = 1280, height: int = 900, **context: Any) -> Visit:
        """The page in a window of this size; further options go to Playwright's context."""
        opened = self.browser.new_context(viewport={"width": width, "height": height}, **context)
        visit = Visit(opened.new_page())
        visit.page.on("console", lambda m: visit.complaints.append(f"{m.type}: {m.text}"))
        visit.page.on("pageerror", lambda e: visit.complaints.append(f"error: {e}"))
        visit.page.goto(self.url)
        visit.page.get_by_role("heading", level=1).wait_for()
        return visit


@contextmanager
def chromium(play: "Playwright", *options: str) -> Iterator["Browser"]:
    """Debian's Chromium, closed at the end."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        missing("chromium (Debian: apt-get install chromium)")
    # Chromium will not put root into its sandbox; containers have no other user.
    plain = ["--no-sandbox"] if os.geteuid() == 0 else []
    browser = play.chromium.launch(executable_path=program, args=[*plain, *options])
    yield browser
    browser.close()


# Not for the whole session: Playwright keeps an event loop running, which asynchronous tests of
# other modules would meet.
@pytest.fixture(scope="module")
def play() -> Iterator["Playwright"]:
    """Playwright, for one module."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        missing("the Python package playwright")
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def built() -> None:
    """The page's files."""
    if not (STATIC / "try" / "index.html").is_file():
        missing("the built page (make web)")


@pytest.fixture(scope="module")
def visitor(play: "Playwright", built: None, server: Running) -> Iterator[Visitor]:
    """A browser without a camera."""
    with chromium(play) as browser:
        yield Visitor(browser, server.url)


@pytest.fixture(scope="session")
def live_film(astronaut: NDArray[np.uint8], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The simulated astronaut before the camera, for longer than a recording takes to begin.

    Where a film begins again there is a cut, for which a recording is refused.
    """
    clip = simulate.bona_fide(astronaut, seed=4, seconds=12, rate=footage.RATE)
    return footage.write(clip, tmp_path_factory.mktemp("films") / "live.y4m")


@pytest.fixture(scope="session")
def print_film(astronaut: NDArray[np.uint8], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A simulated print of the astronaut held before the camera."""
    clip = simulate.print_attack(astronaut, seed=1, seconds=4, rate=footage.RATE)
    return footage.write(clip, tmp_path_factory.mktemp("films") / "print.y4m")


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A server as a telephone in the same network reaches it: https, with its own certificate."""
    if not (STATIC / "verify" / "index.html").is_file():
        missing("the built page (make web)")
    allowed = {"COUNTENANCE_FRAME_ANCESTORS": "https://shop.example"}
    with serve(tmp_path_factory.mktemp("served-tls"), "--tls", **allowed) as running:
        yield running


@pytest.fixture(scope="session")
def merchant(served: Running) -> "Merchant":
    """Who sends people to that server."""
    from tests.e2e.merchant import Merchant

    return Merchant(served)


@pytest.fixture(scope="session")
def origin(served: Running) -> str:
    """The public address of that server."""
    return (served.demo or "").partition("/demo/")[0]


@pytest.fixture(scope="module")
def booth(
    play: "Playwright",
    live_film: Path,
    print_film: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> "Iterator[Booth]":
    """A browser before whose camera stands the astronaut, or a print of her."""
    from tests.e2e.walk import Booth

    films = {"live": live_film, "print": print_film}
    camera = footage.Camera(tmp_path_factory.mktemp("camera"))
    camera.show(live_film)
    with chromium(play, *camera.options) as browser:
        yield Booth(browser, camera, films)


@pytest.fixture(scope="module")
def axe() -> str:
    """The source of axe-core, which the page's own packages pin."""
    script = WEB / "node_modules" / "axe-core" / "axe.min.js"
    if not script.is_file():
        missing("axe-core (npm ci in web/)")
    return script.read_text(encoding="utf-8")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what tests measured: pictures a second that the browser recorded."""
    reports = [r for kind in ("passed", "failed") for r in terminalreporter.getreports(kind)]
    for report in reports:
        for name, value in report.user_properties:
            terminalreporter.write_line(f"{name}: {value} ({report.nodeid})")
