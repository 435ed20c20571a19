"""iai 2020-03-03: one-to-one comparison."""

from countenance.actions import Context, Outcome, inputs
from countenance.contract.billing import charge
from countenance.contract.errors import ApiError, failure
from countenance.contract.messages import text
from countenance.contract.models.iai import CompareFaceRequest, CompareFaceResponse
from countenance.perception.decoder import sniff
from countenance.perception.faces.compare import ComparisonReport
from countenance.perception.faces.view import View
from countenance.perception.media import Fault, MediaError
from countenance.perception.verify import InputError, compare_stills
from countenance.reasons import reason

NAMES = {"a": "ImageA", "b": "ImageB"}
OTHER_SIDE = 2000  # pixels of the longer side of what is not JPEG


async def compare_face(request: CompareFaceRequest, context: Context) -> Outcome:
    """Compare the largest face of two images; the score is 0 to 100, 70 a false match in 1,000."""
    a = _still("A", request.ImageA, request.UrlA)
    b = _still("B", request.ImageB, request.UrlB)
    params = context.policy.stills(
        control=request.QualityControl or 0, turn=bool(request.NeedRotateDetection)
    )
    try:
        report = await context.compute.run(compare_stills, a, b, params)
    except InputError as error:
        name = NAMES[error.name]
        raise inputs.image_error(name, error.error, inputs.IAI_CODES) from None
    _check_side("ImageA", a, report.a)
    _check_side("ImageB", b, report.b)
    _refuse(report)
    assert report.score is not None  # both views have a face
    return Outcome(
        CompareFaceResponse(
            Score=round(report.score, 2), FaceModelVersion=request.FaceModelVersion or "3.0"
        ),
        billed=charge("pure_api", "Success"),
    )


def _still(side: str, image: str | None, url: str | None) -> bytes:
    names = (f"Image{side}", f"Url{side}")
    if url:
        raise failure("UnsupportedOperation", text("not-built.url", image=names[0], url=names[1]))
    if not image:
        either = text("one-of", one=names[0], other=names[1])
        raise ApiError("MissingParameter.ErrorParameterEmpty", either)
    return inputs.decode_base64(names[0], image)


def _check_side(name: str, data: bytes, view: View) -> None:
    """Raise for a picture whose size only JPEG may have."""
    if max(view.width, view.height) > OTHER_SIDE and sniff.image_kind(data) != "jpeg":
        arrived = f"{view.width} x {view.height} px"
        detail = f"side > {OTHER_SIDE} px where it is not JPEG: {arrived}"
        error = MediaError(Fault.TOO_MANY_PIXELS, detail)
        raise inputs.image_error(name, error, inputs.IAI_CODES)


def _refuse(report: ComparisonReport) -> None:
    """Raise the first reason for which one of the images does not serve."""
    for name, view in (("ImageA", report.a), ("ImageB", report.b)):
        for key in view.reasons:
            why = reason(key)
            raise ApiError(why.codes["still"], text("image.refused", name=name, reason=why))
