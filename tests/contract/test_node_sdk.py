"""The vendor's npm clients, unmodified, against a real server with real engines."""

import pytest
from tests.contract.node_clients import ALGORITHMS, CLIENTS, METHODS, drive, errors, job, typed
from tests.media import Media
from tests.serving import Running

from countenance.contract import catalogue

# That answers and counts do not depend on the database is shown in test_python_sdk, test_metering.
pytestmark = pytest.mark.parametrize("server", ["sqlite"], indirect=True)

FACEID, IAI = "2018-03-01", "2020-03-03"
COMPARE = catalogue.find(IAI, "CompareFace")
LIVENESS = catalogue.find(FACEID, "CompareFaceLiveness")

clients = pytest.mark.parametrize("client", CLIENTS)
algorithms = pytest.mark.parametrize("algorithm", ALGORITHMS)


@clients
@algorithms
def test_compare_face(
    server: Running, faces: dict[str, dict[str, str]], algorithm: str, client: str
) -> None:
    jobs = [
        job(server, COMPARE, faces[who], algorithm, method, typed=model)
        for who in faces
        for method in METHODS
        for model in (None, typed(COMPARE))
    ]
    outcomes = drive(client, jobs)
    assert all("response" in outcome for outcome in outcomes), outcomes
    scores = [outcome["response"]["Score"] for outcome in outcomes]
    assert all(score > 80 for score in scores[:4])
    assert all(score < 70 for score in scores[4:])


@clients
@algorithms
def test_compare_face_liveness(server: Running, media: Media, algorithm: str, client: str) -> None:
    jobs = [
        job(server, LIVENESS, media.clip(video=clip), algorithm, method)
        for method in METHODS
        for clip in (media.live_clip, media.print_clip)
    ]
    live, fake, *by_get = drive(client, jobs)
    assert live["response"]["Result"] == "Success"
    assert live["response"]["Sim"] > 70
    assert live["response"]["BestFrameBase64"].startswith("/9j/")
    assert fake["response"]["Result"] == "FailedOperation.SilentPictureLiveFail"
    assert fake["response"]["Sim"] == 0
    assert errors(by_get) == ["RequestSizeLimitExceeded"] * 2


@clients
@pytest.mark.parametrize("algorithm", ALGORITHMS[1:])
def test_a_v1_body_over_one_megabyte_names_the_limit(
    server: Running, media: Media, algorithm: str, client: str
) -> None:
    params = media.clip(video=bytes(900_000), ImageBase64="A")
    (outcome,) = drive(client, [job(server, LIVENESS, params, algorithm)])
    assert errors([outcome]) == ["AuthFailure.SignatureFailure"]
    assert "TC3-HMAC-SHA256" in outcome["error"]["message"]


@clients
@algorithms
def test_a_wrong_key_and_a_stale_clock_are_the_exact_errors(
    server: Running, faces: dict[str, dict[str, str]], algorithm: str, client: str
) -> None:
    right = [job(server, COMPARE, faces["same"], algorithm, method) for method in METHODS]
    wrong = [call | {"key": "x" * 32} for call in right]
    unknown = [call | {"id": "AKID" + "0" * 32} for call in right]
    said = errors(drive(client, wrong + unknown))
    assert said == ["AuthFailure.SignatureFailure"] * 2 + ["AuthFailure.SecretIdNotFound"] * 2
    for skew in (-400, 400):
        assert errors(drive(client, right, skew=skew)) == ["AuthFailure.SignatureExpire"] * 2


@clients
@algorithms
def test_a_byte_changed_on_the_way_is_the_exact_error(
    server: Running, faces: dict[str, dict[str, str]], algorithm: str, client: str
) -> None:
    jobs = [job(server, COMPARE, faces["same"], algorithm, method) for method in METHODS]
    changed = drive(client, jobs, tamper=True)
    assert errors(changed) == ["AuthFailure.SignatureFailure"] * 2
