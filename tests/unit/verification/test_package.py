"""What is kept of a capture: the package that describes it, and the cut of its face."""

import hashlib

import cv2
import msgspec
import numpy as np
import pytest

from countenance.perception.faces.detect import Face
from countenance.perception.portraits import cut_face, encode
from countenance.perception.verify import Recording
from countenance.verification.package import FORMAT, Package, make_package
from countenance.verification.session import Challenge

CHALLENGE = Challenge(id="c" * 32, nonce="secret", issued=1000.12345, until=1060.0, attempt=2)
RECORDING = Recording("webm", "vp8", 3.0333333, 91, 29.99999, (480, 640))
WORDS = {"fps": 30, "label": "front", "torch": None, "landscape": False}


def test_a_package_describes_the_recording_and_holds_no_nonce() -> None:
    made = make_package(CHALLENGE, b"video", "video/webm", RECORDING, WORDS)
    told = msgspec.json.decode(msgspec.json.encode(made))
    assert told == {
        "format": FORMAT,
        "attempt": 2,
        "challenge": {"id": "c" * 32, "kind": "silent", "issued": 1000.123},
        "recording": {
            "sha256": hashlib.sha256(b"video").hexdigest(),
            "bytes": 5,
            "media_type": "video/webm",
            "container": "webm",
            "codec": "vp8",
            "duration": 3.033,
            "frames": 91,
            "rate": 30.0,
            "width": 480,
            "height": 640,
        },
        "client": WORDS,
    }
    assert msgspec.convert(told, Package) == made


def test_a_recording_that_was_not_decoded_is_described_by_its_bytes() -> None:
    made = make_package(CHALLENGE, b"noise", "video/mp4", None, {})
    assert (made.recording.bytes, made.recording.codec, made.recording.frames) == (5, None, None)


def _face(x: float, y: float, width: float, height: float) -> Face:
    return Face((x, y, width, height), np.zeros((5, 2), np.float32), 0.9)


@pytest.mark.parametrize(
    ("box", "shape"),
    [
        ((300, 200, 80, 100), (200, 200)),  # square, with a margin of half its longer side
        ((0, 0, 80, 100), (150, 140)),  # cut off at two sides of the frame
        ((600, 440, 80, 100), (90, 100)),
        ((-500, -500, 80, 100), (1, 1)),
        ((900, 900, 80, 100), (1, 1)),
    ],
)
def test_a_face_is_cut_out_within_the_frame(
    box: tuple[float, float, float, float], shape: tuple[int, int]
) -> None:
    frame = np.zeros((480, 640, 3), np.uint8)
    assert cut_face(frame, _face(*box)).shape[:2] == shape


def test_a_cut_encodes() -> None:
    frame = np.full((480, 640, 3), (10, 120, 240), np.uint8)
    data = encode(cut_face(frame, _face(300, 200, 80, 100)))
    again = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    assert again is not None
    assert np.abs(again.astype(int) - frame[:200, :200].astype(int)).max() <= 3
