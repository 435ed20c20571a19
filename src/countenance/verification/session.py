"""One verification of one person: what is known of it, and what it comes to.

All token families share these types. `steps` holds the transitions, `sessions` keeps them.
Times are UNIX seconds; an end is the first moment at which something no longer holds.
"""

from typing import Annotated, Literal, get_args

import msgspec

from countenance.reasons import reason

Family = Literal["web", "web_v1", "faceid", "sdk", "liveness", "card"]
State = Literal[
    "issued", "begun", "recording", "judging", "passed", "failed", "left", "timed_out", "expired"
]
Mode = Literal["liveness", "compare"]
Erasure = Literal["expired", "redacted", "person", "verdict"]
FAMILIES: tuple[Family, ...] = get_args(Family)
FINAL: frozenset[State] = frozenset({"passed", "failed", "left", "timed_out", "expired"})
WEB: frozenset[Family] = frozenset({"web", "web_v1"})
# Their results can be asked for from the token's issue on, not from the end of the verification.
FROM_ISSUE: frozenset[Family] = frozenset({"faceid", "liveness"})
NOT_RUN = "not_run"

FAULTS = 5  # attempts that only a fault of ours ended, in one session
BURST, WINDOW = 5, 180.0  # attempts in so many seconds: published limits of peers

SUCCESS, INTERNAL, EXPIRED, EXHAUSTED, UNFINISHED = 0, 4, 15, 16, 17
TIMED_OUT, LEFT, SDK_UNFINISHED = 1409, 1410, -999


class Config(msgspec.Struct, frozen=True, kw_only=True):
    """What the token asks for; `seconds` is the time for one recording, 0 for no limit.

    `result_life` is filled in when the session is made.
    """

    mode: Mode
    attempts: Annotated[int, msgspec.Meta(ge=1)]
    level: int = 1
    seconds: Annotated[int, msgspec.Meta(ge=0)] = 0
    language: str = "en"
    theme: str = "#2d72f1"
    skip_start: bool = False
    skip_consent: bool = False
    skip_result: bool = False  # AutoSkip, SkipResultPage
    result_life: float = 0.0


class Consent(msgspec.Struct, frozen=True, kw_only=True):
    """What the person said to which version of the text."""

    version: str
    given: bool
    at: float
    locale: str


class Challenge(msgspec.Struct, frozen=True, kw_only=True):
    """One permission to record, for one attempt; `nonce` is the hex of a keyed digest.

    Once the attempt is judged it is spent, and only kept to recognise a repeat.
    """

    id: str
    kind: Literal["silent"] = "silent"
    nonce: str
    issued: float
    until: float
    attempt: int  # from 1
    chunks: int = 0
    size: int = 0  # bytes of all chunks


class Attempt(msgspec.Struct, frozen=True, kw_only=True):
    """One judged recording. `code` is the number told for it in its family's flow.

    `liveness` and `compare` hold the reason key of a failure, None for a pass and `not_run`;
    `similarity` is 0 to 100, None where no comparison is told. `counted` is False where only a
    fault of ours ended it.
    """

    number: int  # from 1
    id: str  # Seq, RequestId: a UUID
    at: float
    passed: bool
    counted: bool = True
    liveness: str | None = None
    compare: str | None = NOT_RUN
    reasons: tuple[str, ...] = ()  # of the vocabulary, in telling order
    similarity: float | None = None
    code: int
    billed: int = 0
    tags: tuple[str, ...] = ()


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """The row of a session, decoded; its token is not here (only its digest is kept)."""

    id: str
    account_id: str
    family: Family
    action: str
    rule: str = ""
    config: Config
    state: State = "issued"
    revision: int = 0
    created: float
    begin_until: float
    finish_until: float
    result_until: float
    finished: float | None = None
    erased: float | None = None
    erased_why: Erasure | None = None
    device: bytes | None = None
    device_seen: float | None = None
    consent: Consent | None = None
    challenge: Challenge | None = None
    attempts: tuple[Attempt, ...] = ()

    @property
    def final(self) -> bool:
        """Whether nothing but an erasure can happen any more."""
        return self.state in FINAL

    @property
    def recording(self) -> Challenge | None:
        """The challenge that is being recorded for."""
        return self.challenge if self.state == "recording" else None

    @property
    def failures(self) -> int:
        """Attempts that count and did not pass."""
        return sum(one.counted and not one.passed for one in self.attempts)

    @property
    def attempts_left(self) -> int:
        """How often the person may still try; 0 in a final state."""
        return 0 if self.final else max(0, self.config.attempts - self.failures)

    @property
    def charged(self) -> int:
        """ChargeCount: the billed attempts of the token."""
        return sum(one.billed for one in self.attempts)

    @property
    def agreed(self) -> bool:
        """Whether a recording may be asked for as far as consent goes."""
        return self.config.skip_consent or (self.consent is not None and self.consent.given)


def result_is_gone(session: Session, now: float) -> bool:
    """Whether the result can no longer be asked for."""
    return now >= session.result_until


def retry_in(session: Session, now: float) -> float:
    """Seconds until a new challenge is given: 0, unless attempts came too fast."""
    if len(session.attempts) < BURST:
        return 0.0
    return max(0.0, session.attempts[-BURST].at + WINDOW - now)


def find_end(session: Session) -> Literal["own", "attempts", "faults"] | None:
    """Why no attempt may follow the last one, which failed; None when one may."""
    last = session.attempts[-1]
    if not last.counted:
        faults = sum(not one.counted for one in session.attempts)
        return "faults" if faults >= FAULTS else None
    if not all(reason(key).retryable for key in last.reasons):
        return "own"
    return "attempts" if session.failures >= session.config.attempts else None


def final_code(session: Session) -> int:
    """The number of the session as a whole, from its state and attempts alone.

    The web flow tells that the attempts are used up (16) or that we failed (4); the SDK flow has
    neither number and tells the last attempt's own.
    """
    is_web = session.family in WEB
    match session.state:
        case "passed":
            return SUCCESS
        case "left":
            return LEFT
        case "timed_out":
            return TIMED_OUT
        case "expired":
            return EXPIRED
        case "failed":
            own = session.attempts[-1].code
            told = {"attempts": EXHAUSTED, "faults": INTERNAL} if is_web else {}
            return told.get(find_end(session) or "own", own)
        case _:
            return UNFINISHED if is_web else SDK_UNFINISHED
