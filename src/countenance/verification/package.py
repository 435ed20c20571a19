"""The capture package: what was captured for one attempt and how, as JSON that anyone can read.

It names the recording by its digest and holds neither a picture nor a verdict.
"""

import hashlib
from typing import Literal

import msgspec

from countenance.perception.verify import Recording
from countenance.verification.session import Challenge

Format = Literal["countenance-capture-1"]
FORMAT: Format = "countenance-capture-1"

Words = dict[str, bool | int | float | str | None]


class PackageChallenge(msgspec.Struct, frozen=True, kw_only=True):
    """What the person was asked to do; `issued` is UNIX seconds."""

    id: str
    kind: str
    issued: float


class PackageRecording(msgspec.Struct, frozen=True, kw_only=True):
    """The recording as it arrived, and what was decoded of it.

    The latter is null where the file could not be decoded: `duration` in seconds, `rate` in frames
    per second, `width` and `height` in pixels, upright.
    """

    sha256: str
    bytes: int
    media_type: str
    container: str | None = None
    codec: str | None = None
    duration: float | None = None
    frames: int | None = None
    rate: float | None = None
    width: int | None = None
    height: int | None = None


class Package(msgspec.Struct, frozen=True, kw_only=True):
    """One attempt, from 1; `client` is what the device said of itself, unchecked."""

    format: Format = FORMAT
    attempt: int
    challenge: PackageChallenge
    recording: PackageRecording
    client: Words = {}


def make_package(
    challenge: Challenge,
    video: bytes,
    media_type: str,
    recording: Recording | None,
    client: Words,
) -> Package:
    """The package of one recording; `recording` is None where it could not be decoded."""
    decoded = {}
    if recording is not None:
        decoded = {
            "container": recording.container,
            "codec": recording.codec,
            "duration": round(recording.duration, 3),
            "frames": recording.frames,
            "rate": round(recording.rate, 2),
            "width": recording.size[0],
            "height": recording.size[1],
        }
    arrived = {
        "sha256": hashlib.sha256(video).hexdigest(),
        "bytes": len(video),
        "media_type": media_type,
    }
    return Package(
        attempt=challenge.attempt,
        challenge=PackageChallenge(
            id=challenge.id, kind=challenge.kind, issued=round(challenge.issued, 3)
        ),
        recording=msgspec.convert(arrived | decoded, PackageRecording),
        client=client,
    )
