"""Every state that the page of a verification can show, brought about one after another.

What a test does in each (accessibility) and what is done for the documentation (pictures) share
this walk. Answers of the server are held back or lost on their way where a state is over too soon
to be looked at; none is made up.
"""

import io
import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from PIL import Image, ImageEnhance
from tests.e2e.merchant import Merchant
from tests.e2e.walk import JUDGED, Booth, Walk

if TYPE_CHECKING:
    from playwright.sync_api import Page, Route

State = tuple[str, "Page"]
RECORDING = 5.0  # seconds, so that a recording can be looked at
NOBODY = "00000000-0000-4000-8000-000000000000"
# Before the page's own script: a camera that can be made slow, faulty or small.
CAMERA = """
const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
navigator.mediaDevices.getUserMedia = async (wanted) => {
    if (window.hold) await new Promise((go) => { window.goOn = go; });
    if (window.fault) throw new DOMException("made", window.fault);
    if (!window.small) return await open(wanted);
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [160, 120];
    canvas.getContext("2d").fillRect(0, 0, 160, 120);
    return canvas.captureStream(15);
};
"""


class Held:
    """Requests to `pattern` that wait until they are let go."""

    def __init__(self, page: "Page", pattern: str) -> None:
        self._waiting: list[Route] | None = []
        page.route(pattern, self._take)

    def release(self) -> None:
        """Let those that wait go on, and hold no more."""
        waiting, self._waiting = self._waiting or [], None
        for route in waiting:
            route.continue_()

    def _take(self, route: "Route") -> None:
        if self._waiting is None:
            route.continue_()
        else:
            self._waiting.append(route)


