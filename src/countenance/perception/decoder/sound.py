"""Decodes the sound of a video to 16 kHz mono; runs in the child."""

from typing import Any

import av
import av.filter
import numpy as np
from numpy.typing import NDArray

from .protocol import SAMPLE_RATE

_RATES = range(4_000, 192_001)  # Hz; a rate outside could make one packet last for hours
CODECS = frozenset(
    {
        *("aac", "opus", "vorbis", "mp2", "mp2float", "mp3", "mp3float", "amrnb", "amrwb"),
        *("pcm_s16le", "pcm_s16be", "pcm_s24le", "pcm_u8", "pcm_alaw", "pcm_mulaw"),
    }
)


class Sound:
    """Collects the samples of one audio stream, of which `seconds` from about `zero` on count."""

    def __init__(self, stream: Any, seconds: float, zero: float) -> None:
        self.stream = stream
        self._zero = zero
        self._limit = int(seconds * SAMPLE_RATE)
        self._enough = self._limit
        self._chunks: list[NDArray[np.float32]] = []
        self._held = 0
        self._graph: Any = None
        self._source: tuple[Any, ...] = ()
        self._start: float | None = None
        self._broken = False

    @property
    def done(self) -> bool:
        """Return whether more packets can change anything."""
        return self._broken or self._held >= self._enough

    def feed(self, packet: Any) -> None:
        """Decode one packet; one that cannot be decoded is skipped."""
        try:
            for frame in packet.decode():
                if not self.done:
                    self._resample(frame)
        except av.error.FFmpegError:
            return

    def samples(self, zero: float) -> NDArray[np.float32] | None:
        """Return the samples from `zero` (seconds of the container's clock) on, None if silent.

        Time before the sound starts is filled with zeros; gaps inside it are not.
        """
        if not self._chunks:
            return None
        samples = np.concatenate(self._chunks)
        lead = round(((zero if self._start is None else self._start) - zero) * SAMPLE_RATE)
        if abs(lead) > self._limit:  # the two clocks have nothing in common
            lead = 0
        if lead > 0:
            samples = np.concatenate([np.zeros(lead, np.float32), samples])
        return np.ascontiguousarray(samples[max(-lead, 0) :][: self._limit])

    def _resample(self, frame: Any) -> None:
        source = (frame.format.name, frame.layout.name, frame.sample_rate)
        if self._graph is None:
            if frame.sample_rate not in _RATES:
                self._broken = True
                return
            self._graph, self._source, self._start = _graph(source), source, frame.time
            # What was heard before the first frame will be cut off; a second covers the estimate.
            early = 1.0 + max(self._zero - (frame.time or 0.0), 0.0)
            self._enough += min(int(early * SAMPLE_RATE), self._limit)
        elif source != self._source:  # what was heard so far still counts
            self._broken = True
            return
        frame.pts = None
        self._graph.push(frame)
        while True:
            try:
                chunk = self._graph.pull().to_ndarray().reshape(-1)
            except (av.error.BlockingIOError, av.error.EOFError):
                return
            self._chunks.append(chunk)
            self._held += len(chunk)


def _graph(source: tuple[str, str, int]) -> Any:
    # AudioResampler builds the same graph, but lets it start a thread per processor.
    graph = av.filter.Graph()
    graph.threads = 1
    sample_format, layout, rate = source
    nodes = [
        graph.add(
            "abuffer",
            sample_rate=str(rate),
            sample_fmt=sample_format,
            channel_layout=layout,
            time_base=f"1/{rate}",
        ),
        graph.add(
            "aformat",
            sample_rates=str(SAMPLE_RATE),
            sample_fmts="flt",
            channel_layouts="mono",
        ),
        graph.add("abuffersink"),
    ]
    graph.link_nodes(*nodes).configure()
    return graph
