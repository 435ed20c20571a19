"""Whether a clip shows a face with something before it, or with closed eyes, throughout."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from countenance.perception.faces.occlusion import Occlusion, OcclusionParams, complaints
from countenance.perception.faces.shown import Shown


@dataclass(frozen=True, slots=True)
class CoveredParams:
    """Cuts on the median of a clip's frames, those of pictures; `closed` 0 open to 1 closed.

    Of 52 clips of 13 people with a bare face and open eyes none comes near one: the highest medians
    are -1.5 (mouth), -3.0 (eyes) and 0.30 (closed). No clip of a real mask was there to measure.
    """

    closed: float = 0.65
    occlusion: OcclusionParams = field(default_factory=OcclusionParams)


def hides(shown: Sequence[Shown], params: CoveredParams) -> tuple[str, ...]:
    """`mask` or `mouth_hidden`, `eyes_hidden` or `eyes_closed`, where most frames say so."""
    if not shown:
        return ()
    typical = Occlusion(
        mouth=_median([one.occlusion.mouth for one in shown]),
        nose=_median([one.occlusion.nose for one in shown]),
        eyes=_median([one.occlusion.eyes for one in shown]),
    )
    found = complaints(typical, params.occlusion)
    if _median([one.closed for one in shown]) > params.closed and "eyes_hidden" not in found:
        return (*found, "eyes_closed")
    return found


def _median(values: list[float]) -> float:
    return float(np.median(values))
