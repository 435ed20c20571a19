"""Liveness of one picture, all gates on: APCER, BPCER, non-response, by context and by person.

    python -m benchmarks.still_liveness [--every 1]

Pictures go through the function that DetectLiveFace runs. A bona fide picture that a gate refuses
is an error (BPCER), and one that a print passes by (APCER) has not been refused by anything; the
gates' own shares stand beside them (BPNRR, APNRR). The bins of context are chosen again on one half
of the people and reported on the other, from every frame cut to each context below its own.
"""

import argparse
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
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
from benchmarks.still_trials import (
    BINS,
    PARAMS,
    Trial,
    bin_of,
    gated,
    pixels_of,
    trial,
    trials,
    wrong,
)
from countenance.perception.faces.detect import Face
from countenance.perception.liveness import antispoof
from countenance.perception.liveness.context import required

NUAA = {"bona fide": "pad/nuaa/live", "prints": "pad/nuaa/print"}
OTHERS = {
    "celeb_fullres, press photos": ("celeb_fullres", 1),
    "unmasked_chandrika, web photos cut to the face": ("quality/unmasked_chandrika", 1),
    "LFW, 250 x 250": ("lfw", 20),
}
HALVES = ((1, 2, 3, 4), (5, 6, 7, 8))
CUTS = tuple(round(1.0 + 0.1 * i, 1) for i in range(18))
STEPS = tuple(round(0.60 + 0.05 * i, 2) for i in range(8))
APCER, BPCER = 0.01, 0.03


