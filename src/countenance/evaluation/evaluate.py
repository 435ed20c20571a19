"""A model on labelled pictures: the DET curve and both errors at its own scores, also by group."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Literal

from countenance.evaluation import people, rates, resample
from countenance.evaluation import trials as trial
from countenance.evaluation import vectors as embedding
from countenance.evaluation.people import EvaluationError, Labelled, Photo
from countenance.evaluation.rates import Curve, Point
from countenance.evaluation.trials import Trials, cosine_at
from countenance.evaluation.vectors import Lost, Vectors
from countenance.perception.faces import slot as slots
from countenance.perception.faces.anchors import RATES
from countenance.perception.faces.slot import Slot

SCORES = ("60", "70", "80")
Standing = Literal["kept", "broken", "open"]


@dataclass(frozen=True, slots=True)
class Mistake:
    """Two pictures that the model takes wrongly: the closest impostors, the farthest genuine."""

    a: str
    b: str
    cosine: float
    score: float


@dataclass(frozen=True, slots=True)
class Part:
    """All people, or one group of them; `why` says why there are no points, if there are none."""

    name: str
    people: int
    images: int
    impostor_pairs: int
    couples: int
    genuine_pairs: int
    points: tuple[Point, ...]
    curve: Curve
    why: str = ""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What was measured; `impostors` and `genuine` are the worst errors first."""

    model: str
    network: str
    commercial: bool
    source: str
    whole: Part
    groups: tuple[Part, ...]
    lost: tuple[Lost, ...]
    impostors: tuple[Mistake, ...] = field(default=())
    genuine: tuple[Mistake, ...] = field(default=())


def evaluate(
    data: Labelled,
    model: str,
    step: Callable[[Iterable[Photo]], Iterable[Photo]] = lambda photos: photos,
    times: int = resample.TIMES,
) -> Evaluation:
    """Embed all pictures and measure; raises EvaluationError, SlotError and WeightsMissing."""
    slot, _ = slots.read(model)
    vectors = embedding.embed(data, model, step)
    everything = trial.trials(vectors, data.pairs)
    return Evaluation(
        model=model,
        network=slot.name,
        commercial=slot.commercial,
        source=str(data.root),
        whole=_part("all", everything, slot, times),
        groups=tuple(_group(data, vectors, name, slot, times) for name in data.groups),
        lost=vectors.lost,
        impostors=_mistakes(vectors, everything.closest, slot),
        genuine=_mistakes(vectors, everything.farthest, slot),
    )


def standing(point: Point) -> Standing:
    """Whether the false-match rate a score promises is kept, broken, or cannot be told."""
    promised = RATES[f"{point.score:g}"] if point.score is not None else 0.0
    if point.fmr.high <= promised:
        return "kept"
    return "broken" if point.fmr.low > promised else "open"


def within(vectors: Vectors, data: Labelled, group: str) -> Trials:
    """The trials within one group; raises EvaluationError where it is one person or none."""
    part = people.of_group(data, group)
    names = {photo.name for photo in part.photos}
    rows = [i for i, photo in enumerate(vectors.photos) if photo.name in names]
    chosen = Vectors(tuple(vectors.photos[i] for i in rows), vectors.matrix[rows])
    return trial.trials(chosen, part.pairs)


def _group(data: Labelled, vectors: Vectors, name: str, slot: Slot, times: int) -> Part:
    try:
        return _part(name, within(vectors, data, name), slot, times)
    except EvaluationError as error:
        found = [photo for photo in vectors.photos if photo.group == name]
        heads = len({photo.person for photo in found})
        return Part(name, heads, len(found), 0, 0, 0, (), Curve((), (), ()), str(error))


def _part(name: str, trials: Trials, slot: Slot, times: int) -> Part:
    cosines = [slot.anchors[score] for score in SCORES]
    return Part(
        name=name,
        people=trials.people,
        images=trials.images,
        impostor_pairs=trials.impostors,
        couples=trials.couples,
        genuine_pairs=trials.genuines,
        points=rates.operating_points(trials, cosines, [float(s) for s in SCORES], times),
        curve=rates.det(trials),
    )


def _mistakes(
    vectors: Vectors, pairs: Iterable[tuple[int, int]], slot: Slot
) -> tuple[Mistake, ...]:
    found = []
    for i, j in pairs:
        cosine = cosine_at(trial.edge(float(vectors.matrix[i] @ vectors.matrix[j])))
        a, b = vectors.photos[i].name, vectors.photos[j].name
        found.append(Mistake(a, b, round(cosine, 4), round(slot.score(cosine), 2)))
    return tuple(found)
