"""Children that die, stand still or grow old, and what they may load."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from tests.perception.hostile import samples
from tests.perception.hostile.verdicts import fault_of

from countenance.perception.decoder.worker import command
from countenance.perception.media import (
    Decoder,
    Fault,
    ImageParams,
    MediaError,
    decode_image,
    decode_video,
    decoder,
)

linux = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


@pytest.fixture(scope="module")
def child() -> Iterator[Decoder]:
    """One child for the whole module, never replaced for its age."""
    with Decoder(1, jobs_per_child=100_000) as pool:
        yield pool


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
