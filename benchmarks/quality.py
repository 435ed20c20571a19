"""The quality gates of stills: what each finds on pictures that have the fault, and on plain ones.

    python -m benchmarks.quality [--plain 600]

The cuts were read off LFW photographs that were spoilt or drawn upon (see the docstrings of
`perception/faces/{quality,shown,occlusion}.py`); the pictures here are others: real masks, the
folder of degraded pictures, and plain photographs of which the cuts saw only LFW.
"""

import argparse
import random
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.common import (
    Conclusion,
    conclude,
    judged,
    machine,
    progress,
    share,
    table,
    test_data,
)
from countenance.perception.faces import embed as embeddings
from countenance.perception.faces import quality as qualities
from countenance.perception.faces import shown as showing
from countenance.perception.faces.view import View, ViewParams, look
from countenance.perception.media import ImageParams, MediaError, decode_image
from countenance.verification.policy import Policy

LEVELS = (1, 2, 3, 4)
STILL = ImageParams(formats=("jpeg", "png", "bmp"), min_side=1)
SUNGLASSES = "sunglasses"
COVERED = ("mask", "mouth_hidden")
FOUND, REFUSED = 0.70, 0.02  # a veto finds this much and refuses no more of plain pictures


@dataclass(frozen=True, slots=True)
class Gate:
    """A fault, the folder whose pictures have it, and the reasons that name it."""

    name: str
    folder: str
    reasons: tuple[str, ...]
    veto: bool = True


GATES = (
    Gate("mask", "quality/masked*", COVERED),
    Gate("mouth covered", "quality/degraded/occluded_lower", COVERED),
    Gate("dark glasses", SUNGLASSES, ("eyes_hidden",)),
    Gate("too dark", "quality/degraded/dark", ("too_dark",)),
    Gate("too bright", "quality/degraded/overexposed", ("too_bright", "no_face")),
    Gate("blur", "quality/degraded/gauss_blur", ("blurred",)),
    Gate("movement", "quality/degraded/motion_blur", ("blurred",)),
    Gate("cut off", "quality/degraded/half", ("face_cut_off", "no_face")),
    Gate("turned", "quality/pose", ("face_turned",), veto=False),
    Gate("small", "quality/degraded/tiny", ("face_small",)),
    Gate("JPEG of quality 5", "quality/degraded/jpeg5", ("blurred",), veto=False),
    Gate("no person", "quality/no_face", ("no_face",), veto=False),
    Gate("animal", "quality/animal_or_art", ("no_face",), veto=False),
    Gate("eyes closed", "quality/eyes/close_eyes*", ("eyes_closed",), veto=False),
)


