"""Labelled pictures on disk: a folder for each person, or a table of pairs."""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".bmp"})
GROUPS = "groups.tsv"
_ANSWERS = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}


class EvaluationError(ValueError):
    """Labelled data that cannot be used; the message names the file and the rule it breaks."""


@dataclass(frozen=True, slots=True)
class Photo:
    """One picture: its name relative to the data, its person, its group (empty: no label)."""

    name: str
    person: str
    group: str = ""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two pictures by name, and whether they show one person."""

    a: str
    b: str
    same: bool
    fold: str = ""


@dataclass(frozen=True, slots=True)
class Labelled:
    """Pictures under `root` with their people; without `pairs`, every two pictures are a pair."""

    root: Path
    photos: tuple[Photo, ...]
    pairs: tuple[Pair, ...] | None = None
    groups: tuple[str, ...] = field(default=())


def read(source: Path) -> Labelled:
    """A folder of people or a table of pairs, whichever `source` is; raises `EvaluationError`."""
    if source.is_dir():
        return read_people(source)
    if source.is_file():
        return read_pairs(source)
    raise EvaluationError(f"{source}: there is no such file or folder")


def read_people(folder: Path) -> Labelled:
    """A folder for each person, their pictures (JPEG, PNG, BMP) in it at any depth."""
    labels = _groups(folder / GROUPS)
    photos = []
    for person in sorted(p for p in folder.iterdir() if p.is_dir()):
        for file in sorted(person.rglob("*")):
            if file.suffix.lower() in SUFFIXES and file.is_file():
                name = file.relative_to(folder).as_posix()
                photos.append(Photo(name, person.name, _group(labels, name, person.name)))
    people = {photo.person for photo in photos}
    if len(people) < 2:
        raise EvaluationError(
            f"{folder}: pictures of {len(people)} people found; a folder for each person is "
            "asked for, and two people at least"
        )
    return _labelled(folder, photos, None, labels)


def read_pairs(file: Path) -> Labelled:
    """A table with the columns a, b, same and, if need be, fold; files are relative to the table.

    A comma separates where the name ends in .csv, a tab elsewhere. Who the people are follows from
    the folders of the pictures; where these lie beside the table, from the rows that say `same`.
    """
    root = file.parent
    pairs = tuple(_pairs(file))
    names = sorted({name for pair in pairs for name in (pair.a, pair.b)})
    for name in names:
        if not (root / name).is_file():
            raise EvaluationError(f"{file}: {name} is named and not there")
    person = _people(names, pairs)
    for pair in pairs:
        if pair.same != (person[pair.a] == person[pair.b]):
            raise EvaluationError(
                f"{file}: {pair.a} and {pair.b} are labelled {'same' if pair.same else 'different'}"
                ", but their folders or other rows say otherwise"
            )
    labels = _groups(root / GROUPS)
    photos = [Photo(n, person[n], _group(labels, n, person[n])) for n in names]
    return _labelled(root, photos, pairs, labels)


def of_group(data: Labelled, group: str) -> Labelled:
    """The pictures of one group, and the pairs within it."""
    photos = tuple(p for p in data.photos if p.group == group)
    names = {p.name for p in photos}
    pairs = data.pairs and tuple(p for p in data.pairs if p.a in names and p.b in names)
    return Labelled(data.root, photos, pairs, (group,))


def _labelled(
    root: Path, photos: list[Photo], pairs: tuple[Pair, ...] | None, labels: Mapping[str, str]
) -> Labelled:
    known = {p.name for p in photos} | {p.person for p in photos}
    if stray := sorted(set(labels) - known):
        raise EvaluationError(f"{root / GROUPS}: no picture and no person is named {stray[0]!r}")
    return Labelled(root, tuple(photos), pairs, tuple(sorted({p.group for p in photos} - {""})))


def _rows(file: Path, wanted: tuple[str, ...]) -> Iterator[tuple[int, dict[str, str]]]:
    separator = "," if file.suffix.lower() == ".csv" else "\t"
    with file.open(encoding="utf-8-sig", newline="") as stream:
        table = csv.DictReader(stream, delimiter=separator)
        if missing := [name for name in wanted if name not in (table.fieldnames or ())]:
            raise EvaluationError(
                f"{file}: the first line must name the columns {', '.join(wanted)}; "
                f"{', '.join(missing)} is missing"
            )
        for line, row in enumerate(table, 2):
            if any(row[name] is None or not row[name].strip() for name in wanted):
                raise EvaluationError(f"{file}, line {line}: a column is empty")
            yield line, {k: v.strip() for k, v in row.items() if k and v is not None}


def _pairs(file: Path) -> Iterator[Pair]:
    count = 0
    for line, row in _rows(file, ("a", "b", "same")):
        answer = _ANSWERS.get(row["same"].lower())
        if answer is None:
            raise EvaluationError(f"{file}, line {line}: same is {row['same']!r}, not 1 or 0")
        if row["a"] == row["b"]:
            raise EvaluationError(f"{file}, line {line}: a picture is paired with itself")
        count += 1
        yield Pair(row["a"], row["b"], answer, row.get("fold", ""))
    if not count:
        raise EvaluationError(f"{file}: no pair in it")


def _people(names: list[str], pairs: tuple[Pair, ...]) -> dict[str, str]:
    leader = {name: Path(name).parent.as_posix() if "/" in name else name for name in names}
    loose = {name for name in names if "/" not in name}

    def first(name: str) -> str:
        while leader[name] != name:
            name = leader[name]
        return name

    for pair in pairs:
        if pair.same and pair.a in loose and pair.b in loose:
            leader[first(pair.b)] = first(pair.a)
    return {name: first(name) if name in loose else leader[name] for name in names}


def _groups(file: Path) -> dict[str, str]:
    if not file.is_file():
        return {}
    return {row["name"]: row["group"] for _, row in _rows(file, ("name", "group"))}


def _group(labels: Mapping[str, str], name: str, person: str) -> str:
    return labels.get(name) or labels.get(person, "")
