"""faceid 2018-03-01: a link that a person opens in a browser, and its result."""

from msgspec.structs import replace

from countenance.actions import Context, Outcome
from countenance.actions.tokens import answers, asked, photos
from countenance.contract.models.faceid import (
    ApplyWebVerificationBizTokenIntlRequest,
    ApplyWebVerificationBizTokenIntlResponse,
    GetWebVerificationResultIntlRequest,
    GetWebVerificationResultIntlResponse,
    WebVerificationConfigIntl,
)
from countenance.verification import labels
from countenance.verification.session import Config, final_code

APPLY = "ApplyWebVerificationBizTokenIntl"
DOCUMENTS, COMPARE, LIVENESS = (1, 4), 2, 3  # CheckMode


async def apply(request: ApplyWebVerificationBizTokenIntlRequest, context: Context) -> Outcome:
    """Issue a token and the link to open; what concerns documents is checked and has no effect."""
    given = request.Config or WebVerificationConfigIntl()
    redirect = asked.check_redirect("RedirectURL", request.RedirectURL)
    rule = asked.check_rule(request.RuleId, context.policies)
    mode = asked.choose(APPLY, "Config.CheckMode", given.CheckMode)
    level = asked.choose(APPLY, "Config.SecurityLevel", given.SecurityLevel)
    asked.check_actions("Config.ActionList", given.ActionList, level)
    asked.check_warnings("Config.SelectedWarningCodes", given.SelectedWarningCodes)
    asked.check_documents(mode, DOCUMENTS, COMPARE, LIVENESS)
    config = _config(given, mode.number == COMPARE, asked.check_level(level))
    if retries := context.policies.find_retries(rule):
        config = replace(config, attempts=retries)
    photo = None
    if config.mode == "compare":
        photo = await photos.decode("CompareImageBase64", request.CompareImageBase64, mode, context)
    _, token = await context.sessions.create(
        context.account_id,
        "web",
        APPLY,
        config,
        rule=rule,
        extra=request.Extra,
        redirect=redirect,
        photo=photo,
    )
    url = answers.link(context, token)
    response = ApplyWebVerificationBizTokenIntlResponse(
        VerificationUrl=url, BizToken=token, VerificationURL=url
    )
    return Outcome(response)


async def result(request: GetWebVerificationResultIntlRequest, context: Context) -> Outcome:
    """Tell how the verification ended and every attempt of it; 17 while it goes on.

    The video and the frame are those of the last attempt.
    """
    session = await answers.find("BizToken", request.BizToken, "web", context)
    kept, number = await answers.keep(session, context), final_code(session)
    n = answers.last(session)
    return Outcome(
        GetWebVerificationResultIntlResponse(
            ErrorCode=number,
            ErrorMsg=answers.say(session.family, number, context.language),
            VerificationDetailList=answers.details(session, context.language),
            VideoBase64=await kept.base64(labels.video(n)),
            BestFrameBase64=await kept.base64(labels.best(n)),
            OCRResult=None,
            Extra=await answers.passed_in(session, context),
        )
    )


def _config(given: WebVerificationConfigIntl, compare: bool, level: int) -> Config:
    """What the page and the session go by, with the contract's defaults."""

    def number(name: str, value: int | None) -> int:
        return asked.choose(APPLY, f"Config.{name}", value).number

    language = asked.choose(APPLY, "Config.Language", given.Language).value
    colour = asked.choose(APPLY, "Config.ThemeColor", given.ThemeColor)
    return Config(
        mode="compare" if compare else "liveness",
        level=level,
        attempts=number("LivenessRetryLimit", given.LivenessRetryLimit),
        seconds=number("LivenessTimeout", given.LivenessTimeout),
        language=str(language),
        theme=asked.find_colour(given.ThemeColor, str(colour.default)),
        skip_start=bool(given.AutoSkipStartPage),
        skip_consent=bool(given.SkipPrivacyPolicy),
        skip_result=bool(given.AutoSkip),
    )
