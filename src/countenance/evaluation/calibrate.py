"""Anchors for a model out of labelled pictures, and its description with them written in."""

import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import msgspec

from countenance.evaluation import anchors, evaluate, people, resample
from countenance.evaluation import trials as trial
from countenance.evaluation import vectors as embedding
from countenance.evaluation.anchors import Anchored, Sample
from countenance.evaluation.people import EvaluationError, Labelled, Photo
from countenance.evaluation.vectors import Lost
from countenance.perception.faces import slot as slots


@dataclass(frozen=True, slots=True)
class Calibrated:
    """The anchors, the pictures not used, and why groups (name: reason) were left out."""

    anchored: Anchored
    lost: tuple[Lost, ...]
    left_out: dict[str, str]


def calibrate(
    data: Labelled,
    model: str,
    *,
    cohort: str,
    groups: Sequence[str] = (),
    margin: float = 1.0,
    step: Callable[[Iterable[Photo]], Iterable[Photo]] = lambda photos: photos,
    times: int = resample.TIMES,
) -> Calibrated:
    """Fit anchors that hold in every group named, or in all people and every labelled group.

    A group too small for an anchor is an error where it was named and left out where it was not.
    Raises EvaluationError, SlotError and WeightsMissing.
    """
    if unknown := sorted(set(groups) - set(data.groups)):
        known = ", ".join(data.groups) or f"none; {people.GROUPS} beside the data labels them"
        raise EvaluationError(f"{data.root}: there is no group {unknown[0]!r} (groups: {known})")
    if groups:
        chosen = tuple(photo for photo in data.photos if photo.group in groups)
        data = Labelled(data.root, chosen, data.pairs, tuple(groups))
    vectors = embedding.embed(data, model, step)
    samples, left_out = [], {}
    for name in groups or data.groups:
        try:
            sample = Sample(name, evaluate.within(vectors, data, name), margin)
            anchors.fit(sample, times=1)
            samples.append(sample)
        except EvaluationError as error:
            if groups:
                raise
            left_out[name] = str(error)
    if groups:
        return Calibrated(anchors.anchored(samples, cohort, times), vectors.lost, left_out)
    everyone = trial.trials(vectors, data.pairs)
    found = anchors.anchored([*samples, Sample("all", everyone, margin)], cohort, times)
    counted = msgspec.structs.replace(  # the groups are part of all
        found.calibration,
        people=everyone.people,
        images=everyone.images,
        impostor_pairs=everyone.impostors,
        genuine_pairs=everyone.genuines,
    )
    return Calibrated(replace(found, calibration=counted), vectors.lost, left_out)


def described(model: str, found: Anchored) -> bytes:
    """The model's own JSON with these anchors and this calibration in place of any it has."""
    text, _ = slots.describe(model)
    fields = msgspec.json.decode(text, type=dict[str, Any])
    fields |= {"anchors": found.anchors, "calibration": found.calibration}
    return msgspec.json.format(msgspec.json.encode(fields), indent=1) + b"\n"


def write(file: Path, text: bytes) -> None:
    """Put a file in place, all of it or nothing."""
    with tempfile.NamedTemporaryFile(dir=file.parent, prefix=f".{file.name}-", delete=False) as new:
        new.write(text)
    made = Path(new.name)
    made.chmod(0o644)
    made.replace(file)
