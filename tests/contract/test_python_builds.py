"""Every official Python build, unmodified, against a real server with real engines."""

import base64
from collections.abc import Iterator
from typing import Any

import pytest
from tests.conftest import Pixels, jpeg, thumbnail
from tests.contract.python_clients import ALGORITHMS, BUILDS, METHODS, Clients, code, job
from tests.serving import Running

from countenance.contract import catalogue

COMPARE = catalogue.find("2020-03-03", "CompareFace")
LIVENESS = catalogue.find("2018-03-01", "CompareFaceLiveness")

# That answers do not depend on the database is shown in test_python_sdk.
pytestmark = pytest.mark.parametrize("server", ["sqlite"], indirect=True)
builds = pytest.mark.parametrize("build", BUILDS)
algorithms = pytest.mark.parametrize("algorithm", ALGORITHMS)


@pytest.fixture(scope="module")
def clients() -> Iterator[Clients]:
    with Clients() as running:
        yield running


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()


@pytest.fixture(scope="module")
def faces(astronaut: Pixels, hopper: Pixels) -> dict[str, dict[str, str]]:
    """The parameters of CompareFace, small enough for a query: the same person, and another."""
    one = _text(thumbnail(astronaut))
    return {
        "same": {"ImageA": one, "ImageB": _text(thumbnail(astronaut, 88))},
        "other": {"ImageA": one, "ImageB": _text(thumbnail(hopper))},
    }


@builds
@algorithms
def test_compare_face(
    clients: Clients,
    server: Running,
    faces: dict[str, dict[str, str]],
    algorithm: str,
    build: str,
) -> None:
    jobs = [
        job(server, COMPARE, faces[who], algorithm, method, typed=typed)
        for who in faces
        for method in METHODS
        for typed in (True, False)
    ]
    answers = [outcome["response"] for outcome in clients.drive(build, jobs)]
    assert all(answer["Score"] > 80 for answer in answers[:4])
    assert all(answer["Score"] < 70 for answer in answers[4:])
    assert {answer["FaceModelVersion"] for answer in answers} == {"3.0"}
    assert len({answer["RequestId"] for answer in answers}) == len(answers)


@builds
@algorithms
def test_compare_face_liveness(
    clients: Clients,
    server: Running,
    astronaut: Pixels,
    live_clip: bytes,
    print_clip: bytes,
    algorithm: str,
    build: str,
) -> None:
    photo = _text(jpeg(astronaut))
    # The mainland SDK has the action under another name, so its common client asks.
    jobs = [
        job(server, LIVENESS, _clip(photo, clip), algorithm, method, typed=build[:2] != "cn")
        for method in METHODS
        for clip in (live_clip, print_clip)
    ]
    live, fake, *by_get = clients.drive(build, jobs)
    assert live["response"]["Result"] == "Success"
    # The mainland SDK asks for Chinese.
    assert live["response"]["Description"] == ("成功" if build[:2] == "cn" else "Success")
    assert live["response"]["Sim"] > 70
    assert live["response"]["BestFrameBase64"].startswith("/9j/")
    assert fake["response"]["Result"] == "FailedOperation.SilentPictureLiveFail"
    assert fake["response"]["Sim"] == 0
    if BUILDS[build][1]:
        # Its HTTP library sends no address beyond 64 KB.
        assert all("InvalidURL" in outcome["client_error"] for outcome in by_get)
    else:
        assert [code(outcome) for outcome in by_get] == ["RequestSizeLimitExceeded"] * 2


def _clip(photo: str, video: bytes) -> dict[str, Any]:
    return {"ImageBase64": photo, "VideoBase64": _text(video), "LivenessType": "SILENT"}
