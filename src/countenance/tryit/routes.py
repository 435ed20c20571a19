"""The try page's addresses: the page, its files, the two checks; `guard` says who may ask."""

from collections.abc import Awaitable, Callable
from pathlib import Path

from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.routing import BaseRoute, Route

from countenance.observe import describe, log
from countenance.pages import find_asset
from countenance.tryit.answers import HEADERS, answer, problem
from countenance.tryit.forms import FormProblem, read_parts
from countenance.tryit.guard import LocalOnly
from countenance.tryit.shapes import TryEngine, Unusable

IMAGE_LIMIT = 5 * 1024 * 1024
VIDEO_LIMIT = 8 * 1024 * 1024
UNBUILT = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>countenance: the try page is not built</title>
<h1>The try page is not built</h1>
<p>The server is running and answers API calls. The files of this page were not found
in this installation.</p>
<p>In a clone, run <code>make web</code> and load this page again. The released packages
contain it.</p>
</html>
"""


def routes(engine: TryEngine, static: Path) -> list[BaseRoute]:
    """The routes of the page; `static` is the folder of built pages, of which `try/` is served."""
    folder = static / "try"

    async def page(request: Request) -> Response:
        index = folder / "index.html"
        headers = HEADERS | {"Cache-Control": "no-cache"}
        if not index.is_file():
            return HTMLResponse(UNBUILT, headers=headers)
        return FileResponse(index, media_type="text/html", headers=headers)

    async def asset(request: Request) -> Response:
        found = find_asset(folder, request.path_params["name"], HEADERS, shared=False)
        return found or problem(404, "NoSuchFile", "The page has no such file.")

    async def compare(request: Request) -> Response:
        parts = await read_parts(request, {"photo_a": IMAGE_LIMIT, "photo_b": IMAGE_LIMIT})
        if len(parts) < 2:
            return problem(400, "MissingPart", "Two photos are needed.")
        return answer(await engine.compare(parts["photo_a"], parts["photo_b"]))

    async def verify(request: Request) -> Response:
        parts = await read_parts(request, {"photo": IMAGE_LIMIT, "video": VIDEO_LIMIT})
        if "video" not in parts:
            return problem(400, "MissingPart", "A video is needed.")
        return answer(await engine.verify(parts.get("photo"), parts["video"]))

    local = [Middleware(LocalOnly)]
    return [
        Route("/", page, methods=["GET"], middleware=local),
        Route("/try/assets/{name}", asset, methods=["GET"], middleware=local),
        Route("/try/compare", _explained(compare), methods=["POST"], middleware=local),
        Route("/try/verify", _explained(verify), methods=["POST"], middleware=local),
    ]


Endpoint = Callable[[Request], Awaitable[Response]]


def _explained(endpoint: Endpoint) -> Endpoint:
    """The endpoint, with every failure as a `ProblemAnswer` the page can show."""

    async def explained(request: Request) -> Response:
        try:
            return await endpoint(request)
        except FormProblem as fault:
            return problem(fault.status, fault.code, fault.message)
        except Unusable as fault:
            return problem(422, fault.code, fault.message)
        except Exception as error:
            log().error("unexpected", error_type=describe(error.__cause__ or error))
            return problem(
                500, "InternalError", "Something went wrong in the server; its log has the details."
            )

    return explained
