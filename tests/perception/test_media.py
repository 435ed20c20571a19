"""Real decoding of good images and videos, through a real child."""

from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import PIL.Image
import PIL.ImageOps
import pytest
from tests.perception.hostile import bombs, samples
from tests.perception.hostile.verdicts import fault_of

from countenance.perception.media import (
    SAMPLE_RATE,
    Decoder,
    Fault,
    ImageParams,
    Video,
    VideoParams,
    decode_image,
    decode_video,
)

ALL = ImageParams(formats=("jpeg", "png", "bmp"))


@pytest.fixture(scope="module")
def child() -> Iterator[Decoder]:
    """One child for the whole module, never replaced for its age."""
    with Decoder(1, jobs_per_child=100_000) as pool:
        yield pool


# --- images


@pytest.mark.parametrize("kind", ["jpeg", "png", "bmp"])
def test_pixels_are_those_of_the_picture(child: Decoder, kind: str) -> None:
    data = samples.image(kind)
    image = decode_image(data, ALL, using=child)
    expected = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    assert image.format == kind
    assert image.pixels.dtype == np.uint8
    assert image.pixels.flags.c_contiguous
    assert np.abs(image.pixels.astype(int) - np.asarray(expected, int)).max() <= 1


@pytest.mark.parametrize("value", range(1, 9))
def test_exif_orientation_is_honoured(child: Decoder, value: int) -> None:
    picture = samples.portrait(128).crop((0, 0, 128, 80))
    data = samples.image("png", picture, exif=samples.orientation(value))
    picture.getexif()[0x0112] = value
    expected = np.asarray(PIL.ImageOps.exif_transpose(picture))
    picture.getexif()[0x0112] = 1
    assert np.array_equal(decode_image(data, using=child).pixels[:, :, ::-1], expected)


@pytest.mark.parametrize(
    "exif", [samples.orientation(77), b"Exif\0\0nonsense", b"Exif\0\0MM\0*\xff"]
)
def test_exif_that_makes_no_sense_says_nothing(
    child: Decoder, exif: PIL.Image.Exif | bytes
) -> None:
    plain = decode_image(samples.image("jpeg"), using=child).pixels
    odd = decode_image(samples.image("jpeg", exif=exif), using=child).pixels
    assert np.array_equal(plain, odd)


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
def test_transparency_is_flattened_on_white(child: Decoder, mode: str) -> None:
    picture = PIL.Image.new("RGBA", (80, 80), (0, 0, 0, 0))
    picture.paste((200, 200, 200, 255), (0, 0, 40, 80))
    converted = picture.quantize(8) if mode == "P" else picture.convert(mode)
    pixels = decode_image(samples.image("png", converted), using=child).pixels
    assert np.array_equal(pixels[40, 60], [255, 255, 255])
    assert np.array_equal(pixels[40, 20], [200, 200, 200])


@pytest.mark.parametrize(
    ("kind", "mode"), [("png", "L"), ("png", "1"), ("png", "P"), ("jpeg", "L"), ("jpeg", "CMYK")]
)
def test_other_colour_models_become_bgr(child: Decoder, kind: str, mode: str) -> None:
    picture = PIL.Image.new("RGB", (80, 80), "white")
    picture.paste("black", (0, 0, 40, 80))
    pixels = decode_image(samples.image(kind, picture.convert(mode)), using=child).pixels
    assert pixels.shape == (80, 80, 3)
    assert pixels[40, 20].max() <= 2
    assert pixels[40, 60].min() >= 253


@pytest.mark.parametrize("channels", [1, 3])
def test_sixteen_bits_are_scaled_to_eight(child: Decoder, channels: int) -> None:
    deep = np.full((80, 80, channels), 0x8040, np.uint16)
    _, data = cv2.imencode(".png", deep)
    assert np.all(decode_image(data.tobytes(), using=child).pixels == 0x80)


@pytest.mark.parametrize("kind", ["gif", "webp", "tiff", "bmp"])
def test_other_formats_are_decoded_only_when_listed(child: Decoder, kind: str) -> None:
    data = samples.image(kind)
    assert fault_of(lambda: decode_image(data, using=child)) is Fault.FORMAT
    assert decode_image(data, ImageParams(formats=(kind,)), using=child).format == kind


def test_a_phone_s_file_of_two_pictures_shows_the_first(child: Decoder) -> None:
    second = PIL.Image.new("RGB", (64, 64))
    data = samples.image("mpo", save_all=True, append_images=[second])
    assert decode_image(data, using=child).pixels.shape == (512, 512, 3)
    assert decode_image(data + samples.video(seconds=0.2), using=child).format == "jpeg"


