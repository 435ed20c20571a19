"""A face that moves like a sheet: every point as one plane, seen from a moving camera, would."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from countenance.perception.liveness.series import Place, Series, box_at, pixels_of

# Shi and Tomasi, CVPR 1994; pyramidal Lucas-Kanade as OpenCV has it.
_CORNERS, _QUALITY, _SPACING = 80, 0.01, 4.0
_WINDOW, _LEVELS = (17, 17), 3
_FEWEST = 20  # tracks that a plane is fitted to
_RANSAC = 3.0  # pixels


@dataclass(frozen=True, slots=True)
class Flatness:
    """`residual` is how far the points are from one plane's movement, `motion` how far they move.

    Both in pixels of the track: the 90th percentile and the median over `pairs` of frames.
    """

    residual: float
    motion: float
    pairs: int


def measure(
    series: Series, places: tuple[Place, ...], *, every: float, lag: float
) -> Flatness | None:
    """Follow the face's corners over `lag` seconds, `every` so many; None where nothing held."""
    residuals, motions = [], []
    following = -np.inf
    for i, time in enumerate(series.times):
        if time < following:
            continue
        j = int(np.searchsorted(series.times, time + lag - 1e-6))
        if j >= len(series.times):
            break
        following = time + every
        height, width = series.frames[i].shape
        box = pixels_of(box_at(places, float(time)), width, height)
        found = _pair(series.frames[i], series.frames[j], box)
        if found is not None:
            residuals.append(found[0])
            motions.append(found[1])
    if not residuals:
        return None
    return Flatness(float(np.percentile(residuals, 90)), float(np.median(motions)), len(residuals))


def _pair(
    before: NDArray[np.uint8], after: NDArray[np.uint8], box: tuple[int, int, int, int]
) -> tuple[float, float] | None:
    """Median distance of the tracks from the best homography, and their median movement."""
    left, top, right, bottom = box
    inside = np.zeros(before.shape, np.uint8)
    inside[top:bottom, left:right] = 255
    corners = cv2.goodFeaturesToTrack(before, _CORNERS, _QUALITY, _SPACING, mask=inside)
    if corners is None or len(corners) < _FEWEST:
        return None
    moved, held, _ = cv2.calcOpticalFlowPyrLK(
        before,
        after,
        corners,
        np.empty_like(corners),
        winSize=_WINDOW,
        maxLevel=_LEVELS,
    )
    kept = held.ravel() == 1
    first, second = corners.reshape(-1, 2)[kept], moved.reshape(-1, 2)[kept]
    if len(first) < _FEWEST:
        return None
    matrix, _ = cv2.findHomography(first, second, cv2.RANSAC, _RANSAC)
    if matrix is None:
        return None
    planar = cv2.perspectiveTransform(first[None], matrix)[0]
    residual = np.median(np.linalg.norm(planar - second, axis=1))
    return float(residual), float(np.median(np.linalg.norm(first - second, axis=1)))
