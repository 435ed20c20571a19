"""`python docs/screenshots.py [NAME...]`: pictures of every state of the verification page.

One sheet per state: narrow and wide, light and dark. Needs Chromium, a font with Chinese
characters and the built pages (`make tools web models`). The person is simulated from NASA's
portrait of Eileen Collins.
"""

import argparse
import io
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image

if TYPE_CHECKING:
    from playwright.sync_api import Page

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "docs" / "images" / "states"
NARROW, WIDE = (360, 640), (1024, 640)
SCHEMES = ("light", "dark")
GAP = 8


def main() -> int:
    """Write the sheets and print each with its size; status 1 when a named state never showed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", nargs="*", help="which states, by default all")
    wanted = set(parser.parse_args().name)
    sys.path.insert(0, str(ROOT))
    FOLDER.mkdir(parents=True, exist_ok=True)
    made: dict[str, int] = {}
    with tempfile.TemporaryDirectory() as folder:
        for name, page in _states(Path(folder)):
            if wanted and name not in wanted:
                continue
            path = FOLDER / f"{name}.webp"
            _sheet(page).save(path, "WEBP", quality=72, method=6)
            made[name] = path.stat().st_size
            print(f"{path.relative_to(ROOT)}  {made[name]:,} bytes", flush=True)
    print(f"{len(made)} sheets, {sum(made.values()):,} bytes")
    return int(bool(wanted - set(made)))


def _states(folder: Path) -> Any:
    from playwright.sync_api import sync_playwright
    from skimage import data
    from tests.e2e import footage
    from tests.e2e.conftest import chromium
    from tests.e2e.merchant import Merchant
    from tests.e2e.states import States
    from tests.e2e.walk import Booth
    from tests.serving import serve

    from countenance import simulate

    portrait = np.ascontiguousarray(data.astronaut()[:, :, ::-1])
    live = simulate.bona_fide(portrait, seed=4, seconds=12, rate=footage.RATE)
    page = simulate.print_attack(portrait, seed=1, seconds=4, rate=footage.RATE)
    films = {
        "live": footage.write(live, folder / "live.y4m"),
        "print": footage.write(page, folder / "print.y4m"),
    }
    camera = footage.Camera(folder)
    camera.show(films["live"])
    with (
        serve(folder, "--tls") as served,
        sync_playwright() as play,
        chromium(play, *camera.options) as browser,
    ):
        origin = (served.demo or "").partition("/demo/")[0]
        walks = States(Booth(browser, camera, films), Merchant(served), origin)
        yield from walks.all(viewport=dict(zip(("width", "height"), NARROW, strict=True)))


def _sheet(page: "Page") -> Image.Image:
    """The state narrow in both schemes, and wide at half the size in both."""
    narrow = [_picture(page, NARROW, scheme) for scheme in SCHEMES]
    wide = [_picture(page, WIDE, scheme) for scheme in SCHEMES]
    page.set_viewport_size({"width": NARROW[0], "height": NARROW[1]})
    small = [one.resize((WIDE[0] // 2, WIDE[1] // 2), Image.Resampling.LANCZOS) for one in wide]
    size = (2 * NARROW[0] + small[0].width + 4 * GAP, NARROW[1] + 2 * GAP)
    sheet = Image.new("RGB", size, (128, 128, 128))
    for number, one in enumerate(narrow):
        sheet.paste(one, (GAP + number * (NARROW[0] + GAP), GAP))
    for number, one in enumerate(small):
        sheet.paste(one, (2 * (NARROW[0] + GAP) + GAP, GAP + number * (small[0].height + GAP)))
    return sheet


def _picture(page: "Page", size: tuple[int, int], scheme: Any) -> Image.Image:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    return Image.open(io.BytesIO(page.screenshot())).convert("RGB")


if __name__ == "__main__":
    sys.exit(main())
