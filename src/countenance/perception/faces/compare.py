"""One-to-one comparison of two stills: views, embeddings, cosine, score."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from countenance.perception.faces import embed as embeddings
from countenance.perception.faces.view import View, ViewParams, look


@dataclass(frozen=True, slots=True)
class CompareParams:
    """How the two images are looked at, and the embedding (`sface` or a model folder)."""

    view: ViewParams = field(default_factory=ViewParams)
    model: str = embeddings.DEFAULT


@dataclass(frozen=True, slots=True)
class ComparisonReport:
    """`cosine` -1 to 1 and `score` 0 to 100 are None when a face was missing on either side.

    The reasons are those of the views `a` and `b`; a low score is not a reason here: verification
    decides what is low.
    """

    a: View
    b: View
    cosine: float | None
    score: float | None
    model: str


def compare(a: NDArray[np.uint8], b: NDArray[np.uint8], params: CompareParams) -> ComparisonReport:
    """Compare the main faces of two BGR images."""
    view_a, pixels_a = look(a, params.view)
    view_b, pixels_b = look(b, params.view)
    if view_a.main is None or view_b.main is None:
        return ComparisonReport(view_a, view_b, None, None, params.model)
    value = embeddings.cosine(
        embeddings.embed(pixels_a, view_a.main, params.model),
        embeddings.embed(pixels_b, view_b.main, params.model),
    )
    score = embeddings.score(value, params.model)
    return ComparisonReport(view_a, view_b, value, score, params.model)
