"""What the try page asks of an engine and the JSON it draws; positions are upright pixels."""

from typing import Protocol

import msgspec


class Pose(msgspec.Struct, frozen=True):
    """Degrees: yaw positive to the person's left, pitch positive down, roll positive clockwise."""

    yaw: float
    pitch: float
    roll: float


class Quality(msgspec.Struct, frozen=True):
    """As `perception.faces.quality` measures; `weak` names the fields outside what it prefers."""

    short_side: float
    sharpness: float | None = None
    luma: float | None = None
    weak: list[str] = []


class FaceSeen(msgspec.Struct, frozen=True):
    """One face found: box x, y, width, height; five points; the mesh only where it was fitted."""

    box: tuple[float, float, float, float]
    score: float
    points: list[tuple[float, float]]
    mesh: list[tuple[float, float]] | None = None
    pose: Pose | None = None
    quality: Quality | None = None
    main: bool = False


class Seen(msgspec.Struct, frozen=True):
    """A picture as the engine looked at it: its size upright, and its faces, the largest first."""

    width: int
    height: int
    faces: list[FaceSeen] = []


class BestFrame(Seen, frozen=True, kw_only=True):
    """The frame that was compared; `image` is a `data:image/jpeg;base64,` address."""

    image: str
    time: float | None = None


class FrameSeen(msgspec.Struct, frozen=True):
    """One frame of the clip: seconds from its start, live score 0 to 1 where measured, faces."""

    time: float
    live: float | None
    faces: int


class Reason(msgspec.Struct, frozen=True):
    """A key of the reasons vocabulary, with its words and what to do about it."""

    key: str
    text: str
    hint: str = ""


class Unusable(Exception):
    """A check that could not be made: a code, and a sentence for the person."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code, self.message = code, message


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What both checks answer: score 0 to 100 with its meaning, verdict, reasons, times in ms."""

    score: float | None
    passed: bool
    meaning: str
    reasons: list[Reason] = []
    millis: dict[str, float] = {}


class CompareAnswer(Answer, frozen=True, kw_only=True):
    """Two photos, and whether their main faces are of one person."""

    a: Seen
    b: Seen


class VerifyAnswer(Answer, frozen=True, kw_only=True):
    """A clip: whether it shows a live person (0 to 1; `live_needed` passes), and the photo's."""

    photo: Seen | None
    best_frame: BestFrame | None
    frames: list[FrameSeen]
    live: float | None
    live_needed: float | None = None


class Problem(msgspec.Struct, frozen=True):
    """Why there is no answer: a code for programs, a sentence for people."""

    code: str
    message: str


class ProblemAnswer(msgspec.Struct, frozen=True):
    """The body of every answer with a status of 400 or above."""

    error: Problem


class TryEngine(Protocol):
    """What stands behind the page; both raise `contract.errors.ApiError` for unusable media."""

    async def compare(self, a: bytes, b: bytes) -> msgspec.Struct:
        """Two photos' bytes to a `CompareAnswer`."""
        ...

    async def verify(self, photo: bytes | None, video: bytes) -> msgspec.Struct:
        """A clip's bytes, with or without a photo's, to a `VerifyAnswer`."""
        ...
