"""Parameters that an action accepts, and where in them a mutation may strike."""

import random
from collections.abc import Callable, Iterator
from typing import Any

from countenance.contract.catalogue import Action, Param

# What is answered to a request that holds: actions that are not built say so, as do those that are
# asked for a level that is not, the pictures below are none, nor are the addresses and tokens.
UNBUILT, NO_PICTURE = "UnsupportedOperation", "FailedOperation.ImageDecodeFailed"
NO_ADDRESS, NO_TOKEN = "InvalidParameterValue", "InvalidParameterValue.BizTokenIllegal"
PAGE = "https://shop.example/"
CLIP: dict[str, object] = {
    "ImageBase64": "AAAA",
    "VideoBase64": "AAAA",
    "LivenessType": "SILENT",
}
BUILT: dict[str, dict[str, object]] = {
    "CompareFace": {"ImageA": "AAAA", "ImageB": "AAAA"},
    "DetectLiveFace": {"Image": "AAAA"},
    "DetectLiveFaceAccurate": {"Image": "AAAA"},
    "CompareFaceLiveness": CLIP,
    "LivenessCompare": CLIP,
    "VideoLivenessCompare": {
        "ImageUrl": "ftp://a/",
        "ImageMd5": "0" * 32,
        "VideoUrl": "ftp://b/",
        "VideoMd5": "0" * 32,
        "LivenessType": "SILENT",
    },
    "CreateUploadUrl": {"TargetAction": "T"},
    "ApplyLivenessToken": {},
    "GetFaceIdTokenIntl": {},
    "ApplySdkVerificationToken": {"CheckMode": 3},
    "ApplyWebVerificationBizTokenIntl": {"RedirectURL": PAGE},
    "ApplyWebVerificationToken": {
        "RedirectUrl": PAGE,
        "CompareImageUrl": "ftp://a/",
        "CompareImageMd5": "0" * 32,
    },
    "GetLivenessResult": {"SdkToken": "T"},
    "GetFaceIdResultIntl": {"SdkToken": "T"},
    "GetSdkVerificationResult": {"SdkToken": "T"},
    "GetWebVerificationResultIntl": {"BizToken": "T"},
    "GetWebVerificationResult": {"BizToken": "T"},
}
TEXTS = (
    "T",
    "a b",
    "1",
    "0.5",
    "+&=%#?/",
    "名字 Ωmega é",
    "🙂",
    "null",
    "true",
    "{",
    "[x",
    "a.b",
    "'\"\\",
)
DEPTH = 3


def done(action: Action) -> str:
    """The code of a request that holds."""
    given = BUILT.get(action.name)
    if not given or "RedirectURL" in given or "CheckMode" in given:
        return UNBUILT
    if given.keys() & {"ImageUrl", "CompareImageUrl", "TargetAction"}:
        return NO_ADDRESS
    return NO_TOKEN if given.keys() & {"SdkToken", "BizToken"} else NO_PICTURE


def valid(action: Action, chance: random.Random) -> dict[str, object]:
    """Parameters the contract accepts: all that are required, some of the others."""
    if action.name in BUILT:
        return dict(BUILT[action.name])
    return _members(action.params.values(), chance, DEPTH)


def value(param: Param, chance: random.Random) -> object:
    """A value the contract accepts."""
    return _value(param, chance, DEPTH)


def _members(params: Any, chance: random.Random, depth: int) -> dict[str, object]:
    found: dict[str, object] = {}
    for param in params:
        if param.required or chance.random() < 0.3:
            made = _value(param, chance, depth)
            if made not in ({}, []):  # no form can say it
                found[param.name] = made
    return found


def _value(param: Param, chance: random.Random, depth: int) -> object:
    if not param.array:
        return _one(param, chance, depth)
    made = [_one(param, chance, depth) for _ in range(chance.randint(1, 3))]
    return [item for item in made if item != {}]  # an empty object leaves a gap in a form


def _one(param: Param, chance: random.Random, depth: int) -> object:
    if param.kind == "object":
        if not depth:
            return {}
        made = _members(param.members.values(), chance, depth - 1)
        if not made and param.members:
            first = next(iter(param.members.values()))
            inner = _value(first, chance, depth - 1)
            made = {} if inner in ({}, []) else {first.name: inner}
        return made
    if param.enum:
        return chance.choice(param.enum)
    if param.kind == "string":
        fewest, most = param.chars or (1, 12)
        text = chance.choice(TEXTS)[: max(1, most)]
        return text + "x" * (fewest - len(text))
    least, greatest = param.range or param.clamp or (0, 100)
    greatest = min(greatest, least + 1000)  # some have no upper end
    match param.kind:
        case "integer":
            return chance.randint(int(least), int(greatest))
        case "number":
            return round(chance.uniform(least, greatest), 3)
        case _:
            return chance.random() < 0.5


Where = Callable[[Param], bool]


def scalar(*kinds: str) -> Where:
    """Parameters of one value, of these kinds."""
    return lambda param: not param.array and param.kind in kinds


def spots(action: Action, where: Where) -> list[Param]:
    """The parameters of the action itself that fit."""
    return [param for param in action.params.values() if where(param)]


def free_text(param: Param) -> bool:
    """A string without any rule on what it holds."""
    return scalar("string")(param) and not (param.enum or param.chars or param.formats)


def required(param: Param) -> bool:
    """A parameter that must be there."""
    return param.required


def needed_text(param: Param) -> bool:
    """A required string."""
    return param.required and scalar("string")(param)


def array_of_scalars(param: Param) -> bool:
    """An array whose elements are one value each."""
    return param.array and param.kind != "object"


def deep(action: Action) -> Iterator[tuple[str, Param]]:
    """Members of the action's object parameters, as (parameter, member)."""
    for param in action.params.values():
        if param.kind == "object" and not param.array:
            for member in param.members.values():
                yield param.name, member


def put(params: dict[str, object], name: str, value: object) -> None:
    """Set a parameter."""
    params[name] = value


def in_order(params: dict[str, object], first: dict[str, object]) -> dict[str, object]:
    """The parameters, with some in front."""
    return first | {name: value for name, value in params.items() if name not in first}
