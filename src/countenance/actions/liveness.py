"""faceid 2018-03-01: a video judged for liveness and compared with a photo."""

import cv2
import numpy as np
import pybase64
from numpy.typing import NDArray

from countenance.actions import Context, Outcome, inputs
from countenance.contract import catalogue
from countenance.contract.billing import charge
from countenance.contract.errors import describe, failure, invalid_value
from countenance.contract.messages import Language, text
from countenance.contract.models.faceid import (
    CompareFaceLivenessRequest,
    CompareFaceLivenessResponse,
)
from countenance.perception.media import Fault
from countenance.perception.verify import InputError, verify_clip
from countenance.reasons import code
from countenance.verification.verdict import Verdict, judge_clip

VERSION = "2018-03-01"
SIZE_RESULT = "FailedOperation.LifePhotoSizeError"


async def compare_face_liveness(request: CompareFaceLivenessRequest, context: Context) -> Outcome:
    """Judge `VideoBase64` and compare its best frame with `ImageBase64`.

    The judgement of a person is a successful answer whose `Result` may be a FailedOperation code;
    only input that is not the medium it should be is answered in the error form.
    """
    if request.LivenessType != "SILENT":
        asked = text(
            "not-built.value", name="LivenessType", value=request.LivenessType, built="SILENT"
        )
        raise failure("UnsupportedOperation", asked)
    if request.ValidateData:
        rule = text("rule.empty-with", name="LivenessType", value="SILENT")
        raise invalid_value("ValidateData", rule, describe(request.ValidateData))
    photo = inputs.decode_base64("ImageBase64", request.ImageBase64)
    video = inputs.decode_base64("VideoBase64", request.VideoBase64)
    try:
        report = await context.compute.run(verify_clip, photo, video, context.policy.silent())
    except InputError as error:
        if error.name == "video":
            raise inputs.video_error("VideoBase64", error.error) from None
        if error.error.fault in (Fault.TOO_MANY_PIXELS, Fault.TOO_SMALL):
            refused = _response(SIZE_RESULT, 0.0, None, context.language)
            return Outcome(refused, code=SIZE_RESULT)
        raise inputs.image_error("ImageBase64", error.error, inputs.PHOTO_CODES) from None
    verdict = judge_clip(report, context.policy, with_photo=True)
    result = _result(verdict)
    response = _response(result, verdict.score, report.best, context.language)
    return Outcome(response, result, charge("pure_api", result))


def _result(verdict: Verdict) -> str:
    """The `Result` of a verdict: `Success`, or the code of the finding to tell first."""
    if verdict.passed:
        return "Success"
    first = verdict.findings[0]
    return code(first.key, first.mode)


def _response(
    result: str, score: float, best: NDArray[np.uint8] | None, language: Language
) -> CompareFaceLivenessResponse:
    return CompareFaceLivenessResponse(
        Result=result,
        Description=_describe(result, language),
        Sim=round(score, 2),
        BestFrameBase64=None if best is None else _jpeg(best),
    )


def _describe(result: str, language: Language) -> str:
    if result == "Success":
        return text("success").say(language)
    return catalogue.errors(VERSION, language)[result]


def _jpeg(pixels: NDArray[np.uint8]) -> str:
    encoded, data = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, 95])
    assert encoded  # a BGR array always encodes
    return pybase64.b64encode(data.tobytes()).decode("ascii")
