"""faceid 2018-03-01: a token for the SDK's whole verification, and its result."""

from countenance.actions import Context, Outcome
from countenance.actions.tokens import answers, asked, photos
from countenance.actions.tokens.answers import Kept
from countenance.contract.messages import Language
from countenance.contract.models.faceid import (
    ApplySdkVerificationTokenRequest,
    ApplySdkVerificationTokenResponse,
    CompareResult,
    GetSdkVerificationResultRequest,
    GetSdkVerificationResultResponse,
)
from countenance.verification import labels
from countenance.verification.outcome import find_number
from countenance.verification.session import Attempt, Config, Session, final_code

APPLY = "ApplySdkVerificationToken"
DOCUMENTS, COMPARE, LIVENESS = 1, 2, 3  # CheckMode


async def apply(request: ApplySdkVerificationTokenRequest, context: Context) -> Outcome:
    """Issue a token for liveness with or without a comparison; what concerns documents waits.

    Parameters of documents and of the pages about them are checked and have no effect.
    """
    mode = asked.choose(APPLY, "CheckMode", request.CheckMode)
    level = asked.choose(APPLY, "SecurityLevel", request.SecurityLevel)
    asked.check_actions("ActionList", request.ActionList, level)
    asked.refuse_checks(
        EnableBotBgDetection=request.EnableBotBgDetection,
        EnableForgeryDetectionImages=request.EnableForgeryDetectionImages,
    )
    asked.check_documents(mode, (DOCUMENTS,), COMPARE, LIVENESS)
    config = Config(
        mode="compare" if mode.number == COMPARE else "liveness",
        level=asked.check_level(level),
        attempts=asked.choose(APPLY, "RetryLimit", request.RetryLimit).number,
        skip_start=bool(request.SkipLaunchPage),
        skip_result=bool(request.SkipResultPage),
    )
    photo = None
    if config.mode == "compare":
        given = request.CompareImage
        photo = await photos.decode("CompareImage", given, mode, context)
    _, token = await context.sessions.create(
        context.account_id, "sdk", APPLY, config, extra=request.Extra, redirect=None, photo=photo
    )
    return Outcome(ApplySdkVerificationTokenResponse(SdkToken=token))


async def result(request: GetSdkVerificationResultRequest, context: Context) -> Outcome:
    """Tell how the verification ended and every attempt of it; -999 while it goes on."""
    session = await answers.find("SdkToken", request.SdkToken, "sdk", context)
    kept, number = await answers.keep(session, context), final_code(session)
    return Outcome(
        GetSdkVerificationResultResponse(
            Result=str(number),
            Description=answers.say(session.family, number, context.language),
            ChargeCount=session.charged,
            CardVerifyResults=[],
            CompareResults=[
                _attempt(session, one, kept, context.language) for one in session.attempts
            ],
            Extra=await answers.passed_in(session, context) or "",
            DeviceInfoLevel="",
        )
    )


def _attempt(session: Session, attempt: Attempt, kept: Kept, language: Language) -> CompareResult:
    """One attempt: a part that was not made has an empty code and no words."""
    n = attempt.number
    live = find_number(session.family, attempt.liveness)
    compared = find_number(session.family, attempt.compare)
    return CompareResult(
        ErrorCode=str(attempt.code),
        ErrorMsg=_say(attempt.code, language),
        LiveData=kept.info(labels.package(n)),
        LiveVideo=kept.info(labels.video(n)),
        ActionVideo=None,
        LiveErrorCode=_text(live),
        LiveErrorMsg=_say(live, language),
        BestFrame=kept.info(labels.best(n)),
        ProfileImage=kept.info(labels.profile(n)),
        CompareErrorCode=_text(compared),
        CompareErrorMsg=_say(compared, language),
        Sim=attempt.similarity,
        IsNeedCharge=bool(attempt.billed),
        CardInfoInputJson=None,
        RequestId=attempt.id,
        LivenessInfoTag=answers.tags(attempt),
    )


def _text(number: int | None) -> str:
    return "" if number is None else str(number)


def _say(number: int | None, language: Language) -> str:
    return "" if number is None else answers.say("sdk", number, language)
