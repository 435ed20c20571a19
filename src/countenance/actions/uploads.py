"""faceid 2018-03-01: addresses to upload to, for actions that take their media by URL."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from countenance.actions import Context, Outcome, handlers
from countenance.contract import catalogue
from countenance.contract.catalogue import Param
from countenance.contract.errors import describe, invalid_value
from countenance.contract.messages import text
from countenance.contract.models.faceid import CreateUploadUrlRequest, CreateUploadUrlResponse
from countenance.perception.media import VIDEOS

MB = 1024 * 1024
# Where the contract states no size: a reference photo as the web flow takes it, a package as large
# as the recording in it may be.
PHOTO_BYTES, PACKAGE_BYTES = 8 * MB, 8 * MB
_ELSEWHERE = ("Redirect", "Webhook")  # URLs that lead to the caller's own pages
_PACKAGES = ("LiveDataUrl", "DeviceDataUrl")  # of the mobile SDK, in a form of its own
_KINDS = {"JPG": "jpeg", "JPEG": "jpeg", "PNG": "png", "BMP": "bmp"}


@dataclass(frozen=True, slots=True)
class Accepted:
    """What an action takes behind its URLs: bytes, and kinds of `sniff`; no kind: any bytes."""

    bytes: int
    kinds: tuple[str, ...]


async def create_upload_url(request: CreateUploadUrlRequest, context: Context) -> Outcome:
    """Addresses for one file that `TargetAction` is to be given."""
    accepted = targets().get(request.TargetAction)
    if accepted is None:
        rule = text("rule.enum", values=tuple(targets()))
        raise invalid_value("TargetAction", rule, describe(request.TargetAction))
    put, get, expires = context.files.invite(request.TargetAction, accepted.bytes, accepted.kinds)
    response = CreateUploadUrlResponse(UploadUrl=put, ResourceUrl=get, ExpiredTimestamp=expires)
    return Outcome(response)


@cache
def targets() -> Mapping[str, Accepted]:
    """The actions that take media by URL, of those in the specification and those built here."""
    built = handlers()
    found: dict[str, Accepted] = {}
    for action in catalogue.actions():
        if action.in_spec or (action.service, action.name) in built:
            params = [param for param in action.params.values() if _is_media(param)]
            if params:
                found[action.name] = _accepted(params)
    return dict(sorted(found.items()))


def _is_media(param: Param) -> bool:
    return "Url" in param.name and not param.name.startswith(_ELSEWHERE)


def _accepted(params: list[Param]) -> Accepted:
    sizes, kinds = [], set()
    for param in params:
        if param.name in _PACKAGES:
            sizes.append(PACKAGE_BYTES)
        else:
            sizes.append(param.max_file or PHOTO_BYTES)
            kinds |= _kinds(param)
    opaque = any(param.name in _PACKAGES for param in params)
    return Accepted(max(sizes), () if opaque else tuple(sorted(kinds)))


def _kinds(param: Param) -> set[str]:
    """The contract's formats of pictures; of videos, all that are read."""
    if param.name.startswith("Video"):
        return set(VIDEOS)
    return {_KINDS[name] for name in param.formats or ("JPEG", "PNG")}
