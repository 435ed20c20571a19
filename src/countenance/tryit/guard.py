"""The try page needs no key, so it answers this machine's own browser and nobody else."""

import ipaddress
import re

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from countenance.tryit.answers import NOT_KEPT, problem

# Any of these means that another machine asked through a proxy. HTTP/1.0 does as well: no browser
# speaks it, and it is what a proxy without such headers may use towards us.
FORWARDED = re.compile(r"forwarded|x-forwarded(-.*)?|x-real-ip|x-client-ip|true-client-ip|via")
LOCAL_HOST = re.compile(r"(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?", re.IGNORECASE)
READING = ("GET", "HEAD")


def is_page_request(scope: Scope) -> bool:
    """Whether a request for `/` is a browser's for the page rather than a call of the API."""
    if scope["type"] != "http" or scope["path"] != "/" or scope["method"] not in READING:
        return False
    headers = Headers(scope=scope)
    if "authorization" in headers or any(name.startswith("x-tc-") for name in headers):
        return False
    if re.search(rb"(^|&)Action=", scope.get("query_string", b"")):
        return False
    return "text/html" in headers.get("accept", "")


def refusal(scope: Scope) -> str | None:
    """Why this request may not use the page, in plain words; None when it may."""
    headers = Headers(scope=scope)
    if not _loopback(scope) or scope.get("http_version") == "1.0" or _forwarded(headers):
        return "The try page answers only a browser on the machine that runs the server."
    hosts = headers.getlist("host")
    if len(hosts) != 1 or not LOCAL_HOST.fullmatch(hosts[0]):
        return "The try page answers only under the name localhost, 127.0.0.1 or [::1]."
    if scope["method"] not in READING and not _same_origin(scope, headers, hosts[0]):
        return "The try page takes pictures only from itself, not from another site or a program."
    return None


class LocalOnly:
    """Middleware: 403 with the reason for whatever `refusal` names."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse it before a byte of its body is read."""
        reason = refusal(scope)
        if reason is None:
            await self.app(scope, receive, send)
        elif scope["method"] in READING:
            await PlainTextResponse(reason + "\n", 403, NOT_KEPT)(scope, receive, send)
        else:
            await problem(403, "NotLocal", reason)(scope, receive, send)


def _loopback(scope: Scope) -> bool:
    client = scope.get("client")
    if not client:
        return False
    try:
        address = ipaddress.ip_address(client[0])
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return bool((mapped or address).is_loopback)


def _forwarded(headers: Headers) -> bool:
    return any(FORWARDED.fullmatch(name) for name in headers)


def _same_origin(scope: Scope, headers: Headers, host: str) -> bool:
    # A browser behind an unnoticed proxy says same-origin about the proxy's name, so an Origin,
    # which browsers send with every POST, is the better witness and decides where there is one.
    origins = headers.getlist("origin")
    if origins:
        return origins == [f"{scope['scheme']}://{host}"]
    return headers.getlist("sec-fetch-site") == ["same-origin"]
