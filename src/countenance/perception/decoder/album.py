"""Keeps the wanted frames of a video, upright and scaled, as they pass by; runs in the child."""

from typing import Any

import numpy as np
from av.video.reformatter import Interpolation
from numpy.typing import NDArray

from .params import VideoParams
from .timeline import Timeline
from .track import Tracker, quarters

_TOLERANCE = 1e-4  # seconds by which a frame's time may fall short of its packet's

Picture = tuple[float, NDArray[np.uint8]]


class Album:
    """Takes every decoded frame in the order shown, keeps the pixels of those wanted."""

    def __init__(
        self, timeline: Timeline, params: VideoParams, tracker: Tracker | None = None
    ) -> None:
        """Start with nothing; a `tracker` is shown every frame that counts."""
        self._timeline = timeline
        self._params = params
        self._targets = timeline.targets(params)
        self._tracker = tracker
        self._pictures: list[Picture] = []
        self._latest = 0.0
        self.zero = timeline.start  # of the first frame, in the container's clock
        self.count = 0
        self.done = False
        self.last: Any = None

    @property
    def elapsed(self) -> float:
        """Return seconds from the first frame to the last."""
        return self._latest

    @property
    def rate(self) -> float:
        """Return frames per second as decoded; 0 when fewer than two were."""
        return (self.count - 1) / self._latest if self._latest > 0 else 0.0

    def add(self, frame: Any) -> None:
        """Take the next frame; sets `done` at the end of the analysed part."""
        time = self._time(frame)
        if time > self._params.analysed_seconds:
            self.done = True
            return
        self.count += 1
        self.last, self._latest = frame, time
        if self._tracker is not None:
            self._tracker.add(frame, time)
        if self._targets and time >= self._targets[0] - _TOLERANCE:
            self._targets = [t for t in self._targets if t > time + _TOLERANCE]
            self._pictures.append((time, self._picture(frame)))
        self.done = self.count >= self._params.max_frames

    def finish(self) -> list[Picture]:
        """Return the pictures; at least one if any frame was added.

        Frames can end before the packets promised: the last one then stands for what is missing.
        """
        shown = self._pictures[-1][0] if self._pictures else -1.0
        if self._targets and self._latest > shown:
            self._pictures.append((self._latest, self._picture(self.last)))
        return self._pictures

    def _time(self, frame: Any) -> float:
        if not self._timeline.timed:
            return self.count * self._timeline.step
        if self.count == 0:
            self.zero = self._timeline.start if frame.time is None else frame.time
            return 0.0
        if frame.time is None:
            return self._latest + self._timeline.step
        elapsed: float = frame.time - self.zero
        return max(elapsed, self._latest)  # a clock that runs back stands still

    def _picture(self, frame: Any) -> NDArray[np.uint8]:
        scale = min(self._params.long_side / max(frame.width, frame.height), 1.0)
        pixels = frame.to_ndarray(
            format="bgr24",
            width=max(round(frame.width * scale), 1),
            height=max(round(frame.height * scale), 1),
            interpolation=Interpolation.AREA if scale < 1 else Interpolation.BICUBIC,
            threads=1,
        )
        return np.ascontiguousarray(np.rot90(pixels, quarters(frame)))
