"""How heads, hands and cameras move by themselves: smooth drift with a finite band, a function
of time alone.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from countenance.simulate.light import Floats


@dataclass(frozen=True, slots=True)
class Drift:
    """A sum of sinusoids in several channels: sampled at any rate, one seed moves the same way."""

    frequencies: NDArray[np.float64]
    phases: NDArray[np.float64]
    sizes: NDArray[np.float64]

    def at(self, times: NDArray[np.float64]) -> NDArray[np.float64]:
        """Values at `times` in seconds: len(times) x channels."""
        angles = 2 * np.pi * self.frequencies * times[:, None, None] + self.phases
        return np.asarray((self.sizes * np.sin(angles)).sum(-1))


def drift(
    rng: np.random.Generator,
    deviations: tuple[float, ...],
    band: tuple[float, float],
    waves: int = 4,
) -> Drift:
    """Draw a drift of these standard deviations, one per channel, with its power in `band`
    hertz.
    """
    shape = (len(deviations), waves)
    frequencies = np.exp(rng.uniform(np.log(band[0]), np.log(band[1]), shape))
    # Slow movements are the wide ones.
    sizes = rng.uniform(0.5, 1.5, shape) / frequencies
    sizes *= np.array(deviations)[:, None] * np.sqrt(2 / (sizes**2).sum(-1, keepdims=True))
    return Drift(frequencies, rng.uniform(0, 2 * np.pi, shape), sizes)


def rotation(yaw: float, pitch: float, roll: float) -> Floats:
    """Ry(yaw) Rx(pitch) Rz(-roll) of degrees, as `truth.Turn` defines them, 3 x 3."""
    (sy, sp, sr), (cy, cp, cr) = (f(np.radians([yaw, pitch, -roll])) for f in (np.sin, np.cos))
    about_y = np.array([[cy, 0, sy], [0, 1, 0], [-sy, 0, cy]])
    about_x = np.array([[1, 0, 0], [0, cp, -sp], [0, sp, cp]])
    about_z = np.array([[cr, -sr, 0], [sr, cr, 0], [0, 0, 1]])
    return np.asarray(about_y @ about_x @ about_z, np.float32)


def blinks(rng: np.random.Generator, times: NDArray[np.float64]) -> NDArray[np.float64]:
    """Lids at `times`, 0 open to 1 closed: blinks 2 to 5 s apart, 0.1 s down and 0.2 s up."""
    closure = np.zeros_like(times)
    moment = rng.uniform(0.3, 2.5)
    for _ in range(64):  # minutes of video
        since = times - moment
        rise = np.where(since < 0, 1 + since / 0.1, 1 - since / 0.2)
        closure = np.maximum(closure, np.clip(rise, 0, 1))
        moment += rng.uniform(2.0, 5.0)
    return closure
