"""`countenance calibrate`: what a model's cosines mean, from labelled pictures of many people."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from countenance.cli import show

if TYPE_CHECKING:
    from countenance.evaluation.calibrate import Calibrated
    from countenance.evaluation.people import Labelled
    from countenance.evaluation.vectors import Lost

T = TypeVar("T")


def calibrate(
    people: Annotated[
        Path | None, typer.Option(help="A folder with a folder of pictures for each person.")
    ] = None,
    pairs: Annotated[
        Path | None, typer.Option(help="Or a table with the columns a, b, same (.csv or .tsv).")
    ] = None,
    model: Annotated[
        str | None, typer.Option(help="A shipped model or a model folder; the one configured.")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(help="Write model.json here; the model folder's own where none is named."),
    ] = None,
    group: Annotated[
        list[str] | None, typer.Option(help="Only this group of groups.tsv; may be repeated.")
    ] = None,
    cohort: Annotated[str, typer.Option(help="Who the people are, for the record.")] = "not stated",
    margin: Annotated[
        float, typer.Option(min=1, help="Fewer false matches than promised, so many times.")
    ] = 1.0,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Fit the anchors of a model's scores; status 2 where the sample cannot carry any."""
    from countenance.evaluation import calibrate as calibration

    named = [source for source in (people, pairs) if source is not None]
    if len(named) != 1:
        show.fail("give either --people or --pairs")
    chosen = model or show.policy().embedding
    data = read(named[0])

    def work() -> "Calibrated":
        return calibration.calibrate(
            data, chosen, cohort=cohort, groups=group or (), margin=margin, step=step("Embedding")
        )

    found = measure(work)
    file = out or _own(chosen)
    if file is not None:
        measure(lambda: calibration.write(file, calibration.described(chosen, found.anchored)))
    if json:
        show.print_json(
            {
                "model": chosen,
                "anchors": found.anchored.anchors,
                "calibration": found.anchored.calibration,
                "groups": {
                    fit.sample.name: {
                        "point": fit.point,
                        "bounds": fit.bounds,
                        "supported_to": fit.supported_to,
                    }
                    for fit in found.anchored.fits
                },
                "left_out": found.left_out,
                "lost": found.lost,
                "written": str(file) if file else None,
            }
        )
        return
    _tell(found)
    if file is None:
        show.out.print("Not written: name a file with --out to keep them.")
    else:
        show.out.print(f"written: {file}", markup=False)


def read(source: Path) -> "Labelled":
    """Labelled pictures, or one line about what is wrong with them."""
    from countenance.evaluation import people

    return measure(lambda: people.read(source))


def measure(work: Callable[[], T]) -> T:
    """Run a piece of an evaluation, telling in one line what it cannot use."""
    from countenance.evaluation.people import EvaluationError

    try:
        return show.run("", work)
    except EvaluationError as error:
        show.fail(str(error))


def step(what: str) -> Callable[[Iterable[T]], Iterable[T]]:
    """A progress bar on standard error around things, where that is a terminal."""
    from rich.progress import track

    def wrap(items: Iterable[T]) -> Iterable[T]:
        return track(items, what, console=show.errors, transient=True)

    return wrap


def lost(listed: "Sequence[Lost]", images: int) -> None:
    """Say how many pictures gave no face, and which; nothing where all did."""
    if listed:
        show.errors.print(f"{len(listed)} of {images + len(listed)} pictures were not used:")
        for one in listed:
            show.errors.print(f"  {one.name}: {one.why}", markup=False)


def _own(model: str) -> Path | None:
    """The model.json of a model folder; None for a shipped model, which is not ours to change."""
    from countenance.perception.faces import slot as slots

    folder = show.run("", lambda: slots.describe(model))[1]
    return folder / "model.json" if folder is not None else None


def _tell(found: "Calibrated") -> None:
    from rich.table import Table

    from countenance.perception.faces.anchors import RATES

    sample = found.anchored.calibration
    show.out.print(
        f"{sample.people:,} people, {sample.images:,} pictures, {sample.impostor_pairs:,} impostor "
        f"and {sample.genuine_pairs:,} genuine pairs."
    )
    lost(found.lost, sample.images)
    table = Table(box=None, header_style="bold", pad_edge=False)
    for heading in ("Score", "False matches", "Anchor", "Fitted", "90 % interval", "Rests on"):
        table.add_column(heading)
    for name, rate in RATES.items():
        low, high = sample.interval.bounds[name]
        measured = float(name) <= sample.supported_to
        table.add_row(
            name,
            f"{rate:g}",
            f"{found.anchored.anchors[name]:.4f}",
            f"{sample.point[name]:.4f}",
            f"{low:.4f} to {high:.4f}",
            "pairs" if measured else "the tail: too few pairs",
        )
    show.out.print(table)
    for name, why in found.left_out.items():
        show.errors.print(f"group {name} left out: {why}", markup=False)
