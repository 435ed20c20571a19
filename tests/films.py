"""Videos made from pictures, for tests that need a recording with one thing wrong with it."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace

import cv2
import numpy as np

from countenance.perception.media import Frame, Video
from tests.conftest import Pixels
from tests.perception.hostile import samples

Change = Callable[[Pixels], np.ndarray]


def film(pictures: Sequence[Pixels], rate: int = 10) -> bytes:
    """An MP4 of BGR pictures with even sides."""
    height, width = pictures[0].shape[:2]
    rgb = [np.ascontiguousarray(p[:, :, ::-1]) for p in pictures]
    return samples.video(size=(width, height), rate=rate, pictures=rgb)


def pictures(video: Video) -> list[Pixels]:
    """The frames' pixels."""
    return [frame.pixels for frame in video.frames]


def with_pictures(video: Video, shown: Sequence[Pixels]) -> Video:
    """The video with other pixels in its frames."""
    frames = zip(video.frames, shown, strict=True)
    return replace(video, frames=tuple(Frame(frame.time, p) for frame, p in frames))


def changed(shown: Sequence[Pixels], change: Change, but: Collection[int] = ()) -> list[Pixels]:
    """The pictures changed, but those of some indices."""
    return [
        p if i in but else np.ascontiguousarray(change(p), np.uint8) for i, p in enumerate(shown)
    ]


def side_by_side(left: Sequence[Pixels], right: Sequence[Pixels]) -> list[Pixels]:
    """The middles of two series of VGA pictures in one."""
    pairs = zip(left, right, strict=True)
    return [np.ascontiguousarray(np.hstack([a[:, 80:560], b[:, 80:560]])) for a, b in pairs]


def scaled(factor: float) -> Change:
    """A change that shrinks the picture into the corner of a grey one of the same size."""

    def change(pixels: Pixels) -> np.ndarray:
        small = cv2.resize(pixels, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
        canvas = np.full_like(pixels, 127)
        canvas[: small.shape[0], : small.shape[1]] = small
        return canvas

    return change


def darkened(pixels: Pixels) -> np.ndarray:
    """A fifth of the light."""
    return pixels * 0.2


def glaring(pixels: Pixels) -> np.ndarray:
    """Washed out."""
    return np.clip(pixels.astype(np.float32) + 160, 0, 255)


def blurred(pixels: Pixels) -> np.ndarray:
    """Far out of focus."""
    return cv2.GaussianBlur(pixels, (0, 0), 12)


def narrowed(pixels: Pixels) -> np.ndarray:
    """A wrong aspect ratio: the eyes come too close to each other for a comparison."""
    height, width = pixels.shape[:2]
    thin = cv2.resize(pixels, (round(0.36 * width), round(0.8 * height)))
    below, beside = height - thin.shape[0], width - thin.shape[1]
    return cv2.copyMakeBorder(thin, 0, below, 0, beside, cv2.BORDER_REPLICATE)


def landscape(seed: int, frames: int = 26) -> list[Pixels]:
    """Hills before a sky, seen from a moving camera."""
    rng = np.random.default_rng(seed)
    rows, columns = np.mgrid[0:240, 0:420]
    ridge = 120 + 30 * np.sin(columns / 37) + 12 * np.sin(columns / 11)
    scene = np.where((rows > ridge)[..., None], (40, 110, 60), (220, 170, 110)).astype(np.float64)
    scene += cv2.GaussianBlur(rng.normal(0, 60, scene.shape), (0, 0), 2)
    wide = np.clip(scene, 0, 255).astype(np.uint8)
    return [np.ascontiguousarray(wide[:, 3 * i : 3 * i + 320]) for i in range(frames)]


def noise(seed: int, frames: int = 22) -> list[Pixels]:
    """Frames of nothing."""
    rng = np.random.default_rng(seed)
    return [rng.integers(0, 256, (240, 320, 3), dtype=np.uint8) for _ in range(frames)]
