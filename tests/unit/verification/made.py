"""Sessions, attempts and devices for tests of the state machine."""

from typing import Any

from countenance.verification.session import Attempt, Config, Family, Session
from countenance.verification.steps import agree, begin, challenge, submit, take_chunk

TOKEN, RESULT = 7200.0, 259200.0
PHONE, LAPTOP = b"p" * 32, b"l" * 32


def make(family: Family = "web", *, attempts: int = 3, at: float = 0.0, **other: Any) -> Session:
    """A session as it is issued."""
    config = Config(mode="liveness", attempts=attempts, result_life=RESULT)
    from_issue = family in ("faceid", "liveness")
    known = {"result_until": at + RESULT + (0.0 if from_issue else TOKEN)} | other
    return Session(
        id="s",
        account_id="a",
        family=family,
        action="ApplyWebVerificationBizTokenIntl",
        config=config,
        created=at,
        begin_until=at + TOKEN,
        finish_until=at + TOKEN,
        **known,
    )


def begun(session: Session, at: float = 0.0, device: bytes = PHONE) -> Session:
    """The session on a device, with the person's consent."""
    return agree(begin(session, at, None, device), at, "1", "en")


def recorded(session: Session, at: float = 0.0, chunks: int = 2) -> Session:
    """The session with a whole recording handed in."""
    number = len(session.attempts) + 1
    session = challenge(session, at, f"c{number}", f"n{number}")
    for n in range(chunks):
        session = take_chunk(session, at, n, 100)
    return submit(session, at, chunks)


def failed(number: int, *reasons: str, at: float = 0.0, **other: Any) -> Attempt:
    """An attempt that did not pass, by default for want of light."""
    keys = reasons or ("too_dark",)
    known: dict[str, Any] = {"code": 1201, "liveness": keys[0], "reasons": keys} | other
    return Attempt(number=number, id=f"i{number}", at=at, passed=False, **known)


def passed(number: int, at: float = 0.0) -> Attempt:
    """An attempt that passed."""
    return Attempt(number=number, id=f"i{number}", at=at, passed=True, code=0, billed=1)
