"""The reference photo of a token, looked at before a person is asked for anything.

A photo that can never match, because it shows no face, several, or too little of one, is told to
the integrator at once.
"""

from countenance.actions import Context, inputs
from countenance.actions.tokens.asked import Choice
from countenance.contract.errors import ApiError, missing_parameter
from countenance.contract.messages import text
from countenance.perception.media import Fault
from countenance.perception.verify import InputError, view_photo
from countenance.reasons import reason

UNUSABLE = "InvalidParameterValue"  # these actions list no code for a photo's own faults
CODES = dict.fromkeys(Fault, UNUSABLE)
TOO_LARGE = CODES | {Fault.TOO_MANY_BYTES: "FailedOperation.ImageSizeTooLarge"}


async def decode(
    name: str,
    given: str | None,
    mode: Choice,
    context: Context,
    codes: dict[Fault, str] = CODES,
) -> bytes:
    """The photo that the CheckMode asks for, out of base64; ApiError when it cannot be used."""
    if not given:
        raise missing_parameter(name, text("token.photo", name=mode.name, value=str(mode.value)))
    return await check(name, inputs.decode_base64(name, given), context, codes)


async def check(name: str, data: bytes, context: Context, codes: dict[Fault, str] = CODES) -> bytes:
    """The photo again, if a person can be compared with it; ApiError naming what is wrong.

    A rule asks for another score, not for another photo, so the server's own policy looks at it. A
    fault of the engine is raised as it is: it is ours, and unexpected.
    """
    try:
        view = await context.compute.run(view_photo, data, context.policy.session())
    except InputError as error:
        raise inputs.image_error(name, error.error, codes) from None
    if view.reasons:
        why = reason(view.reasons[0])
        raise ApiError(UNUSABLE, text("image.refused", name=name, reason=why))
    return data
