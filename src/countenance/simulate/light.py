"""sRGB bytes to linear light and back, blur and filling: what every part of the renderer shares."""

import cv2
import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]

_STEPS = 4095


def _decode(v: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.where(v <= 0.04045, v / 12.92, ((v + 0.055) / 1.055) ** 2.4)


def _encode(v: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.where(v <= 0.0031308, v * 12.92, 1.055 * v ** (1 / 2.4) - 0.055)


_TO_LINEAR = _decode(np.arange(256) / 255).astype(np.float32)
# Rounded once per step of a 12-bit converter, the depth a small camera sensor delivers.
_TO_BYTES = np.round(255 * _encode(np.arange(_STEPS + 1) / _STEPS)).astype(np.uint8)


def linear(pixels: Bytes) -> Floats:
    """sRGB bytes of any shape as linear light, 0 to 1 (IEC 61966-2-1)."""
    return np.asarray(_TO_LINEAR[pixels], np.float32)


def encoded(light: Floats) -> Bytes:
    """Linear light as sRGB bytes; what lies outside 0 to 1 clips, as on a sensor."""
    steps = light * np.float32(_STEPS)
    steps += np.float32(0.5)
    np.clip(steps, 0, _STEPS, out=steps)
    return np.asarray(np.take(_TO_BYTES, steps.astype(np.uint16)), np.uint8)


def luminance(light: Floats) -> Floats:
    """Rec. 709 luminance of linear BGR, H x W."""
    return np.asarray(light[..., :3] @ np.array([0.0722, 0.7152, 0.2126], np.float32))


def smoothstep(x: NDArray[np.floating]) -> Floats:
    """0 below 0, 1 above 1, 3x^2 - 2x^3 between."""
    t = np.clip(x, 0, 1).astype(np.float32)
    return np.asarray(t * t * (3 - 2 * t), np.float32)


def blurred(image: Floats, sigma: float) -> Floats:
    """Gaussian blur, sigma in pixels, mirrored at the border; sigma below 0.2 changes nothing."""
    if sigma < 0.2:
        return image
    out = cv2.GaussianBlur(image, (0, 0), sigma, borderType=cv2.BORDER_REFLECT_101)
    return np.asarray(out, np.float32)


def filled(image: Floats, known: Floats) -> Floats:
    """Complete `image` (H x W x C) smoothly where `known` (H x W, 0 to 1) is small.

    Pull-push over a Gaussian pyramid (Gortler et al., "The Lumigraph", 1996).
    """
    weight = np.asarray(known, np.float32)
    sums = [image * weight[..., None]]
    weights = [weight]
    while min(weights[-1].shape) > 2:
        sums.append(np.asarray(cv2.pyrDown(sums[-1]), np.float32))
        weights.append(np.asarray(cv2.pyrDown(weights[-1]), np.float32))
    total = sums[-1].sum((0, 1)) / max(float(weights[-1].sum()), 1e-6)
    below = np.broadcast_to(total, sums[-1].shape).astype(np.float32)
    for partial, share in zip(reversed(sums), reversed(weights), strict=True):
        height, width = share.shape
        coarse = np.asarray(cv2.resize(below, (width, height)), np.float32).reshape(partial.shape)
        own = partial / np.maximum(share, 1e-6)[..., None]
        # A little known nearby says more than much known far away.
        trust = np.clip(4 * share, 0, 1)[..., None]
        below = trust * own + (1 - trust) * coarse
    return below