def main() -> int:
    """Print the tables; status 1 when a veto finds too little or refuses too much."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--plain", type=int, default=600, help="LFW photographs")
    options = parser.parse_args()
    data = test_data()
    if data is None:
        return conclude(Conclusion("skipped", "quality gates", "no evaluation data"))
    spectacled = _labelled(data)
    conclusions = []
    rows = []
    for gate in progress(GATES, "faults"):
        views = _views(spectacled if gate.folder == SUNGLASSES else _files(data / gate.folder))
        hits = [sum(bool(set(gate.reasons) & set(v[n])) for v in views) for n in (0, *LEVELS)]
        any_ = sum(bool(v[2]) for v in views)
        rows.append((gate.name, len(views), *hits[1:], share(hits[2], len(views)), any_))
        if gate.veto:
            figure = share(hits[2], len(views))
            met = hits[2] >= FOUND * len(views)
            conclusions.append(judged(f"{gate.name}: found", figure, f">= {FOUND:.0%}", met))
    table("Pictures with the fault: told at each level, and with any reason at 2",
          ("fault", "n", "1", "2", "3", "4", "at 2 [95 %]", "any at 2"), rows)  # fmt: skip
    conclusions += _plain(data, set(spectacled), options.plain)
    conclusions += _misses(data)
    conclusions.append(_turned(data))
    conclusions.append(_cost(data))
    print(machine())
    return conclude(*conclusions)


def _plain(data: Path, spectacled: set[Path], count: int) -> list[Conclusion]:
    """What the gates refuse of plain photographs, by set, and of NUAA by person."""
    lfw = sorted(set((data / "lfw").rglob("*.jpg")) - spectacled)
    sets = {
        "LFW (cuts seen)": random.Random(7).sample(lfw, min(count, len(lfw))),
        "LFW, East and South-East Asia": _files(data / "lfw_cohort"),
        "NUAA bona fide frames": _files(data / "pad/nuaa/live"),
        "press, full resolution": _files(data / "celeb_fullres"),
        "tight crops without a mask": _files(data / "quality/unmasked_chandrika"),
    }
    rows, conclusions = [], []
    for name, files in progress(sets.items(), "plain photographs", len(sets)):
        views = _views(files)
        refused = [sum(bool(v[n]) for v in views) for n in LEVELS]
        told = sorted({key for v in views for key in v[2]})
        rows.append((name, len(views), *refused, share(refused[1], len(views)), ", ".join(told)))
        if name.startswith("NUAA"):
            people = sorted({file.parent.name for file in files})
            of = {p: [v for f, v in zip(files, views, strict=True) if f.parent.name == p]
                  for p in people}  # fmt: skip
            worst = max(people, key=lambda p: sum(bool(v[2]) for v in of[p]))
            figure = f"person {worst}: {share(sum(bool(v[2]) for v in of[worst]), len(of[worst]))}"
            conclusions.append(Conclusion("shown", "NUAA, most refused person at 2", figure))
        if "LFW" in name or "NUAA" in name:
            figure = share(refused[1], len(views))
            met = refused[1] <= REFUSED * len(views)
            conclusions.append(judged(f"{name}: refused at 2", figure, f"<= {REFUSED:.0%}", met))
    table("Plain photographs: refused at each level",
          ("set", "n", "1", "2", "3", "4", "at 2 [95 %]", "reasons at 2"), rows)  # fmt: skip
    return conclusions


def _misses(data: Path) -> list[Conclusion]:
    """Missed pairs at Sim 70 of the degraded pictures against others of the same people."""
    params = ViewParams(quality=None, shown=showing.LEVELS[2], turn=True)
    pairs: list[tuple[tuple[bool, ...], float | None]] = []
    for file in progress(_files(data / "quality/degraded/*"), "pairs"):
        view, pixels = look(decode_image(file.read_bytes(), STILL).pixels, params)
        person = file.stem.rsplit("_", 1)[0]
        others = [f for f in _files(data / "lfw" / person) if f.stem != file.stem][:4]
        probe = embeddings.embed(pixels, view.main) if view.main else None
        served = tuple(not _refusals(view)[n] for n in (0, *LEVELS))
        for other in others:
            seen, its = look(decode_image(other.read_bytes(), STILL).pixels, ViewParams())
            assert seen.main is not None
            pairs.append((served, None if probe is None else embeddings.score(
                embeddings.cosine(probe, embeddings.embed(its, seen.main)))))  # fmt: skip
    rows = []
    for level in (0, *LEVELS):
        kept = [score for served, score in pairs if served[level] and score is not None]
        low = sum(score < Policy().pass_score for score in kept)
        rows.append((level, len(pairs), len(pairs) - len(kept), share(low, len(kept))))
    table("Degraded pictures against others of the same six people",
          ("QualityControl", "pairs", "refused or no face", "misses at Sim 70 among the rest"),
          rows)  # fmt: skip
    return [Conclusion("shown", "misses without gates, and at 2", f"{rows[0][3]}; {rows[2][3]}")]


def _turned(data: Path) -> Conclusion:
    """How many pictures on their side or head come upright with `turn`."""
    folders = {"rot90": {90, 270}, "rot180": {180}}
    right = n = 0
    for name, wanted in folders.items():
        for file in _files(data / "quality/degraded" / name):
            pixels = decode_image(file.read_bytes(), STILL).pixels
            right += look(pixels, ViewParams(quality=None, turn=True))[0].turned in wanted
            n += 1
    return Conclusion("shown", "NeedRotateDetection: pictures turned upright", share(right, n))


def _cost(data: Path) -> Conclusion:
    """CPU of one look with and without the gates of what is shown, milliseconds."""
    files = _files(data / "celeb_fullres")[:10]
    pictures = [decode_image(file.read_bytes(), STILL).pixels for file in files]
    spent = []
    for params in (ViewParams(quality=None), ViewParams(shown=showing.LEVELS[4])):
        for pixels in pictures:
            look(pixels, params)  # networks are compiled at their first use
        begun = time.process_time()
        for pixels in pictures:
            look(pixels, params)
        spent.append(1000 * (time.process_time() - begun) / len(pictures))
    figure = f"{spent[0]:.1f} ms without gates, {spent[1]:.1f} ms with all"
    return Conclusion("shown", "CPU of look() at one picture", figure)


def _views(files: Iterable[Path]) -> list[list[tuple[str, ...]]]:
    """The reasons at QualityControl 0 to 4 of each picture; unreadable ones are left out."""
    found = []
    for file in files:
        try:
            pixels = decode_image(file.read_bytes(), STILL).pixels
        except MediaError:
            continue
        found.append(_refusals(look(pixels, ViewParams(quality=None, shown=showing.LEVELS[2]))[0]))
    return found


def _refusals(view: View) -> list[tuple[str, ...]]:
    """The reasons of one view at QualityControl 0 to 4."""
    if view.quality is None or view.shown is None or view.pose is None:
        return [("no_face",)] * 5
    return [()] + [
        qualities.complaints(view.quality, qualities.LEVELS[n])
        + showing.complaints(view.shown, view.pose, showing.LEVELS[n])
        for n in LEVELS
    ]


def _files(pattern: Path) -> list[Path]:
    """The pictures below the folders, or the files, that a pattern names."""
    parts = pattern.parts
    first = next((i for i, part in enumerate(parts) if "*" in part), len(parts))
    base = Path(*parts[:first])
    roots = sorted(base.glob("/".join(parts[first:]))) if first < len(parts) else [base]
    files = [f for root in roots for f in (root.rglob("*") if root.is_dir() else [root])]
    return sorted(f for f in files if f.suffix.lower() in (".jpg", ".jpeg", ".png", ".bmp"))


def _labelled(data: Path) -> list[Path]:
    """LFW photographs labelled by hand with sunglasses."""
    lines = (data / "lfw/attributes_handlabelled.tsv").read_text("utf-8").splitlines()[1:]
    rows = [line.split("\t") for line in lines]
    return [data / "lfw" / name for name, worn in rows if SUNGLASSES in worn]


if __name__ == "__main__":
    raise SystemExit(main())
