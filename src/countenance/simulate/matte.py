"""The person cut out of a portrait, and the background completed where the person stood."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from countenance.simulate.light import Bytes, Floats, blurred, filled, linear, smoothstep

_LONG_SIDE = 420  # of the working copy; the edge itself is found at full resolution
_ROUNDS = 5


@dataclass(frozen=True, slots=True, eq=False)
class Matte:
    """`cover` of the person (H x W, 0 to 1); `person` and `background`, linear BGR, both
    complete.
    """

    cover: Floats
    person: Floats
    background: Floats


def cut(portrait: Bytes, landmarks: Floats) -> Matte:
    """Separate the person with these 478 face landmarks (pixels, x and y first) from the rest."""
    mask = _person(portrait, landmarks)
    width = float(np.ptp(landmarks[:, 0]))
    light = linear(portrait)
    band = max(2, round(0.035 * width))
    inner = _shrunk(mask, band)
    outer = 1 - _shrunk(1 - mask, band)
    person = filled(light, inner)
    background = _behind(portrait, light, 1 - _shrunk(1 - mask, 2 * band))
    # Within the band each pixel is a mixture of the two: its share is its place on the line between
    # them. Where the two are too alike to tell, the outline decides; it also bounds the answer, for
    # what is hidden was only guessed.
    difference = person - background
    contrast = (difference**2).sum(-1)
    share = ((light - background) * difference).sum(-1) / np.maximum(contrast, 1e-6)
    trust = contrast / (contrast + 0.02)
    outline = blurred(mask, 0.3 * band)
    depth = _depth(mask) / band  # 1 where the band ends inside, -1 where it ends outside
    least, most = smoothstep((depth + 0.2) / 1.2), smoothstep((depth + 1) / 1.2)
    mixed = trust * np.clip(share, least, most) + (1 - trust) * outline
    cover = np.where(inner > 0, 1, np.where(outer > 0, mixed, 0)).astype(np.float32)
    cover = blurred(cover, 0.5)
    person = np.where(inner[..., None] > 0, light, person)
    return Matte(cover, person, background)


def _person(portrait: Bytes, landmarks: Floats) -> Floats:
    """GrabCut (Rother et al. 2004) from the place of the face: 1 on the person, 0 elsewhere."""
    height, width = portrait.shape[:2]
    scale = min(1.0, _LONG_SIDE / max(height, width))
    small = np.asarray(
        cv2.resize(portrait, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8
    )
    labels = _guess(small.shape[:2], landmarks[:, :2] * scale)
    cv2.setRNGSeed(0)  # its colour models start from a random draw
    model = np.zeros((1, 65)), np.zeros((1, 65))
    whole = (0, 0, small.shape[1], small.shape[0])  # not read where the labels are given
    cv2.grabCut(small, labels, whole, *model, _ROUNDS, cv2.GC_INIT_WITH_MASK)
    chosen = np.isin(labels, (cv2.GC_FGD, cv2.GC_PR_FGD)).astype(np.uint8)
    reach = max(2, round(0.08 * float(np.ptp(landmarks[:, 0])) * scale))
    for operation, size in ((cv2.MORPH_CLOSE, 2 * reach + 1), (cv2.MORPH_OPEN, 5)):
        kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))
        chosen = np.asarray(cv2.morphologyEx(chosen, operation, kernel), np.uint8)
    # One person: the piece the face belongs to, and no holes in it.
    outlines, _ = cv2.findContours(chosen, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    x, y = (float(v) for v in landmarks[:, :2].mean(0) * scale)
    around = [o for o in outlines if cv2.pointPolygonTest(o, (x, y), False) >= 0]
    chosen = np.zeros_like(chosen)
    cv2.drawContours(chosen, around, -1, 1, cv2.FILLED)
    soft = cv2.resize(chosen.astype(np.float32), (width, height), interpolation=cv2.INTER_CUBIC)
    return (blurred(np.asarray(soft, np.float32), 0.6 / scale) > 0.5).astype(np.float32)


def _guess(shape: tuple[int, ...], points: Floats) -> NDArray[np.uint8]:
    """GrabCut's starting labels from proportions of the body about the face's width and height."""
    y, x = np.mgrid[: shape[0], : shape[1]].astype(np.float32)
    left, top = points.min(0)
    right, chin = points.max(0)
    wide, high = right - left, chin - top
    across = np.abs(x - (left + right) / 2) / wide
    labels = np.full(shape[:2], cv2.GC_PR_BGD, np.uint8)
    head = across**2 / 0.72**2 + ((y - (top + 0.35 * high)) / (0.95 * high)) ** 2 < 1
    shoulders = (y > chin + 0.35 * high) & (across < 0.55 + 1.3 * (y - chin - 0.35 * high) / high)
    labels[head | shoulders | ((across < 0.4) & (y > chin))] = cv2.GC_PR_FGD
    hair = (across / 0.9) ** 2 + ((y - top - 0.35 * high) / (1.25 * high)) ** 2 < 1
    body = y > chin + 0.3 * high * np.maximum(across - 0.8, 0)
    labels[~(hair | body)] = cv2.GC_BGD
    face = np.zeros(shape[:2], np.uint8)
    hull = cv2.convexHull(np.round(points).astype(np.int32))
    cv2.fillConvexPoly(face, hull, 1)
    # The skull rises a good quarter of the face above the hairline, whatever is worn on it.
    crown = (across / 0.5) ** 2 + ((y - top - 0.35 * high) / (0.63 * high)) ** 2 < 1
    chest = (y > chin + 0.35 * high) & (across < 0.85)
    labels[(face > 0) | (crown & (y < chin)) | chest] = cv2.GC_FGD
    return labels


def _behind(portrait: Bytes, light: Floats, hidden: Floats) -> Floats:
    """The scene without the person: what adjoins the hole is carried into it (Telea 2004), at
    half resolution.
    """
    height, width = hidden.shape
    half = (width // 2, height // 2)
    holes = (np.asarray(cv2.resize(hidden, half, interpolation=cv2.INTER_AREA)) > 0).astype(
        np.uint8
    )
    small = np.asarray(cv2.resize(portrait, half, interpolation=cv2.INTER_AREA), np.uint8)
    rough = cv2.resize(
        cv2.inpaint(small, holes, 4, cv2.INPAINT_TELEA),
        (width, height),
        interpolation=cv2.INTER_CUBIC,
    )
    smooth = blurred(linear(np.asarray(rough, np.uint8)), 2.0)
    share = blurred(hidden, 1.0)[..., None]
    return share * smooth + (1 - share) * light


def _depth(mask: Floats) -> Floats:
    """Signed distance to the outline in pixels, positive inside."""
    solid = mask.astype(np.uint8)
    inside, outside = (cv2.distanceTransform(m, cv2.DIST_L2, 5) for m in (solid, 1 - solid))
    return np.asarray(inside - outside, np.float32)


def _shrunk(mask: Floats, by: int) -> Floats:
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * by + 1, 2 * by + 1))
    return np.asarray(cv2.erode(mask, kernel, borderType=cv2.BORDER_REPLICATE), np.float32)
