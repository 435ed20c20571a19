"""What goes wrong between a person and the page: connection, devices, time, and going away."""

import sqlite3
from typing import TYPE_CHECKING

import pytest
from tencentcloud.common.exception.tencent_cloud_sdk_exception import TencentCloudSDKException
from tests.e2e.merchant import Merchant
from tests.e2e.walk import JUDGED, Booth, Walk, expect_share
from tests.serving import Running

if TYPE_CHECKING:
    from playwright.sync_api import Request, Route

LEFT, TIMED_OUT = 1410, 1409
NOBODY = "00000000-0000-4000-8000-000000000000"


def test_a_connection_that_breaks_during_the_upload(
    booth: Booth, merchant: Merchant, origin: str
) -> None:
    link = merchant.apply(f"{origin}/livez")
    arrived: list[str] = []
    cuts: list[str] = []

    def note(request: "Request") -> None:
        if request.method == "PUT":
            arrived.append(request.url.rpartition("/")[2])

    def cut(route: "Route") -> None:
        """Lose the second chunk on its way, and with it the connection."""
        if cuts:
            route.continue_()
        else:
            cuts.append(route.request.url)
            route.abort("connectionreset")
            walk.context.set_offline(True)

    with booth.visit(link.url) as walk:
        walk.agree()
        walk.page.on("requestfinished", note)
        walk.page.route("**/recording/1", cut)
        walk.film()
        walk.at("upload")
        alert = walk.page.get_by_role("alert").filter(has_text="Your video is still here")
        alert.wait_for()
        expect_share(walk.page, 1, 60)  # one chunk of several, and it stays there
        walk.context.set_offline(False)
        assert walk.at(*JUDGED) == "passed"
        assert alert.count() == 0
    assert arrived == [str(n) for n in range(len(arrived))]  # each once, in order
    assert len(arrived) >= 4
    assert merchant.read(link.token).ErrorCode == 0


def test_a_second_device_asks_before_it_takes_over(
    booth: Booth, merchant: Merchant, origin: str
) -> None:
    link = merchant.apply(f"{origin}/livez")
    with booth.visit(link.url) as first:
        first.at("start")
        with booth.visit(link.url) as second:
            second.at("in_use")
            first.press("Start")  # the first one goes on undisturbed
            first.at("consent")
            second.press("Continue here")
            second.agree()
            first.page.get_by_role("checkbox").check()
            first.press("Agree and go on")
            first.at("taken_over")
            second.press("Leave the check")
            second.at("leaving")
            second.press("Yes, leave")
            second.at("left")
    assert merchant.read(link.token).ErrorCode == LEFT


def test_leaving_is_asked_about_and_final(booth: Booth, merchant: Merchant, origin: str) -> None:
    link = merchant.apply(f"{origin}/livez")
    with booth.visit(link.url) as walk:
        walk.agree()
        walk.press("Leave the check")
        walk.at("leaving")
        walk.press("No, go on")
        walk.at("primer")
        walk.press("Leave the check")
        walk.press("Yes, leave")
        walk.at("left")
        walk.page.reload()
        walk.at("left")  # the device that left may still see that it did
    with booth.visit(link.url) as stranger:
        stranger.at("unavailable")
    read = merchant.read(link.token)
    assert read.ErrorCode == LEFT
    assert not read.VideoBase64


def test_declining_records_nothing(booth: Booth, merchant: Merchant, origin: str) -> None:
    link = merchant.apply(f"{origin}/livez")
    with booth.visit(link.url) as walk:
        walk.at("start")
        walk.press("Start")
        walk.at("consent")
        walk.press("Decline")
        walk.at("declined")
        walk.page.get_by_role("heading", name="What was kept").wait_for()
        assert "Video" not in walk.page.locator(".kept").inner_text()
    assert merchant.read(link.token).ErrorCode == LEFT


def test_links_that_cannot_be_used_look_alike(
    booth: Booth, merchant: Merchant, origin: str, served: Running
) -> None:
    link = merchant.apply(f"{origin}/livez")
    _expire_newest(served)
    unknown = link.url.replace(link.token, NOBODY)
    said = set()
    for url in (link.url, unknown, link.url.partition("?")[0]):
        with booth.visit(url) as walk:
            walk.at("unavailable")
            said.add(_words(walk))
    assert len(said) == 1
    assert _refusal(merchant, link.token) == "InvalidParameterValue.BizTokenExpired"
    assert _refusal(merchant, NOBODY) == "InvalidParameterValue.BizTokenIllegal"


def test_the_time_for_a_recording_is_told_and_ends(
    booth: Booth, merchant: Merchant, origin: str
) -> None:
    link = merchant.apply(f"{origin}/livez", LivenessTimeout=4)
    with booth.visit(link.url) as walk:
        walk.page.route("**/look", lambda route: route.abort())  # so that nothing is recorded
        walk.agree()
        walk.film(guided=True)
        walk.page.get_by_text("seconds left").wait_for()
        walk.at("timed_out", "left")
    assert merchant.read(link.token).ErrorCode == TIMED_OUT


def _refusal(merchant: Merchant, token: str) -> str:
    with pytest.raises(TencentCloudSDKException) as refused:
        merchant.read(token)
    return str(refused.value.code)


def _words(walk: Walk) -> str:
    return walk.page.locator("main").inner_text()


def _expire_newest(server: Running) -> None:
    """Set back the clock of the session that was made last; nobody waits two hours here."""
    database = sqlite3.connect(server.folder / "data" / "countenance.db", timeout=30)
    with database:
        database.execute(
            "UPDATE sessions SET begin_until = created WHERE created = "
            "(SELECT max(created) FROM sessions)"
        )
    database.close()
