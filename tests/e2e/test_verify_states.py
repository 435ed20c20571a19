"""Every state of the page: nothing that axe-core finds, and nothing wider than a narrow screen."""

from collections.abc import Callable

from tests.e2e.merchant import Merchant
from tests.e2e.states import States
from tests.e2e.walk import Booth, violations

Tell = Callable[[str, object], None]
NARROW = {"width": 320, "height": 640}
# web/verify/screens.ts, and the forms that some of its screens have.
EXPECTED = {
    "loading", "start", "leaving", "consent", "consent-needed", "primer", "asking",
    "camera-denied", "camera-none", "camera-busy", "camera-small", "framing", "framing-dark",
    "recording", "upload", "upload-offline", "verifying", "verifying-slow", "retry", "passed",
    "delete-asked", "deleted", "failed", "in-use", "taken-over", "left", "declined", "timed-out",
    "unavailable", "broken", "outdated", "unreachable", "unsupported-camera",
    "unsupported-recorder", "unsupported-https",
}  # fmt: skip


def test_no_state_has_an_accessibility_violation_or_needs_a_wide_screen(
    booth: Booth,
    merchant: Merchant,
    origin: str,
    axe: str,
    record_property: Callable[[str, object], None],
) -> None:
    found: dict[str, list[str]] = {}
    schemes = ("light", "dark")
    for number, (name, page) in enumerate(States(booth, merchant, origin).all(viewport=NARROW)):
        # Each state in one of the two: their colours are the same everywhere.
        page.emulate_media(color_scheme=schemes[number % 2], reduced_motion="reduce")
        faults = violations(page, axe)
        wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        found[name] = faults + ([f"{wide} px too wide"] if wide > 0 else [])
    record_property("states", len(found))
    assert {name: faults for name, faults in found.items() if faults} == {}
    assert set(found) == EXPECTED
