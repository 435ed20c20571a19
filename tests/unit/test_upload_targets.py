"""CreateUploadUrl: for which actions, and what each takes; without a server."""

from typing import Any

import pytest
from tests.contexts import make_context

from countenance.actions import Context
from countenance.actions.uploads import create_upload_url, targets
from countenance.contract import catalogue
from countenance.contract.errors import ApiError, describe
from countenance.contract.models.faceid import CreateUploadUrlRequest, CreateUploadUrlResponse
from countenance.perception.media import VIDEOS

MB = 1024 * 1024
TARGETS = {
    "ApplyCardVerification": (5 * MB, {"jpeg", "png"}),
    "ApplyWebVerificationToken": (8 * MB, {"jpeg", "png"}),
    "CompareFace": (5 * MB, {"jpeg", "png", "bmp"}),
    "DetectLiveFace": (5 * MB, {"jpeg", "png", "bmp"}),
    "DetectLiveFaceAccurate": (5 * MB, {"jpeg", "png", "bmp"}),
    "DetectReflectLivenessAndCompare": (8 * MB, set()),
    "GenerateReflectSequence": (8 * MB, set()),
    "LivenessCompare": (8 * MB, {"jpeg", "png"} | VIDEOS),
    "VideoLivenessCompare": (8 * MB, {"jpeg", "png"} | VIDEOS),
}


class Inviting:
    """Says back what it was asked for."""

    def invite(self, *asked: Any) -> tuple[str, str, int]:
        self.asked = asked
        return "put", "get", 7


def _context() -> tuple[Context, Inviting]:
    files: Any = Inviting()
    return make_context(files=files), files


def test_the_actions_that_take_media_by_url() -> None:
    assert {name: (one.bytes, set(one.kinds)) for name, one in targets().items()} == TARGETS


def test_no_action_of_the_specification_with_a_url_is_left_out() -> None:
    for action in catalogue.actions():
        named = [name for name in action.params if "url" in name.lower()]
        if action.in_spec and named and action.name not in targets():
            assert named in (["RedirectURL"], ["RedirectUrl"]), action.name


@pytest.mark.parametrize("target", TARGETS)
async def test_what_is_asked_for(target: str) -> None:
    context, files = _context()
    outcome = await create_upload_url(CreateUploadUrlRequest(TargetAction=target), context)
    assert outcome.response == CreateUploadUrlResponse(
        UploadUrl="put", ResourceUrl="get", ExpiredTimestamp=7
    )
    assert (files.asked[0], files.asked[1]) == (target, TARGETS[target][0])
    assert outcome.code == "Success"
    assert outcome.billed == 0


@pytest.mark.parametrize(
    "target", ["", "compareface", "CompareFaceLiveness", "ApplyLivenessToken", "../../x", "x" * 99]
)
async def test_another_action_is_refused(target: str) -> None:
    context, files = _context()
    with pytest.raises(ApiError) as refused:
        await create_upload_url(CreateUploadUrlRequest(TargetAction=target), context)
    assert refused.value.code == "InvalidParameterValue"
    assert refused.value.message == (
        f"The value of `TargetAction` must be one of {', '.join(TARGETS)}; "
        f"{describe(target).say()} arrived."
    )
    assert not hasattr(files, "asked")
