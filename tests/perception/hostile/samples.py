"""Valid images and videos whose content a test can recognise after decoding."""

import io
import struct
from fractions import Fraction
from functools import cache
from typing import Any

import av
import numpy as np
import PIL.Image
import skimage.data
from numpy.typing import NDArray

av.logging.set_level(None)
QUIET_X265 = {"x265-params": "log-level=none", "preset": "ultrafast"}
BITS = 10  # of the frame number drawn into every frame


@cache
def portrait(side: int = 512) -> PIL.Image.Image:
    """Return a public-domain portrait (NASA, from scikit-image), side x side, RGB."""
    astronaut: Any = skimage.data.astronaut
    return PIL.Image.fromarray(astronaut()).resize((side, side))


def image(kind: str = "jpeg", picture: PIL.Image.Image | None = None, **options: Any) -> bytes:
    """Return a picture as a file of `kind` (a Pillow format name)."""
    buffer = io.BytesIO()
    (picture or portrait()).save(buffer, kind, **options)
    return buffer.getvalue()


def orientation(value: int) -> PIL.Image.Exif:
    """Return EXIF that holds this orientation."""
    exif = PIL.Image.Exif()
    exif[0x0112] = value
    return exif


def frame(number: int, width: int, height: int) -> NDArray[np.uint8]:
    """Return an RGB frame: a portrait over bars that spell `number` in black and white."""
    pixels = np.asarray(portrait(256).resize((width, height))).copy()
    top = height - height // 4
    for bit in range(BITS):
        left, right = bit * width // BITS, (bit + 1) * width // BITS
        pixels[top:, left:right] = 255 if number >> bit & 1 else 0
    return pixels


def frame_number(pixels: NDArray[np.uint8]) -> int:
    """Return the number spelt by the bars of an upright frame."""
    height, width = pixels.shape[:2]
    row = pixels[height - height // 8]
    return sum(
        1 << bit for bit in range(BITS) if row[(2 * bit + 1) * width // (2 * BITS)].mean() > 128
    )


def video(
    container: str = "mp4",
    codec: str = "libx264",
    sound: str | None = None,
    *,
    size: tuple[int, int] = (320, 240),
    rate: int = 25,
    seconds: float = 2.0,
    times: list[float] | None = None,
    sound_from: float = 0.0,
    pixel_format: str = "yuv420p",
    options: dict[str, str] | None = None,
    muxing: dict[str, str] | None = None,
    pictures: list[NDArray[np.uint8]] | None = None,
) -> bytes:
    """Return a video of numbered frames (or `pictures`, RGB), with a 440 Hz tone if `sound`."""
    buffer = io.BytesIO()
    count = len(pictures or times or range(round(rate * seconds)))
    with av.open(buffer, "w", format=container, options=muxing or {}) as output:
        stream: Any = output.add_stream(codec, rate=rate, options=options or {})
        stream.width, stream.height = size
        stream.pix_fmt = pixel_format
        stream.codec_context.time_base = Fraction(1, 1000 if times else rate)
        ear: Any = output.add_stream(sound, rate=48000, layout="mono") if sound else None
        for i in range(count):
            pixels = pictures[i] if pictures else frame(i, *size)
            shown = av.VideoFrame.from_ndarray(pixels, format="rgb24")
            shown.pts = round(times[i] * 1000) if times else i
            shown.time_base = stream.codec_context.time_base
            output.mux(stream.encode(shown))
        output.mux(stream.encode())
        if ear is not None:
            heard = tone(count / rate, ear.rate)
            heard.pts = round(sound_from * ear.rate)
            output.mux([*ear.encode(heard), *ear.encode(None)])
    return buffer.getvalue()


def tone(seconds: float, rate: int = 48000) -> Any:
    """Return an audio frame: 440 Hz, amplitude 0.5, silent before second 1.0."""
    time = np.arange(round(seconds * rate)) / rate
    wave = (0.5 * np.sin(2 * np.pi * 440 * time) * (time >= 1.0)).astype(np.float32)
    heard = av.AudioFrame.from_ndarray(wave[None], format="fltp", layout="mono")
    heard.sample_rate, heard.pts, heard.time_base = rate, 0, Fraction(1, rate)
    return heard


def sound_only(seconds: float = 1.0) -> bytes:
    """Return an MP4 that holds a tone and no video."""
    buffer = io.BytesIO()
    with av.open(buffer, "w", format="mp4") as output:
        ear: Any = output.add_stream("aac", rate=48000, layout="mono")
        output.mux([*ear.encode(tone(seconds)), *ear.encode(None)])
    return buffer.getvalue()


def rotated(mp4: bytes, clockwise: int) -> bytes:
    """Return an MP4 whose display matrix asks for `clockwise` degrees (ISO/IEC 14496-12, 8.3.2)."""
    a, b, c, d = {0: (1, 0, 0, 1), 90: (0, 1, -1, 0), 180: (-1, 0, 0, -1), 270: (0, -1, 1, 0)}[
        clockwise
    ]
    one = 1 << 16
    matrix = struct.pack(">9i", a * one, b * one, 0, c * one, d * one, 0, 0, 0, 1 << 30)
    at = mp4.index(b"tkhd") + 4 + 40  # version 0: 40 bytes stand before the matrix
    return mp4[:at] + matrix + mp4[at + len(matrix) :]
