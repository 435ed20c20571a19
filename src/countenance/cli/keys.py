"""`countenance keys`: makes, lists, switches and deletes API keys."""

import asyncio
import datetime
import json
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

if TYPE_CHECKING:
    from countenance.accounts.accounts import Accounts
    from countenance.accounts.keys import Key, Keys

T = TypeVar("T")
DAY = 86400.0
ONCE = "The SecretKey is shown this once: keep it now, no command shows it again."

app = typer.Typer(help="Make, list, switch and delete API keys.", no_args_is_help=True)

DataDir = Annotated[
    Path | None, typer.Option("--data-dir", help="The folder the server keeps its state in.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
Reference = Annotated[str, typer.Argument(metavar="ID", help="The key's id or its SecretId.")]
AccountName = Annotated[str, typer.Argument(metavar="ACCOUNT", help="The account's name.")]


@app.command()
def create(
    account: Annotated[
        str, typer.Option(help="The account; made when there is none of that name.")
    ] = "default",
    name: Annotated[str, typer.Option(help="A word to know the key by.")] = "",
    allow: Annotated[
        list[str] | None,
        typer.Option(help="What the key may call, such as `faceid:*`; repeat it. All if absent."),
    ] = None,
    days: Annotated[
        float | None, typer.Option(help="Days until the key expires. Never if absent.")
    ] = None,
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> None:
    """Make a key and print its SecretId and SecretKey."""
    expires = None if days is None else time.time() + days * DAY

    async def work(keys: "Keys", _: "Accounts") -> dict[str, object]:
        made = await keys.create(account, name=name, permissions=allow or None, expires=expires)
        return {**_describe(made.key), "SecretKey": made.secret_key}

    made = _run(data_dir, work)
    if as_json:
        _print_json(made)
        return
    for label in ("KeyId", "Account", "SecretId", "SecretKey"):
        typer.echo(f"{label:<10} {made[label]}")
    typer.echo(f"\n{ONCE}")


@app.command("list")
def show(
    account: Annotated[str | None, typer.Option(help="Only the keys of this account.")] = None,
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> None:
    """List the keys, oldest first, without their SecretKeys."""

    async def work(keys: "Keys", _: "Accounts") -> list[dict[str, object]]:
        return [_describe(key) for key in await keys.list(account)]

    found = _run(data_dir, work)
    if as_json:
        _print_json(found)
    elif found:
        _print_table(found)
    else:
        typer.echo("There are no keys. Make one with `countenance keys create`.")


@app.command()
def disable(reference: Reference, as_json: AsJson = False, data_dir: DataDir = None) -> None:
    """Switch a key off; a running server refuses it within seconds."""
    _run(data_dir, lambda keys, _: keys.disable(reference))
    _report(as_json, reference, "disabled")


@app.command()
def enable(reference: Reference, as_json: AsJson = False, data_dir: DataDir = None) -> None:
    """Switch a key on again."""
    _run(data_dir, lambda keys, _: keys.enable(reference))
    _report(as_json, reference, "enabled")


@app.command()
def delete(reference: Reference, as_json: AsJson = False, data_dir: DataDir = None) -> None:
    """Delete a key for good."""
    _run(data_dir, lambda keys, _: keys.delete(reference))
    _report(as_json, reference, "deleted")


@app.command()
def suspend(account: AccountName, as_json: AsJson = False, data_dir: DataDir = None) -> None:
    """Refuse every call of an account; its keys stay."""
    _run(data_dir, lambda _, accounts: accounts.set_state(account, "suspended"))
    _report(as_json, account, "suspended")


@app.command()
def resume(account: AccountName, as_json: AsJson = False, data_dir: DataDir = None) -> None:
    """Serve a suspended account again."""
    _run(data_dir, lambda _, accounts: accounts.set_state(account, "active"))
    _report(as_json, account, "active")


def _run(data_dir: Path | None, work: Callable[["Keys", "Accounts"], Awaitable[T]]) -> T:
    """Open the parts, do the work, close; what the operator can mend ends in a plain sentence."""
    # Imported here: the database alone costs a second that `--help` need not pay.
    from sqlalchemy.exc import DBAPIError

    from countenance.accounts.accounts import Accounts
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
            keys = Keys(database, MasterKey.load_or_create(settings.master_key_file))
            await keys.check_master()
            return await work(keys, Accounts(database))

    try:
        return asyncio.run(session())
    except DBAPIError as error:
        reason: object = f"the database does not answer: {error.orig}"
    except (NotFound, OSError, SettingsError, StoreError, ValueError) as error:
        reason = error
    typer.echo(f"countenance keys: {reason}", err=True)
    raise typer.Exit(1)


def _describe(key: "Key") -> dict[str, object]:
    allowed = key.permissions
    return {
        "KeyId": key.id,
        "Account": key.account,
        "AccountId": key.account_id,
        "Name": key.name,
        "SecretId": key.secret_id,
        "Enabled": key.enabled,
        "Created": _format_time(key.created),
        "LastUsed": _format_time(key.last_used),
        "Expires": _format_time(key.expires),
        "Permissions": None if allowed is None else sorted(allowed),
    }


def _format_time(moment: float | None) -> str | None:
    if moment is None:
        return None
    return datetime.datetime.fromtimestamp(moment, datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _report(as_json: bool, subject: str, state: str) -> None:
    if as_json:
        _print_json({"Subject": subject, "State": state})
    else:
        typer.echo(f"{subject} is {state}.")


def _print_json(value: object) -> None:
    typer.echo(json.dumps(value, indent=2, ensure_ascii=False))


def _print_table(found: list[dict[str, Any]]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, header_style="bold", pad_edge=False)
    for heading in ("Key", "Account", "Name", "SecretId", "State", "Last used", "Expires", "May"):
        table.add_column(heading, no_wrap=True)
    for key in found:
        table.add_row(
            key["KeyId"],
            key["Account"],
            key["Name"],
            key["SecretId"],
            "enabled" if key["Enabled"] else "disabled",
            key["LastUsed"] or "never",
            key["Expires"] or "never",
            "all" if key["Permissions"] is None else " ".join(key["Permissions"]),
        )
    # A SecretId that is cut off is of no use: lines longer than the window are let run on.
    Console(width=10_000, markup=False, emoji=False, highlight=False).print(table)