def test_limits_are_inclusive(child: Decoder) -> None:
    data = samples.image("png", samples.portrait(100))
    size = len(data)
    exact = ImageParams(max_bytes=size, max_side=100, max_pixels=10_000, min_side=100)
    assert decode_image(data, exact, using=child).pixels.shape == (100, 100, 3)
    for params, fault in (
        (ImageParams(max_bytes=size - 1), Fault.TOO_MANY_BYTES),
        (ImageParams(max_side=99), Fault.TOO_MANY_PIXELS),
        (ImageParams(max_pixels=9_999), Fault.TOO_MANY_PIXELS),
        (ImageParams(min_side=101), Fault.TOO_SMALL),
    ):
        assert fault_of(lambda p=params: decode_image(data, p, using=child)) is fault  # type: ignore[misc]


# --- videos

CONTAINERS = [
    ("mp4", "libx264", "aac", "mp4", "h264"),
    ("mp4", "libx264", "libopus", "mp4", "h264"),
    ("mov", "libx264", "aac", "mov", "h264"),
    ("mp4", "libx265", "aac", "mp4", "hevc"),
    ("avi", "mpeg4", "mp3", "avi", "mpeg4"),
    ("avi", "mjpeg", "pcm_s16le", "avi", "mjpeg"),
    ("flv", "flv1", "mp3", "flv", "flv1"),
    ("flv", "libx264", "aac", "flv", "h264"),
    ("webm", "libvpx", "libopus", "webm", "vp8"),
    ("webm", "libvpx-vp9", "libopus", "webm", "vp9"),
    ("matroska", "libx264", "aac", "matroska", "h264"),
    ("mpeg", "mpeg1video", "mp2", "mpeg", "mpeg1video"),
    ("mpeg", "mpeg2video", "mp2", "mpeg", "mpeg2video"),
]
ENCODING = {
    "libx265": samples.QUIET_X265,
    "libvpx-vp9": {"cpu-used": "8", "deadline": "realtime"},
    "libvpx": {"cpu-used": "8", "deadline": "realtime", "b": "2M"},
    "mpeg4": {"b": "2M"},
    "flv1": {"b": "2M"},
    "mpeg1video": {"b": "2M"},
    "mpeg2video": {"b": "2M"},
}


@pytest.mark.parametrize(("container", "encoder", "sound", "name", "codec"), CONTAINERS)
def test_every_container_gives_the_right_frames_at_the_right_times(
    child: Decoder, container: str, encoder: str, sound: str, name: str, codec: str
) -> None:
    data = samples.video(
        container,
        encoder,
        sound,
        seconds=3,
        options=ENCODING.get(encoder),
        pixel_format="yuvj420p" if encoder == "mjpeg" else "yuv420p",
    )
    video = decode_video(data, VideoParams(audio=True), using=child)
    assert (video.container, video.codec, video.size) == (name, codec, (320, 240))
    assert video.duration == pytest.approx(3.0, abs=0.09)
    assert video.rate == pytest.approx(25, abs=0.5)
    assert video.skipped == 0
    assert 73 <= video.frame_count <= 75
    assert len(video.frames) == 12
    for frame in video.frames:
        assert frame.pixels.shape == (240, 320, 3)
        assert frame.pixels.flags.c_contiguous
        # AVI has no place for the times of reordered frames: an encoder's delay shows as an offset.
        assert abs(samples.frame_number(frame.pixels) - frame.time * 25) <= 1.01
    assert_tone(video)


def assert_tone(video: Video) -> None:
    """The tone starts one second after the first frame, and has its pitch and level."""
    assert video.samples is not None
    assert video.samples.dtype == np.float32
    assert len(video.samples) == pytest.approx(3 * SAMPLE_RATE, abs=0.2 * SAMPLE_RATE)
    loud = np.abs(video.samples) > 0.2
    assert np.argmax(loud) / SAMPLE_RATE == pytest.approx(1.0, abs=0.1)
    steady = video.samples[int(1.5 * SAMPLE_RATE) : int(2.5 * SAMPLE_RATE)]
    assert np.argmax(np.abs(np.fft.rfft(steady))) == pytest.approx(440, abs=1)
    assert np.sqrt(np.mean(steady**2)) == pytest.approx(0.5 / np.sqrt(2), rel=0.1)


def test_a_browser_recording_states_no_duration_and_is_sampled_all_the_same(
    child: Decoder,
) -> None:
    data = samples.video(
        "webm", "libvpx", "libopus", seconds=3, muxing={"live": "1"}, options=ENCODING["libvpx"]
    )
    video = decode_video(data, VideoParams(frames=5, span=(0.0, 1.0)), using=child)
    assert [frame.time for frame in video.frames] == pytest.approx(
        [0, 0.74, 1.48, 2.22, 2.96], abs=0.041
    )
    assert video.duration == pytest.approx(3.0, abs=0.05)


