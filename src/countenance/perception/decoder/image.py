"""Decodes one still image with Pillow; runs in the child."""

import io
from importlib import import_module
from typing import Any

import numpy as np
import PIL.BmpImagePlugin
import PIL.Image
import PIL.JpegImagePlugin
import PIL.PngImagePlugin
from numpy.typing import NDArray

from .params import Fault, ImageParams, MediaError
from .protocol import ImageReply

PIL.Image.MAX_IMAGE_PIXELS = None  # `_check_size` is stricter and speaks in the caller's limits
_ORIENTATION = 0x0112  # EXIF 2.32, 4.6.4 A
# Each scan of a JPEG passes over the whole picture: a few hundred kilobytes of them last minutes.
# Encoders write about ten; a preview and a second picture in the same file have their own.
_MAX_SCANS = 128
_SCAN = b"\xff\xda"  # ITU-T T.81, B.1.1.3; cannot occur inside coded data
_LAZY = {"webp": "PIL.WebPImagePlugin", "tiff": "PIL.TiffImagePlugin"}


def decode(data: bytearray, kind: str, params: ImageParams) -> tuple[ImageReply, NDArray[np.uint8]]:
    """Return upright BGR pixels, alpha flattened on white; raises MediaError, Pillow's errors."""
    if kind == "jpeg" and (scans := data.count(_SCAN)) > _MAX_SCANS:
        raise MediaError(Fault.UNDECODABLE, f"jpeg: scans > {_MAX_SCANS}: {scans}")
    if kind in _LAZY:
        import_module(_LAZY[kind])
    with PIL.Image.open(io.BytesIO(data), formats=[kind.upper()]) as image:
        _check_size(image.size, params)
        image.load()
        turned = _upright(_to_bgr(image), _orientation(image))
    height, width = turned.shape[:2]
    return ImageReply(width, height), turned


def _check_size(size: tuple[int, int], params: ImageParams) -> None:
    width, height = size
    arrived = f"{width} x {height} px"
    if max(size) > params.max_side:
        raise MediaError(Fault.TOO_MANY_PIXELS, f"side > {params.max_side} px: {arrived}")
    if width * height > params.max_pixels:
        raise MediaError(Fault.TOO_MANY_PIXELS, f"pixels > {params.max_pixels}: {arrived}")
    if min(size) < params.min_side:
        raise MediaError(Fault.TOO_SMALL, f"side < {params.min_side} px: {arrived}")


def _to_bgr(image: PIL.Image.Image) -> NDArray[np.uint8]:
    if image.mode.startswith("I;16"):  # Pillow's own conversion clips at 255 instead of scaling
        grey = (np.asarray(image) >> 8).astype(np.uint8)
        return np.repeat(grey[:, :, None], 3, axis=2)
    if image.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in image.info:
        layered = image.convert("RGBA")
        flat = PIL.Image.new("RGB", image.size, "white")
        flat.paste(layered, mask=layered.getchannel("A"))
    else:
        flat = image if image.mode == "RGB" else image.convert("RGB")
    packed = flat.tobytes("raw", "BGR")
    return np.frombuffer(packed, np.uint8).reshape(image.height, image.width, 3)


def _orientation(image: PIL.Image.Image) -> int:
    try:
        value: Any = image.getexif().get(_ORIENTATION, 1)
    except Exception:  # EXIF that cannot be read says nothing; the picture still counts
        return 1
    return value if isinstance(value, int) else 1


def _upright(pixels: NDArray[np.uint8], orientation: int) -> NDArray[np.uint8]:
    if orientation in (2, 5, 7):
        pixels = pixels[:, ::-1]
    elif orientation == 4:
        pixels = pixels[::-1]
    quarters = {3: 2, 5: 1, 6: 3, 7: 3, 8: 1}.get(orientation, 0)  # counter-clockwise
    return np.ascontiguousarray(np.rot90(pixels, quarters))
