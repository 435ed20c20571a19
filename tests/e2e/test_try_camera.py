from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from numpy.typing import NDArray
from tests.conftest import jpeg
from tests.e2e.conftest import ANSWER_MS, Visit, Visitor, chromium
from tests.e2e.footage import Camera
from tests.serving import Running

if TYPE_CHECKING:
    from playwright.sync_api import Playwright

Folders = pytest.TempPathFactory


@pytest.fixture(scope="module")
def filmed(
    play: "Playwright", built: None, server: Running, live_film: Path, tmp_path_factory: Folders
) -> Iterator[Visitor]:
    """A browser whose camera shows the simulated astronaut, and whose person allows it."""
    camera = Camera(tmp_path_factory.mktemp("camera"))
    camera.show(live_film)
    with chromium(play, *camera.options) as browser:
        yield Visitor(browser, server.url)


def take(visit: Visit, opener: str, action: str, use: str) -> None:
    """Go through the camera dialog."""
    page = visit.page
    page.get_by_role("button", name=opener).click()
    dialog = page.get_by_role("dialog")
    shutter = dialog.get_by_role("button", name=action)
    page.locator(".viewfinder .oval").wait_for()
    shutter.click()
    dialog.get_by_role("button", name=use).click()
    page.locator("dialog").wait_for(state="detached")


def focused(visit: Visit) -> str:
    """What stands on the control that has the focus."""
    return str(visit.page.evaluate("document.activeElement.textContent"))


def test_a_clip_and_a_photo_from_the_camera(filmed: Visitor, astronaut: NDArray[np.uint8]) -> None:
    visit = filmed.visit()
    visit.page.get_by_role("radio", name="Check a video").check()
    take(visit, "Record 3 seconds (Video)", "Record 3 seconds", "Use this video")
    visit.page.locator("#clip-note", has_text="Ready").wait_for()
    assert focused(visit).startswith("Record 3 seconds")
    visit.choose("photo", "photo.jpg", jpeg(astronaut))
    with visit.page.expect_response("**/verify", timeout=ANSWER_MS) as answered:
        assert visit.check("Check the video") == "A live person, the one in the photo"
    # A busy machine may record fewer pictures than the 12 that are looked at: each is drawn.
    seen = len(answered.value.json()["frames"])
    assert 5 <= seen <= 12
    assert visit.page.locator(".strip .cell").count() == seen

    visit.page.get_by_role("radio", name="Compare two photos").check()
    visit.choose("a", "a.jpg", jpeg(astronaut))
    take(visit, "Use the camera (Second photo)", "Take the photo", "Use this photo")
    visit.page.locator("#b-note", has_text="Ready").wait_for()
    assert visit.check("Compare the photos") == "The faces match"
    assert visit.complaints == []


def test_the_camera_goes_off_with_the_dialog(filmed: Visitor, axe: str) -> None:
    visit = filmed.visit(320, 640)
    page = visit.page
    page.evaluate(
        """() => {
            const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
            navigator.mediaDevices.getUserMedia = async (wanted) =>
                (window.opened = await open(wanted));
        }"""
    )
    page.get_by_role("button", name="Use the camera (First photo)").click()
    page.locator(".viewfinder .oval").wait_for()
    content, window = visit.width()
    assert content <= window
    page.evaluate(axe)
    assert page.evaluate("axe.run().then((found) => found.violations.map((rule) => rule.id))") == []
    states = "opened.getTracks().map((track) => [track.kind, track.readyState])"
    assert page.evaluate(states) == [["video", "live"]]
    page.keyboard.press("Escape")
    page.locator("dialog").wait_for(state="detached")
    # The dialog leaves the page and the camera is let go in the same breath, in either order.
    page.wait_for_function(f'JSON.stringify({states}) === \'[["video","ended"]]\'', timeout=5000)
    assert focused(visit).startswith("Use the camera")


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ("NotAllowedError", "was not allowed to use the camera"),
        ("NotFoundError", "No camera was found"),
        ("NotReadableError", "Another program may be using it"),
    ],
)
def test_a_camera_fault_leads_to_a_file(visitor: Visitor, fault: str, words: str) -> None:
    page = visitor.visit().page
    page.evaluate(
        """(fault) => {
            navigator.mediaDevices.getUserMedia = async () => {
                throw new DOMException("made", fault);
            };
        }""",
        fault,
    )
    page.get_by_role("button", name="Use the camera (First photo)").click()
    page.get_by_role("dialog").get_by_text(words).wait_for()
    with page.expect_file_chooser():
        page.get_by_role("dialog").get_by_role("button", name="Choose a file").click()
    page.locator("dialog").wait_for(state="detached")


def test_a_browser_that_offers_no_camera(visitor: Visitor) -> None:
    page = visitor.visit().page
    page.evaluate("Object.defineProperty(navigator, 'mediaDevices', { value: undefined })")
    page.get_by_role("button", name="Use the camera (First photo)").click()
    page.get_by_role("dialog").get_by_text("offers no camera").wait_for()
