"""Base64 parameters to bytes, and media faults to the codes of each service."""

import pybase64

from countenance.contract.errors import ApiError, invalid_value
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


def decode_base64(name: str, text: str, limit: int, too_large: str) -> bytes:
    """The bytes of one base64 parameter; `limit` bounds the text, as the specification does.

    A data-URI prefix and line breaks, which the specification forbids and browsers and MIME
    encoders add, are taken off. Raises `ApiError` with `too_large`, or InvalidParameterValue.
    """
    if len(text) > limit:
        raise ApiError(
            too_large,
            f"The base64 text of `{name}` may hold {limit} characters; {len(text)} arrived.",
        )
    if text.startswith("data:"):
        _, _, text = text.partition(",")
    if "\n" in text or "\r" in text:
        text = text.replace("\r", "").replace("\n", "")
    try:
        return pybase64.b64decode(text, validate=True)
    except ValueError:
        raise invalid_value(
            name, "must be base64 text", f"{len(text)} characters that are not"
        ) from None


def image_error(name: str, error: MediaError, codes: dict[Fault, str]) -> ApiError:
    """The error form of an image that could not be decoded."""
    code = codes.get(error.fault, "FailedOperation.ImageDecodeFailed")
    return ApiError(code, f"The image in `{name}` cannot be used: {error.detail}.")


def video_error(name: str, error: MediaError) -> ApiError:
    """The error form of a video that could not be decoded."""
    return ApiError(
        "InvalidParameterValue", f"The video in `{name}` cannot be used: {error.detail}."
    )
