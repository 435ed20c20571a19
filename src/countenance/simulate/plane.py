"""Flat things held before the camera: where their points are seen, and pictures laid on them."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from countenance.simulate.camera import Camera
from countenance.simulate.light import Floats, blurred
from countenance.simulate.truth import Quad

Matrix = NDArray[np.float64]

_FINE = 2  # samples a pixel and axis: edges and pictures are averaged down from these


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """`texture` H x W x C over `size` metres (width, height) about the origin of the plane."""

    texture: Floats
    size: tuple[float, float]

    def metres(self) -> tuple[Floats, Floats]:
        """x (W, right) and y (H, up) of the middles of its pixels."""
        height, width = self.texture.shape[:2]
        x = ((np.arange(width) + 0.5) / width - 0.5) * self.size[0]
        y = (0.5 - (np.arange(height) + 0.5) / height) * self.size[1]
        return x.astype(np.float32), y.astype(np.float32)

    def seen(self, homography: Matrix, size: tuple[int, int]) -> Floats:
        """The layer in a frame of `size` (width, height), nothing (0) where it is not."""
        height, width = self.texture.shape[:2]
        wide, high = self.size
        to_metres = np.array(
            [
                [wide / width, 0, wide * (0.5 / width - 0.5)],
                [0, -high / height, high * (0.5 - 0.5 / height)],
                [0, 0, 1],
            ]
        )
        half = (_FINE - 1) / 2
        finer = np.array([[_FINE, 0, half], [0, _FINE, half], [0, 0, 1]])
        frame = cv2.warpPerspective(
            self.texture, finer @ homography @ to_metres, (size[0] * _FINE, size[1] * _FINE)
        )
        small = cv2.resize(frame, size, interpolation=cv2.INTER_AREA)
        return np.asarray(small, np.float32).reshape(size[1], size[0], -1)


def homography(camera: Camera, distance: float, turn: Floats, moved: Floats) -> Matrix:
    """From metres (x, y, 1) on a plane turned by `turn` (3 x 3) and `moved` (3) to pixels."""
    basis = np.column_stack([turn[:, 0], turn[:, 1], moved]).astype(np.float64)
    depth = np.array([0, 0, distance]) - basis[2]
    x, y = ((side - 1) / 2 for side in camera.size)
    return np.stack(
        [camera.focal * basis[0] + x * depth, -camera.focal * basis[1] + y * depth, depth]
    )


def in_sight(camera: Camera, distance: float) -> tuple[float, float]:
    """Metres of a plane at `distance` that hold all a camera may see of it, somewhat turned and
    moved.
    """
    wide, high = (1.6 * side * distance / camera.focal for side in camera.size)
    return wide, high


def outline(matrix: Matrix, size: tuple[float, float]) -> Quad:
    """Pixels of the corners of a rectangle of `size` metres about the origin of the plane."""
    x, y = size[0] / 2, size[1] / 2
    corners = np.array([[[-x, y], [x, y], [x, -y], [-x, -y]]])
    found = cv2.perspectiveTransform(corners, matrix)[0]
    a, b, c, d = ((float(u), float(v)) for u, v in found)
    return a, b, c, d


def rounded(x: Floats, y: Floats, size: tuple[float, float], radius: float) -> Floats:
    """Metres from the edge of a rectangle with round corners, negative inside; y x x."""
    across = np.abs(x)[None] - np.float32(size[0] / 2 - radius)
    down = np.abs(y)[:, None] - np.float32(size[1] / 2 - radius)
    outside = np.hypot(np.maximum(across, 0), np.maximum(down, 0))
    return np.asarray(outside + np.minimum(np.maximum(across, down), 0) - radius, np.float32)


def laid(
    picture: Floats, low: Matrix, area: Matrix, per_metre: float, layer: Layer, middle: Matrix
) -> Floats:
    """The part `low`, `area` (pixels) of a picture laid on a layer's lattice about `middle`.

    H x W x 4: colours times cover, and cover. `per_metre` is how many of the picture's pixels go
    into a metre, `middle` where on the plane the part's middle comes.
    """
    height, width = layer.texture.shape[:2]
    step = per_metre * layer.size[0] / width  # pixels of the picture in one of the lattice
    smooth = blurred(picture, 0.45 * step) if step > 1 else picture
    x, y = layer.metres()
    u = (low[0] + area[0] / 2 - 0.5 + (x - middle[0]) * per_metre).astype(np.float32)
    v = (low[1] + area[1] / 2 - 0.5 - (y - middle[1]) * per_metre).astype(np.float32)
    grid = np.broadcast_to(u, (height, width)), np.broadcast_to(v[:, None], (height, width))
    there = cv2.remap(
        smooth,
        np.ascontiguousarray(grid[0]),
        np.ascontiguousarray(grid[1]),
        cv2.INTER_CUBIC,
        borderMode=cv2.BORDER_REPLICATE,
    )
    near = rounded(
        np.asarray(x - middle[0], np.float32),
        np.asarray(y - middle[1], np.float32),
        (float(area[0] / per_metre), float(area[1] / per_metre)),
        0.0,
    )
    cover = covered(near, layer)[..., None]
    return np.concatenate([np.maximum(there, 0) * cover, cover], 2).astype(np.float32)


def covered(distance: Floats, layer: Layer) -> Floats:
    """How much of each pixel of the lattice lies inside an edge at `distance` metres."""
    pitch = np.float32(layer.size[0] / layer.texture.shape[1])
    return np.asarray(np.clip(0.5 - distance / pitch, 0, 1), np.float32)


def lattice(size: tuple[float, float], pitch: float) -> Layer:
    """An empty layer (four channels) of `size` metres with pixels about `pitch` metres wide."""
    width, height = (max(2, round(side / pitch)) for side in size)
    return Layer(np.zeros((height, width, 4), np.float32), size)
