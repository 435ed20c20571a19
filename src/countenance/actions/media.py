"""The photo and the video of a faceid action: base64, or a URL with or without its MD5."""

import asyncio
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass

from countenance.actions import Context, inputs
from countenance.contract.errors import describe, invalid_value, missing_parameter
from countenance.contract.messages import text
from countenance.net.fetch import FetchFault

# A file that is too large has the same code whichever way it came.
PHOTO_CODES = inputs.FACEID_URL_CODES | {FetchFault.TOO_LARGE: "FailedOperation.ImageSizeTooLarge"}
VIDEO_CODES = inputs.FACEID_URL_CODES | {FetchFault.TOO_LARGE: "InvalidParameterValue"}
_MD5 = re.compile(r"[0-9A-Fa-f]{32}")


@dataclass(frozen=True, slots=True)
class Digest:
    """The MD5 that a file must have: 32 hexadecimal digits, and the parameter they came in."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Given:
    """A photo or a video under the name of the parameter it came by: its bytes, or its URL."""

    name: str
    data: bytes = b""
    url: str = ""
    md5: Digest | None = None


def one_of(name: str, data: str | None, url_name: str, url: str | None) -> Given:
    """What one of two parameters says: base64 wins; ApiError when it is none, or both are empty."""
    if data:
        return Given(name, inputs.decode_base64(name, data))
    if url:
        return Given(url_name, url=url)
    raise missing_parameter(name, text("one-of", one=name, other=url_name))


def with_digest(url_name: str, url: str, md5_name: str, md5: str) -> Given:
    """A file by its URL, which must have that MD5; ApiError for what cannot be one."""
    if not _MD5.fullmatch(md5):
        raise invalid_value(md5_name, text("rule.md5"), describe(md5))
    return Given(url_name, url=url, md5=Digest(md5_name, md5.lower()))


async def load(photo: Given, video: Given, context: Context) -> tuple[bytes, bytes]:
    """The bytes of both, fetched at the same time; of two faults the photo's is raised."""
    limits = context.policy.clip
    first, second = await asyncio.gather(
        _load(photo, context, limits.photo.max_bytes, inputs.IMAGE_SECONDS, PHOTO_CODES),
        _load(video, context, limits.video.max_bytes, inputs.VIDEO_SECONDS, VIDEO_CODES),
        return_exceptions=True,
    )
    if isinstance(first, BaseException):
        raise first
    if isinstance(second, BaseException):
        raise second
    return first, second


async def load_photo(
    photo: Given, context: Context, max_bytes: int, codes: Mapping[FetchFault, str]
) -> bytes:
    """The bytes of a photo alone, fetched where it is given by its URL; ApiError."""
    return await _load(photo, context, max_bytes, inputs.IMAGE_SECONDS, codes)


async def _load(
    given: Given,
    context: Context,
    max_bytes: int,
    seconds: float,
    codes: Mapping[FetchFault, str],
) -> bytes:
    if not given.url:
        return given.data
    data = await inputs.fetched(
        given.name, given.url, context, max_bytes=max_bytes, seconds=seconds, codes=codes
    )
    if given.md5 and hashlib.md5(data, usedforsecurity=False).hexdigest() != given.md5.value:
        rule, arrived = text("rule.md5-of", name=given.name), text("kind.md5-else")
        raise invalid_value(given.md5.name, rule, arrived)
    return data
