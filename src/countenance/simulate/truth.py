"""What is known of a made clip because it was made: tests and benchmarks compare with it."""

from dataclasses import dataclass
from typing import NamedTuple


class Turn(NamedTuple):
    """A rotation in degrees against the portrait's own pose, or a medium's against the camera.

    R = Ry(yaw) Rx(pitch) Rz(-roll) with x right, y up, z to the camera, as the pose of faces. Yaw
    > 0 turns towards the right of the image, pitch > 0 looks down, roll > 0 is clockwise in the
    image.
    """

    yaw: float
    pitch: float
    roll: float


Point = tuple[float, float]
Quad = tuple[Point, Point, Point, Point]


@dataclass(frozen=True, slots=True)
class Truth:
    """Of each frame, `turns` of the head (an attack: of the medium) and `lids`, 0 open to 1 closed.

    `species` is one of `presentation`'s names, `distance` metres from the camera to the head's or
    the medium's middle. `media` are, of each frame, the corners of the medium's outline in pixels
    (x, y): its own top left, top right, bottom right, bottom left, wherever those come to lie;
    empty for a person and where nobody noted them.
    """

    species: str
    bona_fide: bool
    seed: int
    distance: float
    turns: tuple[Turn, ...]
    lids: tuple[float, ...]
    media: tuple[Quad, ...] = ()
