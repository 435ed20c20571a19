"""Guidance before the recording: one small picture of the camera, and what to do better."""

from starlette.requests import Request

from countenance.capture import bodies
from countenance.capture.bearer import Holder
from countenance.capture.limits import Window
from countenance.capture.parts import Parts
from countenance.capture.refusals import Refused, wait
from countenance.capture.shapes import Look
from countenance.capture.told import language_of, tell
from countenance.compute import Busy
from countenance.perception.framing import FramingReport, check_framing
from countenance.perception.media import MediaError

PER_SECOND = 3  # of one session
AT_ONCE = 4  # of all sessions: what is to be judged must not wait for what is only looked at


class Looks:
    """Looks at pictures; keeps nothing of them."""

    def __init__(self, parts: Parts) -> None:
        self._compute = parts.compute
        self._params = parts.policy.framing()
        self._pace = Window(PER_SECOND, 1.0, parts.ticks)
        self._running = 0

    async def look(self, request: Request, holder: Holder) -> Look:
        """What hinders a good recording; raises `Refused`."""
        session = holder.session
        if session.state not in ("begun", "recording"):
            raise Refused("wrong_state", step="look", state=session.state)
        if not session.agreed:
            raise Refused("wrong_state#consent")
        if seconds := self._pace.take(session.id):
            raise wait("too_many", seconds)
        bodies.check_type(request, ("image/jpeg",))
        picture = await bodies.read(request, self._params.image.max_bytes)
        report = await self._run(picture)
        language = language_of(session.config.language)
        return Look(hints=tell(report.reasons, language), box=_inside(report.box))

    async def _run(self, picture: bytes) -> FramingReport:
        if self._running >= AT_ONCE or not self._compute.ready:
            raise wait("busy", 1.0)
        self._running += 1
        try:
            return await self._compute.run(check_framing, picture, self._params)
        except Busy:
            raise wait("busy", 1.0) from None
        except MediaError as error:
            raise Refused("bad_request#picture", fault=error.detail) from None
        finally:
            self._running -= 1


Box = tuple[float, float, float, float]


def _inside(box: Box | None) -> Box | None:
    """The part of a box that lies in the picture, four decimals."""
    if box is None:
        return None
    left, top = max(0.0, box[0]), max(0.0, box[1])
    right, bottom = min(1.0, box[0] + box[2]), min(1.0, box[1] + box[3])
    return round(left, 4), round(top, 4), round(right - left, 4), round(bottom - top, 4)
