"""faceid 2018-03-01: a video judged for liveness and compared with a photo."""

from typing import Any

import msgspec
import pybase64

from countenance.actions import Context, Outcome, inputs
from countenance.actions.clips import check_mode, judge
from countenance.actions.media import Given, one_of, with_digest
from countenance.contract.errors import (
    describe,
    invalid_value,
    printable,
)
from countenance.contract.messages import text
from countenance.contract.models.faceid import (
    CompareFaceLivenessRequest,
    CompareFaceLivenessResponse,
    LivenessCompareRequest,
    LivenessCompareResponse,
    VideoLivenessCompareRequest,
    VideoLivenessCompareResponse,
)

FRAMES = (2, 10)  # BestFrameNum


async def compare_face_liveness(request: CompareFaceLivenessRequest, context: Context) -> Outcome:
    """Judge `VideoBase64` and compare its best frame with `ImageBase64`."""
    check_mode(request)
    photo = Given("ImageBase64", inputs.decode_base64("ImageBase64", request.ImageBase64))
    video = Given("VideoBase64", inputs.decode_base64("VideoBase64", request.VideoBase64))
    found = await judge(photo, video, context)
    return found.outcome(
        CompareFaceLivenessResponse(
            Result=found.result,
            Description=found.description,
            Sim=found.score,
            BestFrameBase64=_shown(found.best),
        )
    )


async def liveness_compare(request: LivenessCompareRequest, context: Context) -> Outcome:
    """The same of base64 or URLs, with the best frames that `Optional` asks for.

    They are the eligible ones, different and of one person: fewer than asked for where the clip
    has fewer, none where no frame is good enough to compare.
    """
    check_mode(request)
    wanted = _frames(request.Optional)
    photo = one_of("ImageBase64", request.ImageBase64, "ImageUrl", request.ImageUrl)
    video = one_of("VideoBase64", request.VideoBase64, "VideoUrl", request.VideoUrl)
    found = await judge(photo, video, context, wanted or 1)
    return found.outcome(
        LivenessCompareResponse(
            BestFrameBase64=_shown(found.best),
            Sim=found.score,
            Result=found.result,
            Description=found.description,
            BestFrameList=[_base64(one) for one in found.ranked] if wanted else None,
        )
    )


async def video_liveness_compare(request: VideoLivenessCompareRequest, context: Context) -> Outcome:
    """The same of URLs whose MD5 is given with them, with `BestFrame` behind one too."""
    check_mode(request)
    photo = with_digest("ImageUrl", request.ImageUrl, "ImageMd5", request.ImageMd5)
    video = with_digest("VideoUrl", request.VideoUrl, "VideoMd5", request.VideoMd5)
    found = await judge(photo, video, context)
    kept = await context.files.keep(found.best, "image/jpeg") if found.best else None
    return found.outcome(
        VideoLivenessCompareResponse(
            Sim=found.score, Result=found.result, Description=found.description, BestFrame=kept
        )
    )


def _shown(jpeg: bytes | None) -> str | None:
    return None if jpeg is None else _base64(jpeg)


def _base64(jpeg: bytes) -> str:
    return pybase64.b64encode(jpeg).decode("ascii")


def _frames(optional: str | None) -> int | None:
    """BestFrameNum of `Optional`, None where it is not asked for; raises ApiError."""
    if not optional:
        return None
    arrived = describe(optional)
    try:
        asked: Any = msgspec.json.decode(optional)
    except (msgspec.DecodeError, RecursionError):
        raise invalid_value("Optional", text("rule.json-object"), arrived) from None
    if not isinstance(asked, dict):
        raise invalid_value("Optional", text("rule.json-object"), arrived)
    for name in asked:
        if name != "BestFrameNum":
            rule = text("rule.members", names=("BestFrameNum",))
            raise invalid_value("Optional", rule, text("kind.member", name=printable(name)))
    return _number(asked["BestFrameNum"]) if asked else None


def _number(value: object) -> int:
    least, most = FRAMES
    if isinstance(value, int) and not isinstance(value, bool) and least <= value <= most:
        return value
    rule = text("rule.range", least=least, most=most)
    raise invalid_value("Optional.BestFrameNum", rule, describe(value))
