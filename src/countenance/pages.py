"""Built pages: which of their files may be asked for, and the headers that fence a page in."""

import re
from collections.abc import Sequence
from pathlib import Path

from starlette.responses import FileResponse

from countenance.settings import SettingsError

# What frame-ancestors takes; nothing that could end the directive and begin another.
ORIGIN = re.compile(r"https?://(\*\.)?[A-Za-z0-9.-]+(:\d{1,5})?")
POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' blob: data:",
        "media-src blob:",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
    )
)
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    # An address may hold a token: it goes to nobody, not even to ourselves.
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(self), microphone=(), geolocation=(), display-capture=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
FILE_NAME = re.compile(r"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*\.(js|css|svg|png|webp)")
# Not asked of the machine: some map .js to text/plain, which nosniff then keeps from running.
TYPES = {
    "js": "text/javascript",
    "css": "text/css",
    "svg": "image/svg+xml",
    "png": "image/png",
    "webp": "image/webp",
}


def fence(frame_ancestors: Sequence[str] = ()) -> dict[str, str]:
    """The headers of a page; raises `SettingsError` for an ancestor that is no origin."""
    for origin in frame_ancestors:
        if not ORIGIN.fullmatch(origin):
            raise SettingsError(f"settings: frame_ancestors: {origin!r} is not an origin")
    allowed = " ".join(frame_ancestors) or "'none'"
    headers = HEADERS | {"Content-Security-Policy": f"{POLICY}; frame-ancestors {allowed}"}
    if not frame_ancestors:
        headers["X-Frame-Options"] = "DENY"  # which knows no list, so it is left out for one
    return headers


def find_asset(
    folder: Path, name: str, headers: dict[str, str], *, shared: bool
) -> FileResponse | None:
    """A file of a built page, to be kept for good; None where the page has no such file.

    The build puts a hash of the content into each name. `shared` is whether caches that serve
    several people may keep it.
    """
    path = folder / "assets" / name
    if not FILE_NAME.fullmatch(name) or not path.is_file():
        return None
    whose = "public" if shared else "private"
    kept = headers | {"Cache-Control": f"{whose}, max-age=31536000, immutable"}
    return FileResponse(path, media_type=TYPES[path.suffix[1:]], headers=kept)
