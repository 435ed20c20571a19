"""Silent liveness: no task for the person, a verdict from a dozen frames of a short video."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from countenance.perception.faces import quality as qualities
from countenance.perception.faces.detect import Face, detect
from countenance.perception.faces.view import ViewParams, rivals
from countenance.perception.liveness import antispoof
from countenance.perception.liveness.best import BestParams, Ranking, rank_frames
from countenance.perception.media import Video

# Cues the design lists that do not exist yet; a report says so rather than staying silent.
NOT_RUN = ("moire", "static", "loop", "planar", "medium_outline")


@dataclass(frozen=True, slots=True)
class SilentParams:
    """Bona fide: median >= `live` and second lowest >= `second`; attack: median < `attack`.

    At `live` 0.60 the network refused 2 of 25 bona fide clips, accepted 0 of 2 public attack clips
    and 0 of 225 NUAA prints, and accepted 4 of 4 deepfakes; `second` is a choice. Scores are taken
    on at least `scored` frames; `min_side` is the face's width in pixels. The darkest of 192 NUAA
    bona fide frames has a luma of 43 and is live (28 lie below 50, all at 0.906 and above); below
    40 nothing was measured, so `quality` refuses it.
    """

    live: float = 0.60
    second: float = 0.20
    attack: float = 0.40
    scored: int = 5
    seconds: float = 2.0
    min_side: float = 60.0
    view: ViewParams = field(default_factory=ViewParams)
    quality: qualities.QualityParams = field(
        default_factory=lambda: qualities.QualityParams(min_luma=40.0)
    )
    best: BestParams = field(default_factory=BestParams)


@dataclass(frozen=True, slots=True)
class FrameReport:
    """One sampled frame: seconds, how many people, and the network's `live` 0 to 1.

    `context` is the crop's size over the face's (2.7 is full); `live` is None without a face.
    """

    time: float
    people: int
    face: Face | None
    quality: qualities.Quality | None
    live: float | None
    context: float | None


@dataclass(frozen=True, slots=True)
class SilentReport:
    """Measurements of one clip; `ranking` says which of its frames to compare and show."""

    frames: tuple[FrameReport, ...]
    duration: float
    median: float | None
    second_lowest: float | None
    ranking: Ranking
    reasons: tuple[str, ...]
    not_run: tuple[str, ...] = NOT_RUN

    @property
    def best(self) -> int | None:
        """Index of the frame to compare, None when no frame has a face."""
        return self.ranking.best

    @property
    def best_eligible(self) -> bool:
        """Whether that frame passed every gate of a comparison frame."""
        return self.ranking.eligible > 0


def check(video: Video, params: SilentParams) -> SilentReport:
    """Judge the sampled frames of a video; never raises for a bad presentation."""
    frames = tuple(_frame(frame.time, frame.pixels, params.view) for frame in video.frames)
    scores = sorted(frame.live for frame in frames if frame.live is not None)
    median = float(np.median(scores)) if scores else None
    second = scores[1] if len(scores) > 1 else None
    ranking = rank_frames(video.frames, frames, median, params.best)
    eligible = ranking.eligible > 0
    return SilentReport(
        frames=frames,
        duration=video.duration,
        median=median,
        second_lowest=second,
        ranking=ranking,
        reasons=_reasons(frames, video.duration, median, second, eligible, params),
    )


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
    )


def _reasons(
    frames: tuple[FrameReport, ...],
    duration: float,
    median: float | None,
    second: float | None,
    eligible: bool,
    params: SilentParams,
) -> tuple[str, ...]:
    """Why the clip is not accepted, the reason to tell first in front; empty when it is."""
    if duration < params.seconds:
        return ("too_short",)
    seen = [frame for frame in frames if frame.face is not None and frame.quality is not None]
    if len(seen) < max(params.scored, len(frames) / 2) or median is None or second is None:
        return ("no_face",)
    found: list[str] = []
    if sum(frame.people > 1 for frame in seen) >= 2:
        found.append("several_faces")
    typical = qualities.typical([f.quality for f in seen if f.quality])
    found += qualities.complaints(typical, params.quality)
    if typical.short_side < params.min_side and "face_small" not in found:
        found.append("face_small")
    if median < params.attack:
        found.append("spoof")
    elif not (median >= params.live and second >= params.second):  # also what is no number
        found.append("live_uncertain")
    if not eligible and not found:
        found.append("no_best_frame")
    return tuple(found)
