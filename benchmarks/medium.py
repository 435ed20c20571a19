"""What one picture shows of its medium: beats of a screen's pixels, and the medium's outline.

    python -m benchmarks.medium [--seeds 14]

Made stills come from the simulator, which was written and committed before either detector was
scored on it. The cut of the outline was chosen on one portrait (Collins) and on NUAA live subjects
1 to 4; the bar is held on the other portrait, other seeds and subjects 5 to 8. Made stills show
what a detector can see under known conditions; they are no estimate of real error rates.
"""

import argparse
import re
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.common import (
    NO_DATA,
    Conclusion,
    conclude,
    console,
    judged,
    machine,
    progress,
    share,
    table,
    test_data,
)
from benchmarks.pictures import collins, hopper
from countenance import simulate
from countenance.perception.faces.detect import detect
from countenance.perception.liveness import antispoof, moire, outline
from countenance.perception.media import MediaError, decode_video

SUSPICIOUS = 3.0  # of a moire score (the reference on liveness, 4.1)
CUT = outline.OutlineParams().score
SIZES = ((640, 480), (480, 640), (480, 640), (960, 720))
BINS = ("s < 1.6", "1.6 to 2.2", "s >= 2.2")
DEVICES = (simulate.PHONE, simulate.TABLET, simulate.MONITOR)
PORTRAITS = {"Collins (chosen on)": (collins, 1), "Hopper (held out)": (hopper, 101)}


@dataclass(frozen=True, slots=True)
class Picture:
    """What was measured on one picture; `live` is the network's score, `context` its s."""

    group: str
    moire: float
    outline: float
    live: float
    context: float


def measured(group: str, pixels: NDArray[np.uint8]) -> Picture | None:
    """The measurements of the largest face, None where there is none."""
    faces = detect(pixels)
    if not faces:
        return None
    face = faces[0]
    return Picture(
        group,
        moire.score(pixels, face),
        outline.measure(pixels, face).score,
        antispoof.live(pixels, face),
        antispoof.context(pixels.shape, face),
    )


def made(seeds: int) -> Iterator[Picture]:
    """Stills with the medium's edges in the frame, and media as large as a person's face."""
    for name, (load, first) in PORTRAITS.items():
        portrait = load()
        for seed in progress(range(first, first + seeds), name):
            size = SIZES[seed % len(SIZES)]
            stills = [
                ("bezel", simulate.bezel_still(portrait, seed=seed, size=size, species=species))
                for species in DEVICES
            ]
            for k in range(3):
                still = simulate.paper_still(portrait, seed=3 * seed + k, size=size)
                stills.append(("paper", still))
            for what, still in stills:
                yield _some(f"{name}, {what} edges", still.pixels)
            size = SIZES[seed % 2]
            moment = {"seed": seed, "size": size, "seconds": 0.1, "rate": 10.0}
            for species in DEVICES:
                clip = simulate.screen_attack(portrait, species=species, playing=False, **moment)
                yield _some(f"{name}, screen near", clip.frames[0])
            yield _some(f"{name}, bona fide", simulate.bona_fide(portrait, **moment).frames[0])


def _some(group: str, pixels: NDArray[np.uint8]) -> Picture:
    """As `measured`; a made picture without a face counts as one in which nothing was found."""
    return measured(group, pixels) or Picture(group, 0.0, 0.0, 0.0, 0.0)


def stills(data: Path) -> Iterator[Picture]:
    """NUAA by half and kind, press photographs, and every 15th of LFW."""
    for kind in ("live", "print"):
        for file in progress(sorted((data / "pad/nuaa" / kind).rglob("*.jpg")), f"NUAA {kind}"):
            half = "1 to 4" if file.parent.name <= "0004" else "5 to 8"
            yield from _read(f"NUAA {kind}, subjects {half}", [file])
    press = sorted((data / "celeb_fullres").rglob("*.jpg"))
    yield from _read("press photographs, bona fide", progress(press, "press"))
    faces = sorted((data / "lfw").rglob("*.jpg"))[::15]
    yield from _read("LFW, bona fide", progress(faces, "LFW"))
    for file in sorted((data / "pad/minivision").glob("*.jpg")):
        yield from _read("minivision " + re.sub("image_", "", file.stem), [file])


def _read(group: str, files: Iterable[Path]) -> Iterator[Picture]:
    for file in files:
        pixels = np.asarray(cv2.imread(str(file), cv2.IMREAD_COLOR), np.uint8)
        if found := measured(group, pixels):
            yield found


