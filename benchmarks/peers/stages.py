"""CPU of the stages of a comparison of ours, in one process with its decoding child."""

import os
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TypeVar

import numpy as np

from benchmarks.processes import cpu, tree
from countenance.perception.faces import embed, quality
from countenance.perception.faces.detect import detect
from countenance.perception.media import decode_image
from countenance.perception.warm import warm
from countenance.verification.policy import Policy

T = TypeVar("T")
STAGES = ("decode", "detect", "quality", "align and embed")


def rows(groups: Sequence[Iterable[Path]]) -> list[tuple[str, ...]]:
    """A row for each stage: its mean CPU milliseconds for the pictures of each group."""
    found = [_means(files) for files in groups]
    made = [(stage, *(f"{one[stage]:.1f}" for one in found)) for stage in STAGES]
    return [*made, ("together", *(f"{sum(one.values()):.1f}" for one in found))]


def _means(files: Iterable[Path]) -> dict[str, float]:
    spent: dict[str, list[float]] = defaultdict(list)
    params = Policy().stills().image

    def timed(stage: str, work: Callable[[], T]) -> T:
        pids = tree(os.getpid())
        before = sum(map(cpu, pids))
        result = work()
        spent[stage].append(1000 * (sum(map(cpu, pids)) - before))
        return result

    warm(embed.DEFAULT, "openvino")
    for file in files:
        data = file.read_bytes()
        pixels = timed("decode", lambda data=data: decode_image(data, params)).pixels
        faces = timed("detect", lambda pixels=pixels: detect(pixels))
        if faces:
            face = faces[0]
            timed("quality", lambda pixels=pixels, face=face: quality.measure(pixels, face))
            timed("align and embed", lambda pixels=pixels, face=face: embed.embed(pixels, face))
    return {stage: float(np.mean(values)) for stage, values in spent.items()}
