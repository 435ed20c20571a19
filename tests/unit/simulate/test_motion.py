import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from countenance.simulate.motion import blinks, drift, rotation

angles = st.floats(-60, 60)


def test_a_drift_is_a_function_of_time_alone() -> None:
    motion = drift(np.random.default_rng(3), (2.0, 1.0), (0.1, 0.8))
    fast, slow = motion.at(np.arange(100) / 25), motion.at(np.arange(50) / 12.5)
    np.testing.assert_allclose(fast[::2], slow, atol=1e-9)


def test_a_drift_has_the_deviation_asked_for() -> None:
    motion = drift(np.random.default_rng(4), (2.0, 0.5), (0.1, 0.8))
    long = motion.at(np.arange(0, 4000, 0.1))
    np.testing.assert_allclose(long.std(0), [2.0, 0.5], rtol=0.1)


@given(yaw=angles, pitch=angles, roll=angles)
def test_the_angles_of_a_rotation_read_back_as_a_pose_is_read(
    yaw: float, pitch: float, roll: float
) -> None:
    r = rotation(yaw, pitch, roll).astype(float)
    np.testing.assert_allclose(r @ r.T, np.eye(3), atol=1e-5)
    back = [np.arctan2(r[0, 2], r[2, 2]), -np.arcsin(r[1, 2]), -np.arctan2(r[1, 0], r[1, 1])]
    np.testing.assert_allclose(np.degrees(back), [yaw, pitch, roll], atol=1e-2)


def test_lids_close_for_a_moment_and_open_again() -> None:
    closed = blinks(np.random.default_rng(5), np.arange(0, 60, 0.01))
    assert closed.min() == 0
    assert closed.max() > 0.95
    assert 0.01 < (closed > 0.5).mean() < 0.15
