"""The frames of a clip to compare, return and keep: sharp, frontal, eyes open, well lit."""

from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from countenance.perception.faces import mesh as meshes
from countenance.perception.faces import pose as poses
from countenance.perception.faces import quality as qualities
from countenance.perception.faces import shown as showing
from countenance.perception.faces.detect import Face
from countenance.perception.media import Frame

# Landmarks of the eye aspect ratio, Soukupova and Cech, CVWW 2016.
EYES = np.array([[33, 160, 158, 133, 153, 144], [362, 385, 387, 263, 373, 380]])


@dataclass(frozen=True, slots=True)
class BestParams:
    """Gates of an eligible frame: `eye_distance` pixels between outer eye corners, degrees of yaw

    and pitch, and the eye opening as a share of the person's own (80th percentile of the clip).
    `live` is the anti-spoof score from which a frame may be compared whatever the others scored.
    """

    live: float = 0.9
    eye_distance: float = 40.0
    angle: float = 20.0
    eyes_open: float = 0.8
    quality: qualities.QualityParams = field(default_factory=qualities.QualityParams)


class Scored(Protocol):
    """What is needed of a judged frame."""

    @property
    def people(self) -> int:
        """Faces large enough to count."""

    @property
    def face(self) -> Face | None:
        """The main face."""

    @property
    def quality(self) -> qualities.Quality | None:
        """Its quality."""

    @property
    def live(self) -> float | None:
        """Its anti-spoof score."""


def eye_opening(points: NDArray[np.float32]) -> float:
    """Mean eye aspect ratio of both eyes from mesh points [478, 3]."""
    eye = points[EYES, :2].astype(np.float64)
    tall = np.hypot(*(eye[:, 1] - eye[:, 5]).T) + np.hypot(*(eye[:, 2] - eye[:, 4]).T)
    wide = np.hypot(*(eye[:, 0] - eye[:, 3]).T)
    return float(np.mean(tall / np.maximum(2 * wide, 1e-6)))


@dataclass(frozen=True, slots=True)
class Ranking:
    """Indices of the frames that may be compared, best first: the eligible ones stand in front.

    `eligible` is how many of them passed every gate. A clip without a face has none. `shown` is
    what of the face each shows, in the order of the clip.
    """

    order: tuple[int, ...] = ()
    eligible: int = 0
    shown: tuple[showing.Shown, ...] = ()

    @property
    def best(self) -> int | None:
        """The frame to compare, eligible or not; None without one."""
        return self.order[0] if self.order else None


def rank_frames(
    frames: tuple[Frame, ...],
    scored: tuple[Scored, ...],
    median: float | None,
    params: BestParams,
) -> Ranking:
    """Rank the frames by sharpness x frontalness x eye opening x exposure.

    Candidates score at or above the clip's median liveness, or are plainly live themselves, so
    that a frame spliced into a live clip is not the one that is compared.
    """
    enough = min(median or 0.0, params.live)
    fitted = [
        (i, item.quality, meshes.fit(frames[i].pixels, item.face))
        for i, item in enumerate(scored)
        if item.face and item.quality and item.live is not None and item.live >= enough
    ]
    if not fitted:
        return Ranking()
    opening = [eye_opening(mesh.points) for _, _, mesh in fitted]
    reference = float(np.percentile(opening, 80))
    ranked = []
    for (i, quality, mesh), open_by in zip(fitted, opening, strict=True):
        pose = poses.estimate(mesh.points)
        eligible = (
            scored[i].people == 1
            and mesh.presence >= 0.5
            and mesh.eye_distance >= params.eye_distance
            and max(abs(pose.yaw), abs(pose.pitch)) <= params.angle
            and open_by >= params.eyes_open * reference
            and not qualities.complaints(quality, params.quality)
        )
        worth = quality.sharpness * pose.frontal * open_by * _exposure(quality.luma)
        ranked.append((eligible, worth, i))
    ranked.sort(reverse=True)
    return Ranking(
        order=tuple(i for _, _, i in ranked),
        eligible=sum(eligible for eligible, _, _ in ranked),
        shown=tuple(_shown(frames[i], scored[i], mesh) for i, _, mesh in fitted),
    )


def _shown(frame: Frame, scored: Scored, mesh: meshes.Mesh) -> showing.Shown:
    assert scored.face is not None  # a mesh was fitted to it
    return showing.measure(frame.pixels, scored.face, mesh)


def _exposure(luma: float) -> float:
    """1 at a mid-grey face, falling to 0 at black and white."""
    return max(0.0, 1.0 - abs(luma - 128.0) / 128.0)