def test_frames_at_uneven_times_are_sampled_by_time(child: Decoder) -> None:
    times = [i * 0.02 for i in range(100)] + [2.0 + i * 0.5 for i in range(5)]
    data = samples.video("mp4", times=times)
    video = decode_video(data, VideoParams(frames=3, span=(0.0, 1.0)), using=child)
    assert [frame.time for frame in video.frames] == pytest.approx([0, 2.0, 4.0], abs=0.03)
    assert [samples.frame_number(f.pixels) for f in video.frames] == [0, 100, 104]


@pytest.mark.parametrize("clockwise", [0, 90, 180, 270])
def test_rotation_is_undone_as_opencv_does(child: Decoder, tmp_path: Path, clockwise: int) -> None:
    data = samples.rotated(samples.video(seconds=0.4), clockwise)
    video = decode_video(data, VideoParams(frames=1, span=(0.0, 0.0)), using=child)
    file = tmp_path / "rotated.mp4"
    file.write_bytes(data)
    capture = cv2.VideoCapture(str(file))
    _, expected = capture.read()
    capture.release()
    assert video.rotation == clockwise
    assert video.size == ((320, 240) if clockwise % 180 == 0 else (240, 320))
    assert np.abs(video.frames[0].pixels.astype(int) - np.asarray(expected, int)).mean() < 1


def test_long_side_bounds_frames_and_keeps_their_shape(child: Decoder) -> None:
    data = samples.video(size=(640, 480), seconds=0.4)
    video = decode_video(data, VideoParams(long_side=160), using=child)
    assert video.size == (640, 480)
    assert all(frame.pixels.shape == (120, 160, 3) for frame in video.frames)
    assert samples.frame_number(video.frames[-1].pixels) == 9


def test_colour_survives(child: Decoder) -> None:
    wanted = (200, 120, 60)
    plain = [np.full((240, 320, 3), wanted, np.uint8)] * 5
    data = samples.video(pictures=plain, options={"crf": "1"})
    video = decode_video(data, using=child)
    assert np.abs(video.frames[0].pixels[120, 160][::-1].astype(int) - wanted).max() <= 3


def test_only_the_analysed_part_is_decoded(child: Decoder) -> None:
    data = samples.video(sound="aac", seconds=3)
    video = decode_video(
        data, VideoParams(analysed_seconds=1.0, span=(0.0, 1.0), audio=True), using=child
    )
    assert video.frame_count == 26
    assert video.frames[-1].time == pytest.approx(1.0)
    assert video.duration == pytest.approx(3.0)
    assert video.samples is not None
    assert len(video.samples) == SAMPLE_RATE
    assert decode_video(data, VideoParams(max_frames=10), using=child).frame_count == 10


@pytest.mark.parametrize("late", [0.5, -0.5])
def test_sound_starts_with_the_first_frame(child: Decoder, late: float) -> None:
    # Video from 0.5 s on, or sound from 0.5 s on: the tone's start moves, seen from the frames.
    times = [max(late, 0) + i / 25 for i in range(75)]
    data = samples.video("mov", "libx264", "pcm_s16le", times=times, sound_from=max(-late, 0))
    video = decode_video(data, VideoParams(audio=True), using=child)
    assert video.samples is not None
    assert video.frames[0].time < 0.2
    onset = np.argmax(np.abs(video.samples) > 0.2) / SAMPLE_RATE
    assert onset == pytest.approx(1.0 - late, abs=0.05)


def test_sound_is_absent_unless_asked_for_and_there(child: Decoder) -> None:
    silent, heard = samples.video(seconds=0.4), samples.video(sound="aac", seconds=0.4)
    assert decode_video(silent, VideoParams(audio=True), using=child).samples is None
    assert decode_video(heard, using=child).samples is None


@pytest.mark.parametrize("rate", [1, 5, 240, 1000])
def test_odd_rates(child: Decoder, rate: int) -> None:
    data = samples.video(rate=rate, seconds=6 / rate)
    video = decode_video(data, using=child)
    assert video.frame_count == 6
    assert video.rate == pytest.approx(rate, rel=0.01)
    assert video.duration == pytest.approx(6 / rate, rel=0.01)


def test_when_no_time_passes_frames_are_taken_in_order(child: Decoder) -> None:
    data = bombs.same_time(samples.video(options={"bf": "0"}))
    video = decode_video(data, VideoParams(frames=3, span=(0.0, 1.0)), using=child)
    assert [samples.frame_number(f.pixels) for f in video.frames] == [0, 24, 49]


def test_a_video_of_one_picture(child: Decoder) -> None:
    video = decode_video(samples.video(seconds=0.04), using=child)
    assert (len(video.frames), video.frame_count, video.rate) == (1, 1, 0.0)
