"""How sure the anti-spoof network must be, by how much it sees around the face.

The network knows a print by what surrounds the face, and a picture filled by a face shows it
little of that: its answer is then weaker, and more is asked of it.
"""

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ContextParams:
    """`bins` of (least context, live score required), the fullest first; nothing is scored below.

    NUAA, 192 bona fide frames and 192 prints of 8 people, every frame also cropped to each context
    below its own (steps of 0.1), chosen on one half of the people and reported on the other.
    From 2.2: prints score up to .022. From 1.6: up to .442, and .80 is the strictest step that
    refuses at most 3 % of either half's bona fide pictures (13 of 504 and 0 of 484). From 1.2: up
    to .953, so that .96 accepts none of 766, but refuses 461 of 771 bona fide crops; those
    recorded from so near score higher (lowest of 3 NUAA frames and 3 clips: .999). Below 1.2
    bona fide crops score like prints, and phone replays cropped to the face have an equal error
    rate of 45 % (published with the network's measurements, 516 crops).
    """

    bins: tuple[tuple[float, float], ...] = ((2.2, 0.60), (1.6, 0.80), (1.2, 0.96))


def required(context: float, params: ContextParams) -> float:
    """The live score 0 to 1 that a face with `context` must reach; infinity where none suffices.

    `context` is the crop's size over the face box's (`antispoof.context`).
    """
    return next((live for least, live in params.bins if context >= least), math.inf)
