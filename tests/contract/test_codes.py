"""Every code in which CompareFace and CompareFaceLiveness refuse, each provoked once."""

import textwrap

import cv2
import numpy as np
import pytest
from tests import films
from tests.client import Client, added, check, counts
from tests.conftest import jpeg
from tests.media import GIF, NOISE, Build, Media, Params, picture, text
from tests.perception.hostile import samples
from tests.serving import Running

# That answers and counts do not depend on the database is shown in test_python_sdk, test_metering.
pytestmark = pytest.mark.parametrize("server", ["sqlite"], indirect=True)

MB = 1024 * 1024
# What an action answers before it has done anything: not counted as a use of it either.
UNMETERED = {
    "InvalidParameterValue",
    "MissingParameter.ErrorParameterEmpty",
    "UnsupportedOperation",
}


@pytest.fixture(scope="module")
def client(server: Running) -> Client:
    return Client(server)


def _without(params: Params, name: str) -> Params:
    return {key: value for key, value in params.items() if key != name}


Case = tuple[str | pytest.MarkDecorator, Build]

# What the contract refuses before the action sees it: not counted as a use of the action.
UNSEEN: list[Case] = [
    ("UnknownParameter", lambda m: m.still(ImageC="")),
    ("InvalidParameter", lambda m: m.still(ImageA=5)),
    ("InvalidParameter", lambda m: m.still(QualityControl="1")),
    ("InvalidParameterValue", lambda m: m.still(NeedRotateDetection=2)),
    (
        pytest.mark.provokes("InvalidParameterValue.QualityControlIllegal"),
        lambda m: m.still(QualityControl=5),
    ),
    (
        pytest.mark.provokes("InvalidParameterValue.QualityControlIllegal"),
        lambda m: m.still(QualityControl=-1),
    ),
    (
        pytest.mark.provokes("InvalidParameterValue.FaceModelVersionIllegal"),
        lambda m: m.still(FaceModelVersion="1.0"),
    ),
    (
        pytest.mark.provokes("FailedOperation.ImageSizeExceed"),
        lambda m: m.still(ImageA="A" * (5 * MB + 4)),
    ),
]
STILLS: list[Case] = [
    ("Success", lambda m: m.still()),
    ("Success", lambda m: m.still(ImageB=text(picture(m.astronaut, "PNG")), QualityControl=3)),
    ("Success", lambda m: m.still(ImageB=text(picture(m.hopper, "BMP")))),
    (pytest.mark.provokes("MissingParameter.ErrorParameterEmpty"), lambda m: {}),
    (
        pytest.mark.provokes("MissingParameter.ErrorParameterEmpty"),
        lambda m: _without(m.still(), "ImageB"),
    ),
    (pytest.mark.provokes("MissingParameter.ErrorParameterEmpty"), lambda m: m.still(ImageA="")),
    (
        pytest.mark.provokes("InvalidParameterValue.UrlIllegal"),
        lambda m: {"UrlA": "http://192.0.2.1/", "ImageB": "/9j/"},
    ),
    ("InvalidParameterValue", lambda m: m.still(ImageA="not base64")),
    ("InvalidParameterValue", lambda m: m.still(ImageA=text(b"abcd")[:-1])),
    (
        pytest.mark.provokes("InvalidParameterValue.ImageEmpty"),
        lambda m: m.still(ImageA="data:image/jpeg;base64,"),
    ),
    (
        pytest.mark.provokes("FailedOperation.ImageDecodeFailed"),
        lambda m: m.still(ImageA=text(GIF)),
    ),
    (
        pytest.mark.provokes("FailedOperation.ImageDecodeFailed"),
        lambda m: m.still(ImageB=text(b"a text" * 99)),
    ),
    (
        pytest.mark.provokes("FailedOperation.ImageDecodeFailed"),
        lambda m: m.still(ImageB=text(NOISE[:300])),
    ),
    (
        pytest.mark.provokes("FailedOperation.ImageResolutionTooSmall"),
        lambda m: m.still(ImageA=text(picture(np.zeros((63, 80, 3))))),
    ),
    (
        pytest.mark.provokes("FailedOperation.ImageResolutionExceed"),
        lambda m: m.still(ImageB=text(picture(np.zeros((64, 4001, 3))))),
    ),
    (
        pytest.mark.provokes("FailedOperation.ImageResolutionExceed"),
        lambda m: m.still(ImageB=text(picture(np.zeros((64, 2001, 3)), "PNG"))),
    ),
    (
        pytest.mark.provokes("InvalidParameterValue.NoFaceInPhoto"),
        lambda m: m.still(ImageA=text(NOISE)),
    ),
    (
        pytest.mark.provokes("InvalidParameterValue.NoFaceInPhoto"),
        lambda m: m.still(ImageB=text(NOISE)),
    ),
    (
        pytest.mark.provokes("FailedOperation.FaceQualityNotQualified"),
        lambda m: m.still(
            ImageB=text(picture(cv2.GaussianBlur(m.astronaut, (0, 0), 4))), QualityControl=3
        ),
    ),
    (
        pytest.mark.provokes("FailedOperation.FaceSizeTooSmall"),
        lambda m: m.still(ImageA=text(picture(films.scaled(0.25)(m.astronaut))), QualityControl=1),
    ),
]


