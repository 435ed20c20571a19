import gzip
import io
import re
from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from tests.conftest import jpeg
from tests.e2e.conftest import Visit, Visitor

from countenance.asgi import STATIC

Pixels = NDArray[np.uint8]
COMPARE, CHECK = "Compare the photos", "Check the video"


@pytest.fixture(scope="module")
def other_copy(astronaut: Pixels) -> Pixels:
    """The astronaut again: cropped, enlarged, and (by the test) compressed harder."""
    cropped = astronaut[0:330, 90:380]
    return np.asarray(cv2.resize(cropped, None, fx=1.3, fy=1.3), np.uint8)


@pytest.fixture
def matched(visitor: Visitor, astronaut: Pixels, other_copy: Pixels) -> Callable[..., Visit]:
    """Opens the page and compares two pictures of one person."""

    def compared(*size: int, **context: Any) -> Visit:
        visit = visitor.visit(*size, **context)
        visit.choose("a", "a.jpg", jpeg(astronaut))
        visit.choose("b", "b.jpg", jpeg(other_copy, 70))
        assert visit.check(COMPARE) == "The faces match"
        return visit

    return compared


def test_one_person_in_two_photos(matched: Callable[..., Visit]) -> None:
    page = matched().page
    score = page.get_by_role("img", name=re.compile(r"Likeness: [\d.]+ of 100"))
    label = score.get_attribute("aria-label") or ""
    assert float(label.split()[1]) >= 80
    assert page.locator(".marks .reached").count() == 2
    # Drawn over either picture: 478 points, the features' lines, the box's corners.
    for picture in page.locator("figure.seen").all():
        assert (picture.locator(".drawing .mesh").get_attribute("d") or "").count("M") == 478
        assert picture.locator(".drawing .contour:not(.under)").count() == 1
        assert picture.locator(".drawing .box:not(.under)").count() == 1
        assert "one face found" in (picture.locator("img").get_attribute("alt") or "")
        assert picture.locator(".chip", has_text="Sharpness").is_visible()


def test_two_people(visitor: Visitor, astronaut: Pixels, hopper: Pixels) -> None:
    visit = visitor.visit()
    visit.choose("a", "a.jpg", jpeg(astronaut))
    visit.choose("b", "b.jpg", jpeg(hopper))
    assert visit.check(COMPARE) == "The faces do not match"
    assert visit.page.locator(".reasons li").count() == 1
    assert visit.page.locator(".marks .reached").count() == 0
    assert visit.page.locator(".verdict p").inner_text()
    assert visit.complaints == []


def test_a_photo_without_a_face(visitor: Visitor, astronaut: Pixels) -> None:
    visit = visitor.visit()
    visit.choose("a", "a.jpg", jpeg(astronaut))
    visit.choose("b", "b.jpg", jpeg(np.full((300, 300, 3), 128, np.uint8)))
    assert visit.check(COMPARE) == "No verdict"
    assert visit.page.get_by_text("no face found").count() == 1
    assert visit.page.locator(".gauge").count() == 0


def test_a_live_clip_and_a_photo(visitor: Visitor, astronaut: Pixels, live_clip: bytes) -> None:
    visit = visitor.visit()
    visit.page.get_by_role("radio", name="Check a video").check()
    visit.choose("clip", "clip.mp4", live_clip, "video/mp4")
    visit.choose("photo", "photo.jpg", jpeg(astronaut))
    assert visit.check(CHECK) == "A live person, the one in the photo"
    cells = visit.page.locator(".strip .cell")
    assert cells.count() == 12
    assert visit.page.locator(".strip .best").count() == 1
    assert visit.page.locator("figure.seen").count() == 2
    assert visit.complaints == []
    # The browser has drawn the clip's own pictures into the strip.
    painted = """() => [...document.querySelectorAll(".strip canvas")].every((canvas) =>
        canvas.getContext("2d").getImageData(48, 48, 1, 1).data[3] === 255)"""
    visit.page.wait_for_function(painted)


def test_a_print_is_not_a_live_person(visitor: Visitor, print_clip: bytes) -> None:
    visit = visitor.visit()
    visit.page.get_by_role("radio", name="Check a video").check()
    visit.choose("clip", "clip.mp4", print_clip, "video/mp4")
    assert visit.check(CHECK) == "Not confirmed as a live person"
    assert visit.page.locator(".reasons li").count() >= 1


