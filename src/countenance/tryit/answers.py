"""Answers of the try page: JSON that nothing keeps, and the headers that fence the page in."""

import msgspec
from starlette.responses import Response

from countenance.tryit.shapes import Problem, ProblemAnswer

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
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
    )
)

HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(self), microphone=(), geolocation=(), display-capture=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}

NOT_KEPT = HEADERS | {"Cache-Control": "no-store"}


def answer(content: msgspec.Struct, status: int = 200) -> Response:
    """A struct as JSON; `nan` and infinities, which JSON has not, become null."""
    return Response(
        msgspec.json.encode(content), status, headers=NOT_KEPT, media_type="application/json"
    )


def problem(status: int, code: str, message: str) -> Response:
    """An answer of status 400 or above, which the page shows in its own words or these."""
    return answer(ProblemAnswer(Problem(code, message)), status)
