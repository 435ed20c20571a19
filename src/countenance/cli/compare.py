"""`countenance compare`: two pictures, no server."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from countenance.cli import show

if TYPE_CHECKING:
    from countenance.library import Comparison


def compare(
    a: Annotated[Path, typer.Argument(help="A picture: JPEG, PNG or BMP.")],
    b: Annotated[Path, typer.Argument(help="Another.")],
    draw: Annotated[
        Path | None, typer.Option(help="Write a picture of what was seen here (.png or .jpg).")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Say whether two pictures show the same person; status 1 when they do not."""
    from countenance import library

    policy = show.policy()
    result = show.run("Comparing", lambda: library.compare(a, b, policy, mesh=draw is not None))
    if draw is not None:
        _draw(draw, a, b, result)
    if json:
        show.print_json(
            {
                "passed": result.passed,
                "score": result.score,
                "meaning": result.meaning,
                "cosine": result.report.cosine,
                "reasons": show.told(result.reasons),
                "faces": {"a": len(result.report.a.faces), "b": len(result.report.b.faces)},
                "model": result.report.model,
            }
        )
    else:
        show.verdict(result.passed, "The same person", "Not shown to match", result.reasons)
        if result.report.score is not None:
            show.out.print(f"  score {result.score:.2f} of 100. {result.meaning}")
    raise typer.Exit(0 if result.passed else 1)


def _draw(path: Path, a: Path, b: Path, result: "Comparison") -> None:
    from countenance.cli import draw
    from countenance.perception.media import decode_image
    from countenance.verification.policy import STILL

    views = ((a, result.report.a), (b, result.report.b))
    left, right = (
        draw.draw_view(decode_image(file.read_bytes(), STILL).pixels, view) for file, view in views
    )
    score = "no score" if result.report.score is None else f"score {result.report.score:.2f}"
    show.run("Drawing", lambda: draw.save(path, draw.side_by_side(left, right, score)))
    show.saved(path)