def clips(data: Path) -> Iterator[Picture]:
    """Three frames of every recorded clip."""
    for folder in ("video/real", "grid/s1"):
        films = [f for f in sorted((data / folder).iterdir()) if f.suffix in (".mp4", ".mpg")]
        for file in progress(films, folder):
            try:
                frames = decode_video(file.read_bytes()).frames
            except MediaError:
                continue  # longer than is accepted
            for frame in (frames[0], frames[len(frames) // 2], frames[-1]):
                if found := measured(f"clips {folder}, bona fide", frame.pixels):
                    yield found


def cost() -> list[list[str]]:
    """CPU of each measurement on one portrait, as large as a selfie."""
    pixels = np.asarray(cv2.resize(collins(), (960, 960)), np.uint8)
    face = detect(pixels)[0]
    rows = []
    for name, run in (("moire", moire.score), ("outline", outline.measure)):
        run(pixels, face)
        started = time.process_time()
        for _ in range(20):
            run(pixels, face)
        rows.append([name, f"{1000 * (time.process_time() - started) / 20:.1f}"])
    return rows


def line(name: str, part: list[Picture]) -> list[str]:
    """One line of the table of both scores."""
    beats, edges = ([getattr(p, what) for p in part] for what in ("moire", "outline"))
    percentiles = [
        " ".join(f"{v:.2f}" for v in np.percentile(values, (5, 50, 95, 100)))
        for values in (beats, edges)
    ]
    return [
        name,
        percentiles[0],
        share(sum(v >= SUSPICIOUS for v in beats), len(part)),
        percentiles[1],
        share(sum(v >= CUT for v in edges), len(part)),
    ]


def by_context(pictures: list[Picture]) -> list[list[str]]:
    """The network's score on made media, by how much surrounding it sees."""
    rows = []
    for group in sorted({p.group for p in pictures}):
        for index, name in enumerate(BINS):
            part = [p for p in pictures if p.group == group and _bin(p.context) == index]
            if part:
                scores = [p.live for p in part]
                spread = " ".join(f"{v:.3f}" for v in np.percentile(scores, (50, 95, 100)))
                passed = sum(score >= 0.6 for score in scores)
                rows.append([group, name, spread, share(passed, len(part))])
    return rows


def _bin(context: float) -> int:
    return int(context >= 1.6) + int(context >= 2.2)


def main() -> int:
    """Print the tables; status 1 when a bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=14)
    options = parser.parse_args()
    pictures = list(made(options.seeds))
    shown = by_context(pictures)
    data = test_data()
    if data is not None:
        pictures += [*stills(data), *clips(data)]
    groups = {p.group: [q for q in pictures if q.group == p.group] for p in pictures}
    columns = [
        "pictures",
        "moire 5 50 95 max",
        f">= {SUSPICIOUS}",
        "outline 5 50 95 max",
        f">= {CUT}",
    ]
    table("Beats and outlines", columns, [line(name, part) for name, part in groups.items()])
    table("The network on made media", ["", "context", "live 50 95 max", ">= 0.6"], shown)
    table("CPU ms a picture of 960 x 960", ["", "ms"], cost())
    console.print(f"simulator sha256 {simulate.fingerprint()}; {machine()}")
    return conclude(*_bars(groups, data is not None))


def _bars(groups: dict[str, list[Picture]], real: bool) -> list[Conclusion]:
    held = [p for g in ("bezel", "paper") for p in groups[f"Hopper (held out), {g} edges"]]
    hits = sum(p.outline >= CUT for p in held)
    bars = [
        judged(
            "made bezel and paper-edge stills found, held out",
            share(hits, len(held)),
            ">= 80 %",
            hits >= 0.8 * len(held),
        )
    ]
    if not real:
        return [*bars, Conclusion("skipped", "people taken for a medium", NO_DATA)]
    people = groups["NUAA live, subjects 5 to 8"]
    false = sum(p.outline >= CUT for p in people)
    bars.append(
        judged(
            "NUAA live 5 to 8 taken for a medium",
            share(false, len(people)),
            "<= 2 %",
            false <= 0.02 * len(people),
        )
    )
    living = [p for g, ps in groups.items() if "live" in g or "bona fide" in g for p in ps]
    beats = sum(p.moire >= SUSPICIOUS for p in living)
    bars.append(Conclusion("shown", "bona fide vetoed for moire", share(beats, len(living))))
    edges = sum(p.outline >= CUT for p in living)
    bars.append(Conclusion("shown", "bona fide vetoed for an outline", share(edges, len(living))))
    return bars


if __name__ == "__main__":
    sys.exit(main())
