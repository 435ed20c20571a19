"""Made-up people: unit vectors whose cosines follow a law that is known."""

import numpy as np
from numpy.typing import NDArray

from countenance.evaluation.people import Photo
from countenance.evaluation.trials import Trials, all_pairs
from countenance.evaluation.vectors import Vectors


def people(
    count: int, images: int = 2, *, dim: int = 64, alike: float = 0.8, seed: int = 1
) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Vectors of random directions, `images` of each person, and the people's numbers.

    Cosines of two people are nearly normal with deviation 1 / sqrt(dim), those of one person lie
    around `alike`.
    """
    rng = np.random.default_rng(seed)
    centre = _unit(rng.normal(size=(count, dim)))
    own = _unit(rng.normal(size=(count, images, dim)))
    matrix = _unit(alike**0.5 * centre[:, None] + (1 - alike) ** 0.5 * own)
    person = np.repeat(np.arange(count, dtype=np.int64), images)
    return matrix.reshape(-1, dim).astype(np.float32), person


def vectors(count: int, images: int = 2, seed: int = 1) -> Vectors:
    matrix, person = people(count, images, seed=seed)
    photos = tuple(Photo(f"{p}/{i}.jpg", str(p)) for i, p in enumerate(person))
    return Vectors(photos, matrix)


def trials(count: int, images: int = 2, **options: float) -> Trials:
    return all_pairs(*people(count, images, **options))  # type: ignore[arg-type]


def _unit(values: NDArray[np.float64]) -> NDArray[np.float64]:
    return values / np.linalg.norm(values, axis=-1, keepdims=True)
