"""One person's walk through the page of a verification, and what the browser had to say of it."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from playwright.sync_api import expect
from tests.e2e.footage import Camera

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

PHONE = {"width": 390, "height": 760}
SCREEN_MS = 60_000
# So that a test can stop what the camera gives, as a telephone does that is put away.
STREAMS = """
window.streams = [];
const devices = navigator.mediaDevices;
const get = devices.getUserMedia.bind(devices);
devices.getUserMedia = async (wanted) => {
    const stream = await get(wanted);
    window.streams.push(stream);
    return stream;
};
"""
JUDGED = ("passed", "failed", "retry")


class Walk:
    """A page in a context of its own; every screen is waited for by its name."""

    def __init__(self, browser: "Browser", url: str, **context: Any) -> None:
        options = {"viewport": PHONE, "ignore_https_errors": True} | context
        self.context = browser.new_context(**options)
        self.page: Page = self.context.new_page()
        self.page.add_init_script(STREAMS)
        self.complaints: list[str] = []
        self.asked: list[str] = []
        self.page.on("console", lambda m: self.complaints.append(f"{m.type}: {m.text}"))
        self.page.on("pageerror", lambda e: self.complaints.append(f"error: {e}"))
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.goto(url)

    def at(self, *screens: str) -> str:
        """The first of these screens that shows."""
        wanted = ", ".join(f"main[data-screen={name}]" for name in screens)
        shown = self.page.locator(wanted)
        shown.wait_for(timeout=SCREEN_MS)
        return shown.get_attribute("data-screen") or ""

    def press(self, name: str) -> None:
        """Press the button of that name."""
        self.page.get_by_role("button", name=name, exact=True).click()

    def agree(self) -> None:
        """From the start page past the consent."""
        self.at("start")
        self.press("Start")
        self.at("consent")
        self.page.get_by_role("checkbox").check()
        self.press("Agree and go on")
        self.at("primer")

    def film(self, *, guided: bool = False) -> None:
        """Turn the camera on and record at once; guided: when the page likes the picture."""
        self.press("Turn on the camera")
        self.record(guided=guided)

    def record(self, *, guided: bool = False) -> None:
        """Record, now that the camera is being turned on."""
        self.at("framing", "recording")
        if not guided:
            self.press("Record now")

    def result(self) -> tuple[str, float]:
        """Where the recording led, and how many seconds after it had ended."""
        self.at("upload", "verifying", *JUDGED)
        begun = time.monotonic()
        return self.at(*JUDGED), round(time.monotonic() - begun, 1)

    def unplug(self) -> None:
        """Stop the camera's stream: the page has to turn it on again, and reads the film anew."""
        self.page.evaluate("streams.forEach((one) => one.getTracks().forEach((t) => t.stop()))")

    @property
    def fps(self) -> float:
        """Pictures a second of the last recording, as the page counted them."""
        return float(self.page.locator("main").get_attribute("data-fps") or 0)

    def breaches(self) -> list[str]:
        """What was asked of another origin, or what the page's own policy forbade."""
        origin = "{0.scheme}://{0.netloc}/".format(urlsplit(self.page.url))
        strange = [url for url in self.asked if not url.startswith((origin, "blob:", "data:"))]
        return strange + [one for one in self.complaints if "Content Security Policy" in one]

    def width(self) -> tuple[int, int]:
        """How wide the content is, and how wide the window, in CSS pixels."""
        wide = self.page.evaluate("document.documentElement.scrollWidth")
        return int(wide), int(self.page.evaluate("document.documentElement.clientWidth"))

    def close(self) -> None:
        """End the visit, the camera's too."""
        self.context.close()


class Booth:
    """A browser with a camera, and what can be put before that."""

    def __init__(self, browser: "Browser", camera: Camera, films: dict[str, Path]) -> None:
        self.browser = browser
        self._camera = camera
        self._films = films

    def show(self, film: str) -> None:
        """Put this before the camera when it is turned on next."""
        self._camera.show(self._films[film])

    @contextmanager
    def visit(self, url: str, film: str = "live", **context: Any) -> Iterator[Walk]:
        """A walk that begins at `url`; nothing in it may break the page's policy."""
        self.show(film)
        walk = Walk(self.browser, url, **context)
        try:
            yield walk
            assert walk.breaches() == []
        finally:
            walk.close()


def violations(page: "Page", axe: str) -> list[str]:
    """What axe-core finds against WCAG 2.2 A and AA and its own best practices."""
    page.evaluate(axe)
    found = page.evaluate("axe.run()")
    return [
        f"{rule['id']}: {node['html'][:160]} {node['failureSummary']}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]


def expect_share(page: "Page", least: int, most: int) -> None:
    """The share of the recording that was sent, in percent, as the page tells it."""
    value = float(page.locator("progress").get_attribute("value") or -1)
    assert least <= value <= most, value


__all__ = ["JUDGED", "PHONE", "SCREEN_MS", "Booth", "Walk", "expect", "expect_share", "violations"]
