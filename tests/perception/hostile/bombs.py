"""Small files that ask for much, and files that are not what they claim."""

import io
import struct
import zipfile
import zlib
from fractions import Fraction
from functools import cache
from typing import Any

import av
import numpy as np
import PIL.Image

from . import samples

PNG = b"\x89PNG\r\n\x1a\n"
AVI = b"RIFF\x00\x50\x00\x00AVI LIST"
FLV = b"FLV\x01\x05\x00\x00\x00\x09\x00\x00\x00\x00"
MPEG = b"\x00\x00\x01\xba\x21\x00\x01\x00\x01\x80\x00\x01"


def png(width: int, height: int, rows: int, *chunks: bytes) -> bytes:
    """Return a grey PNG that claims width x height and holds `rows` empty rows."""
    squeezer = zlib.compressobj(9)
    packed = b"".join(squeezer.compress(bytes(width + 1)) for _ in range(rows)) + squeezer.flush()
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    parts = (
        chunk(b"IHDR", header),
        *chunks,
        chunk(b"IDAT", packed),
        chunk(b"IEND", b""),
    )
    return PNG + b"".join(parts)


def chunk(name: bytes, body: bytes) -> bytes:
    """Return a PNG chunk."""
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png_text_bomb(megabytes: int = 200) -> bytes:
    """Return a small PNG whose text inflates to `megabytes`."""
    squeezer = zlib.compressobj(9)
    packed = b"".join(squeezer.compress(bytes(1 << 20)) for _ in range(megabytes))
    return png(64, 64, 64, chunk(b"zTXt", b"Comment\0\0" + packed + squeezer.flush()))


def jpeg_claiming(width: int, height: int) -> bytes:
    """Return a JPEG of 512 x 512 whose frame header claims another size."""
    data = bytearray(samples.image("jpeg"))
    at = data.index(b"\xff\xc0")
    data[at + 5 : at + 9] = struct.pack(">HH", height, width)
    return bytes(data)


def jpeg_scans(side: int, scans: int) -> bytes:
    """Return a progressive JPEG of one flat colour whose last scan is repeated `scans` times."""
    picture = PIL.Image.new("RGB", (side, side), (90, 120, 150))
    data = samples.image("jpeg", picture, progressive=True)
    last = data.rindex(b"\xff\xda")
    return data[:last] + data[last:-2] * scans + data[-2:]


def bmp_claiming(width: int, height: int) -> bytes:
    """Return a BMP of 64 x 64 whose header claims another size."""
    data = samples.image("bmp", samples.portrait(64))
    return data[:18] + struct.pack("<ii", width, height) + data[26:]


def zip_of_zeros() -> bytes:
    """Return a ZIP that holds 50 MB of zeros."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        archive.writestr("a.jpg", bytes(50_000_000))
    return buffer.getvalue()


def flat_video(
    size: tuple[int, int], rate: int, frames: int, *, codec: str = "libx264", container: str = "mp4"
) -> bytes:
    """Return a video of grey frames, as small as the encoder makes it."""
    buffer = io.BytesIO()
    options = {"preset": "ultrafast", "crf": "51", "x264-params": "keyint=100000:scenecut=0"}
    with av.open(buffer, "w", format=container) as output:
        stream: Any = output.add_stream(codec, rate=rate, options=options)
        stream.width, stream.height = size
        stream.pix_fmt = "yuv420p"
        shown = av.VideoFrame(*size, "yuv420p")
        for plane in shown.planes:
            plane.update(bytes([128]) * plane.buffer_size)
        for number in range(frames):
            shown.pts, shown.time_base = number, Fraction(1, rate)
            output.mux(stream.encode(shown))
        output.mux(stream.encode())
    return buffer.getvalue()


def patched(data: bytes, box: bytes, offset: int, value: bytes) -> bytes:
    """Return `data` with `value` written `offset` bytes after the name of the first such box."""
    at = data.index(box) + len(box) + offset
    return data[:at] + value + data[at + len(value) :]


def same_time(mp4: bytes) -> bytes:
    """Return an MP4 whose frames all last 0 ticks (stts, ISO/IEC 14496-12 8.6.1)."""
    return patched(mp4, b"stts", 12, bytes(4))


def external_data(mp4: bytes) -> bytes:
    """Return an MP4 whose samples are said to lie in another file (8.7.2: flag off, a location)."""
    at = mp4.index(b"dref") - 4
    location = b"file:///etc/passwd\0"
    entry = struct.pack(">I4sI", 12 + len(location), b"url ", 0) + location
    (size,) = struct.unpack_from(">I", mp4, at)
    box = struct.pack(">I4sII", 16 + len(entry), b"dref", 0, 1) + entry
    grown = bytearray(mp4[:at] + box + mp4[at + size :])
    for name in (b"moov", b"trak", b"mdia", b"minf", b"dinf"):
        start = grown.index(name) - 4
        (old,) = struct.unpack_from(">I", grown, start)
        struct.pack_into(">I", grown, start, old + len(box) - size)
    return bytes(grown)


PLAYLISTS = {
    "hls": b"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n",
    "concat": b"ffconcat version 1.0\nfile /etc/passwd\n",
}
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64"/>'


@cache
def noise(size: int, seed: int = 1) -> bytes:
    """Return random bytes."""
    return np.random.default_rng(seed).bytes(size)
