"""From a token to its session, and from what the session kept to the forms of answers."""

from collections.abc import Mapping
from dataclasses import dataclass

import pybase64

from countenance.actions import Context
from countenance.contract import catalogue
from countenance.contract.billing import Flow
from countenance.contract.errors import ApiError
from countenance.contract.messages import Language, text
from countenance.contract.models.faceid import FileInfo, VerificationDetail
from countenance.store.objects import NotStored, Stored
from countenance.verification.outcome import find_number
from countenance.verification.session import (
    WEB,
    Attempt,
    Family,
    Session,
    result_is_gone,
)
from countenance.verification.sessions import UnknownToken

ILLEGAL = "InvalidParameterValue.BizTokenIllegal"
GONE = "InvalidParameterValue.BizTokenExpired"
RESULTS: Mapping[Family, str] = {
    "web": "GetWebVerificationResultIntl",
    "web_v1": "GetWebVerificationResult",
    "faceid": "GetFaceIdResultIntl",
    "sdk": "GetSdkVerificationResult",
    "liveness": "GetLivenessResult",
    "card": "GetCardVerificationResult",
}


async def find(name: str, token: str, family: Family, context: Context) -> Session:
    """The session of a token of this family and account, as time has left it; raises ApiError.

    Whether it is over, and who may know what of it, is asked in this order: a stranger learns
    nothing but that the token is not theirs.
    """
    try:
        session = await context.sessions.find(token)
    except UnknownToken:
        raise ApiError(ILLEGAL, text("token.illegal", name=name)) from None
    if session.account_id != context.account_id:
        raise ApiError("OperationDenied", text("token.account", name=name))
    if session.family != family:
        names = {"action": session.action, "result": RESULTS[session.family]}
        raise ApiError(ILLEGAL, text("token.other", name=name, **names))
    if session.state == "expired":
        raise ApiError(GONE, text("token.begin", name=name))
    if session.erased_why == "expired" or result_is_gone(session, context.now()):
        raise ApiError(GONE, text("token.result", name=name))
    return session


def say(family: Family, number: int, language: Language) -> str:
    """What a number of the family's flow says, by the documents."""
    return catalogue.result_text(_flow(family), number, language)


@dataclass(frozen=True, slots=True)
class Kept:
    """What is still stored of a session, by label."""

    stored: Mapping[str, Stored]
    context: Context

    def info(self, label: str) -> FileInfo | None:
        """The signed address of an artefact; None when it was never made, or is gone."""
        found = self.stored.get(label)
        return None if found is None else self.context.files.info(found)

    async def base64(self, label: str) -> str | None:
        """An artefact as text; None when it was never made, or is gone."""
        found = self.stored.get(label)
        if found is None:
            return None
        try:
            _, data = await self.context.objects.get(found.owner, label)
        except NotStored:  # it ended in this moment
            return None
        return pybase64.b64encode(data).decode("ascii")


async def keep(session: Session, context: Context) -> Kept:
    """The artefacts of a session that is over; none of one that goes on."""
    found = await context.objects.find(session.id) if session.final else []
    return Kept({one.label: one for one in found}, context)


async def passed_in(session: Session, context: Context) -> str | None:
    """The text that was passed in with the token; None without one, or when it was erased."""
    return (await context.sessions.request(session)).extra


def last(session: Session) -> int:
    """The number of the attempt that the result speaks of, the last; 0 without any."""
    return len(session.attempts)


def tags(attempt: Attempt) -> list[str] | None:
    """LivenessInfoTag: null where there is nothing to tell."""
    return list(attempt.tags) or None


def link(context: Context, token: str) -> str:
    """Where the person opens the verification."""
    return f"{context.public_url}/reflect/?token={token}"


def details(session: Session, language: Language) -> list[VerificationDetail]:
    """Every attempt of a web session so far; a part that was not made is null."""
    return [_detail(session, one, language) for one in session.attempts]


def _detail(session: Session, attempt: Attempt, language: Language) -> VerificationDetail:
    live = find_number(session.family, attempt.liveness)
    compared = find_number(session.family, attempt.compare)

    def words(number: int | None) -> str | None:
        return None if number is None else say(session.family, number, language)

    return VerificationDetail(
        ErrorCode=attempt.code,
        ErrorMsg=words(attempt.code),
        LivenessErrorCode=live,
        LivenessErrorMsg=words(live),
        CompareErrorCode=compared,
        CompareErrorMsg=words(compared),
        ReqTimestamp=round(attempt.at * 1000),
        Similarity=attempt.similarity,
        Seq=attempt.id,
        LivenessInfoTag=tags(attempt),
    )


def _flow(family: Family) -> Flow:
    return "web_h5" if family in WEB else "app_sdk"
