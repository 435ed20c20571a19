"""iai 2020-03-03: one-to-one comparison."""

from countenance.actions import Context, Outcome, inputs
from countenance.contract.errors import ApiError
from countenance.contract.models.iai import CompareFaceRequest, CompareFaceResponse
from countenance.perception.decoder import sniff
from countenance.perception.faces.compare import ComparisonReport
from countenance.perception.faces.view import View
from countenance.perception.verify import InputError, compare_stills
from countenance.reasons import reason

NAMES = {"a": "ImageA", "b": "ImageB"}
LIMIT = 5 * 1024 * 1024  # characters of base64 (API document 1059/36977)
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
        billed=1,
    )


def _still(side: str, image: str | None, url: str | None) -> bytes:
    if url:
        raise ApiError(
            "UnsupportedOperation",
            f"Fetching `Url{side}` is not built yet; send the picture in `Image{side}`.",
        )
    if not image:
        raise ApiError(
            "MissingParameter.ErrorParameterEmpty",
            f"One of `Image{side}` and `Url{side}` is required; neither arrived.",
        )
    return inputs.decode_base64(f"Image{side}", image, LIMIT, "FailedOperation.ImageSizeExceed")


def _check_side(name: str, data: bytes, view: View) -> None:
    """Raise for a picture whose size only JPEG may have."""
    if max(view.width, view.height) > OTHER_SIDE and sniff.image_kind(data) != "jpeg":
        raise ApiError(
            "FailedOperation.ImageResolutionExceed",
            f"The image in `{name}` cannot be used: side > {OTHER_SIDE} px where it is not JPEG: "
            f"{view.width} x {view.height} px.",
        )


def _refuse(report: ComparisonReport) -> None:
    """Raise the first reason for which one of the images does not serve."""
    for name, view in (("ImageA", report.a), ("ImageB", report.b)):
        for key in view.reasons:
            why = reason(key)
            raise ApiError(why.codes["still"], f"`{name}`: {why.text} {why.hint}")
