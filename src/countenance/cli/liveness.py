"""`countenance liveness`: one short video, no server."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from countenance.cli import show

if TYPE_CHECKING:
    from countenance.library import Verification


def liveness(
    video: Annotated[Path, typer.Argument(help="A video: MP4, MOV, AVI, FLV, WebM or MKV.")],
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Say whether a short video shows a live person; status 1 when it does not."""
    from countenance import library

    policy = show.policy()
    result = show.run("Looking at the video", lambda: library.check_liveness(video, policy))
    report = result.report.liveness
    if json:
        show.print_json(
            {
                "passed": result.passed,
                "live": report.median,
                "second_lowest": report.second_lowest,
                "seconds": report.duration,
                "frames": [
                    {"time": f.time, "live": f.live, "people": f.people, "context": f.context}
                    for f in report.frames
                ],
                "reasons": show.told(result.reasons),
                "not_run": report.not_run,
            }
        )
    else:
        show.verdict(result.passed, "A live person", "Not shown to be live", result.reasons)
        show.out.print(f"  {describe(result)}")
    raise typer.Exit(0 if result.passed else 1)


def describe(result: "Verification") -> str:
    """The measurements of a clip in one line."""
    report = result.report.liveness
    scored = sum(frame.live is not None for frame in report.frames)
    live = "no face scored" if result.live is None else f"median liveness {result.live:.3f}"
    return f"{live} over {scored} of {len(report.frames)} frames, {report.duration:.1f} s."
