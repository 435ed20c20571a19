"""The whole checks, bytes to Report: decode once, look, judge liveness, compare.

These are the functions that `compute` runs. They are pure and picklable, raise `MediaError` for
bytes that are not the medium they claim to be, and never raise for a bad presentation.
"""

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from countenance.perception.faces import embed as embeddings
from countenance.perception.faces.compare import CompareParams, ComparisonReport, compare
from countenance.perception.faces.view import View, ViewParams, look
from countenance.perception.liveness.silent import SilentParams, SilentReport, check
from countenance.perception.media import (
    Image,
    ImageParams,
    MediaError,
    Video,
    VideoParams,
    decode_image,
    decode_video,
)


class InputError(Exception):
    """`MediaError` with the name of the input it concerns: `a`, `b`, `photo` or `video`."""

    def __init__(self, name: str, error: MediaError) -> None:
        super().__init__(f"{name}: {error}")
        self.name = name
        self.error = error


@dataclass(frozen=True, slots=True)
class StillsParams:
    """Two stills: how they are decoded and compared."""

    image: ImageParams = field(default_factory=ImageParams)
    compare: CompareParams = field(default_factory=CompareParams)


@dataclass(frozen=True, slots=True)
class ClipParams:
    """A clip, and the photo it may be compared with.

    `same_person` is the score below which two frames of the clip show different people: 60, a
    false-match rate of 1 in 100, because a wrong refusal costs a retry and frames of one clip are
    far more alike than two photographs (a choice, not yet measured).
    """

    video: VideoParams = field(default_factory=VideoParams)
    photo: ImageParams = field(default_factory=ImageParams)
    silent: SilentParams = field(default_factory=SilentParams)
    view: ViewParams = field(default_factory=lambda: ViewParams(single=True))
    model: str = embeddings.DEFAULT
    same_person: float = 60.0


@dataclass(frozen=True, slots=True)
class VerificationReport:
    """A clip's liveness, the photo's view and how well the two match.

    `best` is the frame that was compared (BGR), None when no frame has a face; `cosine` and
    `score` are None when either side has no face; `continuity` is the lowest score between the
    best frame and the first and last frames with a face.
    """

    liveness: SilentReport
    photo: View | None
    best: NDArray[np.uint8] | None
    cosine: float | None
    score: float | None
    continuity: float | None
    model: str


def compare_stills(a: bytes, b: bytes, params: StillsParams) -> ComparisonReport:
    """Compare two encoded images; raises `InputError` naming `a` or `b`."""
    first = _image("a", a, params.image)
    second = _image("b", b, params.image)
    return compare(first.pixels, second.pixels, params.compare)


def check_clip(video: bytes, params: ClipParams) -> VerificationReport:
    """Judge the liveness of one encoded video; raises `InputError` naming `video`."""
    return _judge(_video(video, params.video), None, params)


def verify_clip(photo: bytes, video: bytes, params: ClipParams) -> VerificationReport:
    """Judge a clip and compare its best frame with a photo; raises `InputError`."""
    still = _image("photo", photo, params.photo)
    return _judge(_video(video, params.video), still, params)


def _judge(video: Video, photo: Image | None, params: ClipParams) -> VerificationReport:
    liveness = check(video, params.silent)
    view, pixels = (None, None) if photo is None else look(photo.pixels, params.view)
    if liveness.best is None:
        return VerificationReport(liveness, view, None, None, None, None, params.model)
    best = video.frames[liveness.best].pixels
    face = liveness.frames[liveness.best].face
    assert face is not None  # a best frame has a face
    vector = embeddings.embed(best, face, params.model)
    continuity = _continuity(video, liveness, vector, params.model)
    if continuity is not None and continuity < params.same_person:
        liveness = replace(liveness, reasons=("person_changed", *liveness.reasons))
    cosine = score = None
    if view is not None and view.main is not None and pixels is not None:
        cosine = embeddings.cosine(vector, embeddings.embed(pixels, view.main, params.model))
        score = embeddings.score(cosine, params.model)
    return VerificationReport(liveness, view, best, cosine, score, continuity, params.model)


def _continuity(
    video: Video, liveness: SilentReport, best: NDArray[np.float32], model: str
) -> float | None:
    """Lowest score between the best frame and the clip's first and last frames with a face."""
    seen = [(i, f.face) for i, f in enumerate(liveness.frames) if f.face is not None]
    ends = [(i, face) for i, face in (seen[0], seen[-1]) if i != liveness.best]
    scores = [
        embeddings.score(
            embeddings.cosine(best, embeddings.embed(video.frames[i].pixels, face, model)), model
        )
        for i, face in ends
    ]
    return min(scores) if scores else None


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
