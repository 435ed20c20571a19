"""The whole checks, bytes to Report: decode once, look, judge liveness, compare.

These are the functions that `compute` runs. They are pure and picklable, raise `InputError` for
bytes that are not the medium they claim to be, `EngineError` where an engine of ours fails, and
never raise for a bad presentation.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from countenance.perception.faces import embed as embeddings
from countenance.perception.faces.compare import CompareParams, ComparisonReport, compare
from countenance.perception.faces.detect import Face
from countenance.perception.faces.view import View, ViewParams, look
from countenance.perception.liveness.silent import SilentParams, SilentReport, check
from countenance.perception.liveness.still import (
    StillLivenessParams,
    StillLivenessReport,
)
from countenance.perception.liveness.still import check as check_picture
from countenance.perception.media import (
    Image,
    ImageParams,
    MediaError,
    Video,
    VideoParams,
    decode_image,
    decode_video,
)
from countenance.perception.weights import WeightsMissing

# Mean difference of pixel values below which two frames are one picture, repeated.
SAME = 0.05


class InputError(Exception):
    """`MediaError` with the name of the input it concerns: `a`, `b`, `photo` or `video`."""

    def __init__(self, name: str, error: MediaError) -> None:
        super().__init__(f"{name}: {error}")
        self.name = name
        self.error = error


class EngineError(Exception):
    """A fault of ours while media that decoded were judged; `stage` says in what, the cause why."""

    def __init__(self, stage: Literal["liveness", "comparison"]) -> None:
        super().__init__(stage)
        self.stage = stage


@dataclass(frozen=True, slots=True)
class StillsParams:
    """Two stills: how they are decoded and compared."""

    image: ImageParams = field(default_factory=ImageParams)
    compare: CompareParams = field(default_factory=CompareParams)


@dataclass(frozen=True, slots=True)
class LiveStillParams:
    """One still whose liveness is judged: how it is decoded, what is asked of it."""

    image: ImageParams = field(default_factory=ImageParams)
    liveness: StillLivenessParams = field(default_factory=StillLivenessParams)


@dataclass(frozen=True, slots=True)
class ClipParams:
    """A clip, and the photo it may be compared with.

    `same_person` is the score below which two frames of the clip show different people: 70, a
    false-match rate of 1 in 1,000. Of 52 clips of 13 people (GRID 40 of one speaker; 12 talking or
    expressive) the least alike frame of a clip scored 87.6 beside its best one; of 13,104 pairs of
    frames of different people the most alike scored 60.6, and 2 reached 60. The margin was chosen
    on these same clips (benchmarks/genuine_clips.py). `frames` is how many of the
    best frames are given back.
    """

    video: VideoParams = field(default_factory=VideoParams)
    photo: ImageParams = field(default_factory=ImageParams)
    silent: SilentParams = field(default_factory=SilentParams)
    view: ViewParams = field(default_factory=lambda: ViewParams(single=True))
    model: str = embeddings.DEFAULT
    same_person: float = 70.0
    frames: int = 1


@dataclass(frozen=True, slots=True)
class Recording:
    """What kind of file a clip was: seconds, decoded frames, frames per second, width and height.

    `container` and `codec` are named as in `Video`.
    """

    container: str
    codec: str
    duration: float
    frames: int
    rate: float
    size: tuple[int, int]


@dataclass(frozen=True, slots=True)
class VerificationReport:
    """A clip's liveness, the photo's view and how well the two match.

    `best` is the frame that was compared (BGR), None when no frame has a face; `cosine` and
    `score` are None when either side has no face; `continuity` is the lowest score between the
    best frame and the first and last frames with a face. `ranked` are the best frames, best first,
    as many as were asked for: different pictures of the same person, each good enough to compare.
    """

    liveness: SilentReport
    photo: View | None
    best: NDArray[np.uint8] | None
    cosine: float | None
    score: float | None
    continuity: float | None
    model: str
    ranked: tuple[NDArray[np.uint8], ...] = ()
    recording: Recording | None = None

    @property
    def face(self) -> Face | None:
        """The face in the best frame."""
        index = self.liveness.best
        return None if index is None else self.liveness.frames[index].face


def compare_stills(a: bytes, b: bytes, params: StillsParams) -> ComparisonReport:
    """Compare two encoded images; `InputError` names `a` or `b`."""
    first = _image("a", a, params.image)
    second = _image("b", b, params.image)
    with _engine("comparison"):
        return compare(first.pixels, second.pixels, params.compare)


def check_still(photo: bytes, params: LiveStillParams) -> StillLivenessReport:
    """Judge the liveness of one encoded image; `InputError` names `photo`."""
    image = _image("photo", photo, params.image)
    with _engine("liveness"):
        return check_picture(image.pixels, params.liveness)


def check_clip(video: bytes, params: ClipParams) -> VerificationReport:
    """Judge the liveness of one encoded video; `InputError` names `video`."""
    return _judge(_video(video, params.video), None, params)


def verify_clip(photo: bytes, video: bytes, params: ClipParams) -> VerificationReport:
    """Judge a clip and compare its best frame with a photo."""
    still = _image("photo", photo, params.photo)
    return _judge(_video(video, params.video), still, params)


def view_photo(photo: bytes, params: ClipParams) -> View:
    """What a photo shows, before there is a clip to compare it with; `InputError` names `photo`."""
    still = _image("photo", photo, params.photo)
    with _engine("comparison"):
        return look(still.pixels, params.view)[0]


def _judge(video: Video, photo: Image | None, params: ClipParams) -> VerificationReport:
    with _engine("liveness"):
        liveness = check(video, params.silent)
    with _engine("comparison"):
        report = _compare(video, liveness, photo, params)
    recording = Recording(
        container=video.container,
        codec=video.codec,
        duration=video.duration,
        frames=video.frame_count,
        rate=video.rate,
        size=video.size,
    )
    return replace(report, recording=recording)


def _compare(
    video: Video, liveness: SilentReport, photo: Image | None, params: ClipParams
) -> VerificationReport:
    view, pixels = (None, None) if photo is None else look(photo.pixels, params.view)
    if liveness.best is None:
        return VerificationReport(liveness, view, None, None, None, None, params.model)
    best = _Frames(video, liveness, liveness.best, params.model)
    continuity = min(best.alike(best.ends), default=None)
    if continuity is not None and continuity < params.same_person:
        liveness = replace(liveness, reasons=("person_changed", *liveness.reasons))
    cosine = score = None
    if view is not None and view.main is not None and pixels is not None:
        photographed = embeddings.embed(pixels, view.main, params.model)
        cosine = embeddings.cosine(best.vector, photographed)
        score = embeddings.score(cosine, params.model)
    return VerificationReport(
        liveness=liveness,
        photo=view,
        best=best.pixels,
        cosine=cosine,
        score=score,
        continuity=continuity,
        model=params.model,
        ranked=best.ranked(params.frames, params.same_person),
    )


class _Frames:
    """The frames of one clip beside its best one."""

    def __init__(self, video: Video, liveness: SilentReport, best: int, model: str) -> None:
        self._video, self._liveness, self._model = video, liveness, model
        self._best = best
        self.pixels = video.frames[best].pixels
        self.vector = self._embed(best)

    @property
    def ends(self) -> list[int]:
        """The first and the last frame with a face, unless it is the best one."""
        seen = [i for i, frame in enumerate(self._liveness.frames) if frame.face is not None]
        return [i for i in (seen[0], seen[-1]) if i != self._best]

    def alike(self, indices: list[int]) -> Iterator[float]:
        """How alike the face in each frame is to the one in the best frame: scores 0 to 100."""
        for i in indices:
            yield embeddings.score(embeddings.cosine(self.vector, self._embed(i)), self._model)

    def ranked(self, most: int, same_person: float) -> tuple[NDArray[np.uint8], ...]:
        """At most so many eligible frames, best first: no two equal, all of one person."""
        ranking = self._liveness.ranking
        found: list[NDArray[np.uint8]] = []
        for i in ranking.order[: ranking.eligible]:
            pixels = self._video.frames[i].pixels
            if len(found) == most:
                break
            if any(cv2.norm(pixels, other, cv2.NORM_L1) < SAME * pixels.size for other in found):
                continue
            if i == self._best or min(self.alike([i])) >= same_person:
                found.append(pixels)
        return tuple(found)

    def _embed(self, i: int) -> NDArray[np.float32]:
        face = self._liveness.frames[i].face
        assert face is not None  # neither the best frame nor another with a score lacks one
        return embeddings.embed(self._video.frames[i].pixels, face, self._model)


@contextmanager
def _engine(stage: Literal["liveness", "comparison"]) -> Iterator[None]:
    """Tell what fails in here, whatever it is, from faults of the server."""
    try:
        yield
    except WeightsMissing:  # nothing failed; it says how to get them
        raise
    except Exception as error:
        raise EngineError(stage) from error


def _image(name: str, data: bytes, params: ImageParams) -> Image:
    try:
        return decode_image(data, params)
    except MediaError as error:
        raise InputError(name, error) from None


def _video(data: bytes, params: VideoParams) -> Video:
    try:
        return decode_video(data, params)
    except MediaError as error:
        raise InputError("video", error) from None
