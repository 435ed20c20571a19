"""Every official Python build, unmodified, against a real server with real engines."""

import pytest
from tests.contract.python_clients import ALGORITHMS, BUILDS, METHODS, Clients, code, job
from tests.media import Media
from tests.serving import Running

from countenance.contract import catalogue

COMPARE = catalogue.find("2020-03-03", "CompareFace")
LIVENESS = catalogue.find("2018-03-01", "CompareFaceLiveness")

# That answers and counts do not depend on the database is shown in test_python_sdk, test_metering.
pytestmark = pytest.mark.parametrize("server", ["sqlite"], indirect=True)
builds = pytest.mark.parametrize("build", BUILDS)
algorithms = pytest.mark.parametrize("algorithm", ALGORITHMS)


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
    clients: Clients, server: Running, media: Media, algorithm: str, build: str
) -> None:
    # The mainland SDK has the action under another name, so its common client asks.
    jobs = [
        job(server, LIVENESS, media.clip(video=clip), algorithm, method, typed=build[:2] != "cn")
        for method in METHODS
        for clip in (media.live_clip, media.print_clip)
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
