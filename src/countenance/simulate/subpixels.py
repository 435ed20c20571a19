"""The dots of a display as a camera's sensor samples them: what beats come from.

A display's dots repeat, so their light is a sum of waves. Lens and pixel pass each wave by what
they leave of its frequency; the sensor samples what is left, too coarsely, behind a mosaic of
colour filters. Nothing here makes a beat: it comes of the sampling, or does not.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from countenance.simulate.light import Floats
from countenance.simulate.plane import Matrix

_COARSE = 16  # pixels between the points where what the lens passes is worked out
_SMALLEST = 0.002  # waves weaker than this everywhere are left out


@dataclass(frozen=True, slots=True)
class Dots:
    """A cell of `cell` x `cell` pixels of a display and its dots, by channel (B, G, R).

    `places` are their middles in pixels, `size` their (width, height) in pixels.
    """

    cell: int
    places: tuple[tuple[tuple[float, float], ...], ...]
    size: tuple[tuple[float, float], ...]


# Three upright stripes within a black matrix: liquid crystal displays.
STRIPES = Dots(1, (((5 / 6, 0.5),), ((3 / 6, 0.5),), ((1 / 6, 0.5),)), ((0.27, 0.80),) * 3)
# A green dot in every pixel, a red and a blue one by turns: the telephones' organic displays.
DIAMONDS = Dots(
    2,
    (
        ((0.75, 0.75), (1.75, 1.75)),
        ((0.25, 0.25), (1.25, 0.25), (0.25, 1.25), (1.25, 1.25)),
        ((1.75, 0.75), (0.75, 1.75)),
    ),
    ((0.40, 0.40), (0.28, 0.28), (0.34, 0.34)),
)


def sampled(
    dots: Dots, pitch: float, homography: Matrix, size: tuple[int, int], blur: float
) -> Floats:
    """The display's dots in a frame of `size`: H x W x 3 (B, G, R), 1 on average.

    `pitch` is metres between its pixels, `homography` goes from its plane to the frame's pixels,
    `blur` is the lens's sigma in the frame's pixels.
    """
    width, height = size
    inverse = np.asarray(np.linalg.inv(homography), np.float64)
    x, y = np.arange(width, dtype=np.float64), np.arange(height, dtype=np.float64)
    u, v = _places(inverse, pitch, x[None], y[:, None])
    coarse_x = np.arange(0, width + _COARSE, _COARSE)[None] - 0.5
    coarse_y = np.arange(0, height + _COARSE, _COARSE)[:, None] - 0.5
    slopes = _slopes(inverse, pitch, coarse_x, coarse_y)
    out = np.ones((height, width, 3), np.float32)
    reach = 3 * dots.cell
    for m in range(reach + 1):
        for n in range(-reach, reach + 1):
            if m == 0 and n <= 0:
                continue  # the other half repeats the first
            waves = [_coefficient(dots, channel, m, n) for channel in range(3)]
            passed = _passed(slopes, m / dots.cell, n / dots.cell, blur)
            if float(passed.max()) * max(abs(wave) for wave in waves) < _SMALLEST:
                continue
            phase = (m / dots.cell * u + n / dots.cell * v) % 1.0
            angle = np.asarray(2 * np.pi * phase, np.float32)
            left = _refined(passed, size)
            cosine, sine = np.cos(angle) * left, np.sin(angle) * left
            for channel, wave in enumerate(waves):
                out[..., channel] += np.float32(2 * wave.real) * cosine
                out[..., channel] -= np.float32(2 * wave.imag) * sine
    return np.maximum(out, 0)


def mosaicked(light: Floats) -> Floats:
    """H x W x 3 as a sensor with one filter a pixel (G R / B G) sees it, filled in linearly."""
    height, width = light.shape[:2]
    row, column = np.arange(height)[:, None] % 2, np.arange(width)[None] % 2
    sites = (
        (row == 1) & (column == 0),
        row == column,
        (row == 0) & (column == 1),
    )
    plus = np.array([[0, 1, 0], [1, 4, 1], [0, 1, 0]], np.float32) / 4
    square = np.array([[1, 2, 1], [2, 4, 2], [1, 2, 1]], np.float32) / 4
    planes = [
        cv2.filter2D(
            np.where(site, light[..., channel], np.float32(0)),
            -1,
            plus if channel == 1 else square,
            borderType=cv2.BORDER_REFLECT_101,
        )
        for channel, site in enumerate(sites)
    ]
    return np.stack(planes, -1).astype(np.float32)


def _places(
    inverse: Matrix, pitch: float, x: NDArray[np.floating], y: NDArray[np.floating]
) -> tuple[Matrix, Matrix]:
    """The display's pixels (right, down) that the frame's pixels look at."""
    depth = inverse[2, 0] * x + inverse[2, 1] * y + inverse[2, 2]
    across = (inverse[0, 0] * x + inverse[0, 1] * y + inverse[0, 2]) / depth
    up = (inverse[1, 0] * x + inverse[1, 1] * y + inverse[1, 2]) / depth
    return across / pitch, -up / pitch


def _slopes(
    inverse: Matrix, pitch: float, x: NDArray[np.floating], y: NDArray[np.floating]
) -> tuple[Matrix, ...]:
    """How many of the display's pixels one of the frame's spans: du/dx, du/dy, dv/dx, dv/dy."""
    (ua, va), (ub, vb) = (_places(inverse, pitch, x + d, y) for d in (-0.5, 0.5))
    (uc, vc), (ud, vd) = (_places(inverse, pitch, x, y + d) for d in (-0.5, 0.5))
    return ub - ua, ud - uc, vb - va, vd - vc


def _coefficient(dots: Dots, channel: int, m: int, n: int) -> complex:
    """The wave (m, n) of a cell's dots against their mean."""
    wide, high = dots.size[channel]
    shape = np.sinc(m * wide / dots.cell) * np.sinc(n * high / dots.cell)
    places = np.array(dots.places[channel])
    turns = (m * places[:, 0] + n * places[:, 1]) / dots.cell
    return complex(shape * np.exp(-2j * np.pi * turns).mean())


def _passed(slopes: tuple[Matrix, ...], m: float, n: float, blur: float) -> Matrix:
    """What lens and pixel leave of a wave of (m, n) cycles a pixel of the display."""
    across, down = m * slopes[0] + n * slopes[2], m * slopes[1] + n * slopes[3]
    lens = np.exp(-2 * (np.pi * blur) ** 2 * (across**2 + down**2))
    return np.asarray(lens * np.sinc(across) * np.sinc(down))


def _refined(coarse: Matrix, size: tuple[int, int]) -> Floats:
    whole = (coarse.shape[1] * _COARSE, coarse.shape[0] * _COARSE)
    fine = np.asarray(cv2.resize(coarse, whole, interpolation=cv2.INTER_LINEAR), np.float32)
    return fine[: size[1], : size[0]]
