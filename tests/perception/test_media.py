"""Real decoding, through real children."""

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import cv2
import numpy as np
import PIL.Image
import PIL.ImageOps
import pytest
from tests.perception.hostile import bombs, catalogue, mutations, samples

from countenance.perception.decoder.worker import command
from countenance.perception.media import (
    SAMPLE_RATE,
    Decoder,
    Fault,
    ImageParams,
    MediaError,
    Video,
    VideoParams,
    decode_image,
    decode_video,
    decoder,
)

ALL = ImageParams(formats=("jpeg", "png", "bmp"))
linux = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


@pytest.fixture(scope="module")
def child() -> Iterator[Decoder]:
    """One child for the whole module, never replaced for its age."""
    with Decoder(1, jobs_per_child=100_000) as pool:
        yield pool


def error_of(decode: Callable[[], object]) -> MediaError | None:
    try:
        decode()
    except MediaError as error:
        return error
    return None


def fault_of(decode: Callable[[], object]) -> Fault | None:
    error = error_of(decode)
    return error.fault if error else None


def open_descriptors() -> int:
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


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


# --- hostile files


@pytest.mark.parametrize("case", catalogue.IMAGES + catalogue.VIDEOS, ids=lambda case: case.name)
def test_a_hostile_file_ends_in_its_fault_and_the_next_one_decodes(
    child: Decoder, case: catalogue.Case
) -> None:
    data, params = case.make(), case.params
    if isinstance(params, ImageParams):
        error = error_of(lambda: decode_image(data, params, using=child))
    else:
        error = error_of(lambda: decode_video(data, params, using=child))
    assert (error.fault if error else None) in case.outcomes
    # Numbers and names only; nothing of the file.
    assert error is None or re.fullmatch(r"[A-Za-z0-9 .,:;/=<>()_-]{1,160}", error.detail)
    assert decode_image(samples.image("jpeg"), using=child).pixels.shape == (512, 512, 3)


@linux
def test_damaged_files_hold_no_descriptor_and_crash_nothing(child: Decoder) -> None:
    images = mutations.mutants(catalogue.originals_of_images(), 150, seed=11)
    videos = mutations.mutants(catalogue.originals_of_videos(), 150, seed=12)
    child.start()
    before = open_descriptors()
    faults = [fault_of(lambda d=data: decode_image(d, ALL, using=child)) for data in images]  # type: ignore[misc]
    faults += [fault_of(lambda d=data: decode_video(d, using=child)) for data in videos]  # type: ignore[misc]
    assert open_descriptors() == before
    assert Fault.CRASHED not in faults
    assert faults.count(Fault.UNDECODABLE) > 100


@linux
def test_three_hundred_failing_files_through_one_child_leak_nothing(child: Decoder) -> None:
    child.start()
    before, pids = open_descriptors(), child.pids
    cut = samples.video(seconds=0.4)[:-500]
    for _ in range(300):
        assert fault_of(lambda: decode_video(cut, using=child)) is Fault.UNDECODABLE
    # The child may hold 16 descriptors: it could not have leaked one per file and still work.
    assert decode_video(samples.video(seconds=0.4), using=child).frame_count == 10
    assert child.pids == pids
    assert open_descriptors() == before


# --- the pool


def test_a_child_killed_in_the_middle_of_a_job_fails_that_job_alone() -> None:
    image = samples.image("jpeg")
    with Decoder(1) as pool, ThreadPoolExecutor(1) as threads:
        (pid,) = pool.pids
        os.kill(pid, signal.SIGSTOP)
        job = threads.submit(decode_image, image, using=pool)
        while not pool.busy:
            time.sleep(0.01)
        os.kill(pid, signal.SIGKILL)
        error = job.exception(60)
        assert isinstance(error, MediaError)
        assert error.fault is Fault.CRASHED
        assert decode_image(image, using=pool).pixels.shape == (512, 512, 3)
        assert pid not in pool.pids


def test_a_child_killed_between_jobs_is_replaced_unseen() -> None:
    image = samples.image("jpeg")
    with Decoder(1) as pool:
        (pid,) = pool.pids
        os.kill(pid, signal.SIGKILL)
        os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)  # until the kernel has done it
        assert decode_image(image, using=pool).pixels.shape == (512, 512, 3)
        assert pid not in pool.pids


def test_a_child_that_stands_still_is_killed_at_the_limit() -> None:
    image = samples.image("jpeg")
    with Decoder(1) as pool:
        (pid,) = pool.pids
        os.kill(pid, signal.SIGSTOP)
        params = ImageParams(wall_seconds=0.2)
        assert fault_of(lambda: decode_image(image, params, using=pool)) is Fault.TOO_SLOW
        assert decode_image(image, using=pool).pixels.shape == (512, 512, 3)
        assert pid not in pool.pids


def test_a_child_is_replaced_after_its_jobs() -> None:
    image = samples.image("jpeg", samples.portrait(64))
    with Decoder(1, jobs_per_child=3) as pool:
        seen = []
        for _ in range(9):
            decode_image(image, using=pool)
            seen.append(pool.pids)
        assert len(set().union(*seen)) >= 3


