"""faceid 2018-03-01: a token for the SDK's liveness or selfie check, and its result."""

from countenance.actions import Context, Outcome
from countenance.actions.tokens import answers, asked, photos
from countenance.contract.models.faceid import (
    GetFaceIdResultIntlRequest,
    GetFaceIdResultIntlResponse,
    GetFaceIdTokenIntlRequest,
    GetFaceIdTokenIntlResponse,
)
from countenance.verification import labels
from countenance.verification.session import Config, final_code

APPLY = "GetFaceIdTokenIntl"


async def apply(request: GetFaceIdTokenIntlRequest, context: Context) -> Outcome:
    """Issue a token for `liveness`, or for `compare` with the photo in `Image`."""
    mode = asked.choose(APPLY, "CheckMode", request.CheckMode)
    level = asked.choose(APPLY, "SecureLevel", request.SecureLevel)
    asked.check_actions("ActionList", request.ActionList, level)
    asked.refuse_checks(EnableBotBgDetection=request.EnableBotBgDetection)
    config = Config(
        mode="compare" if mode.value == "compare" else "liveness",
        level=asked.check_level(level),
        attempts=asked.choose(APPLY, "RetryLimit", request.RetryLimit).number,
    )
    photo = None
    if config.mode == "compare":
        photo = await photos.decode("Image", request.Image, mode, context, photos.TOO_LARGE)
    _, token = await context.sessions.create(
        context.account_id,
        "faceid",
        APPLY,
        config,
        extra=request.Extra,
        redirect=None,
        photo=photo,
    )
    return Outcome(GetFaceIdTokenIntlResponse(SdkToken=token))


async def result(request: GetFaceIdResultIntlRequest, context: Context) -> Outcome:
    """Tell how the check ended, with the media of the last attempt; -999 while it goes on.

    A frame or a video that is not there is an empty string: these two are never null.
    """
    session = await answers.find("SdkToken", request.SdkToken, "faceid", context)
    kept, number = await answers.keep(session, context), final_code(session)
    attempt = session.attempts[-1] if session.final and session.attempts else None
    n = answers.last(session)
    return Outcome(
        GetFaceIdResultIntlResponse(
            Result=str(number),
            Description=answers.say(session.family, number, context.language),
            BestFrame=await kept.base64(labels.best(n)) or "",
            Video=await kept.base64(labels.video(n)) or "",
            ActionVideo="",
            Similarity=attempt.similarity if attempt else None,
            Extra=await answers.passed_in(session, context),
            DeviceInfoLevel="",
            LivenessInfoTag=answers.tags(attempt) if attempt else None,
        )
    )
