"""iai 2020-03-03: liveness of one picture."""

from countenance.actions import Context, Outcome, inputs
from countenance.contract.billing import charge
from countenance.contract.errors import ApiError
from countenance.contract.messages import text
from countenance.contract.models.iai import (
    DetectLiveFaceAccurateRequest,
    DetectLiveFaceAccurateResponse,
    DetectLiveFaceRequest,
    DetectLiveFaceResponse,
)
from countenance.perception.verify import EngineError, InputError, check_still
from countenance.verification.verdict import Verdict, judge_live_still

VERSION = "3.0"  # of the face model, where a caller names none
# The codes of these actions have none for the quality of a face, but one for a face not found.
UNLISTED = {"FailedOperation.FaceQualityNotQualified": "FailedOperation.ImageFacedetectFailed"}


async def detect_live_face(request: DetectLiveFaceRequest, context: Context) -> Outcome:
    """Judge the largest face of one picture; both `Score` and `IsLiveness` are always given."""
    verdict = await _judge(request, context)
    response = DetectLiveFaceResponse(
        Score=verdict.score,
        FaceModelVersion=request.FaceModelVersion or VERSION,
        IsLiveness=verdict.passed,
    )
    return Outcome(response, billed=charge("pure_api", "Success"))


async def detect_live_face_accurate(
    request: DetectLiveFaceAccurateRequest, context: Context
) -> Outcome:
    """The same judgement in the form of the later action, which says no more than `Score`."""
    verdict = await _judge(request, context)
    response = DetectLiveFaceAccurateResponse(
        Score=verdict.score, FaceModelVersion=request.FaceModelVersion or VERSION
    )
    return Outcome(response, billed=charge("pure_api", "Success"))


async def _judge(
    request: DetectLiveFaceRequest | DetectLiveFaceAccurateRequest, context: Context
) -> Verdict:
    """The verdict on a picture that could be scored; ApiError on every other."""
    given = inputs.still("Image", request.Image, "Url", request.Url)
    params = context.policy.live_still()
    [data] = await inputs.stills([given], context, params.image.max_bytes)
    try:
        report = await context.compute.run(check_still, data, params)
    except InputError as error:
        raise inputs.image_error(given.name, error.error, inputs.IAI_CODES) from None
    except EngineError as error:
        raise ApiError(inputs.IAI_ENGINE_CODE, text("engine.liveness")) from error.__cause__
    inputs.check_side(given.name, data, report.width, report.height)
    inputs.refuse(given.name, report.refusals, instead=UNLISTED)
    return judge_live_still(report, context.policy)
