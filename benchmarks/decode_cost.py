"""Prints what decoding in a child process costs beside decoding in this one: CPU ms per file.

    python -m benchmarks.decode_cost [--runs 30] [--json]

The children's CPU is read from the kernel's accounting (10 ms ticks), so few runs say little.
"""

import argparse
import json
import os
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import PIL.Image
from tests.perception.hostile import samples

from benchmarks.common import Conclusion, conclude, machine, table
from countenance.perception.decoder import image, video
from countenance.perception.media import (
    Decoder,
    ImageParams,
    VideoParams,
    decode_image,
    decode_video,
)


def jpeg_of_a_megabyte() -> bytes:
    """Return a JPEG of about 1 MB: a portrait, enlarged, with sensor-like noise."""
    pixels = np.asarray(samples.portrait(1600)).astype(np.float32)
    noise = np.random.default_rng(3).normal(0, 6, pixels.shape)
    picture = PIL.Image.fromarray((pixels + noise).clip(0, 255).astype(np.uint8))
    return min(
        (samples.image("jpeg", picture, quality=q) for q in range(70, 96, 5)),
        key=lambda data: abs(len(data) - (1 << 20)),
    )


def child_seconds(pid: int) -> float:
    """Return the CPU that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def measure(runs: int, job: Callable[[], object], pid: int | None = None) -> tuple[float, float]:
    """Return CPU and wall milliseconds per run, the child's CPU included."""
    job()
    child = child_seconds(pid) if pid else 0.0
    cpu, wall = time.process_time(), time.perf_counter()
    for _ in range(runs):
        job()
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    cpu += (child_seconds(pid) if pid else 0.0) - child
    return 1000 * cpu / runs, 1000 * wall / runs


def main() -> int:
    """Print one row per file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=30)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    picture, image_params = jpeg_of_a_megabyte(), ImageParams()
    clip = samples.video("mp4", "libx264", "aac", size=(1280, 720), rate=30, seconds=6)
    video_params = VideoParams(audio=True)
    rows = []
    with Decoder(1) as decoder:
        (pid,) = decoder.pids
        for name, data, here, there in (
            (
                "JPEG 1600 x 1600",
                picture,
                lambda: image.decode(bytearray(picture), "jpeg", image_params),
                lambda: decode_image(picture, image_params, using=decoder),
            ),
            (
                "MP4 H.264 + AAC, 720p30, 6 s",
                clip,
                lambda: video.decode(bytearray(clip), "mp4", video_params),
                lambda: decode_video(clip, video_params, using=decoder),
            ),
        ):
            cpu_here, wall_here = measure(options.runs, here)
            cpu_there, wall_there = measure(options.runs, there, pid)
            rows.append(
                {
                    "file": name,
                    "bytes": len(data),
                    "runs": options.runs,
                    "cpu_ms_in_process": round(cpu_here, 1),
                    "cpu_ms_child": round(cpu_there, 1),
                    "ratio": round(cpu_there / cpu_here, 3),
                    "wall_ms_in_process": round(wall_here, 1),
                    "wall_ms_child": round(wall_there, 1),
                }
            )
    if options.json:
        print(json.dumps(rows))
        return 0
    table(
        f"Decoding in a child beside decoding here, ms per file; {machine()}",
        [key.replace("_", " ") for key in rows[0]],
        [tuple(row.values()) for row in rows],
    )
    return conclude(
        *(
            Conclusion("shown", f"decoding in a child, {row['file']}", f"CPU x {row['ratio']}")
            for row in rows
        )
    )


if __name__ == "__main__":
    raise SystemExit(main())
