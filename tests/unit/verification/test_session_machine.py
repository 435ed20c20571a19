"""The state machine of sessions against a plain model of it, on random walks with a set clock."""

from collections.abc import Callable
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from msgspec.structs import replace
from tests.unit.verification.made import LAPTOP, PHONE, RESULT, TOKEN, failed, make, passed

from countenance.verification import steps
from countenance.verification.session import FAMILIES, Session, final_code, result_is_gone
from countenance.verification.steps import IllegalStep, Wait

OPEN = ("begun", "recording")
ENDED = ("passed", "failed", "left", "timed_out", "expired")
DEVICES = st.sampled_from([PHONE, LAPTOP])
SIZES = st.sampled_from([0, 1, 700, steps.CHUNK_BYTES, steps.CHUNK_BYTES + 1])
RARELY = st.sampled_from([False] * 15 + [True])  # else few walks come far
HOW = st.sampled_from([*["dark"] * 6, *["fault"] * 5, "photo", "pass"])
Judged = tuple[float, str]  # when, and how: pass, dark, photo, fault


class Walk(RuleBasedStateMachine):
    """`session` is the real one; all else says, in its own words, what it should be."""

    session: Session

    @initialize(
        family=st.sampled_from([name for name in FAMILIES if name != "card"]),
        attempts=st.integers(1, 7),
        skip=st.booleans(),
        far=st.integers(0, 3),
    )
    def issue(self, family: Any, attempts: int, skip: bool, far: int) -> None:
        late = {"result_until": TOKEN} if family in ("faceid", "liveness") else {}
        session = make(family, attempts=attempts, **late)
        self.session = replace(session, config=replace(session.config, skip_consent=skip))
        self.now, self.state, self.limit, self.skip = 0.0, "issued", attempts, skip
        self.begin_by = TOKEN
        self.end_by = self.challenge_by = 0.0
        self.holder: bytes | None = None
        self.seen = 0.0
        self.said: bool | None = None  # consent
        self.chunks: list[int] | None = None  # sizes, of the recording that is open or was judged
        self.judged: list[Judged] = []
        self.ended: float | None = None
        self.erased = False
        # Some walks set out from further on.
        if far > 0:
            self.begin(PHONE, False)
        if far > 1:
            self.agree()
            self.challenge()
        if far > 2:
            self.chunk(0, 700)
            self.submit(0)

    @rule(chunks=st.integers(1, 3))
    def record(self, chunks: int) -> None:
        """The way of a patient person, as far as it is open."""
        self.begin(self.holder or PHONE, False)
        self.agree()
        self.challenge()
        for n in range(chunks):
            self.chunk(n, 700)
        self.submit(0)

    @rule(how=HOW)
    def record_and_judge(self, how: str) -> None:
        self.record(1)
        self.judge(how)

    # --- what the model knows -------------------------------------------------------------------

    def counted(self) -> int:
        return sum(how != "fault" for _, how in self.judged)

    def end(self, state: str, at: float) -> None:
        self.state, self.ended = state, at
        if state not in ("passed", "failed"):
            self.chunks = None

    def pass_time(self) -> None:
        if self.state == "issued" and self.now >= self.begin_by:
            self.end("expired", self.begin_by)
        elif self.state in OPEN and self.now >= self.end_by:
            self.end("timed_out", self.end_by)
        elif self.state == "recording" and self.now >= self.challenge_by:
            self.state, self.chunks = "begun", None

    def try_step(
        self, step: Callable[[Session], Session], allowed: bool, *, again: bool = True
    ) -> bool:
        """Make the step where the model allows it, and see it refused where it does not."""
        try:
            self.session = step(self.session)
        except (IllegalStep, Wait):
            assert not allowed
            return False
        assert allowed
        assert not again or step(self.session) == self.session  # a repeat is harmless
        return True

    # --- what can happen ------------------------------------------------------------------------

    @rule(span=st.sampled_from([0.5, 9.0, 30.0]))
    def wait(self, span: float) -> None:
        self.now += span
        self.pass_time()

    @rule(
        which=st.sampled_from([0, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4]),
        past=st.sampled_from([-1.0, 0.0, 1.0]),
    )
    def wait_for_a_limit(self, which: int, past: float) -> None:
        """Go to a second before, at or after one of the moments at which something changes."""
        fifth = self.judged[-5][0] if len(self.judged) >= 5 else 0.0
        limits = {
            "issued": [self.begin_by],
            "begun": [*[self.seen + 60, fifth + 180] * 3, self.end_by],
            "recording": [*[self.challenge_by, self.seen + 60] * 3, self.end_by],
        }.get(self.state, [self.now])
        self.now = max(self.now, limits[which % len(limits)] + past)
        self.pass_time()

    @rule(device=DEVICES, over=st.booleans())
    def begin(self, device: bytes, over: bool) -> None:
        def step(session: Session) -> Session:
            return steps.begin(session, self.now, device, device, over)

        own, first = device == self.holder, self.state == "issued"
        free = self.state in OPEN and (over or self.now - self.seen >= 60)
        if not self.try_step(step, own or first or free):
            return
        if first:
            self.end_by = max(self.begin_by, self.now + 600)
            if self.session.family in ("faceid", "liveness"):
                self.end_by = min(self.end_by, TOKEN)
        if own:
            self.note()
        else:
            if self.state == "recording":
                self.chunks = None
            self.state, self.holder, self.seen = "begun", device, self.now

    @rule(device=DEVICES)
    def hold(self, device: bytes) -> None:
        step = lambda session: steps.hold(session, self.now, device)  # noqa: E731
        if self.try_step(step, device == self.holder):
            self.note()

    def note(self) -> None:
        if self.state not in ENDED and self.now - self.seen >= 10:
            self.seen = self.now

    @rule()
    def agree(self) -> None:
        def step(session: Session) -> Session:
            return steps.agree(session, self.now, "1", "en")

        if self.try_step(step, self.said is True or self.state == "begun"):
            self.said = True

    @rule(sure=RARELY)
    def decline(self, sure: bool) -> None:
        def step(session: Session) -> Session:
            return steps.decline(session, self.now, "1", "en")

        known = self.state == "left" and self.said is False
        if not sure and self.state not in ENDED:
            return
        if self.try_step(step, known or self.state in OPEN) and not known:
            self.said = False
            self.end("left", self.now)

    @rule()
    def challenge(self) -> None:
        def step(session: Session) -> Session:
            return steps.challenge(session, self.now, "c", "n")

        fast = len(self.judged) >= 5 and self.now - self.judged[-5][0] < 180
        may = self.state in OPEN and (self.skip or self.said is True)
        if self.try_step(step, may and not fast, again=False):
            self.state, self.chunks = "recording", []
            self.challenge_by = min(self.now + 60, self.end_by)

    @rule(n=st.integers(0, 3), size=SIZES)
    def chunk(self, n: int, size: int) -> None:
        def step(session: Session) -> Session:
            return steps.take_chunk(session, self.now, n, size)

        known = self.chunks is not None and n < len(self.chunks)
        following = self.state == "recording" and self.chunks is not None and n == len(self.chunks)
        fits = 0 < size <= steps.CHUNK_BYTES
        if self.try_step(step, known or (following and fits)) and not known:
            assert self.chunks is not None
            self.chunks.append(size)
            self.challenge_by = min(max(self.challenge_by, self.now + 60), self.end_by)

    @rule()
    def restart(self) -> None:
        def step(session: Session) -> Session:
            return steps.restart(session, self.now)

        if self.try_step(step, self.state == "recording"):
            self.chunks = []

    @rule(extra=st.sampled_from([0, 0, 0, 1]))
    def submit(self, extra: int) -> None:
        count = len(self.chunks or []) + extra

        def step(session: Session) -> Session:
            return steps.submit(session, self.now, count)

        whole = self.chunks is not None and count == len(self.chunks)
        known = self.state != "recording" and whole
        if self.try_step(step, known or (whole and count > 0)) and not known:
            self.state = "judging"

    @rule(how=HOW)
    def judge(self, how: str) -> None:
        number = len(self.judged) + 1
        attempt = {
            "pass": passed(number, self.now),
            "dark": failed(number, at=self.now),
            "photo": failed(number, "photo_poor", at=self.now, code=2014),
            "fault": failed(number, "engine_error", at=self.now, code=1001, counted=False),
        }[how]

        def step(session: Session) -> Session:
            return steps.judge(session, self.now, attempt)

        if not self.try_step(step, self.state == "judging"):
            return
        self.judged.append((self.now, how))
        faults = len(self.judged) - self.counted()
        if how == "pass":
            self.end("passed", self.now)
        elif how == "photo" or faults == 5 or (how == "dark" and self.counted() == self.limit):
            self.end("failed", self.now)
        else:
            self.state = "begun"
            self.pass_time()

    @rule(why=st.sampled_from(["left", "timeout"]), sure=RARELY)
    def leave(self, why: Any, sure: bool) -> None:
        def step(session: Session) -> Session:
            return steps.leave(session, self.now, why)

        target = {"left": "left", "timeout": "timed_out"}[why]
        if not sure and self.state not in ENDED:
            return
        if self.try_step(step, self.state in (*OPEN, target)) and self.state != target:
            self.end(target, self.now)

    @rule(sure=RARELY)
    def erase(self, sure: bool) -> None:
        def step(session: Session) -> Session:
            return steps.erase(session, self.now, "redacted")

        if not sure and self.state not in ENDED:
            return
        assert self.try_step(step, True)
        assert steps.erase(self.session, self.now + 9, "person") == self.session
        self.erased, self.chunks = True, None
        if self.state not in ENDED:
            self.end("left", self.now)

    # --- what always holds ----------------------------------------------------------------------

    @invariant()
    def is_as_the_model_says(self) -> None:
        session = steps.current(self.session, self.now)
        assert session.state == self.state
        assert session.device == self.holder
        assert session.finished == self.ended
        assert session.final == (self.state in ENDED)
        assert (session.erased is not None) == self.erased
        assert [one.at for one in session.attempts] == [at for at, _ in self.judged]
        assert session.charged == sum(how == "pass" for _, how in self.judged)
        left = 0 if session.final else self.limit - self.counted()
        assert session.attempts_left == left
        assert (session.recording is not None) == (self.state == "recording")
        if session.recording is not None:
            assert session.recording.attempt == len(self.judged) + 1
            assert session.recording.size == sum(self.chunks or [])

    @invariant()
    def never_goes_beyond_its_limits(self) -> None:
        session = steps.current(self.session, self.now)
        assert session.failures <= self.limit
        assert len(session.attempts) <= self.limit + 5
        assert session.finish_until <= max(session.begin_until, TOKEN + 600)
        if session.family in ("faceid", "liveness"):
            assert session.result_until == TOKEN
        elif session.finished is not None:
            assert session.result_until == session.finished + RESULT
        else:
            assert not result_is_gone(session, session.finish_until)

    @invariant()
    def has_the_code_of_its_end(self) -> None:
        session = steps.current(self.session, self.now)
        web = session.family in ("web", "web_v1")
        how = self.judged[-1][1] if self.judged else ""
        wanted = {
            "passed": 0,
            "expired": 15,
            "left": 1410,
            "timed_out": 1409,
            "failed": {
                "dark": 16 if web else 1201,
                "fault": 4 if web else 1001,
                "photo": 2014,
            }.get(how),
        }.get(session.state, 17 if web else -999)
        assert final_code(session) == wanted


def test_a_session_does_what_a_plain_model_of_it_says() -> None:
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        Walk, settings=settings(max_examples=120, stateful_step_count=60, deadline=None)
    )
