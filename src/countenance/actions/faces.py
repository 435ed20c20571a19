"""iai 2020-03-03: one-to-one comparison."""

from countenance.actions import Context, Outcome, inputs
from countenance.contract.billing import charge
from countenance.contract.errors import ApiError
from countenance.contract.messages import text
from countenance.contract.models.iai import CompareFaceRequest, CompareFaceResponse
from countenance.perception.verify import EngineError, InputError, compare_stills


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
        raise ApiError(inputs.IAI_ENGINE_CODE, text("engine.comparison")) from error.__cause__
    views = ((given["a"].name, a, report.a), (given["b"].name, b, report.b))
    for name, data, view in views:
        inputs.check_side(name, data, view.width, view.height)
    for name, _, view in views:
        inputs.refuse(name, view.reasons)
    assert report.score is not None  # both views have a face
    return Outcome(
        CompareFaceResponse(
            Score=round(report.score, 2), FaceModelVersion=request.FaceModelVersion or "3.0"
        ),
        billed=charge("pure_api", "Success"),
    )