def _params(cases: list[Case]) -> list[object]:
    """The cases with their codes as text; a finer code is that of its mark."""
    found: list[object] = []
    for number, (code, build) in enumerate(cases):
        name = code if isinstance(code, str) else code.args[0]
        marks = () if isinstance(code, str) else code
        found.append(pytest.param(name, build, marks=marks, id=f"{number}-{name}"))
    return found


@pytest.mark.parametrize(("code", "build"), _params(UNSEEN))
def test_compare_face_refuses_what_the_contract_forbids(
    client: Client, media: Media, code: str, build: Build
) -> None:
    before = counts(client.server)
    answer = client.call("CompareFace", build(media))
    check(answer, "CompareFace")
    assert answer.code == code
    assert added(before, counts(client.server)) == {}


@pytest.mark.parametrize(("code", "build"), _params(STILLS))
def test_compare_face(client: Client, media: Media, code: str, build: Build) -> None:
    before = counts(client.server)
    answer = client.call("CompareFace", build(media))
    check(answer, "CompareFace")
    assert answer.code == code, answer.message
    if code == "Success":
        assert answer.response.keys() == {"Score", "FaceModelVersion", "RequestId"}
        assert 0 <= answer.response["Score"] <= 100
    row = {("iai", "CompareFace", code): (1, int(code == "Success"))}
    assert added(before, counts(client.server)) == ({} if code in UNMETERED else row)


def test_the_first_image_that_does_not_serve_is_named(client: Client, media: Media) -> None:
    for name in ("ImageA", "ImageB"):
        assert f"`{name}`" in client.call("CompareFace", media.still(**{name: text(NOISE)})).message
        assert f"`{name}`" in client.call("CompareFace", media.still(**{name: text(GIF)})).message


@pytest.mark.parametrize("degrees", [cv2.ROTATE_90_CLOCKWISE, cv2.ROTATE_180])
def test_a_turned_picture_matches_where_turning_is_asked_for(
    client: Client, media: Media, degrees: int
) -> None:
    turned = text(picture(cv2.rotate(media.astronaut, degrees)))
    params = media.still(ImageA=turned, NeedRotateDetection=1)
    assert client.call("CompareFace", params).response["Score"] > 90


def test_the_face_model_version_is_told_back(client: Client, media: Media) -> None:
    for sent, told in (("2.0", "2.0"), ("3.0", "3.0"), (None, "3.0")):
        answer = client.call("CompareFace", media.still(FaceModelVersion=sent))
        assert answer.response["FaceModelVersion"] == told


def _wrapped(data: bytes, break_: str = "\r\n") -> str:
    return "data:image/jpeg;base64," + break_.join(textwrap.wrap(text(data), 76)) + break_


