"""Pictures that the benchmarks start from: public-domain portraits that test dependencies ship."""

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]


def collins() -> Pixels:
    """Eileen Collins, NASA portrait, 512 x 512, as scikit-image ships it; BGR."""
    from skimage import data

    return np.ascontiguousarray(data.astronaut()[:, :, ::-1])


def hopper() -> Pixels:
    """Grace Hopper, US Navy portrait, 512 x 600, as matplotlib ships it; BGR."""
    import matplotlib

    file = Path(matplotlib.get_data_path()) / "sample_data" / "grace_hopper.jpg"
    return np.asarray(cv2.imread(str(file), cv2.IMREAD_COLOR), np.uint8)


def photograph(pixels: Pixels, size: tuple[int, int], quality: int = 90) -> bytes:
    """A JPEG of `size` (width, height): the middle of the picture enlarged, with sensor noise.

    The noise gives it the bytes of a photograph of that size; what is enlarged alone compresses
    to a fraction.
    """
    width, height = size
    tall, wide = pixels.shape[:2]
    scale = max(width / wide, height / tall)
    whole = cv2.resize(
        pixels, (round(wide * scale), round(tall * scale)), None, 0, 0, cv2.INTER_CUBIC
    )
    top, left = (whole.shape[0] - height) // 3, (whole.shape[1] - width) // 2
    part = whole[top : top + height, left : left + width].astype(np.float32)
    part += np.random.default_rng(3).normal(0, 4.0, part.shape).astype(np.float32)
    return jpeg(part.clip(0, 255).astype(np.uint8), quality)


def jpeg(pixels: Pixels, quality: int = 92) -> bytes:
    """A BGR image as JPEG bytes."""
    done, data = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, quality])
    assert done  # a BGR array always encodes
    return bytes(data)


def head() -> bytes:
    """A small JPEG of a head, 156 x 180: the good picture of a quick comparison."""
    return jpeg(np.asarray(cv2.resize(collins()[30:330, 100:360], (156, 180)), np.uint8))
