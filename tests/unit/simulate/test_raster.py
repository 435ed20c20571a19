import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from countenance.simulate.raster import lattice, rasterise


def grid(rows: int, columns: int, width: float, height: float) -> np.ndarray:
    x, y = np.meshgrid(np.linspace(0, width, columns), np.linspace(0, height, rows))
    return np.stack([x, y], -1).reshape(-1, 2).astype(np.float32)


@settings(max_examples=25, deadline=None)
@given(rows=st.integers(2, 9), columns=st.integers(2, 9), seed=st.integers(0, 99))
def test_a_jittered_grid_covers_every_pixel_and_carries_its_coordinates(
    rows: int, columns: int, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    points = grid(rows, columns, 50, 30)
    inner = (points[:, 0] > 0) & (points[:, 0] < 50) & (points[:, 1] > 0) & (points[:, 1] < 30)
    jitter = rng.uniform(-0.3, 0.3, points.shape) * [50 / columns, 30 / rows]
    points[inner] += jitter[inner].astype(np.float32)
    depths = np.ones(len(points), np.float32)
    out, cover = rasterise(points, depths, points, lattice(rows, columns), (31, 51))
    assert cover.all()
    x, y = np.meshgrid(np.arange(51), np.arange(31))
    np.testing.assert_allclose(out, np.stack([x, y], -1), atol=0.02)


def test_the_nearer_surface_hides_the_farther_whatever_the_order() -> None:
    points = np.vstack([grid(2, 2, 20, 20), grid(2, 2, 10, 20)])
    depths = np.array([2, 2, 2, 2, 1, 1, 1, 1], np.float32)
    value = np.array([[0], [0], [0], [0], [1], [1], [1], [1]], np.float32)
    both = np.vstack([lattice(2, 2), lattice(2, 2) + 4])
    for triangles in (both, both[::-1].copy()):
        out, _ = rasterise(points, depths, value, triangles, (21, 21))
        assert (out[:, :10] > 0.999).all()
        assert (out[:, 12:] < 0.001).all()


def test_a_surface_seen_from_behind_is_not_drawn() -> None:
    points = grid(2, 2, 20, 20)[[1, 0, 3, 2]]
    _, cover = rasterise(points, np.ones(4, np.float32), points, lattice(2, 2), (21, 21))
    assert not cover.any()


def test_an_empty_part_hides_nothing() -> None:
    near = grid(2, 2, 20, 20)
    solid = np.ones((21, 21), bool)
    solid[:, :10] = False
    points = np.vstack([near, near])
    depths = np.repeat([1, 2], 4).astype(np.float32)
    # The far surface lies wholly in the solid part of the texture.
    place = np.vstack([near, np.full((4, 2), 15, np.float32)])
    value = np.column_stack([place, depths]).astype(np.float32)
    triangles = np.vstack([lattice(2, 2), lattice(2, 2) + 4])
    out, cover = rasterise(points, depths, value, triangles, (21, 21), solid)
    assert cover.all()
    assert (out[:, :9, 2] > 1.999).all()
    assert (out[:, 11:, 2] < 1.001).all()


def test_nothing_in_the_frame_is_no_error() -> None:
    points = grid(2, 2, 20, 20) - 100
    out, cover = rasterise(points, np.ones(4, np.float32), points, lattice(2, 2), (5, 5))
    assert not cover.any()
    assert not out.any()
