"""The server's side against children that were taken over: nothing they say is believed."""

import json
import socket
import struct
import sys
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from countenance.perception.decoder.channel import Channel
from countenance.perception.decoder.protocol import (
    Breach,
    FrameHead,
    ImageJob,
    ImageReply,
    Ready,
    Refusal,
    VideoJob,
    VideoReply,
    allocation,
    read_job,
    read_reply,
)
from countenance.perception.media import (
    Decoder,
    Fault,
    ImageParams,
    MediaError,
    VideoParams,
    decode_image,
    decode_video,
)

IMAGE = ImageJob("jpeg", 3, ImageParams(max_side=100, max_pixels=5000))
VIDEO = VideoJob("mp4", 3, VideoParams(frames=2, long_side=64, audio=True, analysed_seconds=1))
JPEG = b"\xff\xd8\xff\xe0" + bytes(60)
MP4 = b"\0\0\0\x20ftypisom" + bytes(60)


def video_reply(**changes: Any) -> VideoReply:
    fields: dict[str, Any] = {
        "frames": (FrameHead(0.0, 64, 48),),
        "duration": 1.0,
        "frame_count": 25,
        "skipped": 0,
        "rate": 25.0,
        "width": 640,
        "height": 480,
        "codec": "h264",
        "rotation": 0,
        "samples": None,
    }
    return VideoReply(**(fields | changes))


def test_a_job_survives_the_wire() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        Channel(ours).send(VIDEO, b"abc")
        channel = Channel(theirs)
        assert read_job(channel.receive()) == VIDEO
        data = bytearray(3)
        channel.fill(data)
        assert data == b"abc"
        ours.close()
        with pytest.raises(EOFError):
            channel.receive()


def test_a_text_longer_than_any_message_is_not_read() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(struct.pack(">I", 0xFFFFFFFF))
        with pytest.raises(Breach):
            Channel(ours).receive()


def test_a_passed_deadline_is_a_time_out() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs, pytest.raises(TimeoutError):
        Channel(ours).receive(deadline=0.0)


def test_arrays_are_as_announced() -> None:
    (pixels,) = allocation(IMAGE, ImageReply(100, 50))
    assert pixels.shape == (50, 100, 3)
    assert pixels.dtype == np.uint8
    frame, samples = allocation(VIDEO, video_reply(samples=16_000))
    assert frame.shape == (48, 64, 3)
    assert samples.shape == (16_000,)
    assert samples.dtype == np.float32


@pytest.mark.parametrize(
    ("job", "reply"),
    [
        (IMAGE, ImageReply(101, 10)),
        (IMAGE, ImageReply(100, 51)),
        (IMAGE, Ready(())),
        (IMAGE, video_reply()),
        (VIDEO, ImageReply(64, 64)),
        (VIDEO, video_reply(frames=(FrameHead(0.0, 8, 8),) * 3)),
        (VIDEO, video_reply(frames=(FrameHead(0.0, 65, 8),))),
        (VIDEO, video_reply(samples=16_001)),
        (VideoJob("mp4", 3, VideoParams()), video_reply(samples=1)),
    ],
)
def test_what_exceeds_the_params_is_not_allocated(job: Any, reply: Any) -> None:
    with pytest.raises(Breach):
        allocation(job, reply)


@given(st.integers(1, 1 << 16), st.integers(1, 1 << 16))
def test_no_image_reply_makes_the_server_allocate_beyond_the_params(
    width: int, height: int
) -> None:
    try:
        (pixels,) = allocation(IMAGE, ImageReply(width, height))
    except Breach:
        return
    assert pixels.nbytes <= 3 * IMAGE.params.max_pixels


GOOD: dict[str, Any] = json.loads(
    '{"type":"video","frames":[[0.0,64,48]],"duration":1.0,"frame_count":25,"skipped":0,'
    '"rate":25.0,"width":640,"height":480,"codec":"h264","rotation":0,"samples":null}'
)

LIES: list[dict[str, Any]] = [
    {"frames": []},
    {"frames": [[0.0, 0, 1]]},
    {"frames": [[-1.0, 1, 1]]},
    {"frames": [[float("nan"), 1, 1]]},
    {"frames": [[1e9, 1, 1]]},
    {"frames": [[0.0, 1, 1]] * 4097},
    {"duration": float("inf")},
    {"rotation": 45},
    {"rotation": 360},
    {"codec": "h264; DROP"},
    {"frame_count": -1},
    {"samples": -1},
    {"rate": -1.0},
]


@pytest.mark.parametrize(
    "text",
    [
        '{"type":"image","width":0,"height":5}',
        '{"type":"image","width":-1,"height":5}',
        '{"type":"image","width":65537,"height":5}',
        '{"type":"image","width":5.5,"height":5}',
        '{"type":"image","width":1e400,"height":5}',
        '{"type":"image","width":5}',
        '{"type":"refusal","fault":"anything","detail":"x"}',
        '{"type":"refusal","fault":"empty","detail":"line\\nbreak"}',
        '{"type":"refusal","fault":"empty","detail":"' + "a" * 161 + '"}',
        '{"type":"refusal","fault":"empty","detail":"\\u001b[31m"}',
        '{"type":"ready","missing":["' + "a" * 33 + '"]}',
        '{"type":"other"}',
        "[]",
        "",
        "\xff",
        "[" * 100_000,
        '{"type":"image","width":5,"height":5,"x":' + "[" * 100_000,
        *(json.dumps(GOOD | change) for change in LIES),
    ],
)
def test_malformed_replies_are_refused(text: str) -> None:
    assert isinstance(read_reply(json.dumps(GOOD).encode()), VideoReply)
    with pytest.raises(Breach):
        read_reply(text.encode("latin-1"))


