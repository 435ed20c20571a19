import io
import os
import subprocess
import sys
from fractions import Fraction
from typing import get_args

import av
import numpy as np
import pytest

from countenance import simulate
from countenance.simulate.clip import Clip, Container
from countenance.simulate.truth import Truth, Turn


def moving(rate: float = 12.0) -> Clip:
    ramp = np.tile(np.linspace(30, 220, 96), (64, 1))
    frames = [
        np.repeat(np.roll(ramp, 3 * k, 1)[..., None], 3, 2).astype(np.uint8) for k in range(9)
    ]
    truth = Truth("test", True, 0, 0.5, (Turn(0, 0, 0),) * 9, (0.0,) * 9)
    return Clip(frames, rate, truth)


@pytest.mark.parametrize("container", get_args(Container))
def test_every_container_gives_back_the_frames_at_their_times(container: Container) -> None:
    clip = moving()
    with av.open(io.BytesIO(clip.encode(container, "high")), "r") as file:
        stream = file.streams.video[0]
        assert stream.average_rate is not None
        assert abs(float(stream.average_rate) - 12) < 0.1
        back = [frame.to_ndarray(format="bgr24") for frame in file.decode(stream)]
    assert len(back) == 9
    for made, seen in zip(clip.frames, back, strict=True):
        assert np.abs(made.astype(int) - seen).mean() < 6


STATES = """
import hashlib
import cv2, numpy as np
from countenance.simulate.clip import Clip
from countenance.simulate.truth import Truth
noise = np.random.default_rng(0).integers(0, 255, (240, 320, 3), dtype=np.uint8)
base = cv2.GaussianBlur(noise, (0, 0), 2)
ramp = np.linspace(0.5, 1, 40)
frames = [(np.roll(base, 2 * k, 1) * g).astype(np.uint8) for k, g in enumerate(ramp)]
clip = Clip(frames, 15.0, Truth("test", True, 0, 0.5, (), ()))
for container in ("mp4", "avi", "flv", "webm"):
    print(container, hashlib.sha256(clip.encode(container)).hexdigest())
"""


def test_the_same_clip_gives_the_same_bytes_whatever_was_in_memory() -> None:
    said = []
    for filling in ("0", "85", "33"):  # glibc fills what it hands out with this
        environment = {**os.environ, "MALLOC_PERTURB_": filling}
        run = subprocess.run(
            [sys.executable, "-c", STATES], env=environment, check=True, capture_output=True
        )
        said.append(run.stdout)
    assert len(said[0].splitlines()) == 4
    assert said[0] == said[1] == said[2]


def test_lower_quality_is_fewer_bytes() -> None:
    sizes = [len(moving().encode("mp4", q)) for q in ("low", "medium", "high")]
    assert sizes == sorted(sizes)


def test_a_fractional_rate_is_kept() -> None:
    with av.open(io.BytesIO(moving(29.97).encode("mp4"))) as file:
        rate = file.streams.video[0].average_rate
    assert rate is not None
    assert abs(rate - Fraction(2997, 100)) < Fraction(1, 20)


def test_the_fingerprint_is_of_the_sources() -> None:
    assert len(simulate.fingerprint()) == 64
    assert simulate.fingerprint() == simulate.fingerprint()
