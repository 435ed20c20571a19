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
    (n = 25). `yaw`, `pitch`: in degrees, cited where a policy sets them. `closed`: of 14 LFW
    photographs above 0.65, 12 show closed eyes; how many closed eyes it misses is not known.
    """

    presence: float = 0.5
    outside: float | None = 0.15
    yaw: float | None = 45.0
    pitch: float | None = 35.0
    closed: float | None = None
    occlusion: occlusions.OcclusionParams | None = field(default_factory=occlusions.OcclusionParams)


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
