"""What the commands print: JSON for programs, a few calm lines and a spinner for people."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import msgspec
import typer
from rich.console import Console

from countenance.reasons import Reason

if TYPE_CHECKING:
    from countenance.perception.faces.slot import Slot
    from countenance.verification.policy import Policy

T = TypeVar("T")
errors = Console(stderr=True, highlight=False)
out = Console(highlight=False, soft_wrap=True)


def print_json(value: Any, *, one_line: bool = False) -> None:
    """One JSON document on standard output."""
    text = msgspec.json.encode(value)
    sys.stdout.write((text if one_line else msgspec.json.format(text, indent=1)).decode() + "\n")
    sys.stdout.flush()


def fail(message: str, status: int = 2) -> NoReturn:
    """One line on standard error, and the exit status (2: the input does not fit)."""
    errors.print(message, style="red", markup=False)
    raise typer.Exit(status)


def warn(message: str) -> None:
    """One line on standard error that stops nothing."""
    errors.print(message, style="yellow", markup=False, soft_wrap=True)


@contextmanager
def working(what: str) -> Iterator[None]:
    """A spinner on standard error while something takes time; nothing when it is not a terminal.

    Nothing either without a word of `what`: for work that shows a bar of its own.
    """
    if what and errors.is_terminal:
        with errors.status(what):
            yield
    else:
        yield


def run(what: str, work: Callable[[], T]) -> T:
    """Run one piece of perception, telling in a line what went wrong with the input."""
    from countenance.perception.faces.slot import SlotError
    from countenance.perception.verify import EngineError, InputError
    from countenance.perception.weights import WeightsMissing

    try:
        with working(what):
            return work()
    except OSError as error:
        fail(f"{error.filename}: {error.strerror}")
    except InputError as error:
        fail(f"{error.name}: {error.error.detail}")
    except (SlotError, WeightsMissing) as error:
        fail(str(error))
    except EngineError as error:
        if isinstance(error.__cause__, SlotError):
            fail(str(error.__cause__))
        raise


def licence(slot: "Slot") -> str:
    """One sentence on the licence of an embedding, for where it is chosen."""
    uses = "allows commercial use" if slot.commercial else "not for commercial use"
    return f"The embedding {slot.name} is {uses}: its licence is {slot.license}."


def policy() -> "Policy":
    """The default policy with this machine's settings (engine and embedding)."""
    from countenance.perception import runtime
    from countenance.settings import SettingsError, load
    from countenance.verification.policy import Policy

    try:
        settings = load()
    except SettingsError as error:
        fail(str(error))
    runtime.configure(settings.engine)
    return Policy(embedding=settings.embedding)


def verdict(passed: bool, yes: str, no: str, reasons: tuple[Reason, ...]) -> None:
    """The verdict in a word, then each reason with what to do about it."""
    out.print(yes if passed else no, style="bold green" if passed else "bold red")
    for item in reasons:
        out.print(f"  {item.text} {item.hint}")


def told(reasons: tuple[Reason, ...]) -> list[dict[str, str]]:
    """Reasons for `--json`."""
    return [{"key": item.key, "text": item.text, "hint": item.hint} for item in reasons]


def saved(path: Path) -> None:
    """Say where a drawing went."""
    errors.print(f"drawn: {path}", markup=False)
