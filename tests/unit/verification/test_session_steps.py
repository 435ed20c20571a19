"""Each transition of a session: what it makes and refuses, and that a repeat changes nothing."""

from collections.abc import Callable

import pytest
from tests.unit.verification.made import (
    LAPTOP,
    PHONE,
    RESULT,
    TOKEN,
    begun,
    failed,
    make,
    passed,
    recorded,
)

from countenance.verification import steps
from countenance.verification.session import Session, final_code, result_is_gone
from countenance.verification.steps import IllegalStep, Wait


def refused(step: Callable[[], object]) -> str:
    with pytest.raises(IllegalStep) as caught:
        step()
    return caught.value.why


def test_a_verification_that_passes() -> None:
    session = recorded(begun(make(), 10.0), 20.0)
    assert (session.state, final_code(session)) == ("judging", 17)
    done = steps.judge(session, 30.0, passed(1, 30.0))
    assert (done.state, done.finished, done.charged) == ("passed", 30.0, 1)
    assert (final_code(done), done.result_until) == (0, 30.0 + RESULT)
    assert steps.judge(done, 40.0, passed(1, 30.0)) is done


def test_a_link_must_be_opened_in_time() -> None:
    session = make()
    assert steps.begin(session, TOKEN - 1, None, PHONE).state == "begun"
    assert steps.current(session, TOKEN - 1) is session
    late = steps.current(session, TOKEN)
    assert (late.state, late.finished, final_code(late)) == ("expired", TOKEN, 15)
    assert refused(lambda: steps.begin(session, TOKEN + 1, None, PHONE)) == "wrong_state"


def test_what_was_begun_at_the_last_moment_has_ten_minutes() -> None:
    session = begun(make(), TOKEN - 1)
    assert steps.current(session, TOKEN + 598) is session
    late = steps.current(session, TOKEN + 599)
    assert (late.state, final_code(late)) == ("timed_out", 1409)


def test_a_result_that_lives_from_the_issue_also_ends_what_was_begun() -> None:
    session = begun(make("liveness"), 10.0)
    assert session.result_until == RESULT
    done = steps.judge(recorded(session, 20.0), 30.0, passed(1))
    assert done.result_until == RESULT
    assert not result_is_gone(done, RESULT - 1)
    assert result_is_gone(done, RESULT)
    short = make("faceid", result_until=TOKEN)
    assert steps.begin(short, TOKEN - 1, None, PHONE).finish_until == TOKEN


def test_a_second_device_is_kept_out_until_it_takes_over_or_the_first_is_silent() -> None:
    session = steps.challenge(begun(make(), 0.0), 1.0, "c1", "n1")
    assert refused(lambda: steps.begin(session, 59.0, LAPTOP, LAPTOP)) == "in_use"
    for taken in (
        steps.begin(session, 5.0, None, LAPTOP, take_over=True),
        steps.begin(session, 60.0, None, LAPTOP),
    ):
        assert (taken.state, taken.challenge, taken.device) == ("begun", None, LAPTOP)
        assert refused(lambda one=taken: steps.hold(one, 6.0, PHONE)) == "taken_over"  # type: ignore[misc]
    judging = recorded(session, 2.0)
    assert refused(lambda: steps.begin(judging, 99.0, None, LAPTOP, take_over=True)) == "in_use"
    assert steps.begin(judging, 3.0, PHONE, LAPTOP) is judging


def test_a_device_that_polls_is_noted_now_and_then() -> None:
    session = begun(make(), 0.0)
    assert steps.hold(session, 9.0, PHONE) is session
    assert steps.hold(session, 10.0, PHONE).device_seen == 10.0


def test_no_recording_without_consent() -> None:
    session = steps.begin(make(), 0.0, None, PHONE)
    assert refused(lambda: steps.challenge(session, 1.0, "c1", "n1")) == "wrong_state"
    agreed = steps.agree(session, 1.0, "1", "en")
    assert steps.agree(agreed, 2.0, "1", "en") is agreed
    assert steps.challenge(agreed, 3.0, "c1", "n1").state == "recording"
    left = steps.decline(session, 1.0, "1", "en")
    assert (left.state, final_code(left)) == ("left", 1410)
    assert steps.decline(left, 2.0, "1", "en") is left


def test_chunks_come_in_order_and_repeats_are_harmless() -> None:
    session = steps.challenge(begun(make()), 0.0, "c1", "n1")
    assert refused(lambda: steps.take_chunk(session, 0.0, 1, 10)) == "wrong_state"
    assert refused(lambda: steps.submit(session, 0.0, 0)) == "wrong_state"
    one = steps.take_chunk(session, 50.0, 0, 10)
    assert one.challenge is not None
    assert (one.challenge.chunks, one.challenge.size, one.challenge.until) == (1, 10, 110.0)
    assert steps.take_chunk(one, 51.0, 0, 10) is one
    assert refused(lambda: steps.submit(one, 52.0, 2)) == "wrong_state"
    judging = steps.submit(one, 52.0, 1)
    assert steps.submit(judging, 53.0, 1) is judging
    assert steps.take_chunk(judging, 53.0, 0, 10) is judging


