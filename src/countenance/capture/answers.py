"""Answers of the capture protocol: JSON that nothing keeps and no other page reads."""

import msgspec
from starlette.responses import Response

HEADERS = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def answer(content: msgspec.Struct, status: int = 200) -> Response:
    """A struct as JSON."""
    return Response(
        msgspec.json.encode(content), status, headers=HEADERS, media_type="application/json"
    )
