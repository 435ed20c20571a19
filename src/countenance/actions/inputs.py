"""Parameters to bytes, base64 or fetched, and their faults to the codes of each service."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pybase64

from countenance.actions import Context
from countenance.contract.errors import ApiError, invalid_value
from countenance.contract.messages import Text, text
from countenance.net.fetch import FetchError, FetchFault
from countenance.perception.decoder import sniff
from countenance.perception.media import Fault, MediaError
from countenance.reasons import reason

UNDECODABLE = "FailedOperation.ImageDecodeFailed"  # what is said of every fault not named below
IAI_CODES = {
    Fault.EMPTY: "InvalidParameterValue.ImageEmpty",
    Fault.TOO_MANY_BYTES: "FailedOperation.ImageSizeExceed",
    Fault.TOO_MANY_PIXELS: "FailedOperation.ImageResolutionExceed",
    Fault.TOO_SMALL: "FailedOperation.ImageResolutionTooSmall",
    Fault.TOO_SLOW: "FailedOperation.RequestTimeout",
}
IAI_ENGINE_CODE = "FailedOperation.ServerError"
PHOTO_CODES = {
    Fault.EMPTY: "FailedOperation.EmptyImageError",
    Fault.TOO_MANY_BYTES: "FailedOperation.ImageSizeTooLarge",
    Fault.TOO_MANY_PIXELS: "FailedOperation.LifePhotoSizeError",
    Fault.TOO_SMALL: "FailedOperation.LifePhotoSizeError",
}
IAI_URL_CODES = {
    FetchFault.ILLEGAL: "InvalidParameterValue.UrlIllegal",
    FetchFault.FORBIDDEN: "InvalidParameterValue.UrlIllegal",
    FetchFault.TOO_LARGE: "FailedOperation.ImageSizeExceed",
    FetchFault.TIMEOUT: "FailedOperation.RequestTimeout",
    FetchFault.FAILED: "FailedOperation.ImageDownloadError",
}
FACEID_URL_CODES = {
    FetchFault.ILLEGAL: "InvalidParameterValue",
    FetchFault.FORBIDDEN: "InvalidParameterValue",
    FetchFault.TOO_LARGE: "FailedOperation.DownLoadError",
    FetchFault.TIMEOUT: "FailedOperation.DownLoadTimeoutError",
    FetchFault.FAILED: "FailedOperation.DownLoadError",
}
# The published budgets of a download.
IMAGE_SECONDS, VIDEO_SECONDS = 3.0, 4.0
OTHER_SIDE = 2000  # pixels of the longer side of an iai picture that is not JPEG


def decode_base64(name: str, data: str) -> bytes:
    """The bytes of one base64 parameter, whose length the contract bounds; InvalidParameterValue.

    A data-URI prefix and line breaks, which the specification forbids and browsers and MIME
    encoders add, are taken off.
    """
    if data.startswith("data:"):
        _, _, data = data.partition(",")
    if "\n" in data or "\r" in data:
        data = data.replace("\r", "").replace("\n", "")
    try:
        return pybase64.b64decode(data, validate=True)
    except ValueError:
        arrived = text("kind.text", n=len(data))
        raise invalid_value(name, text("rule.base64"), arrived) from None


async def fetched(
    name: str,
    url: str,
    context: Context,
    *,
    max_bytes: int,
    seconds: float,
    codes: Mapping[FetchFault, str],
) -> bytes:
    """The bytes behind the URL in parameter `name`; ApiError with the code of its fault."""
    try:
        return await context.fetch.get(url, max_bytes=max_bytes, seconds=seconds)
    except FetchError as error:
        rule = text(f"fetch.{error.detail}", **error.values)
        raise ApiError(codes[error.fault], text("url.unusable", name=name, rule=rule)) from None


@dataclass(frozen=True, slots=True)
class Still:
    """A picture of an iai action under the name it came by: its bytes, or where they are."""

    name: str
    data: bytes
    url: str = ""


def still(name: str, data: str | None, url_name: str, url: str | None) -> Still:
    """What one of two parameters says: the URL wins; ApiError when both are empty, or no base64."""
    if url:
        return Still(url_name, b"", url)
    if not data:
        either = text("one-of", one=name, other=url_name)
        raise ApiError("MissingParameter.ErrorParameterEmpty", either)
    return Still(name, decode_base64(name, data))


async def stills(given: Sequence[Still], context: Context, max_bytes: int) -> list[bytes]:
    """The bytes of pictures, fetched at the same time; of several faults the first is raised."""

    async def load(one: Still) -> bytes:
        if not one.url:
            return one.data
        return await fetched(
            one.name,
            one.url,
            context,
            max_bytes=max_bytes,
            seconds=IMAGE_SECONDS,
            codes=IAI_URL_CODES,
        )

    loaded: list[bytes] = []
    for result in await asyncio.gather(*map(load, given), return_exceptions=True):
        if isinstance(result, BaseException):
            raise result
        loaded.append(result)
    return loaded


def check_side(name: str, data: bytes, width: int, height: int) -> None:
    """Raise for an iai picture whose size only JPEG may have."""
    if max(width, height) > OTHER_SIDE and sniff.image_kind(data) != "jpeg":
        detail = f"side > {OTHER_SIDE} px where it is not JPEG: {width} x {height} px"
        raise image_error(name, MediaError(Fault.TOO_MANY_PIXELS, detail), IAI_CODES)


def refuse(name: str, reasons: Sequence[str], instead: Mapping[str, str] | None = None) -> None:
    """Raise the first reason for which an iai picture does not serve; nothing without one.

    `instead` has codes to answer in place of codes that the action does not list.
    """
    for key in reasons:
        why = reason(key)
        code = why.codes["still"]
        told = text("image.refused", name=name, reason=why)
        raise ApiError((instead or {}).get(code, code), told)


def image_error(name: str, error: MediaError, codes: dict[Fault, str]) -> ApiError:
    """The error form of an image that could not be decoded."""
    code = codes.get(error.fault, UNDECODABLE)
    return ApiError(code, _unusable("image", name, error))


def video_error(name: str, error: MediaError) -> ApiError:
    """The error form of a video that could not be decoded."""
    return ApiError("InvalidParameterValue", _unusable("video", name, error))


def _unusable(medium: str, name: str, error: MediaError) -> Text:
    fault = text(f"fault.{error.fault}")
    return text(f"{medium}.unusable", name=name, fault=fault, detail=error.detail)
