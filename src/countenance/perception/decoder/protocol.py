"""What the server and its decoding children say to each other.

The server trusts no reply: every field is bounded here, and sizes are compared with the params of
the job before anything is allocated (`allocation`).
"""

from typing import Annotated, Any

import msgspec
import numpy as np
from msgspec import Meta, Struct
from numpy.typing import NDArray

from .params import TRACK_ASPECT, Fault, ImageParams, VideoParams

SAMPLE_RATE = 16_000  # Hz, mono, of the sound that is handed over

Side = Annotated[int, Meta(ge=1, le=1 << 16)]
Count = Annotated[int, Meta(ge=0, le=1 << 24)]
Seconds = Annotated[float, Meta(ge=0.0, le=86_400.0)]
Name = Annotated[str, Meta(pattern=r"^[a-z0-9_]{1,32}$")]
Detail = Annotated[str, Meta(pattern=r"^[A-Za-z0-9 .,:;/=<>()_-]{1,160}$")]


class ImageJob(Struct, tag="image", frozen=True):
    """Decode `size` bytes that follow, sniffed as `kind`."""

    kind: str
    size: int
    params: ImageParams


class VideoJob(Struct, tag="video", frozen=True):
    """Decode `size` bytes that follow, sniffed as `kind`."""

    kind: str
    size: int
    params: VideoParams


class Ready(Struct, tag="ready", frozen=True):
    """The child accepts jobs; `missing` names the protections that this platform lacks."""

    missing: Annotated[tuple[Name, ...], Meta(max_length=32)]


class ImageReply(Struct, tag="image", frozen=True):
    """The pixels, BGR uint8 height x width x 3, follow."""

    width: Side
    height: Side


class FrameHead(Struct, array_like=True, frozen=True):
    """One frame of a `VideoReply`: seconds from the first frame, and the size of its pixels."""

    time: Seconds
    width: Side
    height: Side


class TrackHead(Struct, array_like=True, frozen=True):
    """The track of a `VideoReply`: seconds from the first frame of each, and the size of all."""

    times: Annotated[tuple[Seconds, ...], Meta(min_length=1, max_length=4096)]
    width: Side
    height: Side


class VideoReply(Struct, tag="video", frozen=True):
    """The pixels of `frames` follow in order, then the track, uint8 times x height x width, then

    `samples` float32; the latter two unless they are None.
    """

    frames: Annotated[tuple[FrameHead, ...], Meta(min_length=1, max_length=4096)]
    duration: Seconds
    frame_count: Count
    skipped: Count
    rate: Annotated[float, Meta(ge=0.0, le=1e7)]
    width: Side
    height: Side
    codec: Name
    rotation: Annotated[int, Meta(ge=0, le=270, multiple_of=90)]
    samples: Count | None
    track: TrackHead | None = None


class Refusal(Struct, tag="refusal", frozen=True):
    """The bytes were refused; `retire` asks for the child to be replaced."""

    fault: Fault
    detail: Detail
    retire: bool = False


Job = ImageJob | VideoJob
Reply = Ready | ImageReply | VideoReply | Refusal
Arrays = list[NDArray[Any]]

read_job = msgspec.json.Decoder(Job).decode
_replies: msgspec.json.Decoder[Reply] = msgspec.json.Decoder(Reply)


class Breach(Exception):
    """A child said something that the protocol or the job's params do not allow."""


def read_reply(text: bytes | bytearray) -> Reply:
    """Return the reply in `text`; raises Breach if it is none."""
    try:
        return _replies.decode(text)
    except (msgspec.MsgspecError, RecursionError, ValueError) as error:
        raise Breach(type(error).__name__) from None


def allocation(job: Job, reply: Reply) -> Arrays:
    """Return unfilled arrays for what follows `reply`; raises Breach if it exceeds the params."""
    if isinstance(job, ImageJob) and isinstance(reply, ImageReply):
        limits = job.params
        _require(max(reply.width, reply.height) <= limits.max_side, "side")
        _require(reply.width * reply.height <= limits.max_pixels, "pixels")
        return [np.empty((reply.height, reply.width, 3), np.uint8)]
    if isinstance(job, VideoJob) and isinstance(reply, VideoReply):
        _require(len(reply.frames) <= job.params.frames, "frames")
        for frame in reply.frames:
            _require(max(frame.width, frame.height) <= job.params.long_side, "side")
        arrays: Arrays = [np.empty((f.height, f.width, 3), np.uint8) for f in reply.frames]
        if reply.track is not None:
            arrays.append(_track(job.params, reply.track))
        if reply.samples is not None:
            _require(job.params.audio, "sound")
            _require(reply.samples <= job.params.analysed_seconds * SAMPLE_RATE, "samples")
            arrays.append(np.empty(reply.samples, np.float32))
        return arrays
    raise Breach(f"{type(reply).__name__} to {type(job).__name__}")


def _track(params: VideoParams, head: TrackHead) -> NDArray[np.uint8]:
    side = params.track_side
    _require(len(head.times) <= params.track_frames, "track")
    _require(min(head.width, head.height) <= side, "track side")
    _require(head.width * head.height <= TRACK_ASPECT * side**2, "track pixels")
    return np.empty((len(head.times), head.height, head.width), np.uint8)


def _require(allowed: bool, rule: str) -> None:
    if not allowed:
        raise Breach(rule)
