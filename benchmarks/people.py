"""The labelled people the face benchmarks share: LFW dev folds and the cohort, as vectors."""

from pathlib import Path

import numpy as np

from benchmarks.common import progress
from countenance.evaluation import people, vectors
from countenance.evaluation.vectors import Vectors
from countenance.perception import weights
from countenance.perception.faces import slot as slots

MODELS = ("sface", "accuracy")


def embedded(folder: Path, model: str) -> Vectors:
    """All pictures of a folder of people under a model, with a bar on standard error."""
    data = people.read_people(folder)
    return vectors.embed(data, model, lambda photos: progress(photos, f"{folder.name}, {model}"))


def lacking(model: str) -> str:
    """What is missing to run a model here; empty where nothing is."""
    try:
        slots.read(model)
    except (weights.WeightsMissing, slots.SlotError) as error:
        return str(error)
    return ""


def names(found: Vectors) -> np.ndarray:
    """The person of each row."""
    return np.array([photo.person for photo in found.photos], dtype=str)


def numbers(labels: np.ndarray) -> np.ndarray:
    """The people counted from 0, as `trials.all_pairs` asks."""
    return np.unique(labels, return_inverse=True)[1].astype(np.int64)
