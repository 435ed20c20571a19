"""Liveness of one picture: no motion to look at, so a score and what speaks against it."""

import math
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from countenance.perception.faces import quality as qualities
from countenance.perception.faces.detect import DetectParams, Face, detect
from countenance.perception.liveness import antispoof, grain, moire, outline
from countenance.perception.liveness.context import ContextParams, required
from countenance.perception.liveness.outline import OutlineParams

# Cues of the design that are not looked at; a report says so rather than staying silent.
NOT_RUN = ("mask",)

# What a comparison asks for besides is nothing to this network, and is not asked.
GATES = qualities.QualityParams(
    min_side=40.0,
    min_detail=0.0,
    min_span=0.0,
    min_signal=0.0,
    max_burnt=1.0,
    min_sharpness=12.0,
    min_luma=20.0,
    max_luma=235.0,
)
# What is asked of the lower of two looks; prints score lower by it than by the one look that
# `context` was measured with. NUAA cut to each context as there: prints from 2.2 on up to .040,
# from 1.6 up to .236, from 1.2 up to .587. From 1.6 on .75 is the strictest step of .05 that
# refuses at most 3 % of either half's bona fide pictures (0 of 459 of the other half).
TWO_LOOKS = ContextParams(bins=((2.2, 0.60), (1.6, 0.75), (1.2, 0.80)))


@dataclass(frozen=True, slots=True)
class StillLivenessParams:
    """A picture is live where its score is above `passes`, 87, as the specification recommends.

    The network's answer becomes a score along a line through 0 at 0, `unsure` at `attack`,
    `passes` at what the face's context requires, and 100 at 1; `capped` is the most that a score
    can be where another cue speaks against the picture. `moire` is the score from which a screen
    is suspected.

    `quality` gates what makes the answer unsound, and no more: of 38 NUAA prints blurred by sigma
    5 the network accepted 5, all under 12 in sharpness (the lowest of 192 bona fide frames is 36);
    at three times the light 2 of 36, at a fifth 3 of 38. Darkness above that refuses nobody whose
    score is sure: 28 of those frames have a luma under 50, the least 43, and all are live. Prints
    pass both looks at a `grain` of 9.4 (10 of 32, at .60 and half the size) and 17 (6 of 23), at
    4.7 none of 64 did. Faces were as sure at 24 to 45 pixels, shrunk; smaller ones than 40 are
    refused, unmeasured.
    """

    attack: float = 0.40
    unsure: float = 50.0
    passes: float = 87.0
    capped: float = 40.0
    moire: float = 3.0
    grain: float = 7.0
    quality: qualities.QualityParams = GATES
    context: ContextParams = TWO_LOOKS
    outline: OutlineParams = field(default_factory=OutlineParams)
    detect: DetectParams = field(default_factory=DetectParams)


@dataclass(frozen=True, slots=True)
class StillLivenessReport:
    """Measurements of the largest face of a picture of `width` x `height` pixels.

    `live` 0 to 1 is the network's answer, `required` what it has to reach at this `context` (the
    crop's size over the face's), `grain` the deviation of the noise, `moire` in deviations,
    `outline` 0 to 1 how much the edges about the face look like a medium's. `score` is 0 to 100,
    None where a gate refuses the picture: `refusals` say why. `doubts` are what speaks against a
    picture that was scored, and are empty where it is live.
    """

    width: int
    height: int
    people: int
    face: Face | None
    quality: qualities.Quality | None
    live: float | None
    context: float | None
    required: float | None
    grain: float | None
    moire: float | None
    outline: float | None
    score: float | None
    refusals: tuple[str, ...]
    doubts: tuple[str, ...]
    not_run: tuple[str, ...] = NOT_RUN


def check(pixels: NDArray[np.uint8], params: StillLivenessParams) -> StillLivenessReport:
    """Judge the largest face of an upright BGR picture; never raises for a bad presentation."""
    height, width = pixels.shape[:2]
    faces = detect(pixels, params.detect)
    if not faces:
        nothing = (None, None, None, None, None, None, None, None, None)
        return StillLivenessReport(width, height, 0, *nothing, ("no_face",), ())
    face = faces[0]
    context = antispoof.context(pixels.shape, face)
    least = required(context, params.context)
    live = antispoof.least_live(pixels, face)
    beats = moire.score(pixels, face)
    edges = outline.measure(pixels, face, params.outline).score
    quality = qualities.measure(pixels, face)
    noise = grain.measure(pixels, face)
    reasons = list(qualities.complaints(quality, params.quality))
    if not noise < params.grain:  # also what is no number
        reasons.append("grainy")
    if math.isinf(least):
        reasons.append("too_close")
    refusals = tuple(reasons)
    score: float | None = None
    doubts: tuple[str, ...] = ()
    if not refusals:
        score = _line(live, least, params)
        vetoes = _vetoes(beats, edges, params)
        doubts = (*vetoes, *_doubts(score, params))
        if vetoes:
            score = min(score, params.capped)
    return StillLivenessReport(
        width=width,
        height=height,
        people=len(faces),
        face=face,
        quality=quality,
        live=live,
        context=context,
        required=None if math.isinf(least) else least,
        grain=noise,
        moire=beats,
        outline=edges,
        score=score,
        refusals=refusals,
        doubts=doubts,
    )


def _line(live: float, least: float, params: StillLivenessParams) -> float:
    """The score of one answer of the network, two decimals; 0 of what is no number."""
    if not math.isfinite(live):
        return 0.0
    answers, scores = (0.0, params.attack, least, 1.0), (0.0, params.unsure, params.passes, 100.0)
    return round(float(np.interp(live, answers, scores)), 2)


def _vetoes(beats: float, edges: float, params: StillLivenessParams) -> tuple[str, ...]:
    """What speaks against the picture whatever the network says; also what is no number."""
    found = []
    if not beats < params.moire:
        found.append("moire")
    if not edges < params.outline.score:
        found.append("medium_outline")
    return tuple(found)


def _doubts(score: float, params: StillLivenessParams) -> tuple[str, ...]:
    """What the network's own answer says against the picture."""
    found = []
    if score < params.unsure:
        found.append("spoof")
    elif score <= params.passes:
        found.append("live_uncertain")
    return tuple(found)
