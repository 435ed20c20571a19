"""A recording that does not hold together: the picture jumps, or the face is gone for a while."""

from collections.abc import Sequence

import numpy as np

from countenance.perception.liveness.series import (
    Floats,
    Place,
    Reals,
    Series,
    box_at,
    thumbnails,
)

_AROUND = 4  # pictures on either side that say what a step usually is
_LEAST = 1.0  # of a thumbnail's 40 levels of contrast: what noise alone may change
_LONGEST = 4.0  # usual steps: a recorder that drops frames is excused so far


def jump(series: Series, places: tuple[Place, ...]) -> float | None:
    """How many times larger the largest step is than any of the steps beside it.

    Of the whole picture and of the face, in thumbnails without brightness and contrast. None with
    fewer than three distinct pictures.
    """
    kept = series.distinct
    if len(kept) < 3:
        return None
    times = series.times[kept]
    frames = series.frames[kept]
    tall = [_steps(thumbnails(frames))]
    if places:
        boxes = [box_at(places, float(time)) for time in times]
        # Both of a pair through the same window: the face's own, at the first of the two.
        first, second = thumbnails(frames[:-1], boxes[:-1]), thumbnails(frames[1:], boxes[:-1])
        tall.append(np.sqrt(np.mean((first - second) ** 2, axis=1)))
    gaps = np.diff(times)
    long = np.clip(gaps / max(float(np.median(gaps)), 1e-3), 1, _LONGEST)
    return max(_height(steps / long) for steps in tall)


def absence(seen: Sequence[tuple[float, bool]]) -> float:
    """Seconds, at the least, for which the face was gone between two moments at which it was seen.

    `seen` are times with whether there was a face, ascending.
    """
    longest, gone = 0.0, None
    found = False
    for time, there in seen:
        if there:
            found, gone = True, None
        elif found:
            gone = time if gone is None else gone
            later = any(face for moment, face in seen if moment > time)
            longest = max(longest, time - gone) if later else longest
    return longest


def _steps(rows: Floats) -> Reals:
    return np.asarray(np.sqrt(np.mean(np.diff(rows, axis=0) ** 2, axis=1)), np.float64)


def _height(steps: Reals) -> float:
    """The largest step over the largest of those beside it, over all."""
    most = 0.0
    for i, step in enumerate(steps):
        beside = np.concatenate([steps[max(0, i - _AROUND) : i], steps[i + 1 : i + 1 + _AROUND]])
        usual = float(beside.max()) if len(beside) else 0.0
        most = max(most, float(step) / max(usual, _LEAST))
    return most
