"""Verifications over the capture protocol, as a third party's client makes them, on a real server.

What each request refuses is in tests/unit/capture.
"""

import socket
from collections.abc import Iterator
from typing import Any

import cv2
import httpx
import numpy as np
import pytest
from tests.capture import CHUNK, Capture, CaptureError
from tests.client import Client
from tests.conftest import Pixels, jpeg
from tests.perception.hostile.catalogue import VIDEOS, Case
from tests.serving import Running

SQLITE = pytest.mark.parametrize("server", ["sqlite"], indirect=True)
# One of each kind of harm; all of them go through the decoder in tests/perception.
HOSTILE = ("mp4 head, random body", "sound only", "31 s", "8192 x 8192 px")


def apply(server: Running) -> str:
    answer = Client(server).call("ApplyLivenessToken", {"SecureLevel": "1"})
    assert answer.code == "Success", answer.message
    return str(answer.response["SdkToken"])


def read(server: Running, token: str) -> dict[str, Any]:
    return Client(server).call("GetLivenessResult", {"SdkToken": token}).response


@pytest.fixture
def capture(server: Running) -> Iterator[Capture]:
    with Capture(server.url, apply(server)) as capture:
        yield capture


def test_a_live_person_passes(server: Running, capture: Capture, live_clip: bytes) -> None:
    assert read(server, capture.token)["Result"] == "-999"
    view = capture.verify(live_clip, camera="Front", width=640)
    assert (view["state"], view["verdict"]["code"]) == ("passed", 0)
    assert read(server, capture.token)["Result"] == "0"
    kinds = {one["kind"] for one in capture.kept()["items"]}
    assert kinds == {"video", "frame", "package"}
    log = server.log.read_text() + httpx.get(f"{server.url}/metrics", trust_env=False).text
    assert '"service":"capture"' in log.replace(" ", "")
    assert not any(secret in log for secret in (capture.token, capture.device))


class Lossy(httpx.HTTPTransport):
    """Loses the answer to every second chunk."""

    def __init__(self) -> None:
        super().__init__()
        self.chunks = 0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        answer = super().handle_request(request)
        self.chunks += request.method == "PUT"
        if request.method == "PUT" and self.chunks % 2:
            answer.read()
            raise httpx.ReadError("the connection was lost", request=request)
        return answer


@SQLITE
def test_a_print_is_refused_and_a_person_then_passes_over_a_bad_connection(
    server: Running, capture: Capture, live_clip: bytes, print_clip: bytes
) -> None:
    view = capture.verify(print_clip)
    assert (view["state"], view["attempts"]) == ("begun", {"made": 1, "left": 4})
    assert [one["key"] for one in view["verdict"]["reasons"]] == ["liveness_failed"]
    assert read(server, capture.token)["Result"] == "-999"

    nonce = capture.challenge()["challenge"]["nonce"]
    send_half(server, capture, live_clip[:CHUNK], nonce)
    assert capture.arrived() == {"chunks": 0, "bytes": 0}
    lossy = httpx.Client(transport=Lossy(), trust_env=False, timeout=40)
    with Capture(server.url, capture.token, capture.device, lossy) as again:
        again.send(live_clip, nonce)
    capture.complete(live_clip, nonce)
    assert capture.wait()["state"] == "passed"
    assert read(server, capture.token)["Result"] == "0"


def send_half(server: Running, capture: Capture, chunk: bytes, nonce: str) -> None:
    """Begin to send a chunk and die."""
    host, port = server.endpoint.split(":")
    head = (
        f"PUT /capture/v1/recording/0 HTTP/1.1\r\nHost: {server.endpoint}\r\n"
        f"Authorization: Bearer {capture.token}\r\nX-Capture-Device: {capture.device}\r\n"
        f"X-Capture-Nonce: {nonce}\r\nContent-Type: video/mp4\r\n"
        f"Content-Length: {len(chunk)}\r\n\r\n"
    )
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        connection.sendall(head.encode() + chunk[: len(chunk) // 2])


@SQLITE
def test_the_link_moves_to_another_device(
    server: Running, capture: Capture, live_clip: bytes
) -> None:
    view = capture.begin()
    capture.consent(view["consent"]["version"])
    nonce = capture.challenge()["challenge"]["nonce"]
    capture.put(0, live_clip[:CHUNK], nonce)
    with Capture(server.url, capture.token) as laptop:
        with pytest.raises(CaptureError, match="in_use"):
            laptop.begin()
        assert laptop.begin(take_over=True)["consent"]["given"]
        with pytest.raises(CaptureError, match="taken_over"):
            capture.put(1, live_clip[CHUNK:][:CHUNK], nonce)
        assert laptop.record(live_clip)["state"] == "passed"
    with pytest.raises(CaptureError, match="not_available"):
        capture.begin()


@SQLITE
def test_guidance_before_the_recording(capture: Capture, hopper: Pixels) -> None:
    capture.consent(capture.begin()["consent"]["version"])
    near = np.asarray(cv2.resize(hopper, (256, 300), interpolation=cv2.INTER_AREA), np.uint8)
    seen = capture.look(jpeg(near, 80))
    assert seen["hints"] == []
    left, top, width, height = seen["box"]
    assert left > 0.2
    assert top > 0.1
    assert left + width < 0.9
    assert top + height < 0.9
    dark = capture.look(jpeg((near * 0.12).astype(np.uint8), 80))
    assert [one["key"] for one in dark["hints"]] == ["too_dark"]
    assert dark["hints"][0]["hint"] == "Turn towards a window or a lamp."


@SQLITE
def test_the_person_erases_what_was_kept(
    server: Running, capture: Capture, live_clip: bytes
) -> None:
    capture.verify(live_clip)
    assert read(server, capture.token)["BestFrame"] is not None
    assert capture.erase() == {"erased": True}
    assert capture.kept()["items"] == []
    result = read(server, capture.token)
    assert (result["Result"], result["BestFrame"], result["Video"]) == ("0", None, None)
    assert capture.status()["state"] == "passed"


@SQLITE
@pytest.mark.parametrize(
    "case", [one for one in VIDEOS if one.name in HOSTILE], ids=lambda one: one.name
)
def test_hostile_recordings_are_attempts_that_failed(capture: Capture, case: Case) -> None:
    view = capture.verify(case.make())
    assert (view["state"], view["verdict"]["passed"]) == ("begun", False)
    assert [one["key"] for one in view["verdict"]["reasons"]] == ["video_format"]
