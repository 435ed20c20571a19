"""Fingers about the edge of what is held up: before it, or the tips of those that hold behind."""

import cv2
import numpy as np
from numpy.typing import NDArray

from countenance.simulate.light import Floats, blurred
from countenance.simulate.plane import Layer, lattice

_LIGHT, _DARK = np.array([0.36, 0.45, 0.66]), np.array([0.035, 0.055, 0.11])  # skin, linear BGR
_BEYOND = 0.11  # metres of finger beyond the edge: out of the frame, or into the sleeve


def fingers(
    rng: np.random.Generator, size: tuple[float, float], pitch: float, seen: tuple[float, float]
) -> Layer:
    """Thumbs and fingertips at the lower half of a medium of `size` metres: light times cover,
    cover.

    `seen` is how much of the plane (metres) is worth drawing: what the camera may see.
    """
    wide, high = (min(s + 2 * _BEYOND, most) for s, most in zip(size, seen, strict=True))
    layer = lattice((wide, high), pitch)
    skin = _DARK + rng.beta(2, 2) * (_LIGHT - _DARK)
    x, y = layer.metres()
    texture = layer.texture
    for side in _sides(rng):
        thumbs = rng.random() < 0.5
        count = 1 if thumbs else int(rng.integers(2, 5))
        thick = rng.uniform(0.019, 0.023) if thumbs else rng.uniform(0.014, 0.018)
        start = rng.uniform(-0.45, 0.0)  # of the height, from the middle: hands hold low
        lean = rng.normal(0, 12) + (25 if thumbs else 0)
        for index in range(count):
            at = start * size[1] + index * 1.05 * thick
            inside = rng.uniform(0.012, 0.030) if thumbs else rng.uniform(0.004, 0.014)
            _add(
                texture, x, y, side, (size, at, inside, thick, lean), skin * rng.uniform(0.95, 1.05)
            )
    return Layer(np.asarray(texture, np.float32), layer.size)


def _sides(rng: np.random.Generator) -> tuple[str, ...]:
    """Which edges are held: one hand from below, from one side, or both sides."""
    held = (("below",), ("left", "right"), ("right",), ("left",))
    return held[int(rng.integers(len(held)))]


def _add(
    texture: Floats,
    x: Floats,
    y: Floats,
    side: str,
    finger: tuple[tuple[float, float], float, float, float, float],
    skin: NDArray[np.float64],
) -> None:
    """Lay one finger on the texture: a capsule from beyond the edge to its tip inside."""
    (wide, high), at, inside, thick, lean = finger
    turn = np.radians(lean)
    into = np.array([np.cos(turn), np.sin(turn)])
    if side == "below":
        tip, into = np.array([at, -high / 2 + inside]), into[::-1]
    elif side == "left":
        tip = np.array([-wide / 2 + inside, at])
    else:
        tip, into = np.array([wide / 2 - inside, at]), into * (-1, 1)
    radius = thick / 2
    tip = tip - radius * into
    along = (x[None] - tip[0]) * into[0] + (y[:, None] - tip[1]) * into[1]
    across = (x[None] - tip[0]) * into[1] - (y[:, None] - tip[1]) * into[0]
    away = np.hypot(np.maximum(along, 0), across).astype(np.float32)
    height = np.sqrt(np.maximum(1 - (away / np.float32(radius)) ** 2, 0))
    pitch = float(x[1] - x[0])
    cover = np.clip((radius - away) / pitch + 0.5, 0, 1).astype(np.float32)
    grain = np.random.default_rng(len(x)).standard_normal(cover.shape, np.float32)
    light = (0.35 + 0.65 * height) * (1 + 0.05 * blurred(grain, 1.5))
    colour = light[..., None] * skin.astype(np.float32)
    # Its shadow falls on the medium just beside it.
    shadow = cv2.GaussianBlur(cover, (0, 0), max(0.5, 0.003 / pitch))
    for channel in range(3):
        texture[..., channel] = (1 - cover) * texture[..., channel] + cover * colour[..., channel]
    texture[..., 3] = np.maximum((1 - cover) * texture[..., 3] + cover, 0.35 * shadow)
