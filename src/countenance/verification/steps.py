"""The transitions of a session: pure, so that they can be repeated, and tried again on a race.

Each takes a session and the time and gives the session after it. A step that was already made
gives the session as it is; one that may not be made raises `IllegalStep`. Whoever calls composes
them: `take_chunk(prove(hold(session, now, device), nonce), now, n, size)`.
"""

import hmac
from typing import Literal

from msgspec.structs import replace

from countenance.verification.session import (
    FROM_ISSUE,
    Attempt,
    Challenge,
    Consent,
    Erasure,
    Session,
    State,
    find_end,
    retry_in,
)

BEGUN_SECONDS = 600.0  # at least, to finish what was begun in time
DEVICE_SECONDS = 60.0  # of silence, after which another device may take over unasked
SEEN_SECONDS = 10.0  # a device that was seen so lately need not be noted again
CHALLENGE_SECONDS = 60.0  # to the first chunk, and between two
CHUNK_BYTES = 1024 * 1024
TOTAL_BYTES = 8 * 1024 * 1024
CHUNKS = 64

Why = Literal["wrong_state", "in_use", "taken_over", "bad_nonce", "too_large"]


class IllegalStep(Exception):
    """A step that this state does not allow; `why` is for whoever answers the caller."""

    def __init__(self, state: State, step: str, why: Why = "wrong_state") -> None:
        super().__init__(f"{step} is refused in state {state}: {why}")
        self.state, self.step, self.why = state, step, why


class Wait(Exception):
    """Attempts came too fast: one more is allowed in `seconds`."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"{seconds:.0f} s to wait")
        self.seconds = seconds


def current(session: Session, now: float) -> Session:
    """What time alone has made of a session."""
    if session.state == "issued" and now >= session.begin_until:
        return _end(session, "expired", session.begin_until)
    if session.state in ("begun", "recording") and now >= session.finish_until:
        return _end(replace(session, challenge=None), "timed_out", session.finish_until)
    if session.recording is not None and now >= session.recording.until:
        return replace(session, state="begun", challenge=None)
    return session


def begin(
    session: Session, now: float, device: bytes | None, fresh: bytes, take_over: bool = False
) -> Session:
    """Give the session to a device.

    `device` is the digest of the key that the caller holds, if it holds one, `fresh` that of the
    key it is to hold from now on. The session's own device keeps its key. Another one is given the
    session when it asks to take over, or when the first has been silent for a while; what that had
    recorded is dropped.
    """
    session = current(session, now)
    if device is not None and _holds(session, device):
        return _see(session, now)
    if session.state == "issued" and session.family != "card":
        until = max(session.begin_until, now + BEGUN_SECONDS)
        if session.family in FROM_ISSUE:
            until = min(until, session.result_until)
        begun = replace(session, state="begun", finish_until=until, device=fresh, device_seen=now)
        return begun if session.family in FROM_ISSUE else _keep(begun, until)
    if session.state == "judging" and session.family != "card":
        raise IllegalStep(session.state, "begin", "in_use")
    _require(session, "begin", "begun", "recording")
    if not take_over and now < (session.device_seen or 0.0) + DEVICE_SECONDS:
        raise IllegalStep(session.state, "begin", "in_use")
    open_challenge = None if session.recording else session.challenge
    return replace(session, state="begun", device=fresh, device_seen=now, challenge=open_challenge)


def hold(session: Session, now: float, device: bytes) -> Session:
    """Note that the session's device was heard of; any other one is refused, in every state."""
    if not _holds(session, device):
        raise IllegalStep(session.state, "hold", "taken_over")
    return _see(current(session, now), now)


def agree(session: Session, now: float, version: str, locale: str) -> Session:
    """Note the person's consent; the same once more changes nothing."""
    session = current(session, now)
    known = session.consent
    if known is not None and known.given and known.version == version:
        return session
    _require(session, "agree", "begun")
    consent = Consent(version=version, given=True, at=now, locale=locale)
    return replace(session, consent=consent)


def decline(session: Session, now: float, version: str, locale: str) -> Session:
    """Note that the person refused, which ends the session as `left`."""
    session = current(session, now)
    if session.state == "left" and session.consent is not None and not session.consent.given:
        return session
    _require(session, "decline", "begun", "recording")
    consent = Consent(version=version, given=False, at=now, locale=locale)
    return _end(replace(session, consent=consent, challenge=None), "left", now)


