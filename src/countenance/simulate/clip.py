"""A made clip: its frames with their truth, and its bytes in the containers people send."""

import io
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

import av
import av.video

from countenance.simulate.light import Bytes
from countenance.simulate.truth import Truth

Container = Literal["mp4", "avi", "flv", "webm"]
Quality = Literal["low", "medium", "high"]

# Encoder and its options but the quality: H.264 as telephones do it, VP8 as browsers do it.
_ENCODERS: dict[str, tuple[str, dict[str, str]]] = {
    "mp4": ("libx264", {"preset": "veryfast", "movflags": "+faststart"}),
    "flv": ("libx264", {"preset": "veryfast", "bf": "0"}),
    "avi": ("mpeg4", {}),
    "webm": ("libvpx", {"deadline": "realtime", "cpu-used": "8"}),
}
_CRF = {"low": "32", "medium": "26", "high": "20"}
_BITS = {"low": 0.06, "medium": 0.15, "high": 0.35}  # per pixel, where there is no CRF


@dataclass(frozen=True, slots=True, eq=False)
class Clip:
    """`frames` are upright BGR, all of one size, `rate` a second."""

    frames: list[Bytes]
    rate: float
    truth: Truth

    def encode(self, container: Container = "mp4", quality: Quality = "medium") -> bytes:
        """The clip as a file in memory, 4:2:0 and silent; the frames' sides must be even."""
        encoder, options = _ENCODERS[container]
        height, width = self.frames[0].shape[:2]
        rate = Fraction(self.rate).limit_denominator(1001)
        buffer = io.BytesIO()
        with av.open(buffer, "w", format=container) as file:
            stream = file.add_stream(encoder, rate=rate, options=dict(options))
            assert isinstance(stream, av.video.VideoStream)
            stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
            # One thread: the same bytes on any machine with the same encoder.
            stream.codec_context.thread_count = 1
            if encoder == "libx264":
                stream.options = {**options, "crf": _CRF[quality]}
            else:
                stream.bit_rate = int(_BITS[quality] * width * height * float(rate))
            for pixels in self.frames:
                file.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, format="bgr24")))
            file.mux(stream.encode(None))
        return buffer.getvalue()
