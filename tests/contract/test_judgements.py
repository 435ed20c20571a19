"""Every Result of CompareFaceLiveness, each provoked once."""

import base64
import io

import numpy as np
import PIL.Image
import pytest
from tests import films
from tests.client import Client, added, check, counts
from tests.conftest import Pixels
from tests.media import NOISE, Build, Media, Params, picture
from tests.perception import covered
from tests.serving import Running

from countenance.contract import source
from countenance.reasons import reasons

BILLED = {"Success", "FailedOperation.CompareLowSimilarity"}


@pytest.fixture(scope="module")
def media(astronaut: Pixels, hopper: Pixels, live_clip: bytes, print_clip: bytes) -> Media:
    return Media(astronaut, hopper, live_clip, print_clip)


@pytest.fixture(scope="module")
def client(server: Running) -> Client:
    return Client(server)


def _masked(pixels: Pixels) -> Pixels:
    return covered.mask(pixels, (235, 235, 235))


def _muffled(pixels: Pixels) -> Pixels:
    return covered.bar(pixels, (90, 140, 60))


def _spliced(m: Media) -> Params:
    """More live frames than frames of a print, so that it is the second lowest that fails."""
    return m.clip(video=films.film(m.live[:18] + m.fake[18:]))


# The code, whether the score must be 0, whether a face was seen, what is sent.
Case = tuple[pytest.MarkDecorator | None, bool, bool, Build]
JUDGED: list[Case] = [
    (None, False, True, lambda m: m.clip()),
    (None, False, True, lambda m: m.clip(photo=picture(m.astronaut, "PNG"), ValidateData="")),
    (
        pytest.mark.provokes("FailedOperation.CompareLowSimilarity"),
        False,
        True,
        lambda m: m.clip(photo=picture(m.hopper)),
    ),
    (
        pytest.mark.provokes("FailedOperation.LifePhotoSizeError"),
        True,
        False,
        lambda m: m.clip(photo=picture(np.zeros((63, 63, 3)))),
    ),
    (
        pytest.mark.provokes("FailedOperation.LifePhotoSizeError"),
        True,
        False,
        lambda m: m.clip(photo=picture(np.zeros((64, 8001, 3)))),
    ),
    (
        pytest.mark.provokes("FailedOperation.LifePhotoDetectNoFaces"),
        True,
        True,
        lambda m: m.clip(photo=NOISE),
    ),
    (
        pytest.mark.provokes("FailedOperation.LifePhotoDetectFaces"),
        False,
        True,
        lambda m: m.clip(photo=picture(films.side_by_side(m.live[:1], m.other[:1])[0])),
    ),
    (
        pytest.mark.provokes("FailedOperation.LifePhotoPoorQuality"),
        False,
        True,
        lambda m: m.clip(photo=picture(m.astronaut * 0.05)),
    ),
    (
        pytest.mark.provokes("FailedOperation.SilentPictureLiveFail"),
        True,
        True,
        lambda m: m.clip(video=m.print_clip),
    ),
    (pytest.mark.provokes("FailedOperation.SilentThreshold"), True, True, _spliced),
    (
        pytest.mark.provokes("FailedOperation.SilentTooShort"),
        True,
        True,
        lambda m: m.clip(video=films.film(m.live[:12])),
    ),
    (
        pytest.mark.provokes("FailedOperation.SilentFaceDetectFail"),
        True,
        False,
        lambda m: m.clip(video=films.film(films.landscape(1))),
    ),
    (
        pytest.mark.provokes("FailedOperation.SilentMultiFaceFail"),
        True,
        True,
        lambda m: m.clip(video=films.film(films.side_by_side(m.live, m.other))),
    ),
    (
        pytest.mark.provokes("FailedOperation.SilentFaceQualityFail"),
        True,
        True,
        lambda m: m.filmed(films.blurred),
    ),
    (
        pytest.mark.provokes("FailedOperation.SilentFaceQualityFail"),
        True,
        True,
        lambda m: m.filmed(films.scaled(0.2)),
    ),
    (
        pytest.mark.provokes("FailedOperation.ActionLightDark"),
        True,
        True,
        lambda m: m.filmed(films.darkened),
    ),
    (
        pytest.mark.provokes("FailedOperation.ActionLightStrong"),
        True,
        True,
        lambda m: m.filmed(films.glaring),
    ),
    (
        pytest.mark.provokes("FailedOperation.SilentFaceWithMaskFail"),
        True,
        True,
        lambda m: m.filmed(_masked),
    ),
    (
        pytest.mark.provokes("FailedOperation.SilentMouthLiveFail"),
        True,
        True,
        lambda m: m.filmed(_muffled),
    ),
    (
        pytest.mark.provokes("FailedOperation.SilentEyeLiveFail"),
        True,
        True,
        lambda m: m.filmed(covered.dark_glasses),
    ),
    (
        pytest.mark.provokes("FailedOperation.LivessBestFrameError"),
        True,
        True,
        lambda m: m.filmed(films.narrowed),
    ),
    (
        pytest.mark.provokes("FailedOperation.LivessDetectFake"),
        True,
        True,
        lambda m: m.clip(video=films.film(m.live + m.other)),
    ),
]


def _code(case: Case) -> str:
    return case[0].args[0] if case[0] else "Success"


# That answers and counts do not depend on the database is shown in test_python_sdk, test_metering.
@pytest.mark.parametrize("server", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("code", "zero", "seen", "build"),
    [
        pytest.param(_code(case), *case[1:], marks=case[0] or (), id=f"{number}-{_code(case)}")
        for number, case in enumerate(JUDGED)
    ],
)
def test_a_judgement_is_a_successful_answer(
    client: Client,
    media: Media,
    code: str,
    zero: bool,
    seen: bool,
    build: Build,
) -> None:
    before = counts(client.server)
    answer = client.call("CompareFaceLiveness", build(media))
    check(answer, "CompareFaceLiveness")
    found = answer.response
    assert found.keys() == {"Result", "Description", "Sim", "BestFrameBase64", "RequestId"}
    assert found["Result"] == code
    assert (found["Description"] == "Success") is (code == "Success")
    assert found["Description"]
    assert (found["Sim"] == 0) is zero
    assert code != "Success" or found["Sim"] >= 70
    assert code != "FailedOperation.CompareLowSimilarity" or found["Sim"] < 70
    if seen:
        frame = base64.b64decode(found["BestFrameBase64"])
        assert PIL.Image.open(io.BytesIO(frame)).format == "JPEG"
    else:
        assert found["BestFrameBase64"] is None
    row = ("faceid", "CompareFaceLiveness", code)
    assert added(before, counts(client.server)) == {row: (1, int(code in BILLED))}


def test_every_code_of_a_judgement_is_provoked_here() -> None:
    told = {_code(case) for case in JUDGED} - {"Success", "FailedOperation.LifePhotoSizeError"}
    modes = ("silent", "photo", "compare")
    known = {
        item.codes[mode] for item in reasons().values() for mode in modes if mode in item.codes
    }
    assert told == known - source.unreachable("faceid").keys()
