"""What is seen in one still: the faces, the main one, and how fit it is."""

from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

from countenance.perception.faces import mesh as meshes
from countenance.perception.faces import pose as poses
from countenance.perception.faces import quality as qualities
from countenance.perception.faces import shown as showing
from countenance.perception.faces.detect import DetectParams, Face, detect
from countenance.perception.faces.upright import GLANCE, eye_line, settle

TURNS = {90: cv2.ROTATE_90_CLOCKWISE, 180: cv2.ROTATE_180, 270: cv2.ROTATE_90_COUNTERCLOCKWISE}


@dataclass(frozen=True, slots=True)
class ViewParams:
    """`rival` is the area, as a share of the largest face's, from which a second face counts as

    another person in front of the camera rather than a passer-by: in 12 of 12 pictures of groups
    the second face has 0.78 and more, and none of 81 portraits has a second of 0.25.
    `shown` is what of the face must be seen: with it the mesh is fitted, as with `mesh`. `turn`
    looks at the image in all four orientations and takes the one with the surest face.
    """

    detect: DetectParams = field(default_factory=DetectParams)
    quality: qualities.QualityParams | None = field(default_factory=qualities.QualityParams)
    shown: showing.ShownParams | None = None
    rival: float = 0.25
    single: bool = False
    turn: bool = False
    mesh: bool = False


@dataclass(frozen=True, slots=True)
class View:
    """Faces of one image, largest first, in the pixels of the image as turned upright.

    `turned` is the clockwise turn in degrees that made the faces upright; `mesh`, `pose`,
    `quality` and `shown` are the main (largest) face's; `reasons` say why the image does not serve.
    """

    width: int
    height: int
    turned: int
    faces: tuple[Face, ...]
    quality: qualities.Quality | None
    mesh: meshes.Mesh | None
    pose: poses.Pose | None
    reasons: tuple[str, ...]
    shown: showing.Shown | None = None

    @property
    def main(self) -> Face | None:
        """The face that counts: the largest."""
        return self.faces[0] if self.faces else None


def rivals(faces: list[Face] | tuple[Face, ...], params: ViewParams) -> int:
    """How many faces are large enough to count as people in front of the camera."""
    if not faces:
        return 0
    return sum(face.area >= params.rival * faces[0].area for face in faces)


def look(pixels: NDArray[np.uint8], params: ViewParams) -> tuple[View, NDArray[np.uint8]]:
    """The view of a BGR image, and the image as turned (the same array when it was not)."""
    faces, turned = detect(pixels, params.detect), 0
    if params.turn:
        faces, pixels, turned = _turn(pixels, faces, params.detect)
    reasons: tuple[str, ...] = ()
    quality = mesh = pose = shown = None
    if not faces:
        reasons = ("no_face",)
    else:
        if params.single and rivals(faces, params) > 1:
            reasons = ("several_faces",)
        if params.mesh or params.shown is not None:
            mesh = meshes.fit(pixels, faces[0])
            pose = poses.estimate(mesh.points)
        faces = [_settled(pixels, faces[0], pose, params.detect), *faces[1:]]
        quality = qualities.measure(pixels, faces[0])
        if params.quality is not None:
            reasons += qualities.complaints(quality, params.quality)
        if params.shown is not None and mesh is not None and pose is not None:
            shown = showing.measure(pixels, faces[0], mesh)
            reasons += showing.complaints(shown, pose, params.shown)
    height, width = pixels.shape[:2]
    view = View(width, height, turned, tuple(faces), quality, mesh, pose, reasons, shown)
    return view, pixels


def _settled(
    pixels: NDArray[np.uint8], face: Face, pose: poses.Pose | None, params: DetectParams
) -> Face:
    """The face with the points of a level one; a mesh is fitted for it only where eyes slope."""
    if pose is None:
        if abs(eye_line(face)) < GLANCE:
            return face
        pose = poses.estimate(meshes.glance(pixels, face))
    return settle(pixels, face, pose.roll, params)


def _turn(
    pixels: NDArray[np.uint8], faces: list[Face], params: DetectParams
) -> tuple[list[Face], NDArray[np.uint8], int]:
    """The orientation whose largest face is most certain; unturned when no other is better.

    The eye line cannot tell: YuNet draws level eyes into faces that lie on their side. By it 36 of
    150 turned LFW photographs came out upright, by the certainty 149.
    """
    best = (faces, pixels, 0)
    certainty = faces[0].score if faces else 0.0
    for degrees, code in TURNS.items():
        turned = np.asarray(cv2.rotate(pixels, code), dtype=np.uint8)
        found = detect(turned, params)
        if found and found[0].score > certainty:
            best, certainty = (found, turned, degrees), found[0].score
    return best
