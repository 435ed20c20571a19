"""The child program: reads jobs from the socket that is its standard input, one after another."""

import os
import socket
import warnings

import av

from . import image, video
from .channel import Channel
from .limits import MEMORY, allow_cpu, confine
from .params import Fault, MediaError
from .protocol import (
    Arrays,
    ImageJob,
    ImageReply,
    Job,
    Ready,
    Refusal,
    VideoJob,
    VideoReply,
    read_job,
)

_TRANSPORT_SECONDS = 10.0  # CPU to hand a result over and take the next job


def main() -> None:
    """Serve until the other end of the socket closes."""
    warnings.simplefilter("ignore")
    av.logging.set_level(None)
    channel = Channel(socket.socket(fileno=0))
    missing = confine()
    # Until here a traceback reached the server's log; from here on bytes are not ours.
    os.dup2(1, 2)
    channel.send(Ready(missing))
    while True:
        try:
            job = read_job(channel.receive())
            data = bytearray(job.size)
            channel.fill(data)
        except (EOFError, OSError):
            return
        reply, arrays = perform(job, data)
        allow_cpu(_TRANSPORT_SECONDS)
        channel.send(reply, *arrays)
        if isinstance(reply, Refusal) and reply.retire:
            return


def perform(job: Job, data: bytearray) -> tuple[ImageReply | VideoReply | Refusal, Arrays]:
    """Decode; whatever goes wrong becomes a Refusal."""
    # A video is also timed between its packets, and that check shall speak first.
    allow_cpu(job.params.seconds + isinstance(job, VideoJob))
    try:
        if isinstance(job, ImageJob):
            reply, pixels = image.decode(data, job.kind, job.params)
            return reply, [pixels]
        return video.decode(data, job.kind, job.params)
    except MediaError as error:
        return Refusal(error.fault, error.detail), []
    except MemoryError as error:
        # FFmpeg says so of absurd sizes in a header too; Python only when memory is really short.
        short = not isinstance(error, av.error.FFmpegError)
        return Refusal(Fault.UNDECODABLE, f"memory > {MEMORY >> 20} MB", retire=short), []
    except Exception as error:  # codecs raise many kinds of errors on hostile bytes
        return Refusal(Fault.UNDECODABLE, f"{job.kind}: {type(error).__name__}"), []
