"""Hostile files by class, and the fault that each must end in."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
import PIL.Image

from countenance.perception.media import Fault, ImageParams, VideoParams

from . import bombs, samples

DECODED = None  # the outcome of a file that is odd but can be shown


@dataclass(frozen=True, slots=True)
class Case:
    """A file and the outcomes that are right for it: faults, or DECODED."""

    name: str
    make: Callable[[], bytes]
    outcomes: tuple[Fault | None, ...]
    params: ImageParams | VideoParams


def _image(
    name: str, make: Callable[[], bytes], *outcomes: Fault | None, params: ImageParams | None = None
) -> Case:
    params = params or ImageParams(formats=("jpeg", "png", "bmp"))
    return Case(name, make, outcomes, params)


def _video(
    name: str, make: Callable[[], bytes], *outcomes: Fault | None, params: VideoParams | None = None
) -> Case:
    return Case(name, make, outcomes, params or VideoParams())


def _cut(make: Callable[[], bytes], share: float) -> bytes:
    data = make()
    return data[: int(len(data) * share)]


def _jpeg_head(make: Callable[[], bytes]) -> bytes:
    return samples.image("jpeg")[:200] + make()


_WIDE = ImageParams(max_side=1 << 16, max_pixels=1 << 30)
_ALL_SCANS = ImageParams(seconds=0.1)
_NO_B_FRAMES = {"bf": "0"}
_SMALL = (64, 64)

IMAGES = (
    _image("empty", bytes, Fault.EMPTY),
    _image("over the byte cap", partial(bombs.noise, 1 + (6 << 20)), Fault.TOO_MANY_BYTES),
    _image("random bytes", partial(bombs.noise, 4096), Fault.FORMAT),
    _image("zip of zeros", bombs.zip_of_zeros, Fault.FORMAT),
    _image("svg", lambda: bombs.SVG, Fault.FORMAT),
    _image("gif", partial(samples.image, "gif"), Fault.FORMAT),
    _image("webp", partial(samples.image, "webp"), Fault.FORMAT),
    _image("tiff", partial(samples.image, "tiff"), Fault.FORMAT),
    _image("video as image", partial(samples.video, seconds=0.2), Fault.FORMAT),
    _image("zip renamed to jpeg", partial(_jpeg_head, bombs.zip_of_zeros), Fault.UNDECODABLE),
    _image(
        "gif behind a png signature", lambda: bombs.PNG + samples.image("gif"), Fault.UNDECODABLE
    ),
    _image("jpeg cut at 5 %", partial(_cut, samples.image, 0.05), Fault.UNDECODABLE),
    _image("jpeg cut at 95 %", partial(_cut, samples.image, 0.95), Fault.UNDECODABLE),
    _image("png cut at 50 %", partial(_cut, partial(samples.image, "png"), 0.5), Fault.UNDECODABLE),
    _image("bmp cut at 50 %", partial(_cut, partial(samples.image, "bmp"), 0.5), Fault.UNDECODABLE),
    _image("png of 900 MP", partial(bombs.png, 30_000, 30_000, 1), Fault.TOO_MANY_PIXELS),
    _image("png of 40.008 MP", partial(bombs.png, 8_000, 5_001, 5_001), Fault.TOO_MANY_PIXELS),
    _image("png of 40 MP in 39 kB", partial(bombs.png, 8_000, 5_000, 5_000), DECODED),
    _image(
        "jpeg claiming 65500 px",
        partial(bombs.jpeg_claiming, 65_500, 65_500),
        Fault.TOO_MANY_PIXELS,
    ),
    _image(
        "bmp claiming 65500 px", partial(bombs.bmp_claiming, 65_500, 65_500), Fault.TOO_MANY_PIXELS
    ),
    _image("bmp claiming 6000 px", partial(bombs.bmp_claiming, 6_000, 6_000), Fault.UNDECODABLE),
    _image(
        "png past the memory limit",
        partial(bombs.png, 30_000, 30_000, 30_000),
        Fault.UNDECODABLE,
        params=_WIDE,
    ),
    _image("png with 200 MB of text", bombs.png_text_bomb, Fault.UNDECODABLE),
    _image("jpeg of 2000 scans", partial(bombs.jpeg_scans, 6_000, 2_000), Fault.UNDECODABLE),
    _image(
        "jpeg of 120 scans, 0.1 s of CPU",
        partial(bombs.jpeg_scans, 6_000, 110),
        Fault.TOO_SLOW,
        params=_ALL_SCANS,
    ),
    _image("png of 32 px", partial(samples.image, "png", samples.portrait(32)), Fault.TOO_SMALL),
    _image("png 64 x 1 px", partial(bombs.png, 64, 1, 1), Fault.TOO_SMALL),
)

_MP4 = samples.video
VIDEOS = (
    _video("empty", bytes, Fault.EMPTY),
    _video("over the byte cap", partial(bombs.noise, 1 + (6 << 20)), Fault.TOO_MANY_BYTES),
    _video("random bytes", partial(bombs.noise, 4096), Fault.FORMAT),
    _video("playlist (HLS) as mp4", lambda: bombs.PLAYLISTS["hls"], Fault.FORMAT),
    _video("playlist (concat) as mp4", lambda: bombs.PLAYLISTS["concat"], Fault.FORMAT),
    _video("jpeg as mp4", samples.image, Fault.FORMAT),
    _video("zip as mp4", bombs.zip_of_zeros, Fault.FORMAT),
    _video("mp4 head, random body", lambda: _MP4()[:32] + bombs.noise(20_000), Fault.UNDECODABLE),
    _video(
        "avi head, random body",
        lambda: bombs.AVI + bombs.noise(20_000),
        Fault.UNDECODABLE,
        Fault.NO_VIDEO,
    ),
    _video(
        "flv head, random body",
        lambda: bombs.FLV + bombs.noise(20_000),
        Fault.UNDECODABLE,
        Fault.NO_VIDEO,
    ),
    _video(
        "mpeg head, random body",
        lambda: bombs.MPEG + bombs.noise(20_000),
        Fault.UNDECODABLE,
        Fault.NO_VIDEO,
    ),
    _video(
        "webm head, random body",
        lambda: _webm()[:40] + bombs.noise(20_000),
        Fault.UNDECODABLE,
        Fault.NO_VIDEO,
    ),
    _video("mp4 cut at 50 %", partial(_cut, _MP4, 0.5), Fault.UNDECODABLE),
    _video("fragmented mp4 cut at 50 %", lambda: _cut(_fragmented, 0.5), DECODED),
    _video("webm cut at 80 %", lambda: _cut(_webm, 0.8), DECODED),
    _video("flv cut at 50 %", partial(_cut, partial(_MP4, "flv", "flv1"), 0.5), DECODED),
    _video("avi cut at 50 %", partial(_cut, partial(_MP4, "avi", "mpeg4"), 0.5), DECODED),
    _video("sound only", samples.sound_only, Fault.NO_VIDEO),
    _video("raw video in avi", partial(_MP4, "avi", "rawvideo", seconds=0.2), Fault.UNDECODABLE),
    _video("8192 x 8192 px", partial(bombs.flat_video, (8192, 8192), 25, 1), Fault.TOO_MANY_PIXELS),
    _video(
        "header claims 65535 px",
        lambda: bombs.patched(_MP4(), b"avc1", 24, b"\xff" * 4),
        DECODED,
        Fault.TOO_MANY_PIXELS,
        Fault.UNDECODABLE,
    ),
    _video(
        "sample table of 2^31",
        lambda: bombs.patched(_MP4(), b"stsz", 8, b"\x7f\xff\xff\xff"),
        Fault.UNDECODABLE,
    ),
    _video("1 h in 52 kB", partial(bombs.flat_video, _SMALL, 1, 3600), Fault.TOO_LONG),
    _video("31 s", partial(bombs.flat_video, _SMALL, 25, 776), Fault.TOO_LONG),
    _video("1000 per second, 20 s", partial(bombs.flat_video, _SMALL, 1000, 20_000), DECODED),
    _video("40000 frames", partial(bombs.flat_video, _SMALL, 20_000, 40_000), Fault.TOO_LONG),
    _video(
        "0.5 s of 4K, 0.05 s of CPU",
        partial(bombs.flat_video, (3840, 2160), 60, 30),
        Fault.TOO_SLOW,
        params=VideoParams(seconds=0.05),
    ),
    _video("no time passes", lambda: bombs.same_time(_MP4(options=_NO_B_FRAMES)), DECODED),
    _video("one picture", partial(_MP4, seconds=0.04), DECODED),
    _video("data in another file", lambda: bombs.external_data(_MP4()), DECODED),
)


def _fragmented() -> bytes:
    # As browsers record.
    return samples.video(muxing={"movflags": "frag_keyframe+empty_moov"}, options={"g": "10"})


def _webm() -> bytes:
    return samples.video("webm", "libvpx")


def originals_of_images() -> list[bytes]:
    """Return small images of each kind, to damage."""
    face, rng = samples.portrait(160), np.random.default_rng(7)
    grey16 = PIL.Image.fromarray(rng.integers(0, 1 << 16, (96, 96), np.uint16))
    return [
        samples.image("jpeg", face),
        samples.image("jpeg", face, progressive=True),
        samples.image("jpeg", face, exif=samples.orientation(6)),
        samples.image("jpeg", face.convert("CMYK")),
        samples.image("png", face),
        samples.image("png", face.convert("RGBA")),
        samples.image("png", face.quantize(32)),
        samples.image("png", grey16),
        samples.image("bmp", face),
        samples.image("bmp", face.convert("P")),
    ]


def originals_of_videos() -> list[bytes]:
    """Return short videos with sound of each kind, to damage."""
    return [
        samples.video("mp4", "libx264", "aac"),
        samples.video("mov", "libx264", "aac", options=_NO_B_FRAMES),
        samples.video("mp4", "libx265", "libopus", options=samples.QUIET_X265),
        samples.video("avi", "mpeg4", "mp3"),
        samples.video("flv", "flv1", "mp3"),
        samples.video("flv", "libx264", "aac"),
        samples.video("webm", "libvpx", "libopus"),
        samples.video(
            "webm", "libvpx-vp9", "libopus", options={"cpu-used": "8", "deadline": "realtime"}
        ),
        samples.video("matroska", "libx264", "aac"),
        samples.video("mpeg", "mpeg1video", "mp2"),
    ]
