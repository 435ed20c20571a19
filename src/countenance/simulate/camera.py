"""A webcam or phone camera: pinhole, lens blur, exposure, sensor noise, sharpening, motion JPEG."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from countenance.simulate.light import Bytes, Floats, blurred, encoded, luminance


@dataclass(frozen=True, slots=True)
class Camera:
    """`focal`, `blur` in pixels; `electrons` full well at the chosen gain, `read` noise in
    electrons.

    `sharpen` is the strength of the unsharp mask, `target` the mean linear luminance the
    exposure aims at (centre weighted), `tint` the error of white balance per channel (B, G, R),
    `falloff` the light lost in the corners, `jpeg` the quality of the stream from the sensor.
    """

    size: tuple[int, int]
    focal: float
    blur: float
    electrons: float
    read: float
    sharpen: float
    target: float
    tint: tuple[float, float, float]
    falloff: float
    jpeg: int

    def project(self, points: Floats, distance: float) -> tuple[Floats, Floats]:
        """Pixels (N x 2) and depths (N) of points in metres, `distance` metres from the origin."""
        depths = np.float32(distance) - points[:, 2]
        centre = np.array([(self.size[0] - 1) / 2, (self.size[1] - 1) / 2], np.float32)
        reach = np.array([self.focal, -self.focal], np.float32) / depths[:, None]
        return centre + points[:, :2] * reach, depths

    def meter(self, light: Floats) -> float:
        """The gain that brings the centre-weighted mean of a linear frame to the target."""
        height, width = light.shape[:2]
        y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j].astype(np.float32)
        weight = np.exp(-2 * (x * x + y * y))
        mean = float((luminance(light) * weight).sum() / weight.sum())
        return self.target / max(mean, 1e-6)

    def develop(self, light: Floats, gain: Floats, rng: np.random.Generator) -> Bytes:
        """A frame of BGR bytes from linear light (H x W x 3) and the gain of each pixel,
        likewise.
        """
        light = blurred(light, self.blur) * gain  # from here in place: fresh pages cost more
        # Photons arrive by chance (variance = mean), the amplifier adds its own (variance fixed).
        deviation = np.maximum(light, 0)
        deviation *= np.float32(1 / self.electrons)
        deviation += np.float32((self.read / self.electrons) ** 2)
        np.sqrt(deviation, out=deviation)
        deviation *= rng.standard_normal(light.shape, np.float32)
        light += deviation
        # Colours between the sites of the mosaic are interpolated, so neighbours share their noise.
        light = blurred(light, 0.5)
        detail = light - blurred(light, 1.2)
        detail *= np.float32(self.sharpen)
        light += detail
        pixels = encoded(light)
        _, stream = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, self.jpeg])
        return np.asarray(cv2.imdecode(stream, cv2.IMREAD_COLOR), np.uint8)

    def response(self) -> Floats:
        """Gain of each pixel (H x W x 3) at unit exposure: lens fall-off and white balance."""
        height, width = self.size[1], self.size[0]
        y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j].astype(np.float32)
        fall = 1 - np.float32(self.falloff / 2) * (x * x + y * y)
        return np.asarray(fall[..., None] * np.array(self.tint, np.float32), np.float32)


def drawn(rng: np.random.Generator, size: tuple[int, int]) -> Camera:
    """A camera of the kind people have, for frames of `size` (width, height)."""
    return Camera(
        size=size,
        focal=0.9 * max(size),  # a long side of 58 degrees, between laptop and telephone
        blur=rng.uniform(0.4, 0.8),
        electrons=rng.uniform(1200, 5000),
        read=rng.uniform(2, 6),
        sharpen=rng.uniform(0.3, 0.9),
        target=rng.uniform(0.16, 0.24),
        tint=(rng.uniform(0.94, 1.06), 1.0, rng.uniform(0.94, 1.06)),
        falloff=rng.uniform(0.05, 0.25),
        jpeg=int(rng.integers(80, 96)),
    )


def exposures(start: float, wander: NDArray[np.float64]) -> list[float]:
    """Gains of successive frames: exposure goes 0.3 of the way to its wandering aim in each."""
    gains, gain = [], start
    for aim in wander:
        gain = 0.7 * gain + 0.3 * start * (1 + float(aim))
        gains.append(gain)
    return gains
