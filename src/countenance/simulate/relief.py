"""A portrait made solid: the face from its mesh; hair, neck and shoulders from their outline."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from countenance.simulate.light import Bytes, Floats, blurred, smoothstep
from countenance.simulate.matte import cut
from countenance.simulate.raster import lattice

EYE_SPAN = 0.09  # metres between the outer eye corners (33, 263): the scale liveness work assumes
_CELLS = 22  # lattice cells over the width of the face
# What a frame can show about the face: left and right, above and below its middle, in face widths.
_BESIDE, _ABOVE, _BELOW = 2.4, 2.1, 2.7
_EAR = (234, 454)
_FACE = 468  # landmarks of the surface; the irises follow them


@dataclass(frozen=True, slots=True, eq=False)
class Relief:
    """A person in metres: x right, y up, z to the camera, origin between the ears.

    `texture` is H x W x 4 linear BGR times cover, and cover; `solid` where it is not empty, and
    a hair around; `background` H x W x 3 linear BGR on the same pixels; `scale` is metres per
    pixel at the origin and `origin` the pixel it lies at. `vertices` N x 3, `normals` N x 3,
    `places` N x 2 (x, y in the texture), `sway` N (1 where the head moves it, 0 at the
    shoulders), `landmarks` 478 x 3 in texture pixels.
    """

    texture: Floats
    solid: NDArray[np.bool_]
    background: Floats
    scale: float
    origin: tuple[float, float]
    vertices: Floats
    normals: Floats
    places: Floats
    sway: Floats
    triangles: NDArray[np.int32]
    neck: Floats
    landmarks: Floats


def sculpt(portrait: Bytes, landmarks: Floats) -> Relief:
    """Build the relief of the person with these 478 landmarks (pixels, z < 0 to the camera)."""
    width = float(np.ptp(landmarks[:, 0]))
    middle = landmarks[list(_EAR), :2].mean(0)
    low = np.floor(middle - width * np.array([_BESIDE, _ABOVE])).astype(int)
    high = np.ceil(middle + width * np.array([_BESIDE, _BELOW])).astype(int)
    size = np.array([portrait.shape[1], portrait.shape[0]])
    first, last = np.maximum(low, 0), np.minimum(high, size)
    points = np.asarray(landmarks, np.float32).copy()
    points[:, :2] -= first
    matte = cut(np.ascontiguousarray(portrait[first[1] : last[1], first[0] : last[0]]), points)
    # Beyond the portrait its colours are mirrored; the body goes on below and beside, never above.
    left, top = (int(v) for v in first - low)
    right, bottom = (int(v) for v in high - last)
    person = _padded(matte.person, (top, bottom, left, right), cv2.BORDER_REFLECT)
    background = _padded(matte.background, (top, bottom, left, right), cv2.BORDER_REFLECT)
    cover = _padded(
        _padded(matte.cover, (0, bottom, 0, 0), cv2.BORDER_REPLICATE),
        (top, 0, 0, 0),
        cv2.BORDER_CONSTANT,
    )
    cover = np.hstack([_arm(cover[:, 0], left)[:, ::-1], cover, _arm(cover[:, -1], right)])
    points[:, :2] += left, top
    scale = EYE_SPAN / float(np.linalg.norm(points[33] - points[263]))
    ears = points[list(_EAR)].mean(0)

    step = width / _CELLS
    shape = (int((cover.shape[0] - 1) / step) + 1, int((cover.shape[1] - 1) / step) + 1)
    rows, columns = np.mgrid[: shape[0], : shape[1]].astype(np.float32) * np.float32(step)
    places = np.stack([columns, rows], -1).astype(np.float32)
    depth = _depth(cover, points, places, scale)
    vertices = np.dstack([(columns - ears[0]) * scale, (ears[1] - rows) * scale, depth]).astype(
        np.float32
    )

    chin = float(points[:_FACE, 1].max())
    face_height = float(np.ptp(points[:_FACE, 1]))
    sway = 1 - smoothstep((rows - chin - 0.05 * face_height) / (0.5 * face_height))
    texture = np.dstack([person * cover[..., None], cover]).astype(np.float32)
    # Only what a piece of the person may lie on needs to be drawn.
    solid = np.asarray(cv2.dilate(cover, np.ones((5, 5))), np.float32) > 0
    reach = np.asarray(cv2.dilate(cover, np.ones((3, 3)), iterations=int(step) + 3), np.float32)
    near = reach[rows.astype(int), columns.astype(int)].reshape(-1) > 0
    triangles = lattice(*shape)
    return Relief(
        texture=texture,
        solid=solid,
        background=background,
        scale=scale,
        origin=(float(ears[0]), float(ears[1])),
        vertices=vertices.reshape(-1, 3),
        normals=_normals(vertices).reshape(-1, 3),
        places=places.reshape(-1, 2),
        sway=sway.reshape(-1),
        triangles=triangles[near[triangles].any(1)],
        neck=np.array([0, (ears[1] - chin - 0.2 * face_height) * scale, -0.01], np.float32),
        landmarks=points,
    )


def _padded(image: Floats, by: tuple[int, int, int, int], how: int) -> Floats:
    return np.asarray(cv2.copyMakeBorder(image, *by, how), np.float32)


def _arm(edge: Floats, reach: int) -> Floats:
    """Cover of the columns beyond a border: the body goes on there, falling by two rows a column
    as an arm hangs.
    """
    row = np.arange(len(edge), dtype=np.float32)
    columns = [np.interp(row - 2 * k, row, edge) for k in range(1, reach + 1)]
    return (
        np.stack(columns, 1).astype(np.float32) if columns else np.zeros((len(edge), 0), np.float32)
    )


def _depth(cover: Floats, points: Floats, places: Floats, scale: float) -> Floats:
    """Metres towards the camera from the plane of the ears, at `places` (R x C x 2)."""
    surface = points[:_FACE]
    width, high = float(np.ptp(surface[:, 0])), float(np.ptp(surface[:, 1]))
    chin, ears = float(surface[:, 1].max()), float(points[list(_EAR), 2].mean())
    face = _spline(surface[:, :2], (ears - surface[:, 2]) * scale, places)
    # Distance from the outline, in face widths: a round limb rises from it as a circle does.
    solid = (cover > 0.5).astype(np.uint8)
    edge = np.asarray(cv2.distanceTransform(solid, cv2.DIST_L2, 5), np.float32) / width
    at_x, at_y = places[..., 0].astype(int), places[..., 1].astype(int)
    inside = edge[at_y, at_x]

    def dome(radius: float) -> Floats:
        t = 1 - np.clip(inside / radius, 0, 1)
        return np.asarray(np.sqrt(1 - t * t), np.float32)

    crown = -0.03 + 0.095 * dome(0.5)
    chest = -0.06 + 0.075 * dome(0.45)
    below = smoothstep((places[..., 1] - chin + 0.05 * high) / (0.15 * high))
    body = blurred(np.asarray((1 - below) * crown + below * chest, np.float32), 1.2)
    hull = cv2.convexHull(np.round(surface[:, :2]).astype(np.int32))
    oval = np.zeros(cover.shape, np.uint8)
    cv2.fillConvexPoly(oval, hull, 1)
    depth_in = np.asarray(cv2.distanceTransform(oval, cv2.DIST_L2, 5), np.float32) / width
    share = smoothstep(depth_in[at_y, at_x] / 0.10)
    return np.asarray(share * face + (1 - share) * body, np.float32)


def _spline(points: Floats, values: Floats, places: Floats) -> Floats:
    """Smoothing thin-plate spline (Duchon 1977) of `values` at `points` (N x 2), at `places`."""
    unit = float(np.ptp(points))
    known = points.astype(np.float64) / unit

    def kernel(a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.float64]:
        square = ((a[:, None] - b[None]) ** 2).sum(-1)
        return np.asarray(0.5 * square * np.log(np.maximum(square, 1e-12)))

    count = len(known)
    flat = np.column_stack([np.ones(count), known])
    system = np.zeros((count + 3, count + 3))
    # The mesh's depth is learned, not measured: do not follow it to the last hair.
    system[:count, :count] = kernel(known, known) + 1e-4 * np.eye(count)
    system[:count, count:], system[count:, :count] = flat, flat.T
    weights = np.linalg.solve(system, np.append(values.astype(np.float64), np.zeros(3)))
    at = places.reshape(-1, 2).astype(np.float64) / unit
    out = np.zeros(len(at))
    near = (np.abs(at - known.mean(0)) < 1.0).all(1)  # beyond, the face has no say
    out[near] = (
        kernel(at[near], known) @ weights[:count] + weights[count] + at[near] @ weights[count + 1 :]
    )
    return out.reshape(places.shape[:2]).astype(np.float32)


def _normals(vertices: Floats) -> Floats:
    """Unit normals of a lattice (R x C x 3) whose x grows along columns and y falls along rows."""
    along = np.gradient(vertices, axis=1)
    up = -np.gradient(vertices, axis=0)
    normals = np.cross(along, up)
    return np.asarray(normals / np.linalg.norm(normals, axis=-1, keepdims=True), np.float32)
