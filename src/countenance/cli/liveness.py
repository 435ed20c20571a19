"""`countenance liveness`: one short video or one picture, no server."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from countenance.cli import show

if TYPE_CHECKING:
    from countenance.library import PhotoLiveness, Verification

YES, NO = "A live person", "Not shown to be live"


def liveness(
    medium: Annotated[
        Path,
        typer.Argument(
            help="A video (MP4, MOV, AVI, FLV, WebM or MKV) or a picture (JPEG, PNG or BMP)."
        ),
    ],
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Say whether a short video or a picture shows a live person; status 1 when it does not."""
    passed = _photo(medium, json) if _is_photo(medium) else _video(medium, json)
    raise typer.Exit(0 if passed else 1)


def _is_photo(medium: Path) -> bool:
    """Whether the first bytes are a picture's; what cannot be read is told by the library."""
    from countenance.perception.decoder import sniff

    try:
        with medium.expanduser().open("rb") as file:
            return sniff.image_kind(file.read(sniff.HEAD)) in ("jpeg", "png", "bmp")
    except OSError:
        return False


def _video(video: Path, json: bool) -> bool:
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
                "cues": cues(result),
                "reasons": show.told(result.reasons),
                "not_run": report.not_run,
            }
        )
    else:
        show.verdict(result.passed, YES, NO, result.reasons)
        show.out.print(f"  {describe(result)}")
        show.out.print(f"  {describe_motion(result)}")
    return result.passed


def _photo(photo: Path, json: bool) -> bool:
    from countenance import library

    policy = show.policy()
    result = show.run("Looking at the picture", lambda: library.check_photo_liveness(photo, policy))
    report = result.report
    if json:
        show.print_json(
            {
                "passed": result.passed,
                "score": report.score,
                "passes": policy.live.passes,
                "live": report.live,
                "required": report.required,
                "context": report.context,
                "grain": report.grain,
                "moire": report.moire,
                "outline": report.outline,
                "people": report.people,
                "reasons": show.told(result.reasons),
                "not_run": report.not_run,
            }
        )
    else:
        show.verdict(result.passed, YES, NO, result.reasons)
        show.out.print(f"  {_describe_photo(result, policy.live.passes)}")
        show.out.print("  One picture cannot rule out a good copy: prefer a video.")
    return result.passed


def describe(result: "Verification") -> str:
    """The measurements of a clip in one line."""
    report = result.report.liveness
    scored = sum(frame.live is not None for frame in report.frames)
    live = "no face scored" if result.live is None else f"median liveness {result.live:.3f}"
    least = report.cues and report.cues.required
    asked = "" if least is None else f" ({least:.2f} is asked)"
    return f"{live}{asked} over {scored} of {len(report.frames)} frames, {report.duration:.1f} s."


def cues(result: "Verification") -> dict[str, object]:
    """The numbers a clip was weighed by, flat, for JSON."""
    from dataclasses import asdict

    found = result.report.liveness.cues
    if found is None:
        return {}
    own = {name: value for name, value in asdict(found).items() if name != "motion"}
    return own | asdict(found.motion)


def describe_motion(result: "Verification") -> str:
    """What a clip shows over time, in one line."""
    found = result.report.liveness.cues
    if found is None:
        return "motion not measured."
    motion = found.motion
    numbers = {
        "still": motion.still,
        "seen again": motion.looped,
        "px moved": motion.motion,
        "px off a plane": motion.residual,
        "largest jump": motion.jump,
    }
    told = [f"{name} {value:.2f}" for name, value in numbers.items() if value is not None]
    beats, edges = (seen[1] if len(seen) > 1 else 0.0 for seen in (found.moire, found.outline))
    medium = f"moire {beats:.1f}, outline {edges:.2f}"
    return f"{motion.frames} frames, {motion.pictures} new; {', '.join(told)}; {medium}."


def _describe_photo(result: "PhotoLiveness", passes: float) -> str:
    """The score of a picture, and the cues it rests on, in one line."""
    report = result.report
    if report.score is None:
        return "not scored."
    return (
        f"score {report.score:.2f} of 100, live above {passes:g}. Of a face with "
        f"{report.context:.1f} times its size in view {report.required:.2f} is asked, and the "
        f"network says {report.live:.3f}; moire {report.moire:.1f}, outline {report.outline:.2f}."
    )
