"""The person's page: `/reflect/` and its files, behind headers that let it talk to us alone."""

import re
from collections.abc import Sequence
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from countenance.settings import SettingsError

FILE_NAME = re.compile(r"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*\.(js|css|svg|png|webp)")
# Not asked of the machine: some map .js to text/plain, which nosniff then keeps from running.
TYPES = {
    "js": "text/javascript",
    "css": "text/css",
    "svg": "image/svg+xml",
    "png": "image/png",
    "webp": "image/webp",
}
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
    # The address holds the token: it goes to nobody, not even to ourselves.
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(self), microphone=(), geolocation=(), display-capture=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
UNBUILT = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>This page is not available</title>
<h1>This page is not available</h1>
<p>Nothing is wrong with your link. Please try again later, or tell the service that sent you
here.</p>
<p>For its operator: the server runs, but the files of this page were not found in this
installation. In a clone, run <code>make web</code>; the released packages contain them.</p>
</html>
"""


def headers(frame_ancestors: Sequence[str]) -> dict[str, str]:
    """The fence of the page; raises `SettingsError` for an ancestor that is no origin."""
    for origin in frame_ancestors:
        if not ORIGIN.fullmatch(origin):
            raise SettingsError(f"settings: frame_ancestors: {origin!r} is not an origin")
    allowed = " ".join(frame_ancestors) or "'none'"
    fence = HEADERS | {"Content-Security-Policy": f"{POLICY}; frame-ancestors {allowed}"}
    if not frame_ancestors:
        fence["X-Frame-Options"] = "DENY"  # which knows no list, so it is left out for one
    return fence


def routes(static: Path, frame_ancestors: Sequence[str] = ()) -> list[BaseRoute]:
    """The page's routes; `static` is the folder of built pages, of which `verify/` is served."""
    folder = static / "verify"
    fence = headers(frame_ancestors)

    async def page(request: Request) -> Response:
        index = folder / "index.html"
        unkept = fence | {"Cache-Control": "no-store"}
        if not index.is_file():
            return HTMLResponse(UNBUILT, 503, headers=unkept)
        return FileResponse(index, media_type="text/html", headers=unkept)

    async def asset(request: Request) -> Response:
        name = request.path_params["name"]
        path = folder / "assets" / name
        if not FILE_NAME.fullmatch(name) or not path.is_file():
            return PlainTextResponse("The page has no such file.\n", 404, headers=fence)
        # The build puts a hash of the content into each name.
        kept = fence | {"Cache-Control": "public, max-age=31536000, immutable"}
        return FileResponse(path, media_type=TYPES[path.suffix[1:]], headers=kept)

    return [
        Route("/reflect/", page, methods=["GET"]),
        Route("/verify/assets/{name}", asset, methods=["GET"]),
    ]
