"""`countenance verify`: a photo and a short video, no server."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from countenance.cli import show
from countenance.cli.liveness import cues, describe, describe_motion

if TYPE_CHECKING:
    from countenance.library import Verification


def verify(
    photo: Annotated[Path, typer.Argument(help="The reference photo: JPEG or PNG.")],
    video: Annotated[Path, typer.Argument(help="The video of the person.")],
    draw: Annotated[
        Path | None, typer.Option(help="Write a picture of what was compared (.png or .jpg).")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Say whether a video shows a live person, and the one in the photo; status 1 when not."""
    from countenance import library

    policy = show.policy()
    result = show.run(
        "Looking at the photo and the video", lambda: library.verify(photo, video, policy)
    )
    if draw is not None:
        _draw(draw, photo, result)
    if json:
        show.print_json(
            {
                "passed": result.passed,
                "live": result.live,
                "score": result.score,
                "meaning": result.meaning,
                "reasons": show.told(result.reasons),
                "cues": cues(result),
                "not_run": result.verdict.not_run,
                "model": result.report.model,
            }
        )
    else:
        show.verdict(
            result.passed, "A live person, the one in the photo", "Not verified", result.reasons
        )
        show.out.print(f"  {describe(result)}")
        show.out.print(f"  {describe_motion(result)}")
        if result.score:
            show.out.print(f"  score {result.score:.2f} of 100. {result.meaning}")
    raise typer.Exit(0 if result.passed else 1)


def _draw(path: Path, photo: Path, result: "Verification") -> None:
    from countenance.cli import draw
    from countenance.perception.faces.view import ViewParams, look
    from countenance.perception.media import decode_image
    from countenance.verification.policy import PHOTO

    seen = [decode_image(photo.read_bytes(), PHOTO).pixels]
    if result.best_frame is not None:
        seen.append(result.best_frame)
    drawn = [draw.draw_view(p, look(p, ViewParams(mesh=True))[0]) for p in seen]
    live = "no face" if result.live is None else f"live {result.live:.2f}"
    pair = draw.side_by_side(drawn[0], drawn[-1], f"{live}, score {result.score:.2f}")
    show.run("Drawing", lambda: draw.save(path, pair))
    show.saved(path)