FAKE = """
import os, signal, socket, struct, sys, time
s = socket.socket(fileno=0)
def say(text, after=b""): s.sendall(struct.pack(">I", len(text)) + text + after)
def hear():
    (n,) = struct.unpack(">I", s.recv(4, socket.MSG_WAITALL))
    s.recv(n, socket.MSG_WAITALL)
    s.recv(64, socket.MSG_WAITALL)
first = not os.path.exists(sys.argv[1])
open(sys.argv[1], "w").close()
if not first:
    exec(sys.argv[2])
READY = b'{"type":"ready","missing":[]}'
"""


def taken_over(tmp_path: Any, behaviour: str, *, later: str = "") -> Decoder:
    """A decoder whose first child behaves so; its later ones are real, or do as `later` says."""
    from countenance.perception.decoder.worker import command

    real = command()
    boot = later or f"sys.argv = {['-c', *real[5:]]!r}\n{real[4]}\nsys.exit()"
    return Decoder(
        1, command=[sys.executable, "-c", FAKE + behaviour, str(tmp_path / "first"), boot]
    )


@pytest.mark.parametrize(
    ("behaviour", "fault"),
    [
        ("say(READY); hear(); os.kill(os.getpid(), signal.SIGKILL)", Fault.CRASHED),
        ("say(READY); hear(); os.kill(os.getpid(), signal.SIGSEGV)", Fault.CRASHED),
        ("say(READY); hear(); sys.exit()", Fault.CRASHED),
        ("say(READY); hear(); os.kill(os.getpid(), signal.SIGXCPU)", Fault.TOO_SLOW),
        ("say(READY); hear(); time.sleep(600)", Fault.TOO_SLOW),
        ("say(READY); time.sleep(600)", Fault.TOO_SLOW),
        ("say(READY); hear(); s.sendall(b'\\xff' * 64)", Fault.CRASHED),
        ("say(READY); hear(); say(b'{}')", Fault.CRASHED),
        ("say(READY); hear(); say(READY)", Fault.CRASHED),
        ("say(READY); hear(); say(b'[' * 200000)", Fault.CRASHED),
        (
            'say(READY); hear(); say(b\'{"type":"image","width":9000,"height":1}\')',
            Fault.CRASHED,
        ),
        (
            'say(READY); hear(); say(b\'{"type":"image","width":8000,"height":5000}\', b\'x\')',
            Fault.CRASHED,
        ),
        (
            "say(READY); hear()\n"
            'say(b\'{"type":"image","width":80,"height":50}\', b\'x\'); time.sleep(600)',
            Fault.TOO_SLOW,
        ),
    ],
)
def test_a_child_that_dies_hangs_or_lies_fails_its_job_alone(
    tmp_path: Any, behaviour: str, fault: Fault
) -> None:
    import io

    from PIL import Image

    good = io.BytesIO()
    Image.new("RGB", (80, 70)).save(good, "PNG")
    with taken_over(tmp_path, behaviour) as decoder:
        with pytest.raises(MediaError) as caught:
            decode_image(JPEG, ImageParams(wall_seconds=1.0), using=decoder)
        assert caught.value.fault is fault
        assert decode_image(good.getvalue(), using=decoder).pixels.shape == (70, 80, 3)


def test_a_child_that_answers_unasked_is_replaced_before_it_is_used(tmp_path: Any) -> None:
    reply = b'{"type":"image","width":8,"height":8}'
    # In one piece with the greeting, so that it is there before any job.
    echo = f"say(READY, {struct.pack('>I', len(reply)) + reply + bytes(192)!r}); "
    with taken_over(tmp_path, echo + "time.sleep(600)") as decoder:
        (first,) = decoder.pids
        with pytest.raises(MediaError) as caught:
            decode_video(MP4, using=decoder)
        assert caught.value.fault is Fault.UNDECODABLE
        assert first not in decoder.pids


@pytest.mark.parametrize("behaviour", ["sys.exit(3)", "say(b'{}')", "s.sendall(b'\\xff' * 8)"])
def test_a_child_that_does_not_start_is_reported(tmp_path: Any, behaviour: str) -> None:
    decoder = taken_over(tmp_path, behaviour, later=behaviour)
    with pytest.raises(MediaError) as caught:
        decoder.start()
    decoder.close()
    assert caught.value.fault is Fault.CRASHED


def test_a_program_that_does_not_exist_is_reported() -> None:
    decoder = Decoder(1, command=["/nonexistent/python"])
    with pytest.raises(MediaError) as caught:
        decoder.start()
    assert caught.value.fault is Fault.CRASHED
    decoder.close()


def test_a_refusal_keeps_its_words() -> None:
    error = MediaError(Fault.TOO_SMALL, "side < 64 px: 32 x 32 px")
    assert str(error) == "too_small: side < 64 px: 32 x 32 px"
    assert read_reply(b'{"type":"refusal","fault":"too_small","detail":"a < 1 px: 2 x 3"}') == (
        Refusal(Fault.TOO_SMALL, "a < 1 px: 2 x 3")
    )