@pytest.mark.parametrize("size", [0, steps.CHUNK_BYTES + 1])
def test_a_chunk_has_a_size(size: int) -> None:
    session = steps.challenge(begun(make()), 0.0, "c1", "n1")
    assert refused(lambda: steps.take_chunk(session, 0.0, 0, size)) == "too_large"


def test_a_recording_has_an_end() -> None:
    many = steps.challenge(begun(make()), 0.0, "c1", "n1")
    big = many
    for n in range(steps.CHUNKS):
        many = steps.take_chunk(many, 0.0, n, 1)
    assert refused(lambda: steps.take_chunk(many, 0.0, steps.CHUNKS, 1)) == "too_large"
    for n in range(steps.TOTAL_BYTES // steps.CHUNK_BYTES):
        big = steps.take_chunk(big, 0.0, n, steps.CHUNK_BYTES)
    assert refused(lambda: steps.take_chunk(big, 0.0, 8, 1)) == "too_large"


def test_a_challenge_runs_out_and_a_new_one_replaces_it() -> None:
    first = steps.challenge(begun(make()), 0.0, "c1", "n1")
    assert steps.prove(first, "n1") is first
    assert refused(lambda: steps.prove(first, "n2")) == "bad_nonce"
    over = steps.current(first, 60.0)
    assert (over.state, over.challenge) == ("begun", None)
    second = steps.challenge(steps.take_chunk(first, 1.0, 0, 10), 2.0, "c2", "n2")
    assert refused(lambda: steps.prove(second, "n1")) == "bad_nonce"
    assert second.challenge is not None
    assert second.challenge.chunks == 0


def test_a_recording_handed_in_again_after_its_verdict_is_known() -> None:
    session = steps.judge(recorded(begun(make())), 1.0, failed(1))
    assert (session.state, session.recording, session.attempts_left) == ("begun", None, 2)
    assert steps.submit(steps.prove(session, "n1"), 2.0, 2) is session


def test_five_attempts_in_three_minutes_have_to_wait() -> None:
    session = begun(make(attempts=99))
    for number in range(1, 6):
        at = 10.0 * number
        session = steps.judge(recorded(session, at), at, failed(number, at=at))
    with pytest.raises(Wait) as caught:
        steps.challenge(session, 60.0, "c", "n")
    assert caught.value.seconds == 130.0
    assert steps.challenge(session, 190.0, "c", "n").state == "recording"


def test_leaving_ends_what_was_begun_but_not_what_is_judged() -> None:
    session = begun(make())
    left = steps.leave(session, 5.0)
    assert (left.state, left.finished) == ("left", 5.0)
    assert steps.leave(left, 6.0) is left
    assert steps.leave(session, 5.0, "timeout").state == "timed_out"
    assert refused(lambda: steps.leave(recorded(session), 5.0)) == "wrong_state"
    assert refused(lambda: steps.leave(make(), 5.0)) == "wrong_state"


def test_erasing_keeps_the_verdict_and_ends_what_is_open() -> None:
    attempt = failed(1, code=2016, similarity=41.0)
    failing = steps.judge(recorded(begun(make(attempts=1))), 1.0, attempt)
    gone = steps.erase(failing, 2.0, "redacted")
    assert (gone.state, final_code(gone), gone.attempts[0].code) == ("failed", 16, 2016)
    assert (gone.attempts[0].similarity, gone.challenge, gone.erased) == (None, None, 2.0)
    assert steps.erase(gone, 3.0, "person") is gone
    open_one = steps.erase(recorded(begun(make())), 2.0, "redacted")
    assert (open_one.state, open_one.finished) == ("left", 2.0)
    assert refused(lambda: steps.judge(open_one, 3.0, passed(1))) == "wrong_state"


def test_a_card_is_handed_in_without_a_device() -> None:
    card = make("card", attempts=1)
    assert refused(lambda: steps.begin(card, 1.0, None, PHONE)) == "wrong_state"
    judging = steps.submit(card, 1.0, 0)
    assert steps.submit(judging, 2.0, 0) is judging
    assert steps.judge(judging, 3.0, passed(1)).state == "passed"


def _after(session: Session, *keys: str, **other: object) -> Session:
    number = len(session.attempts) + 1
    judging = recorded(session, 1000.0 * number)
    return steps.judge(judging, 1000.0 * number, failed(number, *keys, **other))


@pytest.mark.parametrize(
    ("family", "last"), [("web", 16), ("web_v1", 16), ("faceid", 1201), ("sdk", 1201)]
)
def test_the_code_of_used_up_attempts(family: str, last: int) -> None:
    session = begun(make(family, attempts=2))  # type: ignore[arg-type]
    session = _after(session)
    assert session.state == "begun"
    done = _after(session)
    assert (done.state, final_code(done)) == ("failed", last)


@pytest.mark.parametrize(("family", "last"), [("web", 4), ("liveness", 1001), ("sdk", 1001)])
def test_the_code_of_faults_of_ours(family: str, last: int) -> None:
    session = begun(make(family, attempts=1))  # type: ignore[arg-type]
    for _ in range(5):
        assert session.state == "begun"
        session = _after(session, "too_dark", code=1001, counted=False)
    assert (session.state, final_code(session), session.failures) == ("failed", last, 0)
