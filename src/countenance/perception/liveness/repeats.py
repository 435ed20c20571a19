"""A stretch of video shown again, forwards (a loop) or backwards (ping-pong)."""

import cv2
import numpy as np
from numpy.typing import NDArray

from countenance.perception.liveness.series import Floats, Series, thumbnails

_FEWEST = 12  # distinct pictures in which a repetition could be told
_NEIGHBOURS = 4  # pictures on either side that say how fast things move here


def share(series: Series, *, apart: float, nearness: float, run: int) -> float | None:
    """Share of the distinct pictures that are seen again, in order or in reverse, 0 to 1.

    Two pictures more than `apart` seconds from each other are the same where they differ by less
    than `nearness` times what the pictures beside either differ by: a person who comes back to a
    pose is not that near. Only `run` such pairs in a row count. None with too few pictures.
    """
    kept = series.distinct
    if len(kept) < _FEWEST:
        return None
    apartness = distances(thumbnails(series.frames[kept]))
    steps = np.diag(apartness, 1)
    local = np.array(
        [np.median(steps[max(0, i - _NEIGHBOURS) : i + _NEIGHBOURS]) for i in range(len(kept))]
    )
    times = series.times[kept]
    far = np.abs(times[:, None] - times) > apart
    same = far & (apartness < nearness * np.minimum(local[:, None], local))
    return float(in_runs(same, run).any(axis=1).mean())


def distances(rows: Floats) -> Floats:
    """Root of the mean squared difference of every two rows."""
    products = rows @ rows.T
    squares = np.diag(products)
    spread = np.maximum(squares[:, None] + squares - 2 * products, 0)
    return np.asarray(np.sqrt(spread / rows.shape[1]), np.float32)


def in_runs(same: NDArray[np.bool_], run: int) -> NDArray[np.bool_]:
    """What of a square table lies in `run` true cells on a diagonal of either direction."""
    cells = same.astype(np.uint8)
    forth = np.eye(run, dtype=np.uint8)
    back = np.ascontiguousarray(forth[::-1])
    kept = [
        cv2.morphologyEx(
            cells, cv2.MORPH_OPEN, kernel, borderType=cv2.BORDER_CONSTANT, borderValue=0
        )
        for kernel in (forth, back)
    ]
    return np.asarray((kept[0] > 0) | (kept[1] > 0))
