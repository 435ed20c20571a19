"""What the commands on accounts and keys share: the store, opened and closed, and their output."""

import asyncio
import datetime
import json
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

if TYPE_CHECKING:
    from countenance.accounts.keys import Keys
    from countenance.settings import Settings
    from countenance.store.database import Database
    from countenance.store.secrets import MasterKey

T = TypeVar("T")

DataDir = Annotated[
    Path | None, typer.Option("--data-dir", help="The folder the server keeps its state in.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
AccountName = Annotated[str, typer.Argument(metavar="ACCOUNT", help="The account's name.")]


@dataclass(frozen=True, slots=True)
class Store:
    """What a command works on; the master key opens every key in the database."""

    settings: "Settings"
    database: "Database"
    master: "MasterKey"
    keys: "Keys"


def run(data_dir: Path | None, group: str, work: Callable[[Store], Awaitable[T]]) -> T:
    """Open the store, do the work, close; what the operator can mend ends in a plain sentence."""
    # Imported here: the database alone costs a second that `--help` need not pay.
    from sqlalchemy.exc import DBAPIError

    from countenance.accounts.errors import NotFound
    from countenance.accounts.keys import Keys
    from countenance.settings import SettingsError, load
    from countenance.store.database import Database
    from countenance.store.errors import StoreError
    from countenance.store.secrets import MasterKey

    async def session() -> T:
        settings = load(data_dir)
        async with Database(settings.database) as database:
            await database.migrate()
            master = MasterKey.load_or_create(
                settings.master_key_file, command=settings.master_key_command
            )
            keys = Keys(database, master, limit=settings.keys_per_account)
            await keys.check_master()
            return await work(Store(settings, database, master, keys))

    try:
        return asyncio.run(session())
    except DBAPIError as error:
        reason: object = f"the database does not answer: {error.orig}"
    except (NotFound, OSError, SettingsError, StoreError, ValueError) as error:
        reason = error
    fail(group, reason)
    raise typer.Exit(1)


def fail(group: str, reason: object) -> None:
    """Say on standard error why a command of the group did nothing."""
    typer.echo(f"countenance {group}: {reason}", err=True)


def report(as_json: bool, subject: str, state: str) -> None:
    """Say what became of a key or an account."""
    if as_json:
        print_json({"Subject": subject, "State": state})
    else:
        typer.echo(f"{subject} is {state}.")


def print_json(value: object) -> None:
    """One JSON document on standard output."""
    typer.echo(json.dumps(value, indent=2, ensure_ascii=False))


def print_table(headings: Iterable[str], rows: Iterable[Sequence[str]]) -> None:
    """Columns for people, no cell ever cut."""
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, header_style="bold", pad_edge=False)
    for heading in headings:
        table.add_column(heading, no_wrap=True)
    for row in rows:
        table.add_row(*row)
    # A SecretId that is cut off is of no use: lines longer than the window are let run on.
    Console(width=10_000, markup=False, emoji=False, highlight=False).print(table)


def format_time(moment: float | None) -> str | None:
    """UNIX seconds as an ISO 8601 time in UTC."""
    if moment is None:
        return None
    return datetime.datetime.fromtimestamp(moment, datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def parse_day(text: str) -> datetime.date:
    """Read a day such as `2026-03-01`; raises `ValueError`."""
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"`{text}` is no day; one reads like `2026-03-01`.") from None
