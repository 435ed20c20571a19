"""faceid 2018-03-01: a token for a liveness check without a photo, and its result."""

from countenance.actions import Context, Outcome
from countenance.actions.tokens import answers, asked
from countenance.contract.models.faceid import (
    ApplyLivenessTokenRequest,
    ApplyLivenessTokenResponse,
    GetLivenessResultRequest,
    GetLivenessResultResponse,
)
from countenance.verification import labels
from countenance.verification.session import Config, final_code

APPLY = "ApplyLivenessToken"
ATTEMPTS = 5  # what the SDK tokens have by default; this one has no parameter for it


async def apply(request: ApplyLivenessTokenRequest, context: Context) -> Outcome:
    """Issue a token for a liveness check of the level asked for."""
    level = asked.check_level(asked.choose(APPLY, "SecureLevel", request.SecureLevel))
    config = Config(mode="liveness", level=level, attempts=ATTEMPTS)
    _, token = await context.sessions.create(
        context.account_id, "liveness", APPLY, config, extra=None, redirect=None, photo=None
    )
    return Outcome(ApplyLivenessTokenResponse(SdkToken=token))


async def result(request: GetLivenessResultRequest, context: Context) -> Outcome:
    """Tell how the check ended, with the files of the last attempt; -999 while it goes on."""
    session = await answers.find("SdkToken", request.SdkToken, "liveness", context)
    kept, number = await answers.keep(session, context), final_code(session)
    attempt = answers.last(session)
    return Outcome(
        GetLivenessResultResponse(
            Result=str(number),
            Description=answers.say(session.family, number, context.language),
            BestFrame=kept.info(labels.best(attempt)),
            Video=kept.info(labels.video(attempt)),
        )
    )
