"""From what was measured on a clip to why it is not accepted: pure, the most telling reason first.

Hard evidence refuses whatever the network says; weak evidence asks more of the network.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from countenance.perception.faces import quality as qualities
from countenance.perception.liveness.context import ContextParams, required
from countenance.perception.liveness.motion import MotionReport


@dataclass(frozen=True, slots=True)
class FusionParams:
    """Bona fide: median >= `live`, or what the context requires, and second lowest >= `second`.

    At `live` 0.60 the network refused 2 of 25 bona fide clips, accepted 0 of 2 public attack clips
    and 0 of 225 NUAA prints, and accepted 4 of 4 deepfakes. Attack: median < `attack`. `second` is
    a choice. A clip that moves like a sheet or hardly at all needs `strict` and `strict_second`: of
    8 simulated prints of one person the surest had 0.974 and 0.956; of 52 recorded people none
    moved so.
    Beats count from `moire`, the outline of a medium from `outline`, each on `screens` frames.
    Scores are taken on at least `scored` frames of at least `seconds`; `min_side` is the face's
    width in pixels, `frames` the fewest in a clip.
    """

    live: float = 0.60
    second: float = 0.20
    attack: float = 0.40
    strict: float = 0.98
    strict_second: float = 0.96
    moire: float = 3.0
    outline: float = 0.5
    screens: int = 2
    scored: int = 5
    seconds: float = 2.0
    min_side: float = 60.0
    frames: int = 10


class Measured(Protocol):
    """What is needed of a sampled frame."""

    @property
    def people(self) -> int:
        """Faces large enough to count."""

    @property
    def quality(self) -> qualities.Quality | None:
        """The main face's quality."""

    @property
    def live(self) -> float | None:
        """Its anti-spoof score, 0 to 1."""

    @property
    def context(self) -> float | None:
        """How much is seen around it."""

    @property
    def moire(self) -> float | None:
        """How far beats stand out."""

    @property
    def outline(self) -> float | None:
        """How much the edges about it are a medium's, None where they were not looked at."""


@dataclass(frozen=True, slots=True)
class Cues:
    """What a clip is weighed by: `median` and `second_lowest` of the network's answers, 0 to 1.

    `context` is the median, `required` what the median answer must reach there (None where no
    answer would do), `moire` and `outline` the frames' scores, highest first.
    """

    median: float | None
    second_lowest: float | None
    context: float | None
    required: float | None
    moire: tuple[float, ...]
    outline: tuple[float, ...]
    motion: MotionReport


def weigh(
    frames: Sequence[Measured], motion: MotionReport, live: float, context: ContextParams
) -> Cues:
    """The cues of the sampled frames; `live` is required, or more where the context asks it."""
    scores = sorted(frame.live for frame in frames if frame.live is not None)
    around = [frame.context for frame in frames if frame.context is not None]
    seen = _median(around) if around else None
    least = math.inf if seen is None else max(live, required(seen, context))
    return Cues(
        median=_median(scores) if scores else None,
        second_lowest=scores[1] if len(scores) > 1 else None,
        context=seen,
        required=None if math.isinf(least) else least,
        moire=_highest(frame.moire for frame in frames),
        outline=_highest(frame.outline for frame in frames),
        motion=motion,
    )


def reasons(
    frames: Sequence[Measured],
    duration: float,
    cues: Cues,
    eligible: bool,
    params: FusionParams,
    quality: qualities.QualityParams,
) -> tuple[str, ...]:
    """Why the clip is not accepted, the reason to tell first in front; empty when it is.

    What the person can mend comes before what an attack would cause, as it may cause it too.
    """
    if duration < params.seconds:
        return ("too_short",)
    seen = [frame for frame in frames if frame.quality is not None]
    if len(seen) < max(params.scored, len(frames) / 2) or cues.second_lowest is None:
        return ("no_face",)
    found: list[str] = []
    if sum(frame.people > 1 for frame in seen) >= 2:
        found.append("several_faces")
    found += _poor([frame.quality for frame in seen if frame.quality], params, quality)
    if cues.required is None:
        found.append("too_close")
    if cues.motion.frames < params.frames or cues.motion.still is None:
        found.append("choppy")
    found += _vetoes(cues, params)
    found += _doubts(cues, params)
    if not eligible and not found:
        found.append("no_best_frame")
    return tuple(found)


def _poor(
    seen: Sequence[qualities.Quality], params: FusionParams, limits: qualities.QualityParams
) -> list[str]:
    """What the typical frame is refused for before it is judged."""
    typical = qualities.typical(seen)
    found = list(qualities.complaints(typical, limits))
    if typical.short_side < params.min_side and "face_small" not in found:
        found.append("face_small")
    return found


def _vetoes(cues: Cues, params: FusionParams) -> list[str]:
    """Evidence that no score of the network outweighs."""
    found: list[str] = []
    # Not `>=`: what is no number counts.
    if sum(not beats < params.moire for beats in cues.moire) >= params.screens:
        found.append("moire")
    if sum(not edges < params.outline for edges in cues.outline) >= params.screens:
        found.append("medium_outline")
    return found + list(cues.motion.vetoes)


def _doubts(cues: Cues, params: FusionParams) -> list[str]:
    """What the network's answers say, held against what is asked of this clip."""
    median, second = cues.median, cues.second_lowest
    assert median is not None  # there is a second lowest
    assert second is not None
    if median < params.attack:
        return ["spoof"]
    least = math.inf if cues.required is None else cues.required
    if not (median >= least and second >= params.second):  # also what is no number
        return ["live_uncertain"] if cues.required is not None else []
    strict = median >= params.strict and second >= params.strict_second
    return [] if strict else list(cues.motion.doubts)


def _highest(values: Iterable[float | None]) -> tuple[float, ...]:
    return tuple(sorted((value for value in values if value is not None), reverse=True))


def _median(values: Sequence[float]) -> float:
    return float(np.median(values))
