"""A photograph on paper, held up so that its edges are seen."""

from dataclasses import replace

import cv2
import numpy as np

from countenance.perception.faces.detect import detect
from countenance.perception.faces.mesh import fit
from countenance.simulate.camera import drawn
from countenance.simulate.clip import Still
from countenance.simulate.hand import fingers
from countenance.simulate.light import Bytes, Floats
from countenance.simulate.motion import rotation
from countenance.simulate.paper import bent, sheet
from countenance.simulate.plane import Matrix, homography, in_sight
from countenance.simulate.presentation import PAGE
from countenance.simulate.room import room
from countenance.simulate.screen import set_off
from countenance.simulate.stage import Scene, Surface, View, draw, lambert, over
from countenance.simulate.truth import Quad, Truth, Turn

_SHEETS = ((0.210, 0.297), (0.148, 0.210), (0.127, 0.178), (0.102, 0.152))  # metres
_RIM = 12  # empty pixels about a sheet's texture, as `paper` draws it
_FINE = 2  # samples a pixel and axis


def paper_still(
    portrait: Bytes,
    *,
    seed: int,
    size: tuple[int, int] = (640, 480),
    held: bool | None = None,
    border: bool | None = None,
) -> Still:
    """A photograph of a printed sheet before a room: A4 to 10 x 15 cm, flat or bent, all its edges
    near or in the frame.

    `held` puts fingers about it, `border` leaves a white edge about the print; None leaves each
    to the seed. Raises ValueError where the portrait shows no face.
    """
    rng = np.random.default_rng([seed, 5])
    landmarks = _landmarks(portrait)
    camera = drawn(rng, size)
    paper = _SHEETS[int(rng.integers(len(_SHEETS)))]
    if (size[0] > size[1]) == (rng.random() < 0.7):
        paper = (paper[1], paper[0])
    white = rng.uniform(0.003, 0.012) if _or(rng, 0.6, border) else 0.0
    wide = rng.uniform(0.35, 0.60) * min(paper)
    made = sheet(portrait, landmarks, rng, paper=paper, border=white, face_width=wide)
    inside = np.array(made.texture.shape[1::-1]) - 2 * _RIM
    whole = np.array(made.size) * inside / np.array(made.texture.shape[1::-1])
    body = (float(whole[0]), float(whole[1]))
    distance, moved = set_off(rng, body, size)
    turn = Turn(*(float(v) for v in np.clip(rng.normal(0, (8.0, 8.0, 4.0)), -20, 20)))
    matrix = rotation(*turn)
    radius = rng.uniform(0.6, 2.5) * max(body) if rng.random() < 0.7 else 50.0
    vertices, normals, triangles, (rows, columns) = bent(made.size, radius, rng.random() < 0.5)
    across, down = np.meshgrid(
        *(
            np.linspace(-0.5, n - 0.5, k)
            for n, k in zip(made.texture.shape[1::-1], (columns, rows), strict=True)
        )
    )
    places = np.stack([across, down], -1).reshape(-1, 2).astype(np.float32)
    placed = np.asarray(vertices @ matrix.T + moved, np.float32)
    lamp = np.array([rng.normal(0, 0.4), 0.5 + rng.normal(0, 0.2), 0.85])
    lamp = (lamp / np.linalg.norm(lamp)).astype(np.float32)
    shade = np.asarray(lambert(normals @ matrix.T, lamp, 0.3) * rng.uniform(0.6, 1.1), np.float32)
    finer = replace(camera, size=(size[0] * _FINE, size[1] * _FINE), focal=camera.focal * _FINE)
    medium = draw(Surface(made.texture, places, placed, triangles), shade, finer, View(distance))
    medium = np.asarray(cv2.resize(medium, size, interpolation=cv2.INTER_AREA), np.float32)
    picture = room(rng)
    middle = (picture.shape[1] / 2, picture.shape[0] / 2)
    scene = Scene(picture, middle, distance / camera.focal * max(size) / 640, 1.5)
    light = over(medium, scene.seen(camera, View(distance)))
    if _or(rng, 0.7, held):
        hand = fingers(rng, body, distance / camera.focal / 1.5, in_sight(camera, distance))
        seen = hand.seen(homography(camera, distance, matrix, moved), size)
        seen[..., :3] *= np.float32(rng.uniform(0.5, 0.9))
        light = over(seen, light)
    quad = _corners(vertices, (rows, columns), (inside / made.texture.shape[1::-1]), matrix, moved)
    at, _ = camera.project(quad, distance)
    gain = np.float32(camera.meter(light)) * camera.response()
    truth = Truth(PAGE, False, seed, distance, (turn,), (0.0,), (_named(at),))
    return Still(camera.develop(light, np.asarray(gain, np.float32), rng), truth)


def _or(rng: np.random.Generator, chance: float, wanted: bool | None) -> bool:
    """What is wanted, or by chance; it draws either way, so that the rest stays as it was."""
    luck = bool(rng.random() < chance)
    return luck if wanted is None else wanted


def _corners(
    vertices: Floats, shape: tuple[int, int], within: Matrix, matrix: Floats, moved: Floats
) -> Floats:
    """Metres (4 x 3) of the sheet's own corners, `within` the lattice that has its empty rim."""
    grid = vertices.reshape(*shape, 3)
    rows = (np.array([-1, -1, 1, 1]) * within[1] + 1) / 2 * (shape[0] - 1)
    columns = (np.array([-1, 1, 1, -1]) * within[0] + 1) / 2 * (shape[1] - 1)
    at = [
        cv2.remap(
            np.ascontiguousarray(grid[..., axis]),
            columns.astype(np.float32),
            rows.astype(np.float32),
            cv2.INTER_LINEAR,
        ).reshape(-1)
        for axis in range(3)
    ]
    return np.asarray(np.stack(at, 1) @ matrix.T + moved, np.float32)


def _named(at: Floats) -> Quad:
    a, b, c, d = ((float(x), float(y)) for x, y in at)
    return a, b, c, d


def _landmarks(portrait: Bytes) -> Floats:
    faces = detect(portrait)
    if not faces:
        raise ValueError("no face in the portrait")
    return fit(portrait, faces[0]).points
