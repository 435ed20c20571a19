"""A portrait printed on paper: halftone of three inks, white border, grain; a sheet that bends."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from countenance.simulate.light import Bytes, Floats, blurred, linear
from countenance.simulate.raster import lattice

_PITCH = 0.105e-3  # metres per dot of the printer: 240 an inch
_CELL = 4.0  # dots of a halftone cell: 60 lines an inch, a coarse office print
_ANGLES = (15.0, 45.0, 75.0)
_INK, _PAPER = 0.0116, 0.85  # linear reflectance of the deepest black and of the bare sheet
_KEPT = 4  # dots averaged to a pixel of the texture, the camera's pitch: it resolves no single dot
_RIM = 12  # empty pixels about the sheet, for its edge to be drawn in
_STRIP = 64  # rows of dots made at a time: what a processor's cache holds


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """`texture` H x W x 4 linear BGR times cover, and cover; `size` its metres, an empty rim
    included.

    `face` is the middle of the face on the paper: metres right of and above its middle.
    """

    texture: Floats
    size: tuple[float, float]
    face: tuple[float, float]


def sheet(
    portrait: Bytes,
    landmarks: Floats,
    rng: np.random.Generator,
    *,
    paper: tuple[float, float],
    border: float,
    face_width: float,
) -> Sheet:
    """Print the portrait with a face `face_width` metres wide, within `border` metres of white.

    `paper` is the largest sheet (width, height, metres); it is cut down where the portrait has
    no more to show.
    """
    wide = float(np.ptp(landmarks[:, 0]))
    per_metre = wide / face_width
    middle = (landmarks[:, :2].min(0) + landmarks[:, :2].max(0)) / 2
    inner = np.array(paper) - 2 * border
    # The picture area about the face, a little of it below the middle, moved inside the portrait.
    size = np.array([portrait.shape[1], portrait.shape[0]])
    area = np.minimum(inner * per_metre, size)
    low = np.clip(middle - area * (0.5, 0.42), 0, size - area)
    picture = _resampled(
        linear(portrait), low, area, np.round(area / per_metre / _PITCH / _KEPT).astype(int)
    )
    # The printer's colours are not the screen's.
    picture *= np.asarray(rng.uniform(0.92, 1.0, 3), np.float32)
    printed = _halftoned(np.clip(picture, 0, 1))
    white = round(border / _PITCH / _KEPT)
    printed = np.pad(printed, ((white, white), (white, white), (0, 0)), constant_values=1)
    reflected = _INK + (_PAPER - _INK) * printed
    grain = rng.standard_normal(reflected.shape[:2], np.float32)
    reflected *= 1 + 0.04 * blurred(grain, 0.6)[..., None]
    rim = ((_RIM, _RIM), (_RIM, _RIM), (0, 0))
    texture = np.pad(np.dstack([reflected, np.ones_like(grain)]), rim).astype(np.float32)
    metres = (area / per_metre + 2 * border) * (
        np.array(texture.shape[1::-1]) / np.array(reflected.shape[1::-1])
    )
    offset = (middle - low - area / 2) / per_metre
    return Sheet(
        texture,
        (float(metres[0]), float(metres[1])),
        (float(offset[0]), -float(offset[1])),
    )


def _resampled(light: Floats, low: Floats, area: Floats, pixels: NDArray[np.int_]) -> Floats:
    step = area / pixels
    matrix = np.array(
        [[step[0], 0, low[0] + step[0] / 2 - 0.5], [0, step[1], low[1] + step[1] / 2 - 0.5]]
    )
    flags = cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP
    size = (int(pixels[0]), int(pixels[1]))
    return np.asarray(
        cv2.warpAffine(light, matrix, size, flags=flags, borderMode=cv2.BORDER_REPLICATE),
        np.float32,
    )


def _halftoned(light: Floats) -> Floats:
    """Each channel as round dots of its ink on a turned screen, averaged to the texture's pitch.

    Dots of the area the tone asks for keep the mean light of a cell (Murray and Davies): the
    picture stays, with the inks' grain. `light` is at the texture's pitch, so is the answer.
    """
    height, width = light.shape[:2]
    x = np.arange(width * _KEPT, dtype=np.float32)
    out = np.empty_like(light)
    for first in range(0, height, _STRIP // _KEPT):
        part = _grown(light[first : first + _STRIP // _KEPT])
        size = (width * _KEPT, part.shape[0] * _KEPT)
        y = np.arange(first * _KEPT, first * _KEPT + size[1], dtype=np.float32)[:, None]
        tone = np.asarray(cv2.resize(part, size, interpolation=cv2.INTER_NEAREST), np.float32)
        for channel, angle in enumerate(np.radians(_ANGLES)):
            across, down = (np.float32(2 * np.pi / _CELL * f(angle)) for f in (np.cos, np.sin))
            spot = _wave(across * x, down * y) + _wave(-down * x, across * y)
            level = np.take(_RANKS, np.asarray((spot + 2.01) * 254, np.uint16))
            tone[..., channel] = _inked(tone[..., channel] - level)
        out[first : first + part.shape[0]] = cv2.resize(
            tone, part.shape[1::-1], interpolation=cv2.INTER_AREA
        )
    return out


def _inked(over: Floats) -> Floats:
    """Light where the tone is `over` the screen by this: ink spreads, so edges are soft."""
    return np.asarray(np.clip(over * np.float32(2.5) + np.float32(0.5), 0, 1), np.float32)


def _grown(light: Floats) -> Floats:
    """The tones to screen for this mean light: small dots lose strength by their soft edges."""
    tones, levels = np.linspace(-0.2, 1.2, 141, dtype=np.float32), np.linspace(0, 1, 401)
    means = _inked(np.asarray(tones[:, None] - levels, np.float32)).mean(1)
    return np.interp(light, means, tones).astype(np.float32)


def _wave(across: Floats, down: Floats) -> Floats:
    """cos(across + down) over a grid from its two axes."""
    return np.asarray(np.cos(across) * np.cos(down) - np.sin(across) * np.sin(down), np.float32)


def _ranks() -> Floats:
    """The share of a cell where cos a + cos b lies below each of 1024 levels from -2 to 2."""
    wave = np.cos(np.linspace(0, 2 * np.pi, 256, endpoint=False))
    spread = np.sort((wave[:, None] + wave).ravel())[::64]
    levels = np.linspace(-2, 2, 1024)
    return np.interp(levels, spread, np.linspace(0, 1, len(spread))).astype(np.float32)


_RANKS = _ranks()


def bent(
    size: tuple[float, float], radius: float, upright: bool
) -> tuple[Floats, Floats, NDArray[np.int32], tuple[int, int]]:
    """A sheet of `size` metres on a cylinder: vertices, normals (N x 3), triangles, lattice shape.

    The middle lies at the origin, the ends bend away from the camera; `upright` bends about a
    vertical axis.
    """
    rows, columns = 17, 13
    x = np.linspace(-size[0] / 2, size[0] / 2, columns)
    y = np.linspace(size[1] / 2, -size[1] / 2, rows)
    along, down = np.meshgrid(x, y)
    arc = (along if upright else down) / radius
    flat = np.zeros_like(arc)
    depth = radius * (np.cos(arc) - 1)
    if upright:
        vertices, normals = (radius * np.sin(arc), down, depth), (np.sin(arc), flat, np.cos(arc))
    else:
        vertices, normals = (along, radius * np.sin(arc), depth), (flat, np.sin(arc), np.cos(arc))
    points, facing = (
        np.stack(v, -1).reshape(-1, 3).astype(np.float32) for v in (vertices, normals)
    )
    return points, facing, lattice(rows, columns), (rows, columns)
