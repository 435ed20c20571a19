"""How the capture protocol says no: one code for each way on that a client has."""

from starlette.responses import Response

from countenance.capture.answers import answer
from countenance.capture.shapes import Code, Fault, Refusal
from countenance.contract.messages import Language, Value, text
from countenance.verification.session import FINAL
from countenance.verification.steps import CHUNKS, TOTAL_BYTES, IllegalStep

STATUS: dict[Code, int] = {
    "not_available": 404,
    "in_use": 409,
    "taken_over": 409,
    "wrong_state": 409,
    "bad_nonce": 403,
    "bad_origin": 403,
    "bad_request": 400,
    "too_large": 413,
    "bad_type": 415,
    "damaged": 422,
    "too_many": 429,
    "busy": 503,
    "not_found": 404,
    "bad_method": 405,
    "internal": 500,
}


class Refused(Exception):
    """An answer of status 400 or above; `retry_in` seconds where waiting helps."""

    def __init__(self, key: str, retry_in: float | None = None, **values: Value) -> None:
        """`key` is a code, or `code#variant` where a code is said in several ways."""
        name = key.partition("#")[0]
        self.code: Code = next(code for code in STATUS if code == name)
        self.retry_in = retry_in
        self.said = text(f"capture.{key}", **values)
        super().__init__(self.code)


def wait(key: str, seconds: float) -> Refused:
    """`too_many` or `busy`, with how long to wait."""
    rounded = max(0.1, round(seconds, 1))
    return Refused(key, rounded, seconds=rounded)


def translate(error: IllegalStep) -> Refused:
    """What a caller is told of a step that was refused.

    To a stranger, one who does not hold the session's device key, a finished verification looks
    like none at all.
    """
    unusable = error.step == "begin" and error.why == "wrong_state"
    if unusable or (error.why == "taken_over" and error.state in FINAL):
        return Refused("not_available")
    match error.why:
        case "taken_over" if error.state == "issued":
            return Refused("wrong_state", step="begin", state=error.state)
        case "too_large":
            return Refused("too_large#recording", limit=TOTAL_BYTES, chunks=CHUNKS)
        case "wrong_state":
            return Refused("wrong_state", step=error.step, state=error.state)
        case why:
            return Refused(why)


def render(refused: Refused, language: Language) -> Response:
    """The answer of a refusal."""
    fault = Fault(code=refused.code, message=refused.said.say(language))
    if refused.retry_in is None:
        return answer(Refusal(error=fault), STATUS[refused.code])
    fault = Fault(code=fault.code, message=fault.message, retry_in=refused.retry_in)
    response = answer(Refusal(error=fault), STATUS[refused.code])
    response.headers["Retry-After"] = str(max(1, round(refused.retry_in)))
    return response
