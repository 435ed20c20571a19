"""A verification as its device sees it."""

import msgspec

from countenance.capture.shapes import (
    CHUNK_BYTES,
    TOTAL_BYTES,
    TYPES,
    Attempts,
    Challenge,
    Consent,
    Flow,
    Recording,
    Told,
    Verdict,
    View,
)
from countenance.capture.told import language_of, tell
from countenance.reasons import NEUTRAL, SPOOF, reason
from countenance.verification.session import WEB, Session, final_code, find_end, retry_in

CONSENT = "1"  # version of the text that the page shows; a new text is a new version
RECORD_SECONDS, MIN_SECONDS = 3.5, 2.0


def show(
    session: Session,
    now: float,
    *,
    redirect: str | None = None,
    nonce: str = "",
    device: str = "",
) -> View:
    """The view of a session at a time; `redirect` is told with a final verdict alone.

    An empty `nonce` or `device` is left out.
    """
    config = session.config
    return View(
        state=session.state,
        flow=Flow(
            family=session.family,
            mode=config.mode,
            level=config.level,
            language=config.language,
            theme=config.theme,
            skip_start=config.skip_start,
            skip_consent=config.skip_consent,
            skip_result=config.skip_result,
            seconds=config.seconds,
        ),
        consent=_consent(session),
        attempts=Attempts(made=len(session.attempts), left=session.attempts_left),
        challenge=_challenge(session, now, nonce),
        recording=recording(session) if session.recording else None,
        verdict=_verdict(session, redirect),
        expires_in=_left(_end(session), now),
        retry_in=round(retry_in(session, now), 1),
        device=device or msgspec.UNSET,
    )


def recording(session: Session) -> Recording:
    """What has arrived for the open challenge."""
    known = session.recording
    return Recording(chunks=known.chunks if known else 0, bytes=known.size if known else 0)


def forward(redirect: str, token: str) -> str:
    """RedirectURL with the token appended to its query."""
    address, mark, fragment = redirect.partition("#")
    joint = "" if address.endswith(("?", "&")) else "&" if "?" in address else "?"
    return f"{address}{joint}token={token}{mark}{fragment}"


def _consent(session: Session) -> Consent:
    known = session.consent
    if known is None:
        return Consent(version=CONSENT, given=False)
    return Consent(version=known.version, given=known.given)


def _challenge(session: Session, now: float, nonce: str) -> Challenge | None:
    known = session.recording
    if known is None:
        return None
    return Challenge(
        id=known.id,
        kind=known.kind,
        record_seconds=RECORD_SECONDS,
        min_seconds=MIN_SECONDS,
        chunk_bytes=CHUNK_BYTES,
        total_bytes=TOTAL_BYTES,
        types=TYPES,
        expires_in=_left(known.until, now),
        nonce=nonce or msgspec.UNSET,
    )


def _verdict(session: Session, redirect: str | None) -> Verdict | None:
    if not session.final and (not session.attempts or session.state == "judging"):
        return None
    return Verdict(
        passed=session.state == "passed",
        final=session.final,
        code=_code(session),
        reasons=_reasons(session),
        redirect=redirect if session.final else None,
    )


def _code(session: Session) -> int:
    """The number of the verdict; of what looked false no more than the words say."""
    told = final_code(session) if session.final else session.attempts[-1].code
    if told != SPOOF:
        return told
    neutral = reason(NEUTRAL)
    return (neutral.h5 if session.family in WEB else neutral.sdk) or told


def _reasons(session: Session) -> list[Told]:
    language = language_of(session.config.language)
    match session.state:
        case "passed":
            return []
        case "left":
            return tell(("user_exit",), language)
        case "timed_out" | "expired":
            return tell(("timeout",), language)
    last = session.attempts[-1].reasons
    used = session.state == "failed" and find_end(session) == "attempts"
    return tell((*last, "attempts_used") if used else last, language)


def _end(session: Session) -> float:
    if session.final:
        return session.result_until
    return session.begin_until if session.state == "issued" else session.finish_until


def _left(until: float, now: float) -> float:
    return round(max(0.0, until - now), 1)
