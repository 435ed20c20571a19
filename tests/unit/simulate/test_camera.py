import numpy as np
from numpy.typing import NDArray

from countenance.simulate.camera import Camera, drawn, exposures


def camera(**changes: float | int) -> Camera:
    facts: dict[str, float | int] = {"blur": 0.0, "electrons": 2000, "read": 4, "sharpen": 0.0}
    facts |= {"target": 0.2, "falloff": 0.0, "jpeg": 100} | changes
    return Camera(size=(64, 48), focal=58.0, tint=(1.0, 1.0, 1.0), **facts)  # type: ignore[arg-type]  # whole numbers too


def grey(level: float) -> NDArray[np.float32]:
    return np.full((48, 64, 3), level, np.float32)


def noise(level: float, **changes: float | int) -> float:
    made = camera(**changes)
    rng = np.random.default_rng(1)
    frames = np.stack([made.develop(grey(level), made.response(), rng) for _ in range(12)])
    return float(frames.astype(float).std(0).mean())


def test_the_middle_of_the_scene_is_in_the_middle_of_the_frame() -> None:
    points = np.array([[0, 0, 0], [0.1, 0.1, 0], [0.1, 0.1, 0.5]], np.float32)
    at, depths = camera().project(points, 1.0)
    np.testing.assert_allclose(at[0], [31.5, 23.5])
    np.testing.assert_allclose(at[1] - at[0], [5.8, -5.8], atol=1e-4)
    np.testing.assert_allclose(at[2] - at[0], [11.6, -11.6], atol=1e-4)
    np.testing.assert_allclose(depths, [1, 1, 0.5])


def test_less_light_to_count_is_more_noise() -> None:
    assert noise(0.2, electrons=500) > 1.5 * noise(0.2, electrons=4000)


def test_two_frames_of_a_still_scene_differ_by_their_noise() -> None:
    assert 0.5 < noise(0.2) < 6


def test_exposure_brings_any_scene_to_the_target() -> None:
    made = camera()
    for level in (0.01, 0.2, 3.0):
        assert abs(made.meter(grey(level)) * level - 0.2) < 1e-3


def test_exposure_follows_with_inertia() -> None:
    gains = exposures(2.0, np.full(40, 0.1))
    assert gains[0] < gains[5] < gains[-1]
    assert abs(gains[-1] - 2.2) < 1e-3


def test_corners_are_darker_and_the_tint_shows() -> None:
    response = camera(falloff=0.2).response()
    assert response[0, 0, 0] < 0.85
    assert response[24, 32, 0] > 0.99


def test_a_seed_draws_one_camera() -> None:
    size = (640, 480)
    first, again, other = (drawn(np.random.default_rng(s), size) for s in (1, 1, 2))
    assert first == again != other