def test_nothing_comes_from_elsewhere(visitor: Visitor, matched: Callable[..., Visit]) -> None:
    asked: list[str] = []
    context = visitor.browser.new_context()
    page = context.new_page()
    page.on("request", lambda request: asked.append(request.url))
    page.goto(visitor.url)
    page.get_by_role("heading", level=1).wait_for()
    assert len(asked) >= 3
    assert all(url.startswith(visitor.url) for url in asked)
    visit = matched()
    assert visit.complaints == []  # a breach of the content-security policy is a console error


def test_the_first_screen_is_light(built: None) -> None:
    folder = STATIC / "try"
    page = [folder / "index.html", *(folder / "assets").iterdir()]
    assert sum(len(gzip.compress(file.read_bytes())) for file in page) < 60 * 1024


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_narrow_phone(matched: Callable[..., Visit], scheme: str) -> None:
    visit = matched(320, 640, color_scheme=scheme, device_scale_factor=2)
    content, window = visit.width()
    assert content <= window
    visit.page.get_by_role("radio", name="Check a video").check()
    content, window = visit.width()
    assert content <= window


def test_targets_are_large_enough_for_a_thumb(matched: Callable[..., Visit]) -> None:
    page = matched(320, 640).page
    targets = page.locator("button:visible, summary:visible, .modes label:visible").all()
    assert len(targets) >= 8
    for target in targets:
        box = target.bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= 44, target.inner_text()


def test_keyboard_alone(visitor: Visitor, astronaut: Pixels, hopper: Pixels) -> None:
    page = visitor.visit().page
    photos = [jpeg(astronaut), jpeg(hopper)]
    page.on("filechooser", lambda _: None)  # Chromium takes a while to hand choosers over

    def tab_to(name: str) -> None:
        for _ in range(20):
            page.keyboard.press("Tab")
            if name in page.evaluate("document.activeElement.textContent"):
                return
        raise AssertionError(f"{name} cannot be reached")

    page.keyboard.press("Tab")  # the choice of checks
    page.keyboard.press("ArrowRight")
    assert page.get_by_role("heading", name="Photo (optional)").is_visible()
    page.keyboard.press("ArrowLeft")
    for slot, name, data in zip("ab", ("First photo", "Second photo"), photos, strict=True):
        tab_to(f"({name})")
        with page.expect_file_chooser() as chooser:
            page.keyboard.press("Enter")
        chooser.value.set_files({"name": "p.jpg", "mimeType": "image/jpeg", "buffer": data})
        page.locator(f"#{slot}-note", has_text="Ready").wait_for()
    tab_to(COMPARE)
    page.keyboard.press("Enter")
    page.locator("#result-title:focus").wait_for(timeout=60_000)
    tab_to("The answer as JSON")
    page.keyboard.press("Enter")
    assert '"score"' in page.locator("pre").inner_text()


def test_asking_too_early_leads_to_what_is_missing(visitor: Visitor, astronaut: Pixels) -> None:
    visit = visitor.visit()
    visit.choose("a", "a.jpg", jpeg(astronaut))
    visit.page.get_by_role("button", name=COMPARE).click()
    assert visit.page.evaluate("document.activeElement.id") == "b-choose"
    assert visit.page.get_by_role("status").inner_text() == "Choose the second photo."


@pytest.mark.parametrize(("scheme", "low", "high"), [("light", 200, 255), ("dark", 0, 60)])
def test_light_and_dark(visitor: Visitor, scheme: str, low: int, high: int) -> None:
    shot = visitor.visit(color_scheme=scheme).page.screenshot()
    grey = np.asarray(Image.open(io.BytesIO(shot)).convert("L"))
    assert low <= float(np.median(grey)) <= high


@pytest.mark.parametrize(("contrast", "scheme"), [("no-preference", "light"), ("more", "dark")])
def test_no_accessibility_violation(
    matched: Callable[..., Visit], axe: str, live_clip: bytes, scheme: str, contrast: str
) -> None:
    visit = matched(color_scheme=scheme, contrast=contrast, reduced_motion="reduce")
    assert violations(visit, axe) == []
    visit.page.get_by_role("radio", name="Check a video").check()
    visit.choose("clip", "clip.mp4", live_clip, "video/mp4")
    visit.check(CHECK)
    for summary in visit.page.locator("summary").all():
        summary.click()
    assert violations(visit, axe) == []