def test_a_data_uri_and_line_breaks_are_accepted(client: Client, media: Media) -> None:
    face = jpeg(media.astronaut)
    plain = client.call("CompareFace", media.still())
    wrapped = client.call("CompareFace", {"ImageA": _wrapped(face), "ImageB": _wrapped(face, "\n")})
    assert wrapped.response["Score"] == plain.response["Score"]
    params = media.clip(ImageBase64=_wrapped(face), VideoBase64=_wrapped(media.live_clip))
    assert client.call("CompareFaceLiveness", params).code == "Success"


# --- CompareFaceLiveness

UNSEEN_CLIPS: list[Case] = [
    ("UnknownParameter", lambda m: m.clip(Optional="")),
    ("MissingParameter", lambda m: _without(m.clip(), "ImageBase64")),
    ("MissingParameter", lambda m: _without(m.clip(), "VideoBase64")),
    ("MissingParameter", lambda m: m.clip(LivenessType=None)),
    ("InvalidParameter", lambda m: m.clip(VideoBase64=["A"])),
    ("InvalidParameter", lambda m: m.clip(ValidateData=1234)),
    ("InvalidParameterValue", lambda m: m.clip(LivenessType="BLINK")),
    ("InvalidParameterValue", lambda m: m.clip(LivenessType="")),
    ("InvalidParameterValue", lambda m: m.clip(VideoBase64="A" * (8 * MB + 4))),
    (
        pytest.mark.provokes("FailedOperation.ImageSizeTooLarge"),
        lambda m: m.clip(ImageBase64="A" * (3 * MB + 4)),
    ),
]
REFUSED: list[Case] = [
    ("UnsupportedOperation", lambda m: m.clip(LivenessType="LIP", ValidateData="1234")),
    ("UnsupportedOperation", lambda m: m.clip(LivenessType="ACTION", ValidateData="1,2")),
    ("InvalidParameterValue", lambda m: m.clip(ValidateData="1234")),
    ("InvalidParameterValue", lambda m: m.clip(ImageBase64="not base64")),
    ("InvalidParameterValue", lambda m: m.clip(VideoBase64="not base64")),
    ("InvalidParameterValue", lambda m: m.clip(VideoBase64="")),
    ("InvalidParameterValue", lambda m: m.clip(video=b"no video" * 99)),
    ("InvalidParameterValue", lambda m: m.clip(video=NOISE)),
    ("InvalidParameterValue", lambda m: m.clip(video=m.live_clip[:2000])),
    ("InvalidParameterValue", lambda m: m.clip(video=samples.video(seconds=32, rate=1))),
    (pytest.mark.provokes("FailedOperation.EmptyImageError"), lambda m: m.clip(ImageBase64="")),
    (pytest.mark.provokes("FailedOperation.ImageDecodeFailed"), lambda m: m.clip(photo=GIF)),
    (
        pytest.mark.provokes("FailedOperation.ImageDecodeFailed"),
        lambda m: m.clip(photo=picture(m.astronaut, "BMP")),
    ),
    (
        pytest.mark.provokes("FailedOperation.ImageDecodeFailed"),
        lambda m: m.clip(photo=b"a text" * 99),
    ),
    (
        pytest.mark.provokes("FailedOperation.ImageDecodeFailed"),
        lambda m: m.clip(photo=NOISE[:300]),
    ),
]


@pytest.mark.parametrize(("code", "build"), _params(UNSEEN_CLIPS))
def test_compare_face_liveness_refuses_what_the_contract_forbids(
    client: Client, media: Media, code: str, build: Build
) -> None:
    before = counts(client.server)
    answer = client.call("CompareFaceLiveness", build(media))
    check(answer, "CompareFaceLiveness")
    assert answer.code == code
    assert added(before, counts(client.server)) == {}


@pytest.mark.parametrize(("code", "build"), _params(REFUSED))
def test_compare_face_liveness_answers_unusable_input_in_the_error_form(
    client: Client, media: Media, code: str, build: Build
) -> None:
    before = counts(client.server)
    answer = client.call("CompareFaceLiveness", build(media))
    check(answer, "CompareFaceLiveness")
    assert "Error" in answer.response
    assert answer.code == code, answer.message
    row = {("faceid", "CompareFaceLiveness", code): (1, 0)}
    assert added(before, counts(client.server)) == ({} if code in UNMETERED else row)
