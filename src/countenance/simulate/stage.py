"""Surfaces in metres and what is behind them, as a camera sees them in linear light."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from countenance.simulate.camera import Camera
from countenance.simulate.light import Floats
from countenance.simulate.raster import rasterise

_COARSE = 2  # the geometry is drawn at half resolution, the texture at full


@dataclass(frozen=True, slots=True, eq=False)
class Surface:
    """A mesh N x 3 in metres, its `places` N x 2 (x, y) in a `texture` of linear BGR times
    cover, cover.

    `solid` (of the texture's size), where given, is false where it is empty and hides nothing.
    """

    texture: Floats
    places: Floats
    vertices: Floats
    triangles: NDArray[np.int32]
    solid: NDArray[np.bool_] | None = None


@dataclass(frozen=True, slots=True)
class View:
    """Metres from camera to origin, metres the camera moved aside, pixels its turning moves all
    by.
    """

    distance: float
    moved: tuple[float, float] = (0.0, 0.0)
    turned: tuple[float, float] = (0.0, 0.0)

    def pixels(self, camera: Camera, points: Floats) -> tuple[Floats, Floats]:
        """Pixels (N x 2) and depths (N) of points in metres."""
        aside = np.array([*self.moved, 0], np.float32)
        at, depths = camera.project(points - aside, self.distance)
        return at + np.array(self.turned, np.float32), depths


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """A plane picture (H x W x 3 linear) upright `depth` metres behind the origin, mirrored
    beyond its border.

    It is as large as makes its pixels `scale` metres wide at the origin's distance, seen from
    there, as in a photograph of the whole; `origin` is the pixel the origin hides.
    """

    picture: Floats
    origin: tuple[float, float]
    scale: float
    depth: float

    def seen(self, camera: Camera, view: View) -> Floats:
        """What the camera sees of it: a whole frame, H x W x 3."""
        width, height = camera.size
        pitch = view.distance / (camera.focal * self.scale)
        parallax = camera.focal / (view.distance + self.depth)
        x = view.turned[0] - parallax * view.moved[0] + (width - 1) / 2
        y = view.turned[1] + parallax * view.moved[1] + (height - 1) / 2
        matrix = np.array(
            [[pitch, 0, self.origin[0] - pitch * x], [0, pitch, self.origin[1] - pitch * y]]
        )
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        frame = cv2.warpAffine(
            self.picture, matrix, camera.size, flags=flags, borderMode=cv2.BORDER_REFLECT
        )
        return np.asarray(frame, np.float32)


def draw(surface: Surface, shade: Floats, camera: Camera, view: View) -> Floats:
    """Premultiplied linear BGR and cover, H x W x 4; `shade` (N) multiplies the light per vertex.

    The texture is sampled once a pixel: it must hold no detail finer than the camera's pitch.
    """
    width, height = camera.size
    at, depths = view.pixels(camera, surface.vertices)
    shape = (-(-height // _COARSE), -(-width // _COARSE))
    places, covered = rasterise(
        np.asarray((at + 0.5) / _COARSE - 0.5, np.float32),
        depths,
        np.column_stack([surface.places, shade]).astype(np.float32),
        surface.triangles,
        shape,
        surface.solid,
    )
    # A silhouette may lie where the texture is full (the far cheek of a turned head): carry the
    # coordinates one cell beyond the border, so that none is mixed with nothing, and let the
    # cover fade there.
    known = covered.astype(np.float32)
    around = cv2.blur(known, (3, 3))
    spread = cv2.blur(places, (3, 3)) / np.maximum(around, 1e-6)[..., None]
    places = np.where(covered[..., None], places, spread)
    places[around < 0.01] = -1e4
    size = (shape[1] * _COARSE, shape[0] * _COARSE)
    x, y, bright = (np.asarray(cv2.resize(plane, size), np.float32) for plane in cv2.split(places))
    cover = np.asarray(cv2.resize(known, size), np.float32)
    light = cv2.remap(surface.texture, x, y, cv2.INTER_CUBIC, borderMode=cv2.BORDER_CONSTANT)
    lit = np.asarray(light, np.float32)
    lit *= cover[..., None]
    lit[..., :3] *= np.maximum(bright, 0)[..., None]
    np.maximum(lit, 0, out=lit)
    return lit[:height, :width]


def over(front: Floats, behind: Floats) -> Floats:
    """The premultiplied `front` (H x W x 4) before `behind` (H x W x 3)."""
    out = (1 - np.minimum(front[..., 3:], 1)) * behind
    out += front[..., :3]
    return np.asarray(out, np.float32)


def lambert(normals: Floats, towards: Floats, ambient: float) -> Floats:
    """Light (N, 0 to 1) on unit normals from a far lamp in direction `towards` and an ambient
    share.
    """
    facing = np.maximum(normals @ towards, 0)
    return np.asarray(ambient + (1 - ambient) * facing, np.float32)
