"""Attacks in time: what each check of a clip's motion catches, and whom it refuses wrongly.

    python -m benchmarks.temporal [--seeds 4]

Thresholds were chosen on simulated clips of one person (collins) and on recordings published
elsewhere; the other person and the recordings of the evaluation data report. Every species of
`simulate.temporal` is made from simulated bona fide clips, in two codecs. The CPU of a whole
silent check of 3 s at 640x480 is that of this process and its decoding child.
"""

import argparse
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks import processes
from benchmarks.common import (
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
from benchmarks.simulated_liveness import CONTAINERS, SIZES, portraits
from countenance import simulate
from countenance.perception.liveness.silent import SilentReport, check
from countenance.perception.media import MediaError, decode_video
from countenance.perception.verify import check_clip
from countenance.simulate.clip import Clip
from countenance.verification.policy import VIDEO, Policy

SECONDS, RATE, RUNS = 3.0, 15.0, 5
CPU_BAR = 1.5  # seconds
Make = Callable[[Clip, int], Clip]
ATTACKS: dict[str, Make] = {
    simulate.STATIC: lambda c, s: simulate.static(c.frames[0], seed=s, seconds=SECONDS, rate=RATE),
    simulate.NOISY: lambda c, s: simulate.static(
        c.frames[0], seed=s, seconds=SECONDS, rate=RATE, noise=3
    ),
    simulate.HELD: lambda c, s: simulate.held(c.frames[0], seed=s, seconds=SECONDS, rate=RATE),
    simulate.TILTED: lambda c, s: simulate.tilted(c.frames[0], seed=s, seconds=SECONDS, rate=RATE),
    simulate.LOOP: lambda c, s: simulate.looped(c, seed=s),
    simulate.PING_PONG: lambda c, s: simulate.ping_pong(c, seed=s),
    simulate.FREEZES: lambda c, s: simulate.freezes(c, seed=s),
}
GENUINE: dict[str, Make] = {
    simulate.LIVE: lambda c, _: c,
    "bona-fide, half the rate": lambda c, _: simulate.slow_camera(c),
    "bona-fide, a third of the rate": lambda c, _: simulate.slow_camera(c, times=3),
}
PRINTS = (simulate.PAGE, simulate.POSTER)


@dataclass(frozen=True, slots=True)
class Row:
    """One clip: whose, what, the vetoes and doubts of its motion, and whether it was accepted."""

    group: str
    species: str
    vetoes: tuple[str, ...]
    doubts: tuple[str, ...]
    accepted: bool


def main() -> int:
    """Print the tables; status 1 when a bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=4)
    options = parser.parse_args()
    rows = list(_simulated(options.seeds))
    recorded = list(_recorded())
    table(
        "Per species: vetoed, doubted (a surer network is asked for), and accepted by the whole "
        "check; 95 % Wilson intervals",
        ("clips of", "species", "vetoed", "by", "doubted", "accepted"),
        _lines(rows + recorded),
    )
    seconds = _cpu()
    console.print(f"{machine()}; simulator sha256 {simulate.fingerprint()}")
    bar = judged(
        "SILENT, 3 s at 640x480, CPU", f"{seconds:.2f} s", f"<= {CPU_BAR} s", seconds <= CPU_BAR
    )
    if not recorded:
        return conclude(bar, Conclusion("skipped", "recorded people", "no evaluation data"))
    wrong = sum(bool(row.vetoes or row.doubts) for row in recorded)
    passed = sum(row.accepted for row in recorded)
    return conclude(
        bar,
        Conclusion("shown", "recorded people vetoed or doubted", share(wrong, len(recorded))),
        judged(
            "recorded people accepted",
            share(passed, len(recorded)),
            ">= 95 %",
            passed >= 0.95 * len(recorded),
        ),
    )


def _simulated(seeds: int) -> Iterator[Row]:
    for person, portrait in portraits().items():
        for seed in progress(range(1, seeds + 1), person):
            size = SIZES[seed % len(SIZES)]
            clip = simulate.bona_fide(portrait, seed=seed, seconds=SECONDS, rate=RATE, size=size)
            made = {name: make(clip, seed) for name, make in (GENUINE | ATTACKS).items()}
            half = len(clip.frames) // 2
            made[simulate.CUT] = Clip(
                clip.frames[half:] + clip.frames[:half], clip.rate, clip.truth
            )
            for species in PRINTS:
                made[species] = simulate.print_attack(
                    portrait, seed=seed, seconds=SECONDS, rate=RATE, size=size, species=species
                )
            for species, one in made.items():
                for container in CONTAINERS:
                    yield _row(person, species, one.encode(container))


def _recorded() -> Iterator[Row]:
    data = test_data()
    if data is None:
        return
    for folder in ("video/real", "grid/s1"):
        files = sorted(p for p in (data / folder).iterdir() if p.suffix in (".mp4", ".mpg"))
        for file in progress(files, folder):
            try:
                yield _row(folder, "recorded", Path(file).read_bytes())
            except MediaError as error:  # longer than the product takes
                console.print(f"not counted: {file.name}: {error}")


def _row(group: str, species: str, data: bytes) -> Row:
    report: SilentReport = check(decode_video(data, VIDEO), Policy().silent().silent)
    assert report.cues is not None
    found = report.cues.motion
    return Row(group, species, found.vetoes, found.doubts, not report.reasons)


def _lines(rows: list[Row]) -> Iterator[tuple[str, ...]]:
    for group, species in dict.fromkeys((row.group, row.species) for row in rows):
        part = [row for row in rows if (row.group, row.species) == (group, species)]
        names = sorted({name for row in part for name in row.vetoes})
        counts = ", ".join(f"{n} {sum(n in row.vetoes for row in part)}" for n in names)
        yield (
            group,
            species,
            share(sum(bool(row.vetoes) for row in part), len(part)),
            counts,
            share(sum(bool(row.doubts) for row in part), len(part)),
            share(sum(row.accepted for row in part), len(part)),
        )


def _cpu() -> float:
    """CPU seconds of one warm silent check, this process and its children."""
    portrait = next(iter(portraits().values()))
    data = simulate.bona_fide(portrait, seed=2, seconds=3.0, rate=25.0).encode("mp4")
    params = Policy().silent()
    check_clip(data, params)
    before = _used()
    for _ in range(RUNS):
        check_clip(data, params)
    return (_used() - before) / RUNS


def _used() -> float:
    return sum(processes.cpu(pid) for pid in processes.tree(os.getpid()))


if __name__ == "__main__":
    sys.exit(main())
