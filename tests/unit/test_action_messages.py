"""What the actions say about their input, in both languages, without a network loaded."""

from typing import Any

import numpy as np
import pytest
from tests.contexts import make_context

from countenance.actions import Context, clips, faces, inputs, liveness
from countenance.contract.errors import ApiError
from countenance.contract.messages import Language
from countenance.contract.models.faceid import CompareFaceLivenessRequest
from countenance.contract.models.iai import CompareFaceRequest
from countenance.perception.media import Fault, MediaError
from countenance.perception.verify import InputError
from countenance.reasons import reasons

ENGLISH: Language = "en-US"
CHINESE: Language = "zh-CN"


class Refusing:
    """Perception that refuses what it is given."""

    ready = True

    def __init__(self, error: Exception) -> None:
        self.error = error

    async def run(self, *_: Any) -> Any:
        raise self.error


def _context(error: Exception, language: Language = ENGLISH) -> Context:
    compute: Any = Refusing(error)  # half a Compute
    return make_context(compute, language)


def _clip(**changes: str) -> CompareFaceLivenessRequest:
    wanted = {"LivenessType": "SILENT", "ImageBase64": "AAAA", "VideoBase64": "AAAA"}
    return CompareFaceLivenessRequest(**{**wanted, **changes})


@pytest.mark.parametrize("fault", Fault)
@pytest.mark.parametrize("medium", ["image", "video"])
def test_every_fault_of_a_medium_is_said_in_both_languages(fault: Fault, medium: str) -> None:
    error = MediaError(fault, "side < 64 px: 32 x 32 px")
    if medium == "image":
        said = inputs.image_error("ImageA", error, inputs.IAI_CODES)
    else:
        said = inputs.video_error("ImageA", error)
    assert said.message.startswith(f"The {medium} in `ImageA` cannot be used: ")
    assert "side < 64 px: 32 x 32 px" in said.message
    assert "`ImageA`" in said.say(CHINESE)
    assert not said.say(CHINESE).isascii()


@pytest.mark.parametrize(
    ("request_", "code", "english", "chinese"),
    [
        (
            CompareFaceRequest(ImageA="AAAA"),
            "MissingParameter.ErrorParameterEmpty",
            "One of `ImageB` and `UrlB` is required; neither arrived.",
            "`ImageB` 和 `UrlB` 必须提供其一",
        ),
        (
            CompareFaceRequest(UrlA="http://192.0.2.1/", ImageB="AAAA"),
            "InvalidParameterValue.UrlIllegal",
            "Nothing was fetched from the URL in `UrlA`: this server does not fetch; send base64.",
            "未能从 `UrlA` 中的 URL 下载",
        ),
        (
            CompareFaceRequest(ImageA="not base64", ImageB="AAAA"),
            "InvalidParameterValue",
            "The value of `ImageA` must be base64 text; other text of 10 characters arrived.",
            "收到的是长度为 10 个字符的其他文本。",
        ),
    ],
)
async def test_compare_face(
    request_: CompareFaceRequest, code: str, english: str, chinese: str
) -> None:
    with pytest.raises(ApiError) as refused:
        await faces.compare_face(request_, _context(AssertionError()))
    assert (refused.value.code, refused.value.message) == (code, english)
    assert chinese in refused.value.say(CHINESE)


@pytest.mark.parametrize(
    ("request_", "code", "english", "chinese"),
    [
        (
            _clip(LivenessType="LIP"),
            "UnsupportedOperation",
            "Unsupported operation. LivenessType LIP is not built yet; only SILENT is.",
            "操作不支持。LivenessType 尚未支持 LIP",
        ),
        (
            _clip(ValidateData="1234"),
            "InvalidParameterValue",
            "The value of `ValidateData` must be empty when LivenessType is SILENT; "
            "a string of 4 characters arrived.",
            "参数 `ValidateData` 的取值在 LivenessType 为 SILENT 时必须为空",
        ),
    ],
)
async def test_compare_face_liveness(
    request_: CompareFaceLivenessRequest, code: str, english: str, chinese: str
) -> None:
    with pytest.raises(ApiError) as refused:
        await liveness.compare_face_liveness(request_, _context(AssertionError()))
    assert (refused.value.code, refused.value.message) == (code, english)
    assert chinese in refused.value.say(CHINESE)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (ENGLISH, "The image passed in is too large or too small."),
        (CHINESE, "传入图片过大或过小。"),
    ],
)
async def test_the_description_of_a_result_is_in_the_language_of_the_call(
    language: Language, said: str
) -> None:
    small = InputError("photo", MediaError(Fault.TOO_SMALL, "side < 64 px: 8 x 8 px"))
    outcome = await liveness.compare_face_liveness(_clip(), _context(small, language))
    response: Any = outcome.response
    assert (response.Result, response.Description) == (clips.SIZE_RESULT, said)
    assert (response.Sim, response.BestFrameBase64) == (0.0, None)


@pytest.mark.parametrize("language", [ENGLISH, CHINESE])
def test_every_result_has_a_description(language: Language) -> None:
    frame = np.zeros((8, 8, 3), np.uint8)
    codes = {
        code for one in reasons().values() for mode, code in one.codes.items() if mode != "still"
    }
    for code in codes | {"Success"}:
        made = clips.tell(code, 1.0, frame, (frame,), language)
        assert made.description
        assert made.description.isascii() is (language == ENGLISH), code
        assert made.best == made.ranked[0]
