import numpy as np
import pytest

from countenance.simulate import device as devices
from countenance.simulate.camera import drawn
from countenance.simulate.hand import fingers
from countenance.simulate.motion import rotation
from countenance.simulate.plane import Layer, Matrix, homography, outline
from countenance.simulate.subpixels import DIAMONDS, STRIPES, Dots, mosaicked, sampled

SIZE = (320, 240)


def before(pitch: float, turn: float = 0.0) -> Matrix:
    """A plane on which one of the frame's pixels is `pitch` metres wide."""
    scaled = np.array([[1 / pitch, 0, 159.5], [0, -1 / pitch, 119.5], [0, 0, 1]])
    turned = np.eye(3)
    turned[:2, :2] = rotation(0, 0, turn)[:2, :2]
    return scaled @ turned


def peak(plane: np.ndarray) -> tuple[float, float, float]:
    """Cycles a pixel (across, down) of the strongest wave, and its size."""
    spectrum = np.abs(np.fft.rfft2(plane - plane.mean())) / plane.size
    down, across = np.unravel_index(spectrum.argmax(), spectrum.shape)
    rows = np.fft.fftfreq(plane.shape[0])
    return float(across / plane.shape[1]), float(rows[down]), float(spectrum.max())


def test_dots_finer_than_the_camera_come_back_as_slow_stripes() -> None:
    # 0.8 pixels of the display in one of the camera's: what repeats once a display's pixel
    # returns at 1 - 0.8 = 0.2 cycles a pixel.
    grid = sampled(STRIPES, 1e-4, before(0.8e-4), SIZE, 0.2)
    across, down, strength = peak(grid[..., 1])
    assert abs(across - 0.2) < 0.004
    assert abs(down) < 0.004
    assert strength > 0.01
    np.testing.assert_allclose(grid.mean((0, 1)), 1, atol=0.02)


def test_stripes_beside_each_other_beat_out_of_step() -> None:
    blue, _, red = np.moveaxis(sampled(STRIPES, 1e-4, before(0.8e-4), SIZE, 0.2), -1, 0)
    assert float(np.corrcoef(blue[100], red[100])[0, 1]) < 0


def test_a_mosaic_turns_what_the_lens_passes_into_bands_of_colour() -> None:
    grid = sampled(STRIPES, 1e-4, before(0.45e-4), SIZE, 0.5)
    red = mosaicked(grid)[..., 2]  # every second pixel: 0.45 returns at 0.5 - 0.45
    assert abs(peak(red)[0] - 0.05) < 0.005


@pytest.mark.parametrize("dots", [STRIPES, DIAMONDS])
def test_a_fine_display_far_away_is_smooth(dots: Dots) -> None:
    grid = sampled(dots, 0.06e-3, before(0.45e-3, 3.0), SIZE, 0.6)
    assert np.ptp(grid) < 0.01


def test_near_enough_the_stripes_themselves_are_seen() -> None:
    blue, green, red = np.moveaxis(sampled(STRIPES, 1e-3, before(1e-4), SIZE, 0.4), -1, 0)
    middle = int(np.argmax(green[120, 150:160])) + 150
    assert blue[120, middle] < 0.2 * green[120, middle]
    assert red[120, middle] < 0.2 * green[120, middle]


def test_a_mosaic_keeps_what_is_even() -> None:
    even = np.broadcast_to(np.array([0.2, 0.5, 0.7], np.float32), (20, 30, 3))
    np.testing.assert_allclose(mosaicked(even), even, atol=1e-6)


def test_a_layer_lies_where_the_homography_says() -> None:
    camera = drawn(np.random.default_rng(1), SIZE)
    layer = Layer(np.ones((50, 80, 1), np.float32), (0.16, 0.10))
    matrix = homography(camera, 0.4, rotation(8, -5, 4), np.array([0.01, -0.01, 0]))
    seen = layer.seen(matrix, SIZE)[..., 0]
    quad = np.array(outline(matrix, layer.size))
    a, b = quad, np.roll(quad, -1, 0)
    area = 0.5 * abs(float((a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0]).sum()))
    assert abs(float(seen.sum()) - area) < 0.01 * area
    y, x = np.nonzero(seen > 0.5)
    np.testing.assert_allclose([x.mean(), y.mean()], quad.mean(0), atol=1.5)


@pytest.mark.parametrize("species", [devices.PHONE, devices.TABLET, devices.MONITOR])
def test_a_display_lies_inside_its_body_and_glows_there_only(species: str) -> None:
    for seed in range(4):
        rng = np.random.default_rng(seed)
        device = devices.drawn(rng, species, upright=seed % 2 == 0)
        assert all(d < b for d, b in zip(device.display, device.body, strict=True))
        pitch = max(device.body) / 200
        white = np.full((90, 90, 3), 255, np.uint8)
        lit = devices.lit(device, white, (np.array([45.0, 45.0]), 30.0), 0.5, pitch)
        share = float((lit.texture.sum(2) > 0).mean())
        expected = float(np.prod(device.display) / np.prod(device.body))
        assert abs(share - expected) < 0.05
        body = devices.unlit(device, pitch).texture
        assert body[..., 3].max() == 1.0
        assert body[0, 0].max() == 0.0


def test_a_species_that_is_no_device_is_refused() -> None:
    with pytest.raises(ValueError, match="no device"):
        devices.drawn(np.random.default_rng(0), "print-page", upright=True)


def test_fingers_come_from_beyond_the_edge_and_leave_the_middle_free() -> None:
    for seed in range(8):
        hand = fingers(np.random.default_rng(seed), (0.15, 0.20), 0.001, (1.0, 1.0))
        cover = hand.texture[..., 3]
        height, width = cover.shape
        assert cover.max() == 1.0
        assert cover[height // 2 - 20 : height // 2, width // 2 - 20 : width // 2 + 20].max() == 0
        rim = np.concatenate([cover[-1], cover[:, 0], cover[:, -1]])
        assert rim.max() > 0.5
