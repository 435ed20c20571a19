"""Silent liveness on clips of real people: errors by context, and what never was scored.

    python -m benchmarks.real_liveness

The second column beside benchmarks/simulated_liveness.py, printed where the evaluation data is.
Clips go through the library as a request does. BPCER counts what was scored; a presentation that a
gate refuses first is counted beside it, as non-response (ISO/IEC 30107-3). No bar: the recordings
are few, of few people, and none of the clips was made as a liveness session. Pictures of attacks
and of people before a webcam: benchmarks/still_liveness.py.
"""

import csv
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.common import (
    NO_DATA,
    Conclusion,
    conclude,
    console,
    machine,
    progress,
    share,
    table,
    test_data,
)
from countenance.perception.runtime import choice
from countenance.perception.verify import InputError, check_clip
from countenance.reasons import reasons
from countenance.verification.policy import Policy
from countenance.verification.verdict import judge_clip

BINS = ("all", "s < 1.6", "1.6 to 2.2", "s >= 2.2")
# Codes that are a judgement on whether somebody is there; the other reasons refuse before it.
JUDGING = {
    "FailedOperation.LivessDetectFake",
    "FailedOperation.SilentPictureLiveFail",
    "FailedOperation.SilentThreshold",
}
SCORED = {key for key, one in reasons().items() if one.codes.get("silent") in JUDGING}


@dataclass(frozen=True, slots=True)
class Trial:
    """One presentation: the network's score, the context `s`, the gates that refused it."""

    name: str
    live: float | None
    context: float | None
    accepted: bool
    reasons: tuple[str, ...] = ()

    @property
    def gates(self) -> tuple[str, ...]:
        """Why it was refused whatever its score."""
        return tuple(key for key in self.reasons if key not in SCORED)


def main() -> int:
    """Print the tables."""
    data = test_data()
    if data is None:
        console.print(f"skipped: {NO_DATA} (set COUNTENANCE_TEST_DATA)")
        return conclude(Conclusion("skipped", "silent liveness on recordings", NO_DATA))
    policy = Policy()
    labels = _labels(data / "MANIFEST.tsv")
    clips = {
        "clips, talking or expressive": _clips(data, labels, "video/real/", policy),
        "clips, GRID, 1 speaker": _clips(data, labels, "grid/s1/", policy),
        "clip without a face": _clips(data, labels, "video/no_face/", policy),
    }
    faceless = clips.pop("clip without a face")
    table(
        f"Refused of what was scored; {choice().engine}; {machine()}",
        ("set", "context", "BPCER"),
        _errors(clips),
    )
    table(
        "Not scored: presentations each gate refuses",
        ("set", "gate", "non-response"),
        _gates(clips),
    )
    table(
        "Scores of the network (median of the frames)",
        ("set", "n", "lowest", "5 %", "50 %", "95 %", "highest"),
        _scores(clips),
    )
    table(
        "Bona fide clips that are refused",
        ("clip", "reasons", "median", "context"),
        [
            (t.name, ", ".join(t.reasons), _number(t.live), _number(t.context))
            for trials in clips.values()
            for t in trials
            if not t.accepted
        ],
    )
    table(
        "Clips without a face",
        ("clip", "reasons"),
        [(t.name, ", ".join(t.reasons)) for t in faceless],
    )
    recorded = [t for trials in clips.values() for t in trials]
    return conclude(
        *(Conclusion("shown", f"BPCER, {name}", _error(trials)) for name, trials in clips.items()),
        Conclusion(
            "shown",
            "bona fide clips accepted, all gates counted",
            share(sum(t.accepted for t in recorded), len(recorded)),
        ),
    )


def _labels(manifest: Path) -> dict[str, str]:
    with manifest.open(encoding="utf-8") as file:
        return {row["path"]: row["label"] for row in csv.DictReader(file, delimiter="\t")}


def _clips(data: Path, labels: dict[str, str], folder: str, policy: Policy) -> list[Trial]:
    names = [n for n in labels if n.startswith(folder) and not n.endswith((".align", ".tsv"))]
    return [_clip(data / name, policy) for name in progress(sorted(names), folder)]


def _clip(file: Path, policy: Policy) -> Trial:
    try:
        report = check_clip(file.read_bytes(), policy.silent())
    except InputError as error:
        return Trial(file.name, None, None, False, (f"medium: {error.error.fault}",))
    verdict = judge_clip(report, policy, with_photo=False)
    contexts = [f.context for f in report.liveness.frames if f.context is not None]
    return Trial(
        name=file.name,
        live=report.liveness.median,
        context=float(np.median(contexts)) if contexts else None,
        accepted=verdict.passed,
        reasons=tuple(finding.key for finding in verdict.findings),
    )


def _error(trials: Iterable[Trial]) -> str:
    """The share of scored clips that were refused."""
    scored = [t for t in trials if not t.gates]
    return share(sum(not t.accepted for t in scored), len(scored))


def _errors(sets: dict[str, list[Trial]]) -> Iterator[tuple[str, ...]]:
    for name, trials in sets.items():
        for label in BINS:
            inside = [t for t in trials if label in ("all", _bin(t.context))]
            if inside:
                yield name, label, _error(inside)


def _bin(context: float | None) -> str:
    if context is None:
        return ""
    return BINS[1] if context < 1.6 else BINS[2] if context < 2.2 else BINS[3]


def _gates(sets: dict[str, list[Trial]]) -> Iterator[tuple[str, ...]]:
    for name, trials in sets.items():
        counts = Counter(key for t in trials for key in t.gates)
        rows = [("any", sum(bool(t.gates) for t in trials)), *counts.most_common()]
        for key, n in rows:
            yield name, key, share(n, len(trials))


def _scores(sets: dict[str, list[Trial]]) -> Iterator[tuple[object, ...]]:
    for name, trials in sets.items():
        scores = [t.live for t in trials if t.live is not None]
        if scores:
            yield name, len(scores), *map(_number, np.percentile(scores, [0, 5, 50, 95, 100]))


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.3f}"


if __name__ == "__main__":
    sys.exit(main())
