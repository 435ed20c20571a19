"""The moving windows that requests are counted in."""

from hypothesis import given
from hypothesis import strategies as st

from countenance.capture.limits import Window


class Clock:
    def __init__(self) -> None:
        self.time = 0.0

    def __call__(self) -> float:
        return self.time


@given(
    most=st.integers(1, 5),
    steps=st.lists(st.tuples(st.sampled_from("ab"), st.floats(0, 20)), max_size=60),
)
def test_no_window_ever_holds_more_and_who_waits_as_told_is_let_in(
    most: int, steps: list[tuple[str, float]]
) -> None:
    clock = Clock()
    window = Window(most, 10.0, clock)
    taken: dict[str, list[float]] = {"a": [], "b": []}
    for key, pause in steps:
        clock.time += pause
        seconds = window.take(key)
        if seconds:
            clock.time += seconds + 1e-6  # past the rounding of sums
            assert window.take(key) == 0.0
        taken[key].append(clock.time)
    for times in taken.values():
        assert all(later - first >= 10.0 for first, later in zip(times, times[most:], strict=False))


def test_it_forgets_who_is_idle() -> None:
    clock = Clock()
    window = Window(2, 1.0, clock)
    for number in range(1000):
        clock.time += 0.01
        window.take(f"address-{number}")
    assert len(window._times) <= 101


def test_nothing_is_no_limit() -> None:
    window = Window(0, 1.0, Clock())
    assert [window.take("a") for _ in range(100)] == [0.0] * 100
