"""Head pose from the mesh: a weighted rigid fit of the canonical face (Kabsch 1976)."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from countenance.perception.faces.geometry import canonical

# The pitch, in degrees, that the fit gives to a level face: the median of 1,351 people on LFW who
# face the camera within 10 degrees of yaw is 3.05 [2.5, 3.6]; of 8 webcam users (NUAA) it is 2.95.
LEVEL = 3.0


@dataclass(frozen=True, slots=True)
class Pose:
    """Degrees; yaw is positive when the person turns to their own left (the image's right),

    pitch positive when looking down, roll positive clockwise in the image.
    """

    yaw: float
    pitch: float
    roll: float

    @property
    def frontal(self) -> float:
        """1 when facing the camera, falling to 0 at 45 degrees of yaw and pitch together."""
        return float(max(0.0, 1.0 - np.hypot(self.yaw, self.pitch) / 45.0))


def estimate(points: NDArray[np.float32]) -> Pose:
    """The rotation that best takes the canonical face onto a mesh [478, 3]: 33 weighted points."""
    geometry = canonical()
    model = geometry.xyz[geometry.ids].astype(np.float64)
    seen = points[geometry.ids].astype(np.float64) * (1.0, -1.0, -1.0)
    weight = (geometry.weights / geometry.weights.sum())[:, None]
    model = model - (weight * model).sum(axis=0)
    seen = seen - (weight * seen).sum(axis=0)
    u, _, vt = np.linalg.svd((weight * seen).T @ model)
    guard = np.diag([1.0, 1.0, np.sign(np.linalg.det(u @ vt)) or 1.0])
    r = u @ guard @ vt
    return Pose(
        yaw=float(np.degrees(np.arctan2(r[0, 2], r[2, 2]))),
        pitch=float(np.degrees(-np.arcsin(np.clip(r[1, 2], -1.0, 1.0)))) - LEVEL,
        roll=float(-np.degrees(np.arctan2(r[1, 0], r[1, 1]))),
    )
