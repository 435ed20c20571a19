"""Cosines of genuine and impostor trials, counted by person; millions of pairs, never a list.

Cosines live in bins of 1e-4 (anchors are rounded to four digits, so a threshold is always an edge).
Of the impostor pairs all are counted; with their people, which the bootstrap needs, the upper two
fifths are kept: all of the upper hundredth, the rest thinned and weighted where there are many.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from countenance.evaluation.people import EvaluationError, Pair
from countenance.evaluation.vectors import Vectors

BINS = 20_000
WORST = 24
_KEPT, _ALL = 0.4, 0.01  # shares of the impostor pairs
_THINNED = 200_000
_BLOCK = 512
_MOST = 30_000  # pictures; 4.5e8 pairs

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Side:
    """Trials of one kind: people `a` and `b`, the `bin` of the cosine.

    `weight` is how many pairs of pictures a trial stands for, `share` how much of its pair of
    people: all pictures of two people together are one pair of people.
    """

    a: Ints
    b: Ints
    bin: Ints
    weight: Floats
    share: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Trials:
    """`counts` int64 [BINS] of the impostor cosines, `impostor` the kept ones above `floor`.

    `images_of` counts the pictures of each person where every two pictures are a pair, and is None
    for listed pairs; `couples` counts the pairs of people behind the impostor pairs. `closest` and
    `farthest` are pairs of photo indices, worst error first.
    """

    people: int
    images: int
    counts: Ints
    impostor: Side
    floor: int
    genuine: Side
    images_of: Ints | None
    couples: int
    closest: tuple[tuple[int, int], ...]
    farthest: tuple[tuple[int, int], ...]

    @property
    def impostors(self) -> int:
        """How many impostor pairs of pictures there are."""
        return int(self.counts.sum())

    @property
    def genuines(self) -> int:
        """How many genuine pairs of pictures there are."""
        return len(self.genuine.bin)


def edge(cosine: float) -> int:
    """The first bin whose cosines are all `cosine` or more."""
    return int(np.clip(round((cosine + 1) * BINS / 2), 0, BINS))


def cosine_at(bin: float) -> float:
    """The lower edge of a bin."""
    return 2 * bin / BINS - 1


def trials(vectors: Vectors, pairs: tuple[Pair, ...] | None = None) -> Trials:
    """The trials of all pictures against all, or of the listed pairs that have both pictures."""
    names = [photo.person for photo in vectors.photos]
    people, person = np.unique(np.array(names, dtype=str), return_inverse=True)
    if len(people) < 2:
        raise EvaluationError(f"faces of {len(people)} people were found; two at least are needed")
    person = person.astype(np.int64)
    if pairs is not None:
        return _listed(vectors, pairs, person, len(people))
    return all_pairs(vectors.matrix, person)


def all_pairs(matrix: NDArray[np.float32], person: Ints) -> Trials:
    """Every two rows of a matrix of unit vectors; `person` int64 [n] numbers the people from 0."""
    if len(matrix) > _MOST:
        raise EvaluationError(f"{len(matrix)} pictures; at most {_MOST} can be compared in one run")
    counts = np.zeros(BINS, np.int64)
    for _, _, bins in _blocks(matrix, person, genuine=False, floor=0):
        counts += np.bincount(bins, minlength=BINS)
    floor, whole = _quantile(counts, _KEPT), _quantile(counts, _ALL)
    bulk = int(counts[floor:whole].sum())
    share = min(1.0, _THINNED / max(bulk, 1))
    rng = np.random.default_rng(20)
    kept: list[tuple[Ints, Ints, Ints]] = []
    for i, j, bins in _blocks(matrix, person, genuine=False, floor=floor):
        stay = (bins >= whole) | (rng.random(len(bins)) < share)
        kept.append((i[stay], j[stay], bins[stay]))
    i, j, bins = (np.concatenate(part) for part in zip(*kept, strict=True))
    weight = np.where(bins >= whole, 1.0, 1 / share)
    images_of, people = np.bincount(person), int(person.max()) + 1
    same = list(_blocks(matrix, person, genuine=True, floor=0))
    gi, gj, gbins = (np.concatenate(part) for part in zip(*same, strict=True))
    a, b, g = person[i], person[j], person[gi]
    return Trials(
        people=people,
        images=len(matrix),
        counts=counts,
        impostor=Side(a, b, bins, weight, weight / (images_of[a] * images_of[b])),
        floor=floor,
        genuine=Side(g, g, gbins, np.ones(len(g)), 2 / (images_of[g] * (images_of[g] - 1))),
        images_of=images_of,
        couples=people * (people - 1) // 2,
        closest=_worst(i, j, -bins),
        farthest=_worst(gi, gj, gbins),
    )


def _blocks(
    matrix: NDArray[np.float32], person: Ints, *, genuine: bool, floor: int
) -> Iterator[tuple[Ints, Ints, Ints]]:
    """Rows i < j and the bin of their cosine, block by block, from the bin `floor` on."""
    columns = np.arange(len(matrix))
    for start in range(0, len(matrix), _BLOCK):
        rows = columns[start : start + _BLOCK]
        bins = _bins(matrix[rows] @ matrix[start:].T)
        wanted = (person[rows, None] == person[None, start:]) == genuine
        wanted &= (columns[None, start:] > rows[:, None]) & (bins >= floor)
        i, j = np.nonzero(wanted)
        yield i + start, j + start, bins[i, j]


def _bins(cosines: NDArray[np.floating]) -> Ints:
    # The small term keeps a cosine that is a threshold to float32 on the threshold's side.
    return np.asarray(np.clip((cosines + 1) * (BINS / 2) + 1e-2, 0, BINS - 1), np.int64)


def _quantile(counts: Ints, share: float) -> int:
    """The highest bin from which on at least this share of the pairs lies."""
    above = np.cumsum(counts[::-1])[::-1]
    return int(np.flatnonzero(above >= share * above[0])[-1])


def _worst(i: Ints, j: Ints, badness: Ints) -> tuple[tuple[int, int], ...]:
    order = np.argsort(badness, kind="stable")[:WORST]
    return tuple((int(i[k]), int(j[k])) for k in order)


def _listed(vectors: Vectors, pairs: tuple[Pair, ...], person: Ints, people: int) -> Trials:
    row = {photo.name: index for index, photo in enumerate(vectors.photos)}
    usable = [p for p in pairs if p.a in row and p.b in row]
    i = np.array([row[p.a] for p in usable], np.int64)
    j = np.array([row[p.b] for p in usable], np.int64)
    same = np.array([p.same for p in usable], bool)
    bins = _bins(np.einsum("nd,nd->n", vectors.matrix[i], vectors.matrix[j]))
    genuine, impostor = (_side(person[i[m]], person[j[m]], bins[m]) for m in (same, ~same))
    return Trials(
        people=people,
        images=len(row),
        counts=np.bincount(bins[~same], minlength=BINS),
        impostor=impostor,
        floor=0,
        genuine=genuine,
        images_of=None,
        couples=couples(impostor),
        closest=_worst(i[~same], j[~same], -bins[~same]),
        farthest=_worst(i[same], j[same], bins[same]),
    )


def _side(a: Ints, b: Ints, bins: Ints) -> Side:
    _, index, often = np.unique(_couple(a, b), return_inverse=True, return_counts=True)
    return Side(a, b, bins, np.ones(len(a)), 1 / often[index])


def couples(side: Side, bin: int = 0) -> int:
    """How many pairs of people have a trial at or above a bin."""
    at = side.bin >= bin
    return len(np.unique(_couple(side.a[at], side.b[at])))


def _couple(a: Ints, b: Ints) -> Ints:
    return np.asarray(np.minimum(a, b) << 32 | np.maximum(a, b), np.int64)
