"""A small software rasteriser: triangles with a depth buffer, vectorised over fragments."""

import numpy as np
from numpy.typing import NDArray

from countenance.simulate.light import Floats

Ints = NDArray[np.int32]

# Triangles are drawn together with those of about their size, none larger than the last.
_SIZES = (4, 6, 8, 12, 16, 24, 32, 64, 128, 256, 512, 1024, 2048)


def lattice(rows: int, columns: int) -> Ints:
    """Triangles (2 (rows-1) (columns-1) x 3) over the vertices of a grid, numbered row by row."""
    at = np.arange(rows * columns, dtype=np.int32).reshape(rows, columns)
    a, b, c, d = at[:-1, :-1], at[:-1, 1:], at[1:, :-1], at[1:, 1:]
    halves = np.stack([np.stack([a, b, c], -1), np.stack([b, d, c], -1)])
    return halves.reshape(-1, 3)


def rasterise(
    points: Floats,
    depths: Floats,
    attributes: Floats,
    triangles: Ints,
    shape: tuple[int, int],
    solid: NDArray[np.bool_] | None = None,
) -> tuple[Floats, NDArray[np.bool_]]:
    """Interpolate vertex `attributes` (N x K) over an image of `shape` (height, width).

    `points` are N x 2 pixel positions, x before y, pixel centres at whole numbers; the smaller of
    two `depths` hides the other. Triangles seen from behind (counter-clockwise with y down) are
    culled. Interpolation is affine: keep triangles small beside their distance. Where `solid` is
    false at a fragment's first two attributes (x, y in it) nothing is drawn, so that an empty part
    of a surface hides none behind it. Returns H x W x K (0 where nothing lies) and the cover.
    """
    height, width = shape
    out = np.zeros((height * width, attributes.shape[1]), np.float32)
    nearest = np.full(height * width, np.inf, np.float32)
    which, shares, x, y = _fragments(points[triangles], shape)
    vertices = triangles[which]
    at = y * width + x
    depth = np.einsum("nk,nk->n", shares, depths[vertices])
    values = np.einsum("nk,nkc->nc", shares, attributes[vertices])
    if solid is not None:
        place = np.clip(np.rint(values[:, 1::-1]), 0, np.array(solid.shape) - 1).astype(np.int32)
        there = solid[place[:, 0], place[:, 1]]
        at, depth, values = at[there], depth[there], values[there]
    np.minimum.at(nearest, at, depth)
    front = depth <= nearest[at]
    out[at[front]] = values[front]
    return out.reshape(height, width, -1), np.isfinite(nearest).reshape(height, width)


def _fragments(corners: Floats, shape: tuple[int, int]) -> tuple[Ints, Floats, Ints, Ints]:
    """Every pixel under every triangle (M x 3 x 2): its number, corner shares (3), x and y."""
    height, width = shape
    a, b, c = corners[:, 0], corners[:, 1], corners[:, 2]
    area = (b[:, 0] - a[:, 0]) * (c[:, 1] - a[:, 1]) - (b[:, 1] - a[:, 1]) * (c[:, 0] - a[:, 0])
    low = np.ceil(np.clip(corners.min(1), 0, [width, height])).astype(np.int32)
    high = np.floor(np.clip(corners.max(1), -1, [width - 1, height - 1])).astype(np.int32)
    extent = (high - low + 1).max(1)
    seen = (area > 1e-6) & (high >= low).all(1)
    found: list[tuple[Ints, Floats, Ints, Ints]] = []
    smaller = 0
    for size in _SIZES:
        rows = np.flatnonzero(seen & (extent > smaller) & (extent <= size)).astype(np.int32)
        smaller = size
        step = np.arange(size, dtype=np.int32)
        x = low[rows, 0, None, None] + step[None, None, :]
        y = low[rows, 1, None, None] + step[None, :, None]
        first = _share(b[rows], c[rows], area[rows], x, y)
        second = _share(c[rows], a[rows], area[rows], x, y)
        third = 1 - first - second
        # A hair of tolerance, so that no pixel on an edge two triangles share is left bare.
        inside = (first >= -1e-4) & (second >= -1e-4) & (third >= -1e-4)
        inside &= (x <= high[rows, 0, None, None]) & (y <= high[rows, 1, None, None])
        at, down, along = np.nonzero(inside)
        shares = np.stack([w[at, down, along] for w in (first, second, third)], -1)
        found.append((rows[at], shares, x[at, 0, along], y[at, down, 0]))
    which, shares, across, below = (np.concatenate(parts) for parts in zip(*found, strict=True))
    return which, shares, across, below


def _share(p: Floats, q: Floats, area: Floats, x: Ints, y: Ints) -> Floats:
    """Barycentric share, at pixels x, y, of the corner opposite the edge from p to q."""
    dx, dy = (q - p)[:, 0, None, None], (q - p)[:, 1, None, None]
    edge = dx * (y - p[:, 1, None, None]) - dy * (x - p[:, 0, None, None])
    return np.asarray(edge / area[:, None, None], np.float32)
