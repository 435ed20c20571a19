import pytest
from hypothesis import given
from hypothesis import strategies as st

from countenance.perception.decoder.params import Fault, MediaError, VideoParams
from countenance.perception.decoder.timeline import Timeline, TimelineReader

PARAMS = VideoParams()


def read(times: list[float | None], rate: float = 25.0, params: VideoParams = PARAMS) -> Timeline:
    reader = TimelineReader(params)
    for time in times:
        reader.add(time)
    return reader.finish(rate)


def test_times_in_coding_order_become_shown_order() -> None:
    timeline = read([0.0, 0.12, 0.04, 0.08])
    assert timeline.timed
    assert timeline.times == (0.0, 0.04, 0.08, 0.12)
    assert timeline.step == pytest.approx(0.04)
    assert timeline.duration == pytest.approx(0.16)


def test_a_start_other_than_zero_is_taken_off() -> None:
    timeline = read([5 + i / 10 for i in range(10)])
    assert timeline.start == 5.0
    assert timeline.targets(VideoParams(frames=2, span=(0.0, 1.0))) == pytest.approx([0.0, 0.9])


@pytest.mark.parametrize("times", [[None] * 4, [7.0] * 4, [None, 7.0, None, 7.0]])
def test_without_times_frames_are_a_step_apart(times: list[float | None]) -> None:
    timeline = read(times, rate=10.0)
    assert not timeline.timed
    assert timeline.times == pytest.approx((0.0, 0.1, 0.2, 0.3))


@pytest.mark.parametrize("rate", [0.0, 0.001, 90_000.0, float("nan")])
def test_a_stated_rate_that_is_not_credible_is_replaced(rate: float) -> None:
    assert read([None, None], rate).step == pytest.approx(1 / 25)


def test_one_frame_is_timed() -> None:
    timeline = read([3.0], rate=30.0)
    assert timeline.timed
    assert timeline.targets(PARAMS) == [0.0]
    assert timeline.duration == pytest.approx(1 / 30)


@pytest.mark.parametrize(
    "times",
    [[0.0, 30.01], [0.0, 1.0, 1e300], [-1e9, 0.0, 1.0], [i * 0.04 for i in range(752)]],
)
def test_longer_than_the_limit_is_refused(times: list[float | None]) -> None:
    with pytest.raises(MediaError) as caught:
        read(times)
    assert caught.value.fault is Fault.TOO_LONG


def test_exactly_the_limit_is_accepted() -> None:
    assert read([0.0, 30.0]).times[-1] == 30.0


def test_more_packets_than_could_matter_are_refused() -> None:
    reader = TimelineReader(VideoParams(max_frames=10))
    for i in range(200):
        reader.add(i / 1000)
    with pytest.raises(MediaError) as caught:
        reader.add(0.2)
    assert caught.value.fault is Fault.TOO_LONG


def test_targets_lie_in_the_analysed_part() -> None:
    timeline = read([i / 25 for i in range(700)])
    targets = timeline.targets(VideoParams(frames=5, span=(0.0, 1.0), analysed_seconds=10))
    assert targets == pytest.approx([0.0, 2.52, 5.0, 7.52, 10.0], abs=0.041)
    capped = timeline.targets(VideoParams(frames=5, span=(0.0, 1.0), max_frames=26))
    assert capped[-1] == pytest.approx(1.0)


def test_one_target_lies_in_the_middle() -> None:
    assert read([i / 10 for i in range(11)]).targets(VideoParams(frames=1)) == pytest.approx([0.5])


@given(
    st.lists(st.floats(0, 30), min_size=1, max_size=50),
    st.integers(1, 20),
    st.tuples(st.floats(0, 0.5), st.floats(0.5, 1)),
)
def test_targets_are_distinct_ascending_and_shown(
    times: list[float | None], frames: int, span: tuple[float, float]
) -> None:
    timeline = read(times)
    targets = timeline.targets(VideoParams(frames=frames, span=span))
    assert 1 <= len(targets) <= frames
    assert targets == sorted(set(targets))
    assert set(targets) <= {time - timeline.start for time in timeline.times}
