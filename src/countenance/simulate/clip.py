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

# Encoder and its options but the quality: H.264 as telephones do it, VP8 as browsers do it. What
# comes out may hang on the frames alone: x264's macroblock tree reads memory it never wrote, and
# VP8's realtime mode works as hard as the clock lets it, so neither is used.
_H264 = {"preset": "veryfast", "x264-params": "mbtree=0"}
_ENCODERS: dict[str, tuple[str, dict[str, str]]] = {
    "mp4": ("libx264", {**_H264, "movflags": "+faststart"}),
    "flv": ("libx264", {**_H264, "bf": "0"}),
    "avi": ("mpeg4", {}),
    "webm": ("libvpx", {"deadline": "good", "cpu-used": "5"}),
}
_CRF = {"low": "32", "medium": "26", "high": "20"}
_BITS = {"low": 0.06, "medium": 0.15, "high": 0.35}  # per pixel, where there is no CRF


@dataclass(frozen=True, slots=True, eq=False)
class Still:
    """One photograph, upright BGR; its truth has one frame."""

    pixels: Bytes
    truth: Truth


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
        # Bit exact: a WebM file names itself at random otherwise.
        with av.open(buffer, "w", format=container, options={"fflags": "+bitexact"}) as file:
            stream = file.add_stream(encoder, rate=rate, options=dict(options))
            assert isinstance(stream, av.video.VideoStream)
            stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
            # One thread: the same bytes however many processors there are.
            stream.codec_context.thread_count = 1
            if encoder == "libx264":
                stream.options = {**options, "crf": _CRF[quality]}
            else:
                stream.bit_rate = int(_BITS[quality] * width * height * float(rate))
            for pixels in self.frames:
                file.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, format="bgr24")))
            file.mux(stream.encode(None))
        return buffer.getvalue()
