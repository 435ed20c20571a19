"""What a caller may ask of the decoder, and how the decoder refuses."""

from dataclasses import dataclass
from enum import StrEnum


class Fault(StrEnum):
    """Why bytes were not decoded."""

    EMPTY = "empty"
    TOO_MANY_BYTES = "too_many_bytes"
    FORMAT = "format"
    TOO_MANY_PIXELS = "too_many_pixels"
    TOO_SMALL = "too_small"
    UNDECODABLE = "undecodable"
    TOO_LONG = "too_long"
    TOO_SLOW = "too_slow"
    CRASHED = "crashed"
    NO_VIDEO = "no_video"


class MediaError(Exception):
    """Bytes that were refused; `detail` states the rule and what arrived, never content."""

    def __init__(self, fault: Fault, detail: str) -> None:
        super().__init__(fault, detail)
        self.fault = fault
        self.detail = detail

    def __str__(self) -> str:
        return f"{self.fault}: {self.detail}"


@dataclass(frozen=True, slots=True)
class ImageParams:
    """Limits of an image; sizes in pixels before orientation."""

    max_bytes: int = 6 << 20  # 8 MB of Base64, the most that any action accepts
    formats: tuple[str, ...] = ("jpeg", "png")
    max_side: int = 8_000
    max_pixels: int = 40_000_000
    min_side: int = 64
    seconds: float = 10.0  # CPU
    wall_seconds: float = 30.0


# Frames of a track are no longer, for their short side, than those of the widest cinema formats.
TRACK_ASPECT = 2.4


@dataclass(frozen=True, slots=True)
class VideoParams:
    """Limits of a video and what to take of it.

    `frames` are spread over `span` (fractions) of the first `analysed_seconds`, of which no more
    than `max_frames` are decoded; `long_side` bounds the frames handed over, `max_pixels` those
    decoded; `audio` asks for the sound of the analysed part.

    `track_side` asks for a track: up to `track_frames` grey frames, evenly over the analysed part,
    whose short side is at most so many pixels (0: none).
    """

    max_bytes: int = 6 << 20  # 8 MB of Base64
    frames: int = 12
    span: tuple[float, float] = (0.05, 0.95)
    long_side: int = 1280
    analysed_seconds: float = 15.0
    max_seconds: float = 30.0
    max_frames: int = 1800  # 30 s at 60 per second
    max_pixels: int = 4096 * 2304
    audio: bool = False
    track_side: int = 0
    track_frames: int = 260
    seconds: float = 15.0  # CPU
    wall_seconds: float = 45.0
