"""The person's page: `/reflect/` and its files, behind headers that let it talk to us alone."""

from collections.abc import Sequence
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from countenance.pages import fence, find_asset

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


def routes(static: Path, frame_ancestors: Sequence[str] = ()) -> list[BaseRoute]:
    """The page's routes; `static` is the folder of built pages, of which `verify/` is served."""
    folder = static / "verify"
    headers = fence(frame_ancestors)

    async def page(request: Request) -> Response:
        index = folder / "index.html"
        unkept = headers | {"Cache-Control": "no-store"}
        if not index.is_file():
            return HTMLResponse(UNBUILT, 503, headers=unkept)
        return FileResponse(index, media_type="text/html", headers=unkept)

    async def asset(request: Request) -> Response:
        found = find_asset(folder, request.path_params["name"], headers, shared=True)
        return found or PlainTextResponse("The page has no such file.\n", 404, headers=headers)

    return [
        Route("/reflect/", page, methods=["GET"]),
        Route("/verify/assets/{name}", asset, methods=["GET"]),
    ]
