"""The demo link: a verification as a merchant's user has it, and what the merchant then reads.

Both halves go through the actions that a merchant calls, as the demo account.
"""

import base64
import hashlib
import hmac
from collections.abc import Awaitable, Callable
from html import escape
from typing import Any
from urllib.parse import quote

import msgspec
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from countenance.contract.errors import ApiError
from countenance.contract.models import faceid

Call = Callable[[str, msgspec.Struct], Awaitable[Any]]
APPLY, READ = "ApplyWebVerificationBizTokenIntl", "GetWebVerificationResultIntl"
NOT_FINISHED = 17

STYLE = """
:root { color-scheme: light dark; }
body { font: 1.0625rem/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 42rem; padding: 1rem; }
h1 { font-size: 1.5rem; line-height: 1.25; }
dl { display: grid; gap: 0.25rem 1rem; grid-template-columns: max-content 1fr; }
dt { font-weight: 600; }
dd { margin: 0; overflow-wrap: anywhere; }
pre { border: 1px solid; border-radius: 0.5rem; padding: 0.75rem; }
pre { overflow-wrap: anywhere; white-space: pre-wrap; }
a { display: inline-block; min-height: 2.75rem; line-height: 2.75rem; }
@media (max-width: 30rem) { dl { grid-template-columns: 1fr; } dd { margin-bottom: 0.5rem; } }
"""
POLICY = "; ".join(
    (
        "default-src 'none'",
        f"style-src 'sha256-{base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()}'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",  # the addresses hold the secret and the token
    "Cache-Control": "no-store",
}
PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>{style}</style>
<main>
<h1>{title}</h1>
{body}
</main>
</html>
"""


def routes(secret: str, base: str, call: Call) -> list[BaseRoute]:
    """`/demo/<secret>` and where it ends; `base` is the server's public URL, without a slash."""
    link = f"{base}/demo/{secret}"

    async def begin(request: Request) -> Response:
        if not _matches(request, secret):
            return _absent()
        config = faceid.WebVerificationConfigIntl(CheckMode=3, SecurityLevel=1)
        asked = faceid.ApplyWebVerificationBizTokenIntlRequest(
            RedirectURL=f"{link}/done", Config=config
        )
        try:
            issued = await call(APPLY, asked)
        except ApiError as error:
            return _page("The demo cannot begin", _told(error), status=503)
        return RedirectResponse(issued.VerificationURL, 303, HEADERS)

    async def done(request: Request) -> Response:
        if not _matches(request, secret):
            return _absent()
        token = request.query_params.get("token", "")
        try:
            read = await call(READ, faceid.GetWebVerificationResultIntlRequest(BizToken=token))
        except ApiError as error:
            return _page("There is no result to read", _told(error) + _again(link), status=404)
        return _page(_heading(read), _result(read) + _command(token, base) + _again(link))

    return [
        Route("/demo/{secret}", begin, methods=["GET"]),
        Route("/demo/{secret}/done", done, methods=["GET"]),
    ]


def _matches(request: Request, secret: str) -> bool:
    given = request.path_params["secret"].encode("utf-8", "surrogatepass")
    return hmac.compare_digest(given, secret.encode())


def _absent() -> Response:
    body = "<p>The demo link changes with every start of the server, which prints it.</p>"
    return _page("There is no such page", body, status=404)


def _page(title: str, body: str, status: int = 200) -> Response:
    content = PAGE.format(title=escape(title), style=STYLE, body=body)
    return HTMLResponse(content, status, HEADERS)


def _heading(read: faceid.GetWebVerificationResultIntlResponse) -> str:
    if read.ErrorCode == 0:
        return "The merchant reads: verified"
    if read.ErrorCode == NOT_FINISHED:
        return "The merchant reads: not finished"
    return "The merchant reads: not verified"


def _result(read: faceid.GetWebVerificationResultIntlResponse) -> str:
    rows = [("ErrorCode", read.ErrorCode), ("ErrorMsg", read.ErrorMsg)]
    parts = [
        f"<p>This is what <code>{READ}</code> answers about the verification.</p>",
        _rows([*rows, ("BestFrameBase64", _size(read.BestFrameBase64))]),
    ]
    for number, detail in enumerate(read.VerificationDetailList or [], 1):
        parts.append(f"<h2>Attempt {number}</h2>")
        parts.append(_rows(list(msgspec.structs.asdict(detail).items())))
    return "".join(parts)


def _size(picture: str | None) -> str | None:
    """Of base64: a page that anyone with the link may open shows nobody's face."""
    return None if not picture else f"{len(picture)} characters of base64, given by the API only"


def _rows(rows: list[tuple[str, object]]) -> str:
    cells = "".join(
        f"<dt>{escape(name)}</dt><dd>{escape(msgspec.json.encode(value).decode())}</dd>"
        for name, value in rows
    )
    return f"<dl>{cells}</dl>"


def _command(token: str, base: str) -> str:
    command = f"countenance call {READ} BizToken={token} --url {base}"
    return f"<p>With the demo key, on the command line:</p><pre>{escape(command)}</pre>"


def _again(link: str) -> str:
    return f'<p><a href="{escape(quote(link, safe=":/[]"))}">Verify again</a></p>'


def _told(error: ApiError) -> str:
    return f"<p>{escape(error.code)}: {escape(error.message)}</p>"
