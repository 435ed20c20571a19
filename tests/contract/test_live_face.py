"""DetectLiveFace and DetectLiveFaceAccurate: what they answer, and every code they refuse in."""

import cv2
import numpy as np
import pytest
from tests import films
from tests.client import Client, added, check, counts
from tests.conftest import Pixels, jpeg
from tests.media import GIF, NOISE, Build, Media, picture, text
from tests.serving import Running

from countenance.perception.faces.detect import detect

# That answers and counts do not depend on the database is shown in test_python_sdk, test_metering.
pytestmark = pytest.mark.parametrize("server", ["sqlite"], indirect=True)

MB = 1024 * 1024
ACTIONS = pytest.mark.parametrize("action", ["DetectLiveFace", "DetectLiveFaceAccurate"])
# What an action answers before it has done anything: not counted as a use of it either.
UNMETERED = {"InvalidParameterValue", "MissingParameter.ErrorParameterEmpty"}


@pytest.fixture(scope="module")
def client(server: Running) -> Client:
    return Client(server)


def _of(data: bytes) -> dict[str, str]:
    return {"Image": text(data)}


def tight(pixels: Pixels) -> Pixels:
    """The picture cut to the face."""
    x, y, width, height = (round(v) for v in detect(pixels)[0].box)
    return np.ascontiguousarray(pixels[max(0, y) : y + height, max(0, x) : x + width])


Case = tuple[str, Build]
UNSEEN: list[Case] = [
    ("UnknownParameter", lambda m: {"ImageA": ""}),
    ("InvalidParameter", lambda m: {"Image": 5}),
    (
        "InvalidParameterValue.FaceModelVersionIllegal",
        lambda m: _of(b"") | {"FaceModelVersion": "1.0"},
    ),
    ("FailedOperation.ImageSizeExceed", lambda m: {"Image": "A" * (5 * MB + 4)}),
]
REFUSED: list[Case] = [
    ("MissingParameter.ErrorParameterEmpty", lambda m: {}),
    ("MissingParameter.ErrorParameterEmpty", lambda m: {"Image": "", "Url": ""}),
    ("InvalidParameterValue", lambda m: {"Image": "not base64"}),
    ("InvalidParameterValue.ImageEmpty", lambda m: {"Image": "data:image/jpeg;base64,"}),
    ("InvalidParameterValue.UrlIllegal", lambda m: {"Url": "http://192.0.2.1/"}),
    # The URL wins, also over a picture that would do.
    ("InvalidParameterValue.UrlIllegal", lambda m: _of(jpeg(m.astronaut)) | {"Url": "ftp://a/"}),
    ("FailedOperation.ImageDecodeFailed", lambda m: _of(GIF)),
    ("FailedOperation.ImageDecodeFailed", lambda m: _of(NOISE[:300])),
    ("FailedOperation.ImageResolutionTooSmall", lambda m: _of(picture(np.zeros((63, 80, 3))))),
    ("FailedOperation.ImageResolutionExceed", lambda m: _of(picture(np.zeros((64, 4001, 3))))),
    (
        "FailedOperation.ImageResolutionExceed",
        lambda m: _of(picture(np.zeros((64, 2001, 3)), "PNG")),
    ),
    ("InvalidParameterValue.NoFaceInPhoto", lambda m: _of(NOISE)),
    ("FailedOperation.FaceSizeTooSmall", lambda m: _of(picture(films.scaled(0.3)(m.astronaut)))),
    ("FailedOperation.ImageFacedetectFailed", lambda m: _of(picture(tight(m.hopper)))),
]


PROVOKED = pytest.mark.provokes(
    "FailedOperation.FaceSizeTooSmall",
    "FailedOperation.ImageDecodeFailed",
    "FailedOperation.ImageFacedetectFailed",
    "FailedOperation.ImageResolutionExceed",
    "FailedOperation.ImageResolutionTooSmall",
    "InvalidParameterValue.ImageEmpty",
    "InvalidParameterValue.NoFaceInPhoto",
    "InvalidParameterValue.UrlIllegal",
    "MissingParameter.ErrorParameterEmpty",
)


