"""`countenance evaluate faces`: what a model's scores are worth on labelled pictures."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from countenance.cli import show
from countenance.cli.calibrate import lost, measure, read, step

if TYPE_CHECKING:
    from countenance.evaluation.evaluate import Part

app = typer.Typer(help="Measure on labelled data of your own.", no_args_is_help=True)


@app.callback()
def evaluate() -> None:
    """Measure on labelled data of your own."""


@app.command()
def faces(
    data: Annotated[
        Path, typer.Option(help="A folder with a folder for each person, or a table of pairs.")
    ],
    model: Annotated[
        str | None, typer.Option(help="A shipped model or a model folder; the one configured.")
    ] = None,
    html: Annotated[Path | None, typer.Option(help="Write a page here.")] = None,
    pictures: Annotated[bool, typer.Option(help="Show the worst errors' faces there.")] = True,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Measure both errors at the scores 60, 70 and 80, with intervals, and by group."""
    from countenance.evaluation import evaluate as evaluation
    from countenance.evaluation import page

    chosen = model or show.policy().embedding
    labelled = read(data)
    found = measure(lambda: evaluation.evaluate(labelled, chosen, step("Embedding")))
    if html is not None:
        made = measure(lambda: page.write(found, labelled.root, pictures=pictures))
        measure(lambda: html.write_text(made, "utf-8"))
    if json:
        show.print_json(found)
        return
    for part in (found.whole, *found.groups):
        _tell(part)
    lost(found.lost, found.whole.images)
    if html is not None:
        show.out.print(f"written: {html}", markup=False)


def _tell(part: "Part") -> None:
    from rich.table import Table

    from countenance.evaluation.evaluate import standing
    from countenance.perception.faces.anchors import RATES

    show.out.print(
        f"{part.name}: {part.people:,} people, {part.images:,} pictures, "
        f"{part.impostor_pairs:,} impostor pairs of {part.couples:,} pairs of people, "
        f"{part.genuine_pairs:,} genuine pairs",
        markup=False,
    )
    if part.why:
        show.out.print(f"  nothing to tell: {part.why}", markup=False)
        return
    table = Table(box=None, header_style="bold", pad_edge=False)
    for heading in ("Sim", "Promised", "False matches", "Promise", "False non-matches"):
        table.add_column(heading)
    told = {"kept": "kept", "broken": "broken", "open": "cannot be told"}
    for point in part.points:
        promised = f"{RATES[f'{point.score:g}']:g}"
        state = told[standing(point)]
        table.add_row(f"{point.score:g}", promised, str(point.fmr), state, str(point.fnmr))
    show.out.print(table)
