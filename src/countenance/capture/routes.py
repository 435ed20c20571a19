"""Where the requests of the capture protocol are, and what stands before each of them."""

import asyncio
import re
import time
import uuid
from collections.abc import Awaitable, Callable

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from starlette.types import Receive, Scope, Send

from countenance.capture.bearer import check_origin
from countenance.capture.limits import Window
from countenance.capture.parts import Parts
from countenance.capture.protocol import Protocol
from countenance.capture.refusals import Refused, render, translate, wait
from countenance.capture.told import language_of
from countenance.observe import describe, log
from countenance.verification.steps import IllegalStep, Wait

PREFIX = "/capture/v1/"
# A token that is none of ours, one that has expired and one that was used take the same time to
# refuse, which is longer than any of them needs.
UNAVAILABLE_SECONDS = 0.05
_CHUNK = re.compile(r"recording/([^/]+)")

Endpoint = Callable[[Request, str], Awaitable[Response]]


def routes(parts: Parts) -> list[BaseRoute]:
    """The one route of the protocol, which answers everything below `PREFIX`."""
    return [Route(f"{PREFIX}{{rest:path}}", Door(parts))]


class Door:
    """ASGI: finds the request's step, makes it, and puts every failure in the protocol's form."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._rate = Window(parts.rate, 1.0, parts.ticks)
        protocol = Protocol(parts)
        self._steps: dict[str, dict[str, Endpoint]] = {
            "begin": {"POST": protocol.begin},
            "consent": {"POST": protocol.consent},
            "look": {"POST": protocol.look},
            "challenge": {"POST": protocol.challenge},
            "recording": {"GET": protocol.resume},
            "recording/{n}": {"PUT": protocol.put},
            "recording/complete": {"POST": protocol.complete},
            "status": {"GET": protocol.status},
            "leave": {"POST": protocol.leave},
            "kept": {"GET": protocol.kept},
            "erase": {"POST": protocol.erase},
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        begun = time.perf_counter()
        request = Request(scope, receive)
        step, number = self._find(scope["path"][len(PREFIX) :])
        language = language_of(request.headers.get("accept-language", ""))
        request_id, code = str(uuid.uuid4()), "Success"
        try:
            response = await self._answer(request, step, number)
        except ClientDisconnect:
            return
        except Refused as refused:
            code, response = refused.code, render(refused, language)
        except Exception as error:
            log().error("unexpected", request_id=request_id, error_type=describe(error))
            code, response = "internal", render(Refused("internal"), language)
        if code == "not_available":
            left = begun + UNAVAILABLE_SECONDS - time.perf_counter()
            await asyncio.sleep(max(0.0, left))
        if code == "bad_method":
            response.headers["Allow"] = ", ".join(self._steps[step])
        if self._parts.draining():
            response.headers["Connection"] = "close"  # the next server must get the next request
        await response(scope, receive, send)
        self._record(request_id, step, code, time.perf_counter() - begun, len(response.body))

    def _find(self, path: str) -> tuple[str, str]:
        """The step of a path and its number; a path that is none of ours is step ``."""
        if path in self._steps and path != "recording/{n}":
            return path, ""
        chunk = _CHUNK.fullmatch(path)
        return ("recording/{n}", chunk[1]) if chunk else ("", "")

    async def _answer(self, request: Request, step: str, number: str) -> Response:
        party = self._parts.party(request.scope)
        if party is not None and (seconds := self._rate.take(party)):
            raise wait("too_many", seconds)
        if not step:
            raise Refused("not_found")
        endpoint = self._steps[step].get(request.method)
        if endpoint is None:
            raise Refused("bad_method", methods=tuple(self._steps[step]))
        check_origin(request.headers, self._parts.public_url)
        try:
            return await endpoint(request, number)
        except IllegalStep as error:
            raise translate(error) from None
        except Wait as error:
            raise wait("too_many", error.seconds) from None

    def _record(self, request_id: str, step: str, code: str, seconds: float, size: int) -> None:
        name = step or "none"
        self._parts.metrics.requests.labels("capture", name, code).inc()
        self._parts.metrics.seconds.labels("capture", name).observe(seconds)
        log().info(
            "request",
            request_id=request_id,
            service="capture",
            action=name,
            code=code,
            bytes_out=size,
            millis=round(seconds * 1000, 2),
        )