def _ids(cases: list[Case]) -> list[str]:
    return [f"{number}-{code}" for number, (code, _) in enumerate(cases)]


@pytest.mark.provokes(
    "FailedOperation.ImageSizeExceed", "InvalidParameterValue.FaceModelVersionIllegal"
)
@pytest.mark.parametrize(("code", "build"), UNSEEN, ids=_ids(UNSEEN))
def test_what_the_contract_forbids(client: Client, media: Media, code: str, build: Build) -> None:
    before = counts(client.server)
    answer = client.call("DetectLiveFace", build(media))
    check(answer, "DetectLiveFace")
    assert answer.code == code
    assert added(before, counts(client.server)) == {}


@PROVOKED
@ACTIONS
@pytest.mark.parametrize(("code", "build"), REFUSED, ids=_ids(REFUSED))
def test_what_cannot_be_judged(
    client: Client, media: Media, action: str, code: str, build: Build
) -> None:
    before = counts(client.server)
    answer = client.call(action, build(media))
    check(answer, action)
    assert "Error" in answer.response
    assert answer.code == code, answer.message
    row = {("iai", action, code): (1, 0)}
    assert added(before, counts(client.server)) == ({} if code in UNMETERED else row)


def test_a_person_and_a_copy(client: Client, media: Media) -> None:
    before = counts(client.server)
    live = client.call("DetectLiveFace", _of(jpeg(media.astronaut)))
    fake = client.call("DetectLiveFace", _of(picture(media.fake[0])))
    for answer in (live, fake):
        check(answer, "DetectLiveFace")
        assert answer.response.keys() == {"Score", "FaceModelVersion", "IsLiveness", "RequestId"}
        assert answer.response["IsLiveness"] is (answer.response["Score"] > 87)
    assert live.response["IsLiveness"] is True
    assert fake.response["IsLiveness"] is False
    assert 0 <= fake.response["Score"] <= 50
    row = {("iai", "DetectLiveFace", "Success"): (2, 2)}
    assert added(before, counts(client.server)) == row


def test_the_later_action_scores_alike_and_says_no_more(client: Client, media: Media) -> None:
    sent = _of(jpeg(media.hopper))
    early = client.call("DetectLiveFace", sent).response
    late = client.call("DetectLiveFaceAccurate", sent)
    check(late, "DetectLiveFaceAccurate")
    assert late.response.keys() == {"Score", "FaceModelVersion", "RequestId"}
    assert late.response["Score"] == early["Score"] > 87


@ACTIONS
def test_the_face_model_version_is_told_back(client: Client, media: Media, action: str) -> None:
    for sent, told in (("2.0", "2.0"), ("3.0", "3.0"), (None, "3.0")):
        answer = client.call(action, _of(jpeg(media.hopper)) | {"FaceModelVersion": sent})
        assert answer.response["FaceModelVersion"] == told


def test_formats_and_shapes_that_are_advised_against_are_judged_too(
    client: Client, media: Media
) -> None:
    # 3:4 portrait pictures are advice.
    wide = cv2.copyMakeBorder(media.astronaut, 0, 0, 200, 200, cv2.BORDER_REFLECT)
    for data in (picture(wide, "PNG"), picture(media.astronaut, "BMP")):
        assert client.call("DetectLiveFace", _of(data)).code == "Success"


def test_what_a_person_can_do_is_said_in_both_languages(client: Client, media: Media) -> None:
    sent = _of(picture(tight(media.hopper)))
    assert "Move the camera back" in client.call("DetectLiveFace", sent).message
    chinese = client.call("DetectLiveFace", sent, **{"X-TC-Language": "zh-CN"})
    assert "请拉远摄像头" in chinese.message
