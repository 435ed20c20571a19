"""Untrusted image and video bytes to pixels and samples; all decoding happens in child processes.

This module parses nothing of what it is given beyond the first bytes, and imports no codec.
"""

import atexit
import os
import threading
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .decoder import sniff
from .decoder.params import Fault, ImageParams, MediaError, VideoParams
from .decoder.pool import Decoder
from .decoder.protocol import SAMPLE_RATE, ImageJob, VideoJob, VideoReply

__all__ = [
    "SAMPLE_RATE",
    "Decoder",
    "Fault",
    "Frame",
    "Image",
    "ImageParams",
    "MediaError",
    "Track",
    "Video",
    "VideoParams",
    "decode_image",
    "decode_video",
    "decoder",
]

_IMAGES = frozenset({"jpeg", "png", "bmp", "gif", "webp", "tiff"})
VIDEOS = frozenset({"mp4", "mov", "avi", "flv", "webm", "matroska", "mpeg"})


@dataclass(frozen=True, slots=True, eq=False)
class Image:
    """A still image: upright BGR uint8 pixels; `format` as sniffed (jpeg, png, bmp)."""

    pixels: NDArray[np.uint8]
    format: str


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """A video frame: `time` in seconds from the first frame; upright BGR uint8 pixels."""

    time: float
    pixels: NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class Track:
    """How a video moves: `times` in seconds from the first frame, ascending, and one upright grey

    uint8 frame for each, times x height x width, small and evenly spread over the analysed part.
    """

    times: NDArray[np.float64]
    frames: NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class Video:
    """What was taken of a video.

    `duration` spans the whole file, in seconds by its timestamps. `frame_count` frames were
    decoded, at `rate` per second (0: fewer than two), and `skipped` packets or frames were
    damaged. `size` is width, height at native resolution, upright; `rotation` is the clockwise
    turn in degrees that made it upright. `container` is mp4, mov, avi, flv, webm, matroska or
    mpeg. `samples` are mono float32 at 16 kHz from the time of the first frame on; None when not
    asked for or when there is no sound that can be decoded. `track` is None when not asked for.
    """

    frames: tuple[Frame, ...]
    duration: float
    frame_count: int
    skipped: int
    rate: float
    size: tuple[int, int]
    container: str
    codec: str
    rotation: int
    samples: NDArray[np.float32] | None
    track: Track | None = None


def decode_image(
    data: bytes, params: ImageParams | None = None, *, using: Decoder | None = None
) -> Image:
    """Return the image in `data`; raises MediaError."""
    params = params or ImageParams()
    _check_bytes(data, params.max_bytes)
    kind = sniff.image_kind(data)
    if kind not in _IMAGES or kind not in params.formats:
        raise MediaError(Fault.FORMAT, f"image format {kind}")
    _, arrays = (using or decoder()).run(ImageJob(kind, len(data), params), data)
    return Image(arrays[0], kind)


def decode_video(
    data: bytes, params: VideoParams | None = None, *, using: Decoder | None = None
) -> Video:
    """Return frames and sound of the video in `data`; raises MediaError."""
    params = params or VideoParams()
    _check_bytes(data, params.max_bytes)
    kind = sniff.video_kind(data)
    if kind not in VIDEOS:
        raise MediaError(Fault.FORMAT, f"video format {kind}")
    reply, arrays = (using or decoder()).run(VideoJob(kind, len(data), params), data)
    assert isinstance(reply, VideoReply)  # what `allocation` let through
    pixels: list[NDArray[Any]] = arrays[: len(reply.frames)]
    track = None
    if reply.track is not None:
        track = Track(np.array(reply.track.times), arrays[len(reply.frames)])
    return Video(
        frames=tuple(
            Frame(head.time, frame) for head, frame in zip(reply.frames, pixels, strict=True)
        ),
        duration=reply.duration,
        frame_count=reply.frame_count,
        skipped=reply.skipped,
        rate=reply.rate,
        size=(reply.width, reply.height),
        container=kind,
        codec=reply.codec,
        rotation=reply.rotation,
        samples=arrays[-1] if reply.samples is not None else None,
        track=track,
    )


def decoder() -> Decoder:
    """Return the decoder of this process, made on first use and closed at exit."""
    return _default.get()


def _check_bytes(data: bytes, most: int) -> None:
    if not data:
        raise MediaError(Fault.EMPTY, "0 bytes")
    if len(data) > most:
        raise MediaError(Fault.TOO_MANY_BYTES, f"bytes > {most}: {len(data)}")


class _Default:
    """Holds the decoder of this process; a forked process starts without one."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._decoder: Decoder | None = None

    def get(self) -> Decoder:
        with self._lock:
            if self._decoder is None:
                self._decoder = Decoder()
                atexit.register(self.close)
            return self._decoder

    def close(self) -> None:
        if self._decoder is not None:
            self._decoder.close()


_default = _Default()


def _forget() -> None:
    # The children belong to the process that started them.
    global _default
    atexit.unregister(_default.close)
    _default = _Default()


os.register_at_fork(after_in_child=_forget)
