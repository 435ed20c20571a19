"""Answers of the try page: JSON that nothing keeps, and the headers that fence the page in."""

import msgspec
from starlette.responses import Response

from countenance.pages import fence
from countenance.tryit.shapes import Problem, ProblemAnswer

HEADERS = fence()
NOT_KEPT = HEADERS | {"Cache-Control": "no-store"}


def answer(content: msgspec.Struct, status: int = 200) -> Response:
    """A struct as JSON; `nan` and infinities, which JSON has not, become null."""
    return Response(
        msgspec.json.encode(content), status, headers=NOT_KEPT, media_type="application/json"
    )


def problem(status: int, code: str, message: str) -> Response:
    """An answer of status 400 or above, which the page shows in its own words or these."""
    return answer(ProblemAnswer(Problem(code, message)), status)