def main() -> int:
    """Print the tables; status 1 when a bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--every", type=int, default=1, help="take one in so many NUAA frames")
    options = parser.parse_args()
    data = test_data()
    if data is None:
        console.print(f"skipped: {NO_DATA} (set COUNTENANCE_TEST_DATA)")
        return conclude(Conclusion("skipped", "liveness of one picture", NO_DATA))
    nuaa = {
        kind: trials(data, folder, kind == "prints", options.every) for kind, folder in NUAA.items()
    }
    others = {name: trials(data, folder, False, every) for name, (folder, every) in OTHERS.items()}
    mini = [
        trial(f.name, f.name != "image_T1.jpg", pixels_of(f))
        for f in sorted((data / "pad/minivision").glob("*.jpg"))
    ]
    table(
        f"NUAA, all gates on; {machine()}",
        ("part", "BPCER", "BPNRR", "APCER", "APNRR"),
        _parts(nuaa["bona fide"], nuaa["prints"]),
    )
    table("pad/minivision", ("picture", "is", "score", "network", "context", "moire"), _mini(mini))
    table(
        "Bona fide pictures that are no selfies: refused, and why",
        ("set", "BPCER", "BPNRR", "reasons"),
        _others(others),
    )
    table(
        "Bins of context: every 2nd frame cut to less context, chosen on half of the people",
        ("bin", "chosen on", "highest print", "asked", "APCER, the others", "BPCER, the others"),
        _halves(data, [*nuaa["bona fide"][::2], *nuaa["prints"][::2]]),
    )
    table(
        "NUAA, every 12th frame spoilt: what is wrong, and what a gate refuses",
        ("spoilt by", "BPCER", "BPNRR", "APCER", "APNRR", "APCER of one look"),
        _spoilt(data),
    )
    live, prints = nuaa["bona fide"], nuaa["prints"]
    wrong_live, wrong_prints = (sum(t.wrong for t in part) for part in (live, prints))
    return conclude(
        judged(
            "APCER, NUAA prints, gates on",
            f"{share(wrong_prints, len(prints))}; APNRR {gated(prints)}",
            f"<= {APCER:.0%}",
            wrong_prints <= APCER * len(prints),
        ),
        judged(
            "BPCER, NUAA bona fide, refusals by gates counted",
            f"{share(wrong_live, len(live))}; BPNRR {gated(live)}",
            f"<= {BPCER:.0%}",
            wrong_live <= BPCER * len(live),
        ),
        judged(
            "pad/minivision",
            f"{sum(not t.wrong for t in mini)} of {len(mini)} right",
            "attacks refused, the live photo accepted",
            not any(t.wrong for t in mini),
        ),
        *(
            Conclusion("shown", f"BPCER, {name}", share(sum(t.wrong for t in part), len(part)))
            for name, part in others.items()
        ),
    )


def _parts(live: list[Trial], prints: list[Trial]) -> Iterator[tuple[str, ...]]:
    yield "all", wrong(live), gated(live), wrong(prints), gated(prints)
    for part in (lambda t: t.bin, lambda t: f"subject {t.subject}"):
        for name in sorted({part(t) for t in (*live, *prints)}):
            some = [t for t in live if part(t) == name]
            copies = [t for t in prints if part(t) == name]
            yield name, wrong(some), gated(some), wrong(copies), gated(copies)


def _mini(mini: Iterable[Trial]) -> Iterator[tuple[object, ...]]:
    for t in mini:
        r = t.report
        measured = [f"{v:.3f}" for v in (r.live, r.context, r.moire) if v is not None]
        yield t.name, "live" if t.passed else "not live", r.score, *measured


def _others(others: dict[str, list[Trial]]) -> Iterator[tuple[str, ...]]:
    for name, part in others.items():
        why = Counter(key for t in part for key in (*t.report.refusals, *t.report.doubts)[:1])
        told = ", ".join(f"{key} {n}" for key, n in why.most_common())
        yield name, wrong(part), gated(part), told


def _halves(data: Path, nuaa: list[Trial]) -> Iterator[tuple[object, ...]]:
    """Per bin and half: the step chosen on it, and the errors of the other half there."""
    scores: dict[tuple[str, int, bool], list[float]] = defaultdict(list)
    for t in progress(nuaa, "less context"):
        face = t.report.face
        if face is None:
            continue
        half = 0 if t.subject in HALVES[0] else 1
        pixels = pixels_of(data / t.name)
        for context, live in _cut(pixels, face):
            scores[bin_of(context), half, t.attack].append(live)
    for least in (*BINS, 0.0):
        for half in (0, 1):
            name = bin_of(least)
            mine = [np.array(scores[name, half, attack]) for attack in (False, True)]
            other = [np.array(scores[name, 1 - half, attack]) for attack in (False, True)]
            if min(map(len, (*mine, *other))) == 0:
                continue
            chosen = f"subjects {HALVES[half][0]} to {HALVES[half][-1]}"
            yield _at(name, chosen, mine[1].max(), _strictest(mine[0], mine[1]), *other)
        asked = required(least, PARAMS.liveness.context)
        if asked <= 1:
            live, prints = (
                np.array(scores[name, 0, a] + scores[name, 1, a]) for a in (False, True)
            )
            yield _at(name, "as shipped, all", prints.max(), asked, live, prints)


def _at(
    name: str,
    chosen: str,
    highest: float,
    step: float,
    live: NDArray[np.float64],
    prints: NDArray[np.float64],
) -> tuple[str, ...]:
    """One line: the errors of these scores where `step` is asked."""
    accepted, refused = int((prints >= step).sum()), int((live < step).sum())
    errors = share(accepted, len(prints)), share(refused, len(live))
    return name, chosen, f"{highest:.3f}", f"{step:.2f}", *errors


def _strictest(live: NDArray[np.float64], prints: NDArray[np.float64]) -> float:
    """The strictest step that keeps the bona fide bar, else the least above every print."""
    kept = [step for step in STEPS if (live < step).mean() <= BPCER]
    if kept:
        return max(kept)
    return float(np.ceil(max(0.60, prints.max()) * 100) / 100)


def _cut(pixels: NDArray[np.uint8], face: Face) -> Iterator[tuple[float, float]]:
    """Context and score of a picture, and of it cut to each context below its own."""
    own = antispoof.context(pixels.shape, face)
    yield own, antispoof.least_live(pixels, face)
    x, y, width, height = face.box
    for context in (c for c in CUTS if c < own - 0.05):
        # The side of the window the network would be given if it saw no more than this.
        across, down = round(width * context), round(height * context)
        left = int(np.clip(x + width / 2 - across / 2, 0, pixels.shape[1] - across))
        top = int(np.clip(y + height / 2 - down / 2, 0, pixels.shape[0] - down))
        part = np.ascontiguousarray(pixels[top : top + down + 1, left : left + across + 1])
        yield (
            context,
            antispoof.least_live(part, replace(face, box=(x - left, y - top, width, height))),
        )


Spoil = Callable[[NDArray[np.uint8]], object]


def _grain(deviation: float) -> Spoil:
    return lambda p: p + np.random.default_rng(2).normal(0, deviation, p.shape)


SPOILT: dict[str, Spoil] = {
    "nothing": lambda p: p,
    "noise, deviation 8": _grain(8),
    "noise, deviation 16": _grain(16),
    "noise, deviation 30": _grain(30),
    "two fifths of the light, noise 2": lambda p: _grain(2)(np.asarray(p * 0.4, np.uint8)),
    "a fifth of the light, noise 2": lambda p: _grain(2)(np.asarray(p * 0.2, np.uint8)),
    "three times the light": lambda p: p * 3.0,
    "blur, sigma 2": lambda p: cv2.GaussianBlur(p, (0, 0), 2),
    "blur, sigma 5": lambda p: cv2.GaussianBlur(p, (0, 0), 5),
    "half the size": lambda p: cv2.resize(p, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA),
    "half the size, noise 16": lambda p: _grain(16)(
        np.asarray(cv2.resize(p, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA), np.uint8)
    ),
}


def _spoilt(data: Path) -> Iterator[tuple[str, ...]]:
    files = {kind: sorted((data / folder).rglob("*.jpg"))[::12] for kind, folder in NUAA.items()}
    for name, spoil in progress(SPOILT.items(), "spoilt", len(SPOILT)):
        parts: dict[str, list[Trial]] = {}
        single = 0
        for kind, names in files.items():
            parts[kind] = []
            for file in names:
                spoilt = np.clip(np.asarray(spoil(pixels_of(file))), 0, 255).astype(np.uint8)
                one = trial(str(file), kind == "prints", spoilt)
                parts[kind].append(one)
                r = one.report
                if one.attack and r.face is not None and r.required is not None:
                    single += antispoof.live(spoilt, r.face) >= r.required
        live, prints = parts["bona fide"], parts["prints"]
        one_look = share(single, len(prints))
        yield name, wrong(live), gated(live), wrong(prints), gated(prints), one_look


if __name__ == "__main__":
    sys.exit(main())
