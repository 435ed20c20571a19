"""A verdict, or why there is none, to the attempt that is kept and told: pure.

The number of an attempt is that of its first reason, or of the first that no new recording can
mend; the web families have the numbers of the web flow, the others those of the SDK flow.
"""

from collections.abc import Iterable
from typing import Literal

from countenance.contract import billing
from countenance.reasons import code as dotted
from countenance.reasons import reason
from countenance.verification.session import NOT_RUN, SUCCESS, WEB, Attempt, Family, Session
from countenance.verification.verdict import Verdict

# What is wrong with the photo is told as such: the person cannot mend it by another recording.
PHOTO = {
    dotted(key, "photo"): key for key in ("photo_no_face", "photo_several_faces", "photo_poor")
}
FAULTS = {"liveness": "engine_error", "comparison": "compare_error"}
UNSAID = "live_uncertain"  # a verdict that refuses and does not say why


def find_number(family: Family, key: str | None) -> int | None:
    """The number of a liveness or a comparison: 0 passed (None), None not run, else the reason's.

    `KeyError` for a reason that the family's flow has no number for.
    """
    if key == NOT_RUN:
        return None
    if key is None:
        return SUCCESS
    found = reason(key).h5 if family in WEB else reason(key).sdk
    if found is None:
        raise KeyError(key)
    return found


def from_verdict(session: Session, verdict: Verdict, *, id: str, at: float) -> Attempt:
    """The attempt that a recording came to when all that was asked could be judged."""
    live = [one.key for one in verdict.findings if one.where == "video"]
    photo = [PHOTO[dotted(one.key, "photo")] for one in verdict.findings if one.where == "photo"]
    match = [one.key for one in verdict.findings if one.where == "match"]
    if not verdict.passed and not verdict.findings:
        live = [UNSAID]
    compare: str | None = NOT_RUN
    if session.config.mode == "compare" and (photo or not live):
        compare = (*photo, *match, None)[0]
    compared = session.config.mode == "compare" and not live and not photo
    return _attempt(
        session,
        (*live, *photo, *match),
        id,
        at,
        liveness=live[0] if live else None,
        compare=compare,
        similarity=verdict.score if compared else None,
    )


def from_reason(session: Session, key: str, *, id: str, at: float) -> Attempt:
    """The attempt of a recording, or with a photo, that could not be judged for what it was."""
    if key in PHOTO.values():
        return _attempt(session, (key,), id, at, liveness=NOT_RUN, compare=key)
    return _attempt(session, (key,), id, at, liveness=key)


def from_fault(
    session: Session, stage: Literal["liveness", "comparison"], *, id: str, at: float
) -> Attempt:
    """The attempt that a fault of ours ended, which does not count as one of the person's."""
    key = FAULTS[stage]
    if stage == "comparison":
        # Of the liveness nothing was told: it is judged again with the next recording.
        return _attempt(session, (key,), id, at, counted=False, liveness=NOT_RUN, compare=key)
    return _attempt(session, (key,), id, at, counted=False, liveness=key)


def _attempt(
    session: Session,
    keys: Iterable[str],
    id: str,
    at: float,
    *,
    counted: bool = True,
    liveness: str | None = None,
    compare: str | None = NOT_RUN,
    similarity: float | None = None,
) -> Attempt:
    flow: Literal["h5", "sdk"] = "h5" if session.family in WEB else "sdk"
    told = tuple(dict.fromkeys(keys))
    deciding = next((key for key in told if not reason(key).retryable), next(iter(told), None))
    number = find_number(session.family, deciding)
    assert number is not None  # no reason is `not_run`
    tags = (reason(key).tags.get(flow) for key in told)
    return Attempt(
        number=len(session.attempts) + 1,
        id=id,
        at=at,
        passed=not told,
        counted=counted,
        liveness=liveness,
        compare=compare,
        reasons=told,
        similarity=similarity,
        code=number,
        billed=billing.charge("web_h5" if flow == "h5" else "app_sdk", str(number)),
        tags=tuple(dict.fromkeys(tag for tag in tags if tag)),
    )
