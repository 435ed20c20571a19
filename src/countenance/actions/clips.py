"""What the faceid actions over a video and a photo share: judge, compare, tell."""

from dataclasses import dataclass
from typing import Protocol

import cv2
import msgspec
import numpy as np
from numpy.typing import NDArray

from countenance.actions import Context, Outcome, inputs
from countenance.actions.media import Given, load
from countenance.contract import catalogue
from countenance.contract.billing import charge
from countenance.contract.errors import ApiError, describe, failure, invalid_value
from countenance.contract.messages import Language, text
from countenance.perception.media import Fault
from countenance.perception.verify import EngineError, InputError, verify_clip
from countenance.reasons import code
from countenance.verification.verdict import Verdict, judge_clip

VERSION = "2018-03-01"
SIZE_RESULT = "FailedOperation.LifePhotoSizeError"
ENGINE_CODES = {
    "liveness": "FailedOperation.LivessSystemError",
    "comparison": "FailedOperation.CompareSystemError",
}


class Asked(Protocol):
    """What the requests of these actions have in common."""

    LivenessType: str
    ValidateData: str | None


@dataclass(frozen=True, slots=True)
class Judgement:
    """`Success` or the code of the finding to tell first, its words, and `Sim`.

    `best` is the frame that was compared, `ranked` the best ones that were asked for: JPEG.
    """

    result: str
    description: str
    score: float
    best: bytes | None
    ranked: list[bytes]

    def outcome(self, response: msgspec.Struct) -> Outcome:
        """The response, counted and charged by its `Result`."""
        return Outcome(response, self.result, charge("pure_api", self.result))


def check_mode(request: Asked) -> None:
    """Raise for a LivenessType that is not built, and for data that SILENT has no use for."""
    if request.LivenessType != "SILENT":
        asked = text(
            "not-built.value", name="LivenessType", value=request.LivenessType, built="SILENT"
        )
        raise failure("UnsupportedOperation", asked)
    if request.ValidateData:
        rule = text("rule.empty-with", name="LivenessType", value="SILENT")
        raise invalid_value("ValidateData", rule, describe(request.ValidateData))


async def judge(photo: Given, video: Given, context: Context, frames: int = 1) -> Judgement:
    """Fetch what is to be fetched, judge the video and compare its best frame with the photo.

    The judgement of a person is a successful answer whose `Result` may be a FailedOperation code;
    only input that is not the medium it should be, and a fault of ours, are answered in the error
    form.
    """
    still, clip = await load(photo, video, context)
    try:
        report = await context.compute.run(
            verify_clip, still, clip, context.policy.silent(frames=frames)
        )
    except InputError as error:
        if error.name == "video":
            raise inputs.video_error(video.name, error.error) from None
        if error.error.fault in (Fault.TOO_MANY_PIXELS, Fault.TOO_SMALL):
            return tell(SIZE_RESULT, 0.0, None, (), context.language)
        raise inputs.image_error(photo.name, error.error, inputs.PHOTO_CODES) from None
    except EngineError as error:
        refused = ENGINE_CODES[error.stage]
        raise ApiError(refused, text(f"engine.{error.stage}")) from error.__cause__
    verdict = judge_clip(report, context.policy, with_photo=True)
    ranked = report.ranked if frames > 1 else ()
    return tell(_result(verdict), verdict.score, report.best, ranked, context.language)


def tell(
    result: str,
    score: float,
    best: NDArray[np.uint8] | None,
    ranked: tuple[NDArray[np.uint8], ...],
    language: Language,
) -> Judgement:
    """A Result in words, with the frames (BGR) as pictures."""
    if result == "Success":
        description = text("success").say(language)
    else:
        description = catalogue.errors(VERSION, language)[result]
    shown = None if best is None else _jpeg(best)
    return Judgement(
        result=result,
        description=description,
        score=round(score, 2),
        best=shown,
        ranked=[shown if frame is best and shown else _jpeg(frame) for frame in ranked],
    )


def _result(verdict: Verdict) -> str:
    """The `Result` of a verdict: `Success`, or the code of the finding to tell first."""
    if verdict.passed:
        return "Success"
    first = verdict.findings[0]
    return code(first.key, first.mode)


def _jpeg(pixels: NDArray[np.uint8]) -> bytes:
    encoded, data = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, 95])
    assert encoded  # a BGR array always encodes
    return data.tobytes()
