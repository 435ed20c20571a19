"""The page in a frame of the merchant's own page, which is another site."""

from typing import TYPE_CHECKING

from tests.e2e.merchant import Merchant
from tests.e2e.walk import PHONE, Booth

if TYPE_CHECKING:
    from playwright.sync_api import Page, Route

SHOP = "https://shop.example"
STRANGER = "https://stranger.example"
FRAME = """<!doctype html><title>Shop</title>
<script>
window.told = [];
addEventListener("message", (event) => told.push([event.origin, event.data]));
</script>
<iframe src="{url}" allow="camera" width="380" height="700"></iframe>"""


def test_a_page_that_may_frame_it_is_told_how_it_ended(
    booth: Booth, merchant: Merchant, origin: str
) -> None:
    link = merchant.apply(f"{SHOP}/done?order=7")
    booth.show("live")
    page = _open(booth, SHOP, link.url)
    inside = page.frame_locator("iframe")
    inside.get_by_role("button", name="Start").click()
    inside.get_by_role("checkbox").check()
    inside.get_by_role("button", name="Agree and go on").click()
    inside.get_by_role("button", name="Turn on the camera").click()
    inside.locator("main[data-screen=framing]").wait_for()  # the frame may use the camera
    inside.get_by_role("button", name="Leave the check").click()
    inside.get_by_role("button", name="Yes, leave").click()
    inside.locator("main[data-screen=left]").wait_for()
    (told,) = page.evaluate("told")
    redirect = f"{SHOP}/done?order=7&token={link.token}"
    assert told == [
        origin,
        {"type": "countenance.finished", "state": "left", "redirect": redirect},
    ]
    page.context.close()


def test_no_other_page_may_frame_it(booth: Booth, merchant: Merchant) -> None:
    link = merchant.apply(f"{SHOP}/done")
    page = _open(booth, STRANGER, link.url)
    refused = page.frames[1]
    assert refused.url.startswith("chrome-error:")
    assert refused.locator("main").count() == 0
    page.context.close()


def _open(booth: Booth, site: str, url: str) -> "Page":
    """A page of that site, which is not there: its one answer is given here."""
    context = booth.browser.new_context(viewport=PHONE, ignore_https_errors=True)
    page = context.new_page()

    def answer(route: "Route") -> None:
        route.fulfill(content_type="text/html", body=FRAME.replace("{url}", url))

    page.route(f"{site}/**", answer)
    page.goto(f"{site}/check")
    return page
