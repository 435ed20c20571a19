"""What of a face a picture shows: all of it or a part, from the front or the side, eyes open."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from countenance.perception.faces import occlusion as occlusions
from countenance.perception.faces.detect import Face
from countenance.perception.faces.mesh import Mesh
from countenance.perception.faces.pose import Pose

BLINKS = [9, 10]  # blendshapes of the two lids
OVAL = 468  # the points before the irises


@dataclass(frozen=True, slots=True)
class Shown:
    """`outside` is the share of the mesh's points beyond the picture's edges, `presence` the mesh

    network's belief in a face, `closed` the lesser of the two blink blendshapes, all 0 to 1.
    """

    presence: float
    outside: float
    closed: float
    occlusion: occlusions.Occlusion


@dataclass(frozen=True, slots=True)
class ShownParams:
    """Cuts on what is shown; None asks nothing.

    `presence`: 3 of 3,811 LFW photographs lie below 0.5, and so do upside-down and blurred-out
    faces. `outside`: half faces have 0.26 and more (n = 5), whole ones in tight crops at most 0.08
    (n = 25); of genuine pairs SFace then misses 8 % at 0.1 to 0.2 (134), 18 % at 0.2 to 0.4 (142),
    46 % at 0.4 to 0.5 (94). `yaw`, `pitch`: see `LEVELS`. `closed`: of 14 LFW photographs above
    0.65, 12 show closed eyes; how many closed eyes it misses is not known. `occlusion`: a drawn
    mask costs 26 % of the pairs, dark glasses 13 %, a thing before the mouth 7 % (144 each).
    """

    presence: float = 0.5
    outside: float | None = 0.15
    yaw: float | None = 45.0
    pitch: float | None = 35.0
    closed: float | None = None
    occlusion: occlusions.OcclusionParams | None = field(default_factory=occlusions.OcclusionParams)


# What QualityControl 1 to 4 ask. Of genuine LFW pairs with one face within 15 degrees, SFace misses
# 2.9 % at Sim 70 overall; with the other turned 25 to 30 degrees aside 7.5 % [4, 13] (n = 160), 40
# to 60 5 % [1, 17] (39); 15 to 20 degrees up or down 3.7 % (269), 25 to 30 14 % [6, 27] (44).
# Nothing is known past 60 and 45 degrees.
LEVELS = {
    1: ShownParams(outside=0.25, yaw=60.0, pitch=45.0, occlusion=None),
    2: ShownParams(),
    3: ShownParams(outside=0.1, yaw=35.0, pitch=25.0),
    4: ShownParams(outside=0.05, yaw=25.0, pitch=20.0, closed=0.65),
}


def measure(pixels: NDArray[np.uint8], face: Face, mesh: Mesh) -> Shown:
    """Measure one face of a BGR image from its mesh."""
    height, width = pixels.shape[:2]
    points = mesh.points[:OVAL, :2]
    beyond = ((points < 0) | (points >= (width, height))).any(axis=1)
    return Shown(
        presence=mesh.presence,
        outside=float(beyond.mean()),
        closed=eyes_closed(mesh),
        occlusion=occlusions.measure(pixels, face, mesh),
    )


def eyes_closed(mesh: Mesh) -> float:
    """0 open to 1 closed, by the eye that is more open: a wink is not closed eyes."""
    return float(mesh.blendshapes[BLINKS].min())


def complaints(shown: Shown, pose: Pose, params: ShownParams) -> tuple[str, ...]:
    """The reasons a face does not show enough, most useful first; empty when it does."""
    found: list[str] = []
    if params.outside is not None and shown.outside > params.outside:
        found.append("face_cut_off")
    covered: tuple[str, ...] = ()
    if params.occlusion is not None:
        covered = occlusions.complaints(shown.occlusion, params.occlusion)
    found += covered
    if _beyond(pose.yaw, params.yaw) or _beyond(pose.pitch, params.pitch):
        found.append("face_turned")
    if params.closed is not None and shown.closed > params.closed and "eyes_hidden" not in covered:
        found.append("eyes_closed")
    if shown.presence < params.presence and not found:
        found.append("no_face")
    return tuple(found)


def _beyond(angle: float, limit: float | None) -> bool:
    return limit is not None and abs(angle) > limit
