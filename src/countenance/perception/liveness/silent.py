"""Silent liveness: no task for the person, a verdict from a dozen frames of a short video."""

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from countenance.perception.faces import quality as qualities
from countenance.perception.faces.detect import Face, detect
from countenance.perception.faces.view import ViewParams, rivals
from countenance.perception.liveness import antispoof, moire, outline
from countenance.perception.liveness.best import BestParams, Ranking, rank_frames
from countenance.perception.liveness.context import ContextParams
from countenance.perception.liveness.covered import CoveredParams, hides
from countenance.perception.liveness.fusion import Cues, FusionParams, reasons, weigh
from countenance.perception.liveness.motion import MotionParams, measure
from countenance.perception.liveness.series import Place
from countenance.perception.media import Video

# Reasons beside which nothing is said of what covers a face.
UNSURE = {"too_short", "no_face", "too_dark", "too_bright", "blurred", "face_small"}


@dataclass(frozen=True, slots=True)
class SilentParams(FusionParams):
    """What is asked of a clip: the rules by which it is weighed, and those of each measurement.

    The darkest of 192 NUAA bona fide frames has a luma of 43 and is live (28 lie below 50, all at
    0.906 and above); below 40 nothing was measured, so `quality` refuses it.
    """

    context: ContextParams = field(default_factory=ContextParams)
    motion: MotionParams = field(default_factory=MotionParams)
    view: ViewParams = field(default_factory=ViewParams)
    quality: qualities.QualityParams = field(
        default_factory=lambda: qualities.QualityParams(min_luma=40.0)
    )
    best: BestParams = field(default_factory=BestParams)
    covered: CoveredParams = field(default_factory=CoveredParams)


@dataclass(frozen=True, slots=True)
class FrameReport:
    """One sampled frame: seconds, how many people, and the network's `live` 0 to 1.

    `context` is the crop's size over the face's (2.7 is full), `moire` how far beats stand out, in
    deviations; both and `live` are None without a face. `outline` 0 to 1 is measured on a few.
    """

    time: float
    people: int
    face: Face | None
    quality: qualities.Quality | None
    live: float | None
    context: float | None
    moire: float | None = None
    outline: float | None = None


@dataclass(frozen=True, slots=True)
class SilentReport:
    """Measurements of one clip; `ranking` says which of its frames to compare and show.

    `cues` are the numbers that were weighed, for the operator.
    """

    frames: tuple[FrameReport, ...]
    duration: float
    median: float | None
    second_lowest: float | None
    ranking: Ranking
    reasons: tuple[str, ...]
    cues: Cues | None = None
    not_run: tuple[str, ...] = ()

    @property
    def best(self) -> int | None:
        """Index of the frame to compare, None when no frame has a face."""
        return self.ranking.best

    @property
    def best_eligible(self) -> bool:
        """Whether that frame passed every gate of a comparison frame."""
        return self.ranking.eligible > 0


def check(video: Video, params: SilentParams) -> SilentReport:
    """Judge the sampled frames and the track of a video; never raises for a bad presentation."""
    frames = _outlined(video, [_frame(f.time, f.pixels, params.view) for f in video.frames])
    motion = measure(video.track, _seen(video, frames), params.motion)
    cues = weigh(frames, motion, params.live, params.context)
    ranking = rank_frames(video.frames, frames, cues.median, params.best)
    return SilentReport(
        frames=frames,
        duration=video.duration,
        median=cues.median,
        second_lowest=cues.second_lowest,
        ranking=ranking,
        reasons=_with_covered(
            reasons(frames, video.duration, cues, ranking.eligible > 0, params, params.quality),
            ranking,
            params.covered,
        ),
        cues=cues,
        not_run=motion.not_run,
    )


def _with_covered(
    found: tuple[str, ...], ranking: Ranking, params: CoveredParams
) -> tuple[str, ...]:
    """What is before the face is told first: it lowers the network's answer by itself.

    Not where the face is so poorly seen that its colours say nothing, which is told already.
    """
    if UNSURE & set(found):
        return found
    return hides(ranking.shown, params) + found


def _frame(time: float, pixels: NDArray[np.uint8], params: ViewParams) -> FrameReport:
    faces = detect(pixels, params.detect)
    if not faces:
        return FrameReport(time, 0, None, None, None, None)
    face = faces[0]
    return FrameReport(
        time=time,
        people=rivals(faces, params),
        face=face,
        quality=qualities.measure(pixels, face),
        live=antispoof.live(pixels, face),
        context=antispoof.context(pixels.shape, face),
        moire=moire.score(pixels, face),
    )


def _outlined(video: Video, frames: list[FrameReport]) -> tuple[FrameReport, ...]:
    """The frames, the first, middle and last with a face looked at for the outline of a medium.

    A medium stays before the camera throughout, and looking takes ten times the network's time.
    """
    seen = [i for i, frame in enumerate(frames) if frame.face is not None]
    for i in {seen[0], seen[len(seen) // 2], seen[-1]} if seen else ():
        face = frames[i].face
        assert face is not None  # it is one of those seen
        found = outline.measure(video.frames[i].pixels, face)
        frames[i] = replace(frames[i], outline=found.score)
    return tuple(frames)


def _seen(video: Video, frames: tuple[FrameReport, ...]) -> tuple[tuple[float, Place | None], ...]:
    """The sampled moments with the place of the main face, as shares of the frame."""
    found = []
    for shown, frame in zip(video.frames, frames, strict=True):
        place = None
        if frame.face is not None:
            height, width = shown.pixels.shape[:2]
            x, y, wide, high = frame.face.box
            place = Place(frame.time, (x / width, y / height, wide / width, high / height))
        found.append((frame.time, place))
    return tuple(found)
