"""The actions: each a thin function from a typed request to a typed response."""

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import msgspec

from countenance.actions.ports import Fetch, Files
from countenance.compute import Compute
from countenance.contract.messages import Language
from countenance.store.objects import Objects
from countenance.verification.policy import Policies, Policy
from countenance.verification.sessions import Sessions


@dataclass(frozen=True, slots=True)
class Context:
    """What an action may use besides its request.

    `public_url` is this server as browsers reach it. `language`, `account_id` (that signed it) and
    `request_id` are those of one call.
    """

    compute: Compute
    policy: Policy
    fetch: Fetch
    files: Files
    objects: Objects
    sessions: Sessions
    policies: Policies
    public_url: str
    now: Callable[[], float] = time.time
    language: Language = "en-US"
    account_id: str = ""
    request_id: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """A response, the code it counts under (`Success` or a refusing `Result`), the charge."""

    response: msgspec.Struct
    code: str = "Success"
    billed: int = 0


Handler = Callable[[Any, Context], Awaitable[Outcome]]


def handlers() -> dict[tuple[str, str], Handler]:
    """Every action that is built, by service and name; the rest answer UnsupportedOperation."""
    from countenance.actions import detect, faces, liveness, uploads
    from countenance.actions.tokens import faceid, livenesstoken, sdk, web, web_v1

    return {
        ("iai", "CompareFace"): faces.compare_face,
        ("iai", "DetectLiveFace"): detect.detect_live_face,
        ("iai", "DetectLiveFaceAccurate"): detect.detect_live_face_accurate,
        ("faceid", "CompareFaceLiveness"): liveness.compare_face_liveness,
        ("faceid", "LivenessCompare"): liveness.liveness_compare,
        ("faceid", "VideoLivenessCompare"): liveness.video_liveness_compare,
        ("faceid", "CreateUploadUrl"): uploads.create_upload_url,
        ("faceid", "ApplyLivenessToken"): livenesstoken.apply,
        ("faceid", "GetLivenessResult"): livenesstoken.result,
        ("faceid", "GetFaceIdTokenIntl"): faceid.apply,
        ("faceid", "GetFaceIdResultIntl"): faceid.result,
        ("faceid", "ApplySdkVerificationToken"): sdk.apply,
        ("faceid", "GetSdkVerificationResult"): sdk.result,
        ("faceid", "ApplyWebVerificationBizTokenIntl"): web.apply,
        ("faceid", "GetWebVerificationResultIntl"): web.result,
        ("faceid", "ApplyWebVerificationToken"): web_v1.apply,
        ("faceid", "GetWebVerificationResult"): web_v1.result,
    }
