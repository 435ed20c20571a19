"""LivenessCompare: what it takes, what it refuses, and the frames it gives back."""

import base64
import io
from typing import Any

import PIL.Image
import pytest
from tests import films
from tests.client import Client, added, check, counts
from tests.media import Media, Params, picture
from tests.serving import Running

ACTION = "LivenessCompare"
# That answers and counts do not depend on the database is shown in test_python_sdk, test_metering.
pytestmark = pytest.mark.parametrize("server", ["sqlite"], indirect=True)


@pytest.fixture
def client(server: Running) -> Client:
    return Client(server)


def _frames(found: dict[str, Any]) -> list[bytes]:
    frames = [base64.b64decode(frame) for frame in found["BestFrameList"]]
    for frame in frames:
        assert PIL.Image.open(io.BytesIO(frame)).format == "JPEG"
    return frames


@pytest.mark.parametrize("number", [2, 10])
def test_the_best_frames_are_different_and_the_compared_one_leads(
    client: Client, media: Media, number: int
) -> None:
    before = counts(client.server)
    answer = client.call(ACTION, media.clip(Optional=f'{{"BestFrameNum": {number}}}'))
    check(answer, ACTION)
    found = answer.response
    assert (found["Result"], found["Description"]) == ("Success", "Success")
    assert found["Sim"] >= 70
    frames = _frames(found)
    assert found["BestFrameList"][0] == found["BestFrameBase64"]
    assert 2 <= len(frames) <= number
    assert len(set(frames)) == len(frames)
    row = ("faceid", ACTION, "Success")
    assert added(before, counts(client.server)) == {row: (1, 1)}


@pytest.mark.parametrize("optional", [None, "", "{}", " { } "])
def test_frames_that_nobody_asked_for_are_not_given(
    client: Client, media: Media, optional: str | None
) -> None:
    more = {} if optional is None else {"Optional": optional}
    found = client.call(ACTION, media.clip(**more, ValidateData="")).response
    assert found["Result"] == "Success"
    assert found["BestFrameBase64"]
    assert found["BestFrameList"] is None


def test_a_frame_of_somebody_else_is_not_among_the_best(client: Client, media: Media) -> None:
    mixed = media.live[:8] + media.other[:6] + media.live[8:]
    params = media.clip(video=films.film(mixed), Optional='{"BestFrameNum": 10}')
    answer = client.call(ACTION, params)
    pictures = _frames(answer.response)
    alone = client.call("CompareFace", _pair(pictures[0], pictures[0])).response["Score"]
    assert alone > 90
    for one in pictures[1:]:
        assert client.call("CompareFace", _pair(pictures[0], one)).response["Score"] >= 70


def _pair(one: bytes, other: bytes) -> Params:
    return {"ImageA": base64.b64encode(one).decode(), "ImageB": base64.b64encode(other).decode()}


def test_another_person_is_billed(client: Client, media: Media) -> None:
    before = counts(client.server)
    answer = client.call(ACTION, media.clip(photo=picture(media.hopper)))
    check(answer, ACTION)
    assert answer.code == "FailedOperation.CompareLowSimilarity"
    assert 0 <= answer.response["Sim"] < 70
    row = ("faceid", ACTION, answer.code)
    assert added(before, counts(client.server)) == {row: (1, 1)}


def test_a_print_is_not_billed_and_its_frame_is_shown(client: Client, media: Media) -> None:
    before = counts(client.server)
    answer = client.call(ACTION, media.clip(video=media.print_clip, Optional='{"BestFrameNum": 3}'))
    check(answer, ACTION)
    found = answer.response
    assert (answer.code, found["Sim"]) == ("FailedOperation.SilentPictureLiveFail", 0)
    assert found["BestFrameBase64"]
    assert isinstance(found["BestFrameList"], list)
    row = ("faceid", ACTION, answer.code)
    assert added(before, counts(client.server)) == {row: (1, 0)}


def test_base64_wins_over_a_url(client: Client, media: Media) -> None:
    urls = {"ImageUrl": "http://192.0.2.1/a.jpg", "VideoUrl": "http://192.0.2.1/a.mp4"}
    assert client.call(ACTION, media.clip(**urls)).code == "Success"


def _lacking(params: Params, name: str) -> Params:
    return {key: value for key, value in params.items() if key != name}


# What is changed in a good call, the code, what the message names.
REFUSED: list[tuple[dict[str, Any], str, str]] = [
    ({"Optional": "BestFrameNum=2"}, "InvalidParameterValue", "`Optional` must be the text of a"),
    ({"Optional": "[" * 9999}, "InvalidParameterValue", "`Optional` must be the text of a JSON"),
    ({"Optional": "[2]"}, "InvalidParameterValue", "`Optional` must be the text of a JSON object"),
    ({"Optional": '{"BestFrameNum":1}'}, "InvalidParameterValue", "`Optional.BestFrameNum` must"),
    ({"Optional": '{"BestFrameNum":11}'}, "InvalidParameterValue", "must be from 2 to 10"),
    ({"Optional": '{"BestFrameNum":"2"}'}, "InvalidParameterValue", "a string of 1 character"),
    ({"Optional": '{"BestFrameNum":true}'}, "InvalidParameterValue", "a boolean arrived"),
    ({"Optional": '{"BestFrameNum":2.0}'}, "InvalidParameterValue", "a number arrived"),
    ({"Optional": '{"BestFrameNum":null}'}, "InvalidParameterValue", "null arrived"),
    ({"Optional": '{"Best":2}'}, "InvalidParameterValue", "the member Best arrived"),
    ({"LivenessType": "ACTION", "ValidateData": "1,2"}, "UnsupportedOperation", "LivenessType ACT"),
    ({"LivenessType": "LIP", "ValidateData": "1234"}, "UnsupportedOperation", "LivenessType LIP"),
    ({"LivenessType": "NOD"}, "InvalidParameterValue", "`LivenessType`"),
    ({"ValidateData": "1234"}, "InvalidParameterValue", "`ValidateData` must be empty"),
    ({"ImageBase64": ""}, "MissingParameter", "`ImageBase64` and `ImageUrl`"),
    ({"VideoBase64": ""}, "MissingParameter", "`VideoBase64` and `VideoUrl`"),
    ({"ImageBase64": "no base64"}, "InvalidParameterValue", "`ImageBase64` must be base64"),
    ({"VideoBase64": "no base64"}, "InvalidParameterValue", "`VideoBase64` must be base64"),
    ({"ImageBase64": "A" * (3 << 20 | 4)}, "FailedOperation.ImageSizeTooLarge", "`ImageBase64`"),
    ({"VideoBase64": "A" * (8 << 20 | 4)}, "InvalidParameterValue", "`VideoBase64`"),
    ({"VideoBase64": "AAAA"}, "InvalidParameterValue", "The video in `VideoBase64`"),
    ({"ImageBase64": "AAAA"}, "FailedOperation.ImageDecodeFailed", "The image in `ImageBase64`"),
]


@pytest.mark.parametrize(("change", "code", "said"), REFUSED, ids=range(len(REFUSED)))
def test_what_does_not_serve_is_refused_by_name(
    client: Client, media: Media, change: dict[str, Any], code: str, said: str
) -> None:
    answer = client.call(ACTION, media.clip() | change)
    check(answer, ACTION)
    assert answer.code == code
    assert said in answer.message


@pytest.mark.parametrize("name", ["ImageBase64", "VideoBase64"])
def test_a_medium_must_arrive_one_way_or_the_other(client: Client, media: Media, name: str) -> None:
    assert client.call(ACTION, _lacking(media.clip(), name)).code == "MissingParameter"