@linux
def test_closing_leaves_no_process_and_fails_what_is_running() -> None:
    image = samples.image("jpeg")
    pool = Decoder(2)
    pool.start()
    (pid,) = pool.pids
    os.kill(pid, signal.SIGSTOP)
    with ThreadPoolExecutor(1) as threads:
        job = threads.submit(decode_image, image, using=pool)
        while not pool.busy:
            time.sleep(0.01)
        pool.close()
        error = job.exception(60)
    assert isinstance(error, MediaError)
    assert error.fault is Fault.CRASHED
    assert not Path(f"/proc/{pid}").exists()  # neither running nor a zombie
    assert pool.pids == frozenset()
    assert fault_of(lambda: decode_image(image, using=pool)) is Fault.CRASHED
    pool.start()
    assert decode_image(image, using=pool).format == "jpeg"
    pool.close()


def test_many_threads_share_few_children() -> None:
    pictures = [samples.image("png", samples.portrait(64 + i)) for i in range(24)]
    with Decoder(2) as pool, ThreadPoolExecutor(8) as threads:
        images = list(threads.map(lambda data: decode_image(data, using=pool), pictures))
        assert [image.pixels.shape[0] for image in images] == list(range(64, 88))
        assert len(pool.pids) <= 3


def test_children_outlive_the_thread_that_first_needed_them() -> None:
    image = samples.image("jpeg")
    with Decoder(1) as pool:
        first = pool.pids
        thread = threading.Thread(target=lambda: decode_image(image, using=pool))
        thread.start()
        thread.join()
        decode_image(image, using=pool)
        assert pool.pids == first


@linux
def test_a_child_dies_with_the_process_that_started_it(tmp_path: Path) -> None:
    code = (
        "import os, signal\n"
        "from countenance.perception.media import decoder\n"
        "decoder().start()\n"
        "(pid,) = decoder().pids\n"
        "os.kill(pid, signal.SIGSTOP)\n"  # so that it cannot notice by itself
        "print(pid, flush=True)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    parent = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert parent.returncode == -signal.SIGKILL
    stat = Path(f"/proc/{int(parent.stdout)}/stat")
    while stat.exists() and stat.read_text().rsplit(")", 1)[1].split()[0] not in "ZX":
        time.sleep(0.01)


@linux
def test_the_child_is_as_confined_as_it_says(child: Decoder) -> None:
    child.start()
    assert child.missing == ()
    (pid,) = child.pids
    status = dict(
        line.split(":\t", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines()
    )
    assert status["Threads"] == "1"
    assert status["NoNewPrivs"] == "1"
    assert int(status["VmPeak"].split()[0]) < 1536 << 10


def test_the_process_decoder_is_made_once_and_warms_one_child() -> None:
    assert decoder() is decoder()
    assert decode_image(samples.image("jpeg")).pixels.shape == (512, 512, 3)
    assert decode_video(samples.video(seconds=0.4)).frame_count == 10


# --- what is imported


def loaded(code: str, *arguments: str) -> set[str]:
    """Return the names of the installed top-level modules that `code` loads."""
    report = "\nimport sys; print(*{name.split('.')[0] for name in sys.modules})"
    result = subprocess.run(
        [sys.executable, "-I", "-c", code + report, *arguments],
        capture_output=True,
        text=True,
        check=True,
    )
    names = set(result.stdout.split()) - set(sys.stdlib_module_names) - {"__main__"}
    return {name for name in names if not name.startswith(("_", "cython_"))}


def test_the_child_loads_codecs_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "image").write_bytes(samples.image("png", exif=samples.orientation(6)))
    (tmp_path / "video").write_bytes(samples.video(sound="aac", seconds=0.4))
    boot, *paths = command()[4:]
    code = boot.split("from countenance")[0] + (
        "\nfrom countenance.perception.decoder import program\n"
        "from countenance.perception.decoder.protocol import *\n"
        "program.allow_cpu = lambda seconds: None\n"
        "from pathlib import Path\n"
        "for name, job in (('image', ImageJob('png', 0, ImageParams())),\n"
        "                  ('video', VideoJob('mp4', 0, VideoParams(audio=True)))):\n"
        f"    data = bytearray(Path({str(tmp_path)!r}, name).read_bytes())\n"
        "    reply, _ = program.perform(job, data)\n"
        "    assert not isinstance(reply, Refusal), reply\n"
    )
    allowed = {"countenance", "numpy", "PIL", "av", "msgspec", "typing_extensions", "defusedxml"}
    assert {"numpy", "PIL", "av"} <= loaded(code, *paths) <= allowed


def test_importing_the_module_loads_neither_codec_nor_engine() -> None:
    boot, *paths = command()[4:]
    code = boot.split("from countenance")[0] + "\nimport countenance.perception.media"
    assert loaded(code, *paths) <= {"countenance", "numpy", "msgspec", "typing_extensions"}
