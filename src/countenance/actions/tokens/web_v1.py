"""faceid 2018-03-01: the first form of the web flow, all of it by URL.

It has no parameter for a level, so the silent check is no lower one than was asked for.
"""

from countenance.actions import Context, Outcome, inputs
from countenance.actions.media import load_photo, with_digest
from countenance.actions.tokens import answers, asked, photos
from countenance.contract.models.faceid import (
    ApplyWebVerificationTokenRequest,
    ApplyWebVerificationTokenResponse,
    GetWebVerificationResultRequest,
    GetWebVerificationResultResponse,
)
from countenance.net.fetch import FetchFault
from countenance.verification import labels
from countenance.verification.session import Config, final_code

APPLY = "ApplyWebVerificationToken"
CONFIG = Config(mode="compare", attempts=99, seconds=45)  # the defaults of the later form

# The list of this action has no code for a photo that is too large.
URL_CODES = inputs.FACEID_URL_CODES | {FetchFault.TOO_LARGE: photos.UNUSABLE}


async def apply(request: ApplyWebVerificationTokenRequest, context: Context) -> Outcome:
    """Issue a token and the link to open, to compare a person with the photo behind a URL."""
    redirect = asked.check_redirect("RedirectUrl", request.RedirectUrl)
    photo = with_digest(
        "CompareImageUrl", request.CompareImageUrl, "CompareImageMd5", request.CompareImageMd5
    )
    most = context.policy.session().photo.max_bytes
    data = await load_photo(photo, context, most, URL_CODES)
    _, token = await context.sessions.create(
        context.account_id,
        "web_v1",
        APPLY,
        CONFIG,
        extra=None,
        redirect=redirect,
        photo=await photos.check("CompareImageUrl", data, context),
    )
    response = ApplyWebVerificationTokenResponse(
        VerificationUrl=answers.link(context, token), BizToken=token
    )
    return Outcome(response)


async def result(request: GetWebVerificationResultRequest, context: Context) -> Outcome:
    """Tell how the verification ended and every attempt of it; 17 while it goes on.

    The files are those of the last attempt, each behind an address with its MD5.
    """
    session = await answers.find("BizToken", request.BizToken, "web_v1", context)
    kept, number = await answers.keep(session, context), final_code(session)
    video = kept.info(labels.video(answers.last(session)))
    frame = kept.info(labels.best(answers.last(session)))
    return Outcome(
        GetWebVerificationResultResponse(
            ErrorCode=number,
            ErrorMsg=answers.say(session.family, number, context.language),
            VideoBestFrameUrl=frame.Url if frame else None,
            VideoBestFrameMd5=frame.MD5 if frame else None,
            VerificationDetailList=answers.details(session, context.language),
            VideoUrl=video.Url if video else None,
            VideoMd5=video.MD5 if video else None,
        )
    )
