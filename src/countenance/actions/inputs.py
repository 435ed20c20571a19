"""Base64 parameters to bytes, and media faults to the codes of each service."""

import pybase64

from countenance.contract.errors import ApiError, invalid_value
from countenance.contract.messages import Text, text
from countenance.perception.media import Fault, MediaError

IAI_CODES = {
    Fault.EMPTY: "InvalidParameterValue.ImageEmpty",
    Fault.TOO_MANY_BYTES: "FailedOperation.ImageSizeExceed",
    Fault.TOO_MANY_PIXELS: "FailedOperation.ImageResolutionExceed",
    Fault.TOO_SMALL: "FailedOperation.ImageResolutionTooSmall",
    Fault.TOO_SLOW: "FailedOperation.RequestTimeout",
}
PHOTO_CODES = {
    Fault.EMPTY: "FailedOperation.EmptyImageError",
    Fault.TOO_MANY_BYTES: "FailedOperation.ImageSizeTooLarge",
    Fault.TOO_MANY_PIXELS: "FailedOperation.LifePhotoSizeError",
    Fault.TOO_SMALL: "FailedOperation.LifePhotoSizeError",
}


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


def image_error(name: str, error: MediaError, codes: dict[Fault, str]) -> ApiError:
    """The error form of an image that could not be decoded."""
    code = codes.get(error.fault, "FailedOperation.ImageDecodeFailed")
    return ApiError(code, _unusable("image", name, error))


def video_error(name: str, error: MediaError) -> ApiError:
    """The error form of a video that could not be decoded."""
    return ApiError("InvalidParameterValue", _unusable("video", name, error))


def _unusable(medium: str, name: str, error: MediaError) -> Text:
    fault = text(f"fault.{error.fault}")
    return text(f"{medium}.unusable", name=name, fault=fault, detail=error.detail)
