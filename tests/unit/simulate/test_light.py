import numpy as np

from countenance.simulate.light import encoded, filled, linear, smoothstep


def test_every_byte_survives_linear_light() -> None:
    every = np.arange(256, dtype=np.uint8)
    # The 12-bit converter cannot tell the darkest bytes apart: sRGB is steeper than its steps.
    back = encoded(linear(every))
    assert np.abs(back.astype(int) - every).max() <= 2
    assert (back[64:] == every[64:]).all()


def test_light_outside_the_range_clips() -> None:
    assert encoded(np.array([-1, 0, 1, 7], np.float32)).tolist() == [0, 0, 255, 255]


def test_filling_keeps_what_is_known_and_continues_it() -> None:
    image = np.zeros((40, 60, 3), np.float32)
    image[:, :, 1] = 0.5
    known = np.ones((40, 60), np.float32)
    known[10:30, 20:40] = 0
    image[10:30, 20:40] = 9
    out = filled(image, known)
    np.testing.assert_allclose(out[:, :, 1], 0.5, atol=1e-3)
    np.testing.assert_allclose(out[:, :, 0], 0.0, atol=1e-3)


def test_smoothstep_ends() -> None:
    assert smoothstep(np.array([-3.0, 0.0, 0.5, 1.0, 3.0])).tolist() == [0, 0, 0.5, 1, 1]
