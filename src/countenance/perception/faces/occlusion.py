"""What covers a face: a mask or a hand before the mouth, dark glasses before the eyes.

The mesh network draws a mouth onto a mask, so the points say nothing; the colours under them do.
Each cue compares places of one face with other places of the same face. Weights are those of
logistic regressions on masks, hands, things and glasses that were drawn onto LFW photographs of
600 people (benchmarks/quality.py holds what was then measured on other people and real masks).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from countenance.perception.faces.colours import Colours, sample
from countenance.perception.faces.detect import Face
from countenance.perception.faces.mesh import Mesh

# Landmarks of the mesh. `UPPER` is what a mask leaves free: under the eyes, brows, forehead.
# fmt: off
UPPER = np.array([228, 229, 230, 231, 450, 449, 448, 451, 118, 347, 117, 346, 101, 330,
                  9, 8, 168, 151, 107, 336, 108, 337])
NOSE = np.array([4, 1, 5, 195, 45, 275, 51, 281])
NOSTRILS = np.array([97, 326, 98, 327, 60, 290, 75, 305, 79, 309, 238, 458, 20, 250, 2])
LOWER = np.array([199, 175, 200, 208, 428, 205, 425, 187, 411, 207, 427, 206, 426, 216, 436, 212,
                  432, 214, 434, 192, 416, 135, 364, 210, 430, 202, 422, 164])
LIPS = np.array([11, 12, 15, 16, 72, 38, 302, 268, 73, 41, 303, 271, 85, 86, 315, 316, 180, 179,
                 404, 403])
AROUND_LIPS = np.array([164, 167, 393, 165, 391, 18, 83, 313, 182, 406, 43, 273, 106, 335, 92, 322,
                        186, 410])
MOUTH_LINE = np.array([78, 95, 88, 178, 87, 14, 317, 402, 318, 324, 308, 415, 310, 311, 312, 13,
                       82, 81, 80, 191])
DOWNWARDS = np.array([  # from the eyes to the jaw, across the edge a mask would have
    [9, 168, 6, 197, 195, 5, 4, 1],
    [230, 120, 100, 142, 203, 206, 216, 212], [450, 349, 329, 371, 423, 426, 436, 432],
    [118, 50, 205, 207, 214, 135, 169, 149], [347, 280, 425, 427, 434, 364, 394, 378],
    [117, 123, 147, 213, 192, 138, 136, 150], [346, 352, 376, 433, 416, 367, 365, 379],
])
EYES = np.array([
    [33, 7, 163, 144, 145, 153, 154, 155, 133, 173, 157, 158, 159, 160, 161, 246,
     468, 469, 470, 471, 472],
    [263, 249, 390, 373, 374, 380, 381, 382, 362, 398, 384, 385, 386, 387, 388, 466,
     473, 474, 475, 476, 477],
])
LIDS = np.array([[27, 28, 29, 56], [257, 258, 259, 286]])
UNDER_LASHES = np.array([[22, 23, 24], [252, 253, 254]])
EYE_BAGS = np.array([[230, 229, 231], [450, 449, 451]])
SKIN = np.array([9, 151, 108, 337, 4, 5, 50, 280, 205, 425, 36, 266])  # outside of any lens
LENS_EDGES = np.array([  # from under the eye to the cheek, across the rim
    [23, 230, 120, 100], [253, 450, 349, 329], [22, 231, 121, 142],
    [252, 451, 350, 371], [24, 229, 119, 101], [254, 448, 348, 330],
])
# fmt: on


@dataclass(frozen=True, slots=True)
class Occlusion:
    """Logits: 0 as likely covered as not where half the faces are, higher more likely.

    `mouth` anything before the mouth; `nose` given that, whether it also covers the nose, as a
    mask does; `eyes` dark glasses. A hand before the eyes is not seen by any of them.
    """

    mouth: float
    nose: float
    eyes: float


@dataclass(frozen=True, slots=True)
class OcclusionParams:
    """Cuts that 0.5 % of 2,764 LFW photographs of 1,474 people outside the fit reach.

    By them 44 of 47 photographs of real masks and 28 of 30 LFW photographs with sunglasses are
    found; 10 % of drawn masks are called something before the mouth by `nose`.
    """

    mouth: float = 0.70
    nose: float = -0.97
    eyes: float = 0.0


def measure(pixels: NDArray[np.uint8], face: Face, mesh: Mesh) -> Occlusion:
    """Measure one face of a BGR image; no network is run, 1 to 2 CPU ms."""
    coarse, fine = sample(pixels, face, mesh)
    mouth, nose = _lower(coarse, fine)
    return Occlusion(mouth, nose, _upper(fine))


def complaints(occlusion: Occlusion, params: OcclusionParams) -> tuple[str, ...]:
    """The reasons: `mask` or `mouth_hidden`, and `eyes_hidden`."""
    found = []
    if occlusion.mouth > params.mouth:
        if occlusion.nose > params.nose:
            found.append("mask")
        else:
            found.append("mouth_hidden")
    if occlusion.eyes > params.eyes:
        found.append("eyes_hidden")
    return tuple(found)


def _lower(coarse: Colours, fine: Colours) -> tuple[float, float]:
    """Logits that the mouth, and then that the nose too, is covered."""
    upper = _typical(coarse, UPPER)
    nose = _typical(coarse, NOSE) - upper
    lips = _typical(coarse, LIPS) - _typical(coarse, AROUND_LIPS)
    nose_hue = float(np.hypot(nose[1], nose[2]))
    steps = np.abs(np.diff(coarse[DOWNWARDS], axis=1))[:, :, 1:].sum(axis=2).max(axis=1)
    mouth = (
        1.865
        + 8.650 * max(0.0, float(upper[1] - _typical(coarse, LOWER)[1]))  # less red than above
        + 0.600 * nose_hue
        - 10.137 * lips[1]  # lips are redder than the skin around them,
        - 1.982 * lips[0]  # and darker
        - 2.731 * fine[MOUTH_LINE, 0].std()
        - 3.206 * (np.median(fine[AROUND_LIPS, 0]) - fine[MOUTH_LINE, 0].min())
        + 3.609 * float(np.sort(steps)[-3])  # the hue jumps on at least three lines down
        - 2.930 * float(np.hypot(upper[1], upper[2]))  # without colour, less red says nothing
    )
    nostrils = np.median(fine[NOSE, 0]) - fine[NOSTRILS, 0].min()
    covered = -1.328 + 4.283 * nose_hue - 0.870 * nostrils + 2.009 * abs(nose[0])
    return float(mouth), float(covered)


def _upper(fine: Colours) -> float:
    """Logit that dark glasses cover the eyes."""
    light = fine[:, 0]
    skin = np.median(light[SKIN])
    edges = np.abs(np.diff(light[LENS_EDGES], axis=1)).max(axis=1)
    return float(
        -2.818
        - 2.174 * (_both(light, UNDER_LASHES) - skin)
        - 1.731 * (_both(light, EYE_BAGS) - skin)
        - 1.056 * (_both(light, LIDS) - skin)
        + 3.704 * np.median(edges)
        - 4.319 * np.ptp(light[EYES], axis=1).mean()  # an eye is white beside dark
    )


def _typical(colours: Colours, places: NDArray[np.integer]) -> NDArray[np.float64]:
    return np.asarray(np.median(colours[places], axis=0))


def _both(light: NDArray[np.float64], places: NDArray[np.integer]) -> float:
    return float(np.median(light[places], axis=1).mean())
