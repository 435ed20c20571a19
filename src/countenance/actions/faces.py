"""iai 2020-03-03: one-to-one comparison."""

from countenance.actions import Context, Outcome, inputs
from countenance.contract.billing import charge
from countenance.contract.errors import ApiError
from countenance.contract.messages import text
from countenance.contract.models.iai import CompareFaceRequest, CompareFaceResponse
from countenance.perception.decoder import sniff
from countenance.perception.faces.view import View
from countenance.perception.media import Fault, MediaError
from countenance.perception.verify import EngineError, InputError, compare_stills
from countenance.reasons import reason

ENGINE_CODE = "FailedOperation.ServerError"
OTHER_SIDE = 2000  # pixels of the longer side of what is not JPEG


async def compare_face(request: CompareFaceRequest, context: Context) -> Outcome:
    """Compare the largest face of two images; the score is 0 to 100, 70 a false match in 1,000."""
    given = {
        "a": inputs.still("ImageA", request.ImageA, "UrlA", request.UrlA),
        "b": inputs.still("ImageB", request.ImageB, "UrlB", request.UrlB),
    }
    params = context.policy.stills(
        control=request.QualityControl or 0, turn=bool(request.NeedRotateDetection)
    )
    a, b = await inputs.stills(list(given.values()), context, params.image.max_bytes)
    try:
        report = await context.compute.run(compare_stills, a, b, params)
    except InputError as error:
        name = given[error.name].name
        raise inputs.image_error(name, error.error, inputs.IAI_CODES) from None
    except EngineError as error:
        raise ApiError(ENGINE_CODE, text("engine.comparison")) from error.__cause__
    views = ((given["a"].name, a, report.a), (given["b"].name, b, report.b))
    for name, data, view in views:
        _check_side(name, data, view)
    for name, _, view in views:
        _refuse(name, view)
    assert report.score is not None  # both views have a face
    return Outcome(
        CompareFaceResponse(
            Score=round(report.score, 2), FaceModelVersion=request.FaceModelVersion or "3.0"
        ),
        billed=charge("pure_api", "Success"),
    )


def _check_side(name: str, data: bytes, view: View) -> None:
    """Raise for a picture whose size only JPEG may have."""
    if max(view.width, view.height) > OTHER_SIDE and sniff.image_kind(data) != "jpeg":
        arrived = f"{view.width} x {view.height} px"
        detail = f"side > {OTHER_SIDE} px where it is not JPEG: {arrived}"
        error = MediaError(Fault.TOO_MANY_PIXELS, detail)
        raise inputs.image_error(name, error, inputs.IAI_CODES)


def _refuse(name: str, view: View) -> None:
    """Raise the first reason for which an image does not serve."""
    for key in view.reasons:
        why = reason(key)
        raise ApiError(why.codes["still"], text("image.refused", name=name, reason=why))