class States:
    """The states in groups; each group is one link, or none."""

    def __init__(self, booth: Booth, merchant: Merchant, origin: str) -> None:
        self._booth, self._merchant, self._origin = booth, merchant, origin

    def all(self, **context: Any) -> Iterator[State]:
        """Every state by name, its page as it is; `context` goes to each browser context."""
        for group in (
            self.before_the_camera,
            self.attempts,
            self.refused,
            self.two_devices,
            self.other_ends,
            self.no_check,
        ):
            yield from group(**context)

    def before_the_camera(self, **context: Any) -> Iterator[State]:
        """From the first moment to the framing, with all that can be wrong with a camera."""
        with self._visit(self._link(), **context) as walk:
            page = walk.page
            walk.at("start")
            page.add_init_script(CAMERA)
            begin = Held(page, "**/begin")
            page.reload(wait_until="commit")
            yield self._shown(walk, "loading")
            begin.release()
            yield self._shown(walk, "start")
            walk.press("Leave the check")
            yield self._shown(walk, "leaving")
            walk.press("No, go on")
            walk.at("start")
            walk.press("Start")
            yield self._shown(walk, "consent")
            walk.press("Agree and go on")
            yield self._shown(walk, "consent", "consent-needed")
            page.get_by_role("checkbox").check()
            walk.press("Agree and go on")
            yield self._shown(walk, "primer")
            for fault, name in (
                ("NotAllowedError", "denied"),
                ("NotFoundError", "none"),
                ("NotReadableError", "busy"),
            ):
                page.evaluate("(fault) => { window.fault = fault; }", fault)
                walk.press("Turn on the camera" if fault == "NotAllowedError" else "Try again")
                yield self._shown(walk, "no_camera", f"camera-{name}")
            page.evaluate("() => { window.fault = null; window.small = true; }")
            walk.press("Try again")
            walk.page.get_by_role("heading", name="too small").wait_for()
            yield self._shown(walk, "no_camera", "camera-small")
            page.evaluate("() => { window.small = false; window.hold = true; }")
            walk.press("Try again")
            yield self._shown(walk, "asking")
            page.route("**/look", lambda route: route.abort())
            page.evaluate("() => { window.hold = false; window.goOn(); }")
            yield self._shown(walk, "framing")
            page.unroute("**/look")
            page.route("**/look", _darken)
            page.locator("[data-hint=too_dark]").wait_for()
            yield self._shown(walk, "framing", "framing-dark")

    def attempts(self, **context: Any) -> Iterator[State]:
        """A recording that is refused, then one that passes, and what was kept."""
        with self._visit(self._link(LivenessRetryLimit=9), "print", **context) as walk:
            page = walk.page
            page.route("**/challenge", _lengthen)
            walk.agree()
            sending = Held(page, "**/recording/*")
            walk.film()
            yield self._shown(walk, "recording")
            walk.at("upload")
            yield self._shown(walk, "upload")
            walk.context.set_offline(True)
            sending.release()
            page.get_by_role("alert").filter(has_text="Your video is still here").wait_for()
            yield self._shown(walk, "upload", "upload-offline")
            judging = Held(page, "**/status*")
            walk.context.set_offline(False)
            yield self._shown(walk, "verifying")
            page.get_by_text("Still checking").wait_for()
            yield self._shown(walk, "verifying", "verifying-slow")
            judging.release()
            yield self._shown(walk, "retry")
            page.unroute("**/challenge")
            self._pass(walk)
            page.get_by_role("heading", name="What was kept").wait_for()
            yield self._shown(walk, "passed")
            walk.press("Delete it now")
            yield self._shown(walk, "passed", "delete-asked")
            walk.press("Yes, delete")
            page.get_by_text("Nothing of you is stored any more").wait_for()
            yield self._shown(walk, "passed", "deleted")

    def refused(self, **context: Any) -> Iterator[State]:
        """The end of a check whose last attempt was refused."""
        with self._visit(self._link(LivenessRetryLimit=1), "print", **context) as walk:
            walk.agree()
            walk.film()
            walk.at("failed")
            walk.page.get_by_role("heading", name="What was kept").wait_for()
            yield self._shown(walk, "failed")

    def two_devices(self, **context: Any) -> Iterator[State]:
        """One link on two devices, and leaving."""
        link = self._link()
        with self._visit(link, **context) as first, self._visit(link, **context) as second:
            first.at("start")
            second.page.reload()  # it may have been the quicker one
            first_has_it = second.at("in_use", "start") == "in_use"
            owner, other = (first, second) if first_has_it else (second, first)
            other.page.reload()
            yield self._shown(other, "in_use")
            other.press("Continue here")
            other.at("start")
            owner.press("Start")
            owner.at("consent")
            owner.press("Decline")
            yield self._shown(owner, "taken_over")
            other.press("Leave the check")
            other.press("Yes, leave")
            yield self._shown(other, "left")

    def other_ends(self, **context: Any) -> Iterator[State]:
        """Declined, out of time, and a link that is of no use."""
        with self._visit(self._link(), **context) as walk:
            walk.at("start")
            walk.press("Start")
            walk.at("consent")
            walk.press("Decline")
            yield self._shown(walk, "declined")
        with self._visit(self._link(LivenessTimeout=1), **context) as walk:
            walk.page.route("**/look", lambda route: route.abort())
            walk.agree()
            walk.film(guided=True)
            yield self._shown(walk, "timed_out")
        with self._visit(f"{self._origin}/reflect/?token={NOBODY}", **context) as walk:
            yield self._shown(walk, "unavailable")

    def no_check(self, **context: Any) -> Iterator[State]:
        """No connection, a server that is in trouble, a page of yesterday, a poor browser."""
        link = self._link()
        with self._visit(link, **context) as walk:
            page = walk.page
            walk.at("start")
            page.route("**/begin", lambda route: route.fulfill(status=400, body="<html>"))
            page.reload()
            yield self._shown(walk, "broken")
            page.unroute("**/begin")
            page.route("**/begin", _outdate)
            walk.press("Try again")
            walk.at("start")
            walk.press("Start")
            yield self._shown(walk, "consent", "outdated")
            page.unroute("**/begin")
            page.route("**/begin", lambda route: route.abort())
            page.clock.install()
            page.reload()
            walk.at("loading")
            for _ in range(8):
                page.clock.fast_forward(9000)
                page.wait_for_timeout(100)
            yield self._shown(walk, "unreachable")
        for lack, script in (
            ("camera", "Object.defineProperty(navigator, 'mediaDevices', { value: undefined })"),
            ("recorder", "delete window.MediaRecorder"),
            ("https", "Object.defineProperty(window, 'isSecureContext', { value: false })"),
        ):
            with self._visit(link, **context) as walk:
                walk.page.add_init_script(script)
                walk.page.reload()
                yield self._shown(walk, "unsupported", f"unsupported-{lack}")

    def _pass(self, walk: Walk) -> None:
        """Try again as the living person, from the beginning of the film, until it is believed."""
        for _ in range(5):
            walk.unplug()
            self._booth.show("live")
            walk.press("Try again")
            walk.record()
            if walk.at(*JUDGED) == "passed":
                return
        raise AssertionError("the simulated person was not believed in five attempts")

    def _link(self, **config: Any) -> str:
        return self._merchant.apply(f"{self._origin}/livez", **config).url

    def _visit(self, url: str, film: str = "live", **context: Any) -> Any:
        return self._booth.visit(url, film, **context)

    def _shown(self, walk: Walk, screen: str, name: str = "") -> State:
        walk.at(screen)
        return name or screen.replace("_", "-"), walk.page


def _darken(route: "Route") -> None:
    """Send on a darker picture than the camera gave."""
    picture = Image.open(io.BytesIO(route.request.post_data_buffer or b""))
    dark = io.BytesIO()
    ImageEnhance.Brightness(picture).enhance(0.12).save(dark, "JPEG")
    route.continue_(post_data=dark.getvalue())


def _lengthen(route: "Route") -> None:
    _change(route, lambda view: view["challenge"].update(record_seconds=RECORDING))


def _outdate(route: "Route") -> None:
    _change(route, lambda view: view["consent"].update(version="0"))


def _change(route: "Route", change: Any) -> None:
    answer = route.fetch()
    view = answer.json()
    if answer.ok:
        change(view)
    route.fulfill(response=answer, body=json.dumps(view))