def violations(visit: Visit, axe: str) -> list[str]:
    """What axe-core finds against WCAG 2.2 A and AA and its own best practices."""
    visit.page.evaluate(axe)
    found = visit.page.evaluate("axe.run()")
    return [
        f"{rule['id']}: {node['html'][:160]} {node['failureSummary']}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]


def test_a_lost_connection_loses_nothing(
    visitor: Visitor, astronaut: Pixels, hopper: Pixels
) -> None:
    visit = visitor.visit()
    visit.choose("a", "a.jpg", jpeg(astronaut))
    visit.choose("b", "b.jpg", jpeg(hopper))
    visit.page.context.set_offline(True)
    visit.page.get_by_role("button", name=COMPARE).click()
    alert = visit.page.get_by_role("alert").filter(has_text="offline")
    alert.wait_for()
    assert "still here" in alert.inner_text()
    visit.page.context.set_offline(False)
    assert visit.check("Send again") == "The faces do not match"


def test_a_stalled_upload_gives_up_and_can_be_sent_again(
    visitor: Visitor, astronaut: Pixels, hopper: Pixels
) -> None:
    visit = visitor.visit()
    visit.page.clock.install()
    visit.page.route("**/try/compare", lambda route: None)  # an answer that never comes
    visit.choose("a", "a.jpg", jpeg(astronaut))
    visit.choose("b", "b.jpg", jpeg(hopper))
    visit.page.get_by_role("button", name=COMPARE).click()
    visit.page.get_by_role("button", name="Cancel").wait_for()
    visit.page.clock.fast_forward(90_000)
    visit.page.get_by_role("alert").filter(has_text="nothing moved").wait_for()
    visit.page.unroute("**/try/compare")
    assert visit.check("Send again") == "The faces do not match"


def test_a_server_fault_is_told(visitor: Visitor, astronaut: Pixels) -> None:
    visit = visitor.visit()
    visit.page.route("**/try/compare", lambda route: route.fulfill(status=500, body="<html>"))
    visit.choose("a", "a.jpg", jpeg(astronaut))
    visit.choose("b", "b.jpg", jpeg(astronaut))
    visit.page.get_by_role("button", name=COMPARE).click()
    visit.page.get_by_role("alert").filter(has_text="status 500").wait_for()


def test_the_server_explains_what_it_cannot_read(visitor: Visitor, astronaut: Pixels) -> None:
    visit = visitor.visit()
    visit.page.get_by_role("radio", name="Check a video").check()
    visit.choose("clip", "clip.mp4", b"not a video at all" * 100, "video/mp4")
    visit.page.get_by_role("button", name=CHECK).click()
    alert = visit.page.get_by_role("alert").filter(has_text="No answer")
    alert.wait_for()
    assert "video" in alert.inner_text()


def test_the_browser_makes_large_and_foreign_photos_fit(
    visitor: Visitor, astronaut: Pixels
) -> None:
    visit = visitor.visit()
    noise = np.random.default_rng(1).integers(0, 256, (1500, 1500, 3), np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(noise).save(buffer, "PNG", compress_level=0)
    visit.choose("a", "large.png", buffer.getvalue(), "image/png")
    assert "made from 6.4 MB" in visit.page.locator("#a-note").inner_text()
    buffer = io.BytesIO()
    Image.fromarray(astronaut[:, :, ::-1]).save(buffer, "WEBP")
    visit.choose("b", "b.webp", buffer.getvalue(), "image/webp")
    assert "made from" in visit.page.locator("#b-note").inner_text()
    visit.check(COMPARE)


@pytest.mark.parametrize(
    ("slot", "kind", "size", "words"),
    [
        ("photo", "image/heic", 100, "cannot read that file as a photo"),
        ("clip", "text/plain", 100, "not a video"),
        ("clip", "video/mp4", 8 * 1024 * 1024 + 1, "the most is 8 MB"),
    ],
)
def test_an_unusable_file_is_explained_at_once(
    visitor: Visitor, slot: str, kind: str, size: int, words: str
) -> None:
    page = visitor.visit().page
    page.get_by_role("radio", name="Check a video").check()
    page.set_input_files(f"#{slot}-file", {"name": "file", "mimeType": kind, "buffer": bytes(size)})
    page.get_by_role("alert").filter(has_text=words).wait_for()
    assert page.locator(f"#{slot}-note").inner_text().startswith("Ready") is False
