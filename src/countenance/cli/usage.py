"""`countenance usage`: what accounts called, and what of it is billed."""

import datetime
from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from countenance.cli import session
from countenance.cli.session import AsJson, DataDir, Store

if TYPE_CHECKING:
    from countenance.accounts.usage import UsageRow

COUNTS = ("Calls", "Billed", "Repeats")
HEADINGS = {
    "day": ("Account", "Day"),
    "action": ("Account", "Service", "Action"),
    "outcome": ("Account", "Service", "Action", "Outcome"),
}


def usage(
    account: Annotated[str | None, typer.Option(help="Only this account.")] = None,
    first: Annotated[
        str | None, typer.Option("--from", metavar="DAY", help="From this UTC day: 2026-03-01.")
    ] = None,
    last: Annotated[
        str | None, typer.Option("--to", metavar="DAY", help="Up to and with this UTC day.")
    ] = None,
    by: Annotated[
        Literal["day", "action", "outcome"], typer.Option(help="What each line sums up.")
    ] = "action",
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> None:
    """Show the calls of each account, those that are billed, and repeats that were not metered."""

    async def work(store: Store) -> list[dict[str, Any]]:
        from countenance.accounts.accounts import Accounts, find_id
        from countenance.accounts.usage import Usage

        start, end = _parse(first), _parse(last)
        if start is not None and end is not None and end < start:
            raise ValueError(f"--from {start} is after --to {end}.")
        account_id = None
        if account is not None:
            async with store.database.read() as connection:
                account_id = await find_id(connection, account)
        names = {known.id: known.name for known in await Accounts(store.database).list()}
        rows = await Usage(store.database).rows(account_id, start, end)
        return _sum(rows, names, HEADINGS[by])

    found = session.run(data_dir, "usage", work)
    totals = {name: sum(line[name] for line in found) for name in COUNTS}
    if as_json:
        session.print_json({"By": by, "Usage": found, "Totals": totals})
    elif found:
        _print(HEADINGS[by], found, totals)
    else:
        typer.echo("Nothing was called.")


def _parse(day: str | None) -> datetime.date | None:
    return None if day is None else session.parse_day(day)


def _sum(
    rows: "Iterable[UsageRow]", names: dict[str, str], headings: tuple[str, ...]
) -> list[dict[str, Any]]:
    lines: dict[tuple[str, ...], dict[str, Any]] = {}
    for row in rows:
        words = {
            "Account": names[row.account_id],
            "Day": row.day.isoformat(),
            "Service": row.service,
            "Action": row.action,
            "Outcome": row.outcome,
        }
        key = tuple(words[heading] for heading in headings)
        line = lines.setdefault(
            key, dict(zip(headings, key, strict=True)) | dict.fromkeys(COUNTS, 0)
        )
        for name, count in zip(COUNTS, (row.calls, row.billed, row.repeats), strict=True):
            line[name] += count
    return [lines[key] for key in sorted(lines)]


def _print(headings: tuple[str, ...], found: list[dict[str, Any]], totals: dict[str, int]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(
        box=None, header_style="bold", footer_style="bold", pad_edge=False, show_footer=True
    )
    for heading in headings:
        table.add_column(heading, "Total" if heading == headings[0] else "", no_wrap=True)
    for name in COUNTS:
        table.add_column(name, f"{totals[name]:,}", justify="right", no_wrap=True)
    for line in found:
        table.add_row(*(line[name] for name in headings), *(f"{line[name]:,}" for name in COUNTS))
    Console(width=10_000, markup=False, emoji=False, highlight=False).print(table)