def challenge(session: Session, now: float, id: str, nonce: str) -> Session:
    """Allow one recording; one that was open is dropped with what came of it.

    `nonce` is the hex of a keyed digest. Raises `Wait` when attempts came too fast.
    """
    session = current(session, now)
    _require(session, "challenge", "begun", "recording")
    if not session.agreed:
        raise IllegalStep(session.state, "challenge")
    if seconds := retry_in(session, now):
        raise Wait(seconds)
    until = min(now + CHALLENGE_SECONDS, session.finish_until)
    number = len(session.attempts) + 1
    fresh = Challenge(id=id, nonce=nonce, issued=now, until=until, attempt=number)
    return replace(session, state="recording", challenge=fresh)


def prove(session: Session, nonce: str) -> Session:
    """Refuse who does not hold the nonce of the challenge; `nonce` is the hex of its digest."""
    known = session.challenge
    if known is None or not hmac.compare_digest(known.nonce.encode(), nonce.encode()):
        raise IllegalStep(session.state, "prove", "bad_nonce")
    return session


def take_chunk(session: Session, now: float, n: int, size: int) -> Session:
    """Count chunk `n`, from 0, of `size` bytes; those counted before are harmless repeats."""
    session = current(session, now)
    if session.challenge is not None and 0 <= n < session.challenge.chunks:
        return session
    _require(session, "take_chunk", "recording")
    known = session.challenge
    if known is None or n != known.chunks:
        raise IllegalStep(session.state, "take_chunk")
    if not 0 < size <= CHUNK_BYTES or known.size + size > TOTAL_BYTES or n >= CHUNKS:
        raise IllegalStep(session.state, "take_chunk", "too_large")
    until = min(max(known.until, now + CHALLENGE_SECONDS), session.finish_until)
    grown = replace(known, chunks=n + 1, size=known.size + size, until=until)
    return replace(session, challenge=grown)


def restart(session: Session, now: float) -> Session:
    """Forget the chunks that have arrived, so that all of them can be sent again."""
    session = current(session, now)
    _require(session, "restart", "recording")
    known = session.challenge
    assert known is not None  # as the state says
    return replace(session, challenge=replace(known, chunks=0, size=0))


def submit(session: Session, now: float, chunks: int) -> Session:
    """Hand the recording in, or a card (with 0 chunks): from here on it is ours to judge."""
    session = current(session, now)
    known = session.challenge
    if session.family == "card":
        if session.state == "judging" or session.attempts:
            return session
        _require(session, "submit", "issued")
        return replace(session, state="judging")
    if session.state != "recording" and known is not None and known.chunks == chunks:
        return session
    _require(session, "submit", "recording")
    if known is None or not known.chunks or known.chunks != chunks:
        raise IllegalStep(session.state, "submit")
    return replace(session, state="judging")


def judge(session: Session, now: float, attempt: Attempt) -> Session:
    """Add a judged attempt, which ends the session unless another attempt may follow."""
    if any(known.id == attempt.id for known in session.attempts):
        return session
    _require(session, "judge", "judging")
    if attempt.number != len(session.attempts) + 1:
        raise IllegalStep(session.state, "judge")
    judged = replace(session, attempts=(*session.attempts, attempt))
    if attempt.passed:
        return _end(judged, "passed", now)
    if find_end(judged) is not None:
        return _end(judged, "failed", now)
    return replace(judged, state="begun")


def leave(session: Session, now: float, why: Literal["left", "timeout"] = "left") -> Session:
    """End what was begun; what is being judged is judged to its end."""
    session = current(session, now)
    state: State = "left" if why == "left" else "timed_out"
    if session.state == state:
        return session
    _require(session, "leave", "begun", "recording")
    return _end(replace(session, challenge=None), state, now)


def erase(session: Session, now: float, why: Erasure) -> Session:
    """Forget what shows or tells more than the verdict; an open session ends as `left`."""
    if session.erased is not None:
        return session
    session = current(session, now)
    attempts = tuple(replace(one, similarity=None) for one in session.attempts)
    if not session.final:
        session = _end(session, "left", now)
    return replace(session, attempts=attempts, challenge=None, erased=now, erased_why=why)


def _holds(session: Session, device: bytes) -> bool:
    return session.device is not None and hmac.compare_digest(session.device, device)


def _see(session: Session, now: float) -> Session:
    # Only now and then: a poll every second shall not be a write every second.
    if session.final or now < (session.device_seen or 0.0) + SEEN_SECONDS:
        return session
    return replace(session, device_seen=now)


def _require(session: Session, step: str, *states: State) -> None:
    if session.state not in states:
        raise IllegalStep(session.state, step)


def _end(session: Session, state: State, at: float) -> Session:
    ended = replace(session, state=state, finished=at)
    return ended if session.family in FROM_ISSUE else _keep(ended, at)


def _keep(session: Session, since: float) -> Session:
    return replace(session, result_until=since + session.config.result_life)
