"""What a reader with the master key has before an erasure and after it, on a real server.

    python -m benchmarks.erase [--verifications 6]

Verifications with marked photos, texts and recordings are carried to their verdicts; every second
one is redacted while the server runs. Before, the reader has to recover all that was planted. Of
the redacted ones nothing may be left in any file of the server: no value in any spelling, no piece
of a key, of a wrapped key or of the sealed bytes. The others have to be there still.
tests/e2e/test_erase.py does the same for expiry and for zero retention.
"""

import argparse
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

from tests.erasure import Recovered, recover, search
from tests.planting import FACEID, Plant, environment, marked_png, redact
from tests.serving import serve
from tests.traces import find_files

from benchmarks import pictures
from benchmarks.common import aside, conclude, judged, machine, table
from countenance import simulate


def main() -> int:
    """Print the table; status 1 unless all is there before and nothing is left after."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--verifications", type=int, default=6)
    options = parser.parse_args()
    portrait = pictures.collins()
    clip = simulate.bona_fide(portrait, seed=4, seconds=2.6, rate=15).encode("mp4")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        data, settings = folder / "data", environment(folder)
        with serve(folder, **settings) as server:
            plant = Plant(server, clip, partial(marked_png, portrait))
            people = [f"person {n:03}" for n in range(options.verifications)]
            aside.print(f"carrying {len(people)} verifications to their verdicts")
            tokens = {who: plant.verify(FACEID, who) for who in people}
            # The photo goes with the verdict, so there is nothing of it to recover.
            kept = {what: v for what, v in plant.values.items() if "photo" not in what}
            before, clear = recover(data), search(folder, plant.values, {})
            redacted, seconds = people[::2], []
            for who in redacted:
                begun = time.perf_counter()
                redact(data, settings, tokens[who])
                seconds.append(time.perf_counter() - begun)
            running = _look(folder, before, plant)
        ended = _look(folder, before, plant)
        size = sum((folder / file).stat().st_size for file in find_files(folder))
    gone = {what: v for what, v in kept.items() if what.endswith(tuple(redacted))}
    there = {what: v for what, v in kept.items() if what not in gone}
    rows = [
        ("before", "planted values recovered", f"{_count(before, kept)} of {len(kept)}", "all"),
        ("before", "planted values in clear in a file", len(clear), "0"),
    ]
    rows += [
        ("after", "values of the redacted recovered", _count(ended[0], gone), "0"),
        ("after", "values of the others recovered", f"{_count(ended[0], there)}", len(there)),
        ("after", "pieces of noise looked for", ended[2], ""),
        ("after", "files with any of it, server running", len(running[1]), "0"),
        ("after", "files with any of it, server ended", len(ended[1]), "0"),
    ]
    table(
        f"{len(people)} verifications, {len(redacted)} redacted in {max(seconds):.1f} s each at "
        f"most; {size / 1e6:.1f} MB of files; {machine()}",
        ("when", "what", "figure", "bar"),
        rows,
    )
    whole = _count(before, kept) == len(kept) and not clear
    nothing = _count(ended[0], gone) == len(running[1]) == len(ended[1]) == 0
    others = _count(ended[0], there) == len(there)
    figure = f"{len(gone)} values and {ended[2]} pieces of noise: in {len(ended[1])} files"
    return conclude(
        judged("before: a reader with the key has all", f"{len(kept)} values", "all", whole),
        judged("after redact: nothing is left", figure, "0 files", nothing and len(gone) > 0),
        judged("the others are untouched", f"{len(there)} values", "all", others),
    )


def _look(
    folder: Path, before: Recovered, plant: Plant
) -> tuple[Recovered, dict[str, list[str]], int]:
    """What is recovered now, where anything else of before is found, and what was looked for."""
    after = recover(folder / "data")
    alive = set(after.noise().values())
    noise = {what: value for what, value in before.noise().items() if value not in alive}
    return after, search(folder, plant.values, noise), len(noise)


def _count(recovered: Recovered, values: dict[str, bytes]) -> int:
    return sum(recovered.holds(value) for value in values.values())


if __name__ == "__main__":
    sys.exit(main())
