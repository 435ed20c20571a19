"""Silent liveness on simulated clips: APCER per species and BPCER, through the product's pipeline.

    python -m benchmarks.simulated_liveness [--seeds 10] [--json]

Two public-domain portraits, each before two framings by turns (640x480, 480x640), in two codecs.
Simulation shows plumbing and relative order; it is no estimate of real error rates, and two people
are two people however many clips are made of them. The simulator was written before it was
measured; its hash is printed with the table, so that a change of it shows.
"""

import argparse
import json
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.common import Conclusion, conclude, console, machine, share, table
from countenance import simulate
from countenance.perception.liveness.silent import SilentParams, check
from countenance.perception.media import decode_video
from countenance.simulate.clip import Clip, Container
from countenance.verification.policy import VIDEO

SIZES = ((640, 480), (480, 640))
CONTAINERS: tuple[Container, ...] = ("mp4", "webm")
SECONDS, RATE = 2.5, 15.0
# Reasons that are a judgement; the others refuse before it.
JUDGED = {"spoof", "live_uncertain", "moire", "planar", "frozen", "static", "looped", "cut"}
THIN = 2.2  # below this the crop shows little beside the face (the reference on liveness)


@dataclass(frozen=True, slots=True)
class Row:
    """One encoded clip: what it is, what the network says (None: not scored), what was refused."""

    person: str
    species: str
    seed: int
    container: str
    size: tuple[int, int]
    median: float | None
    second: float | None
    context: float | None
    reasons: tuple[str, ...]

    @property
    def accepted(self) -> bool:
        """Whether the whole check lets the clip pass."""
        return not self.reasons

    def scored(self, params: SilentParams) -> bool:
        """Whether the network's scores alone would pass, whatever the other cues say."""
        if self.median is None or self.second is None:
            return False
        return self.median >= params.live and self.second >= params.second

    def unanswered(self) -> bool:
        """Whether a gate refused the clip before it was judged."""
        return any(r not in JUDGED for r in self.reasons)


def portraits() -> dict[str, NDArray[np.uint8]]:
    """Name to BGR portrait: both ship inside packages that the tests need."""
    import matplotlib
    from skimage import data

    hopper = Path(matplotlib.get_data_path()) / "sample_data" / "grace_hopper.jpg"
    return {
        "collins": np.ascontiguousarray(data.astronaut()[:, :, ::-1]),  # type: ignore[no-untyped-call]  # scikit-image has no types
        "hopper": np.asarray(cv2.imread(str(hopper), cv2.IMREAD_COLOR), np.uint8),
    }


def make(portrait: NDArray[np.uint8], species: str, seed: int, size: tuple[int, int]) -> Clip:
    """One clip of a species."""
    if species == simulate.LIVE:
        return simulate.bona_fide(portrait, seed=seed, seconds=SECONDS, rate=RATE, size=size)
    return simulate.print_attack(
        portrait, seed=seed, seconds=SECONDS, rate=RATE, size=size, species=species
    )


def rows(seeds: int, params: SilentParams) -> Iterator[Row]:
    """Make, encode, decode and check every clip."""
    for person, portrait in portraits().items():
        for species in (simulate.LIVE, simulate.PAGE, simulate.POSTER):
            for seed in range(1, seeds + 1):
                size = SIZES[seed % len(SIZES)]
                clip = make(portrait, species, seed, size)
                for container in CONTAINERS:
                    report = check(decode_video(clip.encode(container), VIDEO), params)
                    contexts = [f.context for f in report.frames if f.context is not None]
                    yield Row(
                        person=person,
                        species=species,
                        seed=seed,
                        container=container,
                        size=size,
                        median=report.median,
                        second=report.second_lowest,
                        context=float(np.median(contexts)) if contexts else None,
                        reasons=report.reasons,
                    )


def line(name: str, part: list[Row], params: SilentParams) -> list[str]:
    """One line of the table for the clips `part`."""
    wrong = sum(r.accepted == (r.species != simulate.LIVE) for r in part)
    alone = sum(r.scored(params) == (r.species != simulate.LIVE) for r in part)
    medians = sorted(r.median for r in part if r.median is not None)
    spread = f"{medians[0]:.2f} / {np.median(medians):.2f} / {medians[-1]:.2f}" if medians else "-"
    return [
        name,
        share(wrong, len(part)),
        share(alone, len(part)),
        spread,
        share(sum(r.unanswered() for r in part), len(part)),
    ]


def main() -> int:
    """Print the tables, or every clip as JSON; there is no bar: the status is 0."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    params = SilentParams()
    found = list(rows(options.seeds, params))
    if options.json:
        clips = [asdict(row) for row in found]
        print(json.dumps({"simulator": simulate.fingerprint(), "clips": clips}))
        return 0
    shown = []
    columns = [
        "clips",
        "error",
        "by the network alone",
        "median score: least / median / most",
        "refused by a gate",
    ]
    for species in (simulate.LIVE, simulate.PAGE, simulate.POSTER):
        part = [row for row in found if row.species == species]
        lines = [line("all", part, params)]
        for person in portraits():
            lines.append(line(person, [r for r in part if r.person == person], params))
        for container in CONTAINERS:
            lines.append(line(container, [r for r in part if r.container == container], params))
        thin = [r for r in part if r.context is not None and r.context < THIN]
        full = [r for r in part if r.context is not None and r.context >= THIN]
        lines.append(line(f"context below {THIN}", thin, params))
        lines.append(line(f"context {THIN} and more", full, params))
        error = "BPCER" if species == simulate.LIVE else "APCER"
        shown.append(Conclusion("shown", f"{error}, simulated {species}", lines[0][1]))
        table(f"{species}: {error} of the whole check; 95 % Wilson intervals", columns, lines)
    console.print(f"{options.seeds} seeds, 2 people, {len(CONTAINERS)} codecs; {machine()}")
    console.print(f"simulator sha256 {simulate.fingerprint()}")
    return conclude(*shown)


if __name__ == "__main__":
    sys.exit(main())
