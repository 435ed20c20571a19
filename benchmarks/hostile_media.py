"""Decodes hostile images and videos, and prints what became of them.

The bar: every class of bad file ends in its fault; of 500 damaged images and 300 damaged videos
none holds the server past the limit or stops it; the next good file decodes every time.

    python -m benchmarks.hostile_media [--images 500] [--videos 300] [--seed 20180301] [--json]
"""

import argparse
import json
import time
from collections import Counter
from collections.abc import Callable, Iterable

from tests.perception.hostile import catalogue, mutations, samples

from benchmarks.common import conclude, judged, machine, progress, table
from countenance.perception.media import (
    Decoder,
    ImageParams,
    MediaError,
    VideoParams,
    decode_image,
    decode_video,
)

_GRACE = 10.0  # seconds past the wall limit that a busy machine may take to notice
_IMAGE = ImageParams(formats=("jpeg", "png", "bmp"))
_VIDEO = VideoParams(audio=True)


class Trial:
    """One decoder under attack: counts outcomes, checks time and the next decode."""

    def __init__(self, decoder: Decoder) -> None:
        self._decoder = decoder
        self._good_image = samples.image("jpeg", samples.portrait(128))
        self._good_video = samples.video(seconds=0.2)
        self.failures: list[str] = []
        self.slowest = 0.0

    def decode(self, data: bytes, params: ImageParams | VideoParams) -> str:
        """Return the outcome: a fault's name, or "decoded"."""
        started = time.monotonic()
        try:
            if isinstance(params, ImageParams):
                decode_image(data, params, using=self._decoder)
            else:
                decode_video(data, params, using=self._decoder)
            outcome = "decoded"
        except MediaError as error:
            outcome = error.fault.value
        taken = time.monotonic() - started
        self.slowest = max(self.slowest, taken)
        if taken > params.wall_seconds + _GRACE:
            self.failures.append(f"took {taken:.1f} s")
        return outcome

    def still_works(self, number: int) -> bool:
        """Return whether a good file decodes now; every tenth time a video."""
        try:
            if number % 10:
                decode_image(self._good_image, using=self._decoder)
            else:
                decode_video(self._good_video, using=self._decoder)
        except MediaError as error:
            self.failures.append(f"the next decode failed: {error}")
            return False
        return True


def run_classes(trial: Trial, cases: Iterable[catalogue.Case]) -> list[dict[str, object]]:
    """Return one row per class."""
    rows: list[dict[str, object]] = []
    for case in cases:
        data = case.make()
        started = time.monotonic()
        outcome = trial.decode(data, case.params)
        taken = time.monotonic() - started
        expected = [fault.value if fault else "decoded" for fault in case.outcomes]
        right = outcome in expected and trial.still_works(0)
        if outcome not in expected:
            trial.failures.append(f"{case.name}: {outcome}, not {' or '.join(expected)}")
        rows.append(
            {
                "class": case.name,
                "bytes": len(data),
                "outcome": outcome,
                "seconds": round(taken, 2),
                "pass": right,
            }
        )
    return rows


def run_mutants(
    trial: Trial,
    originals: Callable[[], list[bytes]],
    count: int,
    seed: int,
    params: ImageParams | VideoParams,
) -> Counter[str]:
    """Return how many damaged files ended how."""
    outcomes: Counter[str] = Counter()
    mutants = mutations.mutants(originals(), count, seed)
    for number, data in enumerate(progress(mutants, "damaged files", count)):
        outcomes[trial.decode(data, params)] += 1
        trial.still_works(number)
    return outcomes


def main() -> int:
    """Print the tables; the exit status is 1 if anything is not as it must be."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--images", type=int, default=500)
    parser.add_argument("--videos", type=int, default=300)
    parser.add_argument("--seed", type=int, default=20180301)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with Decoder(1) as decoder:
        trial = Trial(decoder)
        classes = {
            "image": run_classes(trial, catalogue.IMAGES),
            "video": run_classes(trial, catalogue.VIDEOS),
        }
        slowest_class, trial.slowest = trial.slowest, 0.0
        mutants = {
            "image": run_mutants(
                trial, catalogue.originals_of_images, options.images, options.seed, _IMAGE
            ),
            "video": run_mutants(
                trial, catalogue.originals_of_videos, options.videos, options.seed, _VIDEO
            ),
        }
        slowest_mutant = trial.slowest
    if options.json:
        print(
            json.dumps(
                {
                    "seed": options.seed,
                    "classes": classes,
                    "mutants": mutants,
                    "slowest_class_seconds": round(slowest_class, 2),
                    "slowest_mutant_seconds": round(slowest_mutant, 2),
                    "failures": trial.failures,
                    "pass": not trial.failures,
                }
            )
        )
        return 1 if trial.failures else 0
    for family, rows in classes.items():
        table(
            f"Hostile {family}s; {machine()}",
            ("class", "bytes", "s", "outcome", "bar"),
            [
                (row["class"], row["bytes"], row["seconds"], row["outcome"], _mark(row))
                for row in rows
            ],
        )
    table(
        f"Damaged files, seed {options.seed}",
        ("files", "n", "outcomes"),
        [
            (f"{family}s", found.total(), ", ".join(f"{k} {n}" for k, n in found.most_common()))
            for family, found in mutants.items()
        ],
    )
    if trial.failures:
        table("What is wrong", ("failure", "n"), Counter(trial.failures).most_common())
    every = [row for rows in classes.values() for row in rows]
    right = sum(bool(row["pass"]) for row in every)
    slowest = f"slowest class {slowest_class:.1f} s, damaged file {slowest_mutant:.1f} s"
    damaged = sum(found.total() for found in mutants.values())
    return conclude(
        judged(
            "hostile classes in the decoder", f"{right} of {len(every)}", "all", right == len(every)
        ),
        judged(
            "damaged files in the decoder",
            f"{damaged} files, {len(trial.failures)} failures; {slowest}",
            "0 failures",
            not trial.failures,
        ),
    )


def _mark(row: dict[str, object]) -> str:
    return "ok" if row["pass"] else "WRONG"


if __name__ == "__main__":
    raise SystemExit(main())
