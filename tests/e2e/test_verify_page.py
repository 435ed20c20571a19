"""A verification in the browser, from the merchant's request to the merchant's result."""

import base64
import io
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import av
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from tests.conftest import jpeg
from tests.e2e.merchant import Merchant
from tests.e2e.walk import JUDGED, Booth, Walk, violations
from tests.serving import Running

Tell = Callable[[str, object], None]
LIMIT_REACHED, LEFT, LOW_SIMILARITY = 16, 1410, 2016


def rate(video: str) -> float:
    """Pictures a second of a recording in base64."""
    with av.open(io.BytesIO(base64.b64decode(video))) as file:
        times = [float(frame.time) for frame in file.decode(video=0)]
    return (len(times) - 1) / (times[-1] - times[0])


def test_the_demo_link_passes_a_live_person(
    booth: Booth, merchant: Merchant, served: Running, axe: str, record_property: Tell
) -> None:
    with booth.visit(served.demo or "") as walk:
        walk.agree()
        walk.film(guided=True)
        screen, seconds = walk.result()
        assert screen == "passed"
        record_property("recorded fps", walk.fps)
        record_property("seconds to result", seconds)
        token = parse_qs(urlsplit(walk.page.url).query)["token"][0]
        assert walk.complaints == []

        read = merchant.read(token)
        assert (read.ErrorCode, read.ErrorMsg) == (0, "Success")
        (attempt,) = read.VerificationDetailList
        assert (attempt.ErrorCode, attempt.LivenessErrorCode) == (0, 0)
        assert (attempt.CompareErrorCode, attempt.Similarity) == (None, None)
        assert Image.open(io.BytesIO(base64.b64decode(read.BestFrameBase64))).width >= 320
        record_property("stored fps", round(rate(read.VideoBase64), 1))
        assert rate(read.VideoBase64) == pytest.approx(walk.fps, abs=3)

        walk.press("Continue")
        walk.page.get_by_role("heading", name="The merchant reads: verified").wait_for()
        assert violations(walk.page, axe) == []
        assert walk.width()[0] <= walk.width()[1]


def test_a_print_is_refused(booth: Booth, merchant: Merchant, origin: str) -> None:
    link = merchant.apply(f"{origin}/livez", LivenessRetryLimit=1)
    with booth.visit(link.url, "print") as walk:
        walk.agree()
        walk.film()
        assert walk.at(*JUDGED) == "failed"
        said = walk.page.locator("main").inner_text().lower()
        assert not [word for word in ("print", "spoof", "picture of", "fake") if word in said]
    read = merchant.read(link.token)
    assert read.ErrorCode == LIMIT_REACHED
    (attempt,) = read.VerificationDetailList
    assert attempt.ErrorCode in (1002, 1003, 1301, 1302)
    assert attempt.LivenessErrorCode == attempt.ErrorCode


def test_another_person_than_in_the_photo_is_refused(
    booth: Booth, merchant: Merchant, origin: str, hopper: NDArray[np.uint8]
) -> None:
    link = merchant.apply(f"{origin}/livez", photo=jpeg(hopper), LivenessRetryLimit=1)
    with booth.visit(link.url) as walk:
        walk.agree()
        walk.film()
        assert walk.at(*JUDGED) == "failed"
    read = merchant.read(link.token)
    assert read.ErrorCode == LIMIT_REACHED
    (attempt,) = read.VerificationDetailList
    assert (attempt.LivenessErrorCode, attempt.CompareErrorCode) == (0, LOW_SIMILARITY)
    assert 0 < attempt.Similarity < 70


def test_after_a_refusal_the_person_of_the_photo_passes(
    booth: Booth, merchant: Merchant, origin: str, astronaut: NDArray[np.uint8]
) -> None:
    link = merchant.apply(f"{origin}/livez?order=7", photo=jpeg(astronaut), LivenessRetryLimit=3)
    with booth.visit(link.url, "print") as walk:
        walk.agree()
        walk.film()
        assert walk.at(*JUDGED) == "retry"
        assert "2 attempts left" in walk.page.locator("main").inner_text()
        assert walk.page.locator("[data-reason]").count() >= 1
        walk.unplug()
        booth.show("live")
        walk.press("Try again")
        walk.record()
        assert walk.at(*JUDGED) == "passed"
        walk.press("Continue")
        walk.page.wait_for_url(f"{origin}/livez?order=7&token={link.token}")
    read = merchant.read(link.token)
    assert read.ErrorCode == 0
    first, second = read.VerificationDetailList
    assert first.ErrorCode != 0
    assert second.ErrorCode == 0
    assert second.Similarity >= 70


def test_by_keyboard_alone_in_chinese_on_a_narrow_screen(
    booth: Booth, merchant: Merchant, origin: str
) -> None:
    link = merchant.apply(f"{origin}/livez", Language="zh-cn")
    with booth.visit(link.url, viewport={"width": 320, "height": 640}) as walk:
        assert walk.at("start") == "start"
        assert walk.page.locator("html").get_attribute("lang") == "zh-Hans"
        _press_by_key(walk, "开始")
        walk.at("consent")
        _press_by_key(walk, "同意并继续")  # without the tick: the page leads to it
        assert walk.page.get_by_role("alert").filter(has_text="请勾选后继续").is_visible()
        assert walk.page.evaluate("document.activeElement.type") == "checkbox"
        walk.page.keyboard.press("Space")
        _press_by_key(walk, "同意并继续")
        walk.at("primer")
        _press_by_key(walk, "打开摄像头")
        walk.at("framing", "recording")
        assert walk.at(*JUDGED) == "passed"
        assert walk.page.evaluate("document.activeElement.tagName") == "H1"
        _press_by_key(walk, "立即删除")
        walk.page.keyboard.press("Shift+Tab")
        walk.page.keyboard.press("Enter")  # yes, delete
        walk.page.get_by_text("已删除。").wait_for()
        _press_by_key(walk, "继续")
        walk.page.wait_for_url(f"{origin}/livez?token={link.token}")
    read = merchant.read(link.token)
    assert read.ErrorCode == 0
    assert (read.VideoBase64, read.BestFrameBase64) == (None, None)


def _press_by_key(walk: Walk, name: str) -> None:
    """Tab to the button of that name, and press it; no screen is wider than the window."""
    assert walk.width()[0] <= walk.width()[1]
    for _ in range(20):
        walk.page.keyboard.press("Tab")
        if walk.page.evaluate("document.activeElement.textContent").strip() == name:
            walk.page.keyboard.press("Enter")
            return
    raise AssertionError(f"{name} cannot be reached")
