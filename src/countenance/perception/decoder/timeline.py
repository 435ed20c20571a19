"""Times of a video's frames as its container states them, and which of them to look at."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from .params import Fault, MediaError, VideoParams

# Packets of more than this many times the frames that will be decoded are not even counted.
_PACKETS_PER_FRAME = 20
_ASSUMED_RATE = 25.0  # frames per second when nothing credible is stated


@dataclass(frozen=True, slots=True)
class Timeline:
    """When frames are shown: `times` ascend, in seconds of the container's clock.

    `step` is the usual distance of two frames. With `timed` False the container states no usable
    times and frames are taken to be `step` apart.
    """

    times: tuple[float, ...]
    step: float
    timed: bool

    @property
    def start(self) -> float:
        """Return the time of the first frame."""
        return self.times[0]

    @property
    def duration(self) -> float:
        """Return seconds from the first frame's start to the last frame's end."""
        return self.times[-1] - self.times[0] + self.step

    def targets(self, params: VideoParams) -> list[float]:
        """Return the times, from the first frame on, of the frames to take; ascending, distinct."""
        shown = [time - self.start for time in self.times[: params.max_frames]]
        shown = [time for time in shown if time <= params.analysed_seconds]
        first, last = (fraction * shown[-1] for fraction in params.span)
        gaps = max(params.frames - 1, 1)
        if params.frames == 1:
            first = last = (first + last) / 2
        ideal = [first + (last - first) * i / gaps for i in range(params.frames)]
        return sorted({min(shown, key=lambda time: abs(time - wish)) for wish in ideal})


class TimelineReader:
    """Collects the presentation times of packets, and refuses what is too long."""

    def __init__(self, params: VideoParams) -> None:
        self._params = params
        self._times: list[float] = []
        self._untimed = 0

    def add(self, time: float | None) -> None:
        """Take one packet's time in seconds; raises MediaError TOO_LONG."""
        if time is None:
            self._untimed += 1
        else:
            self._times.append(time)
        limit = self._params.max_frames * _PACKETS_PER_FRAME
        if len(self._times) + self._untimed > limit:
            raise MediaError(Fault.TOO_LONG, f"packets > {limit}")

    def finish(self, stated_rate: float) -> Timeline:
        """Return the timeline; `stated_rate` (frames per second) serves where times are missing."""
        times = sorted(self._times)
        distinct = len(set(times))
        if distinct > 1 or (distinct == 1 and len(times) + self._untimed == 1):
            timed = True
            step = _usual_step(times, stated_rate)
        else:
            timed = False
            step = 1 / _credible(stated_rate)
            times = [index * step for index in range(max(len(times) + self._untimed, 1))]
        timeline = Timeline(tuple(times), step, timed)
        if timeline.times[-1] - timeline.start > self._params.max_seconds:
            raise MediaError(
                Fault.TOO_LONG,
                f"duration > {self._params.max_seconds:g} s: {timeline.duration:.1f} s",
            )
        return timeline


def _usual_step(times: Sequence[float], stated_rate: float) -> float:
    gaps = [late - early for early, late in pairwise(times) if late > early]
    return median(gaps) if gaps else 1 / _credible(stated_rate)


def _credible(rate: float) -> float:
    return rate if 1.0 <= rate <= 240.0 else _ASSUMED_RATE
