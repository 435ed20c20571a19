"""`countenance accounts state|quota|package`: what an account may have of each service."""

import datetime
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from countenance.cli import session
from countenance.cli.session import AccountName, AsJson, DataDir, Store

if TYPE_CHECKING:
    from countenance.accounts.packages import Package
    from countenance.accounts.quotas import Period, Quota

ALL = "all"

Pattern = Annotated[
    str | None,
    typer.Argument(help="A service such as `faceid`, or an action such as `iai:CompareFace`."),
]
Amount = Annotated[int | None, typer.Argument(metavar="N", help="How many.")]


def add_to(app: typer.Typer) -> None:
    """Make the three commands part of a group."""
    for command in (state, quota, package):
        app.command()(command)


def state(
    account: AccountName,
    service: Annotated[
        str | None, typer.Argument(help="`faceid`, `iai`, or `all` of them.")
    ] = None,
    state: Annotated[
        str | None, typer.Argument(help="active, arrears, frozen, suspended and others.")
    ] = None,
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> None:
    """Put a service of an account in a state, or show the state of each."""
    if (service is None) != (state is None):
        raise typer.BadParameter("Give a service and its state, or neither to see them.")

    async def work(store: Store) -> dict[str, str]:
        from countenance.accounts.services import Services

        services = Services(store.database)
        if state is not None:
            await services.set(account, state, None if service == ALL else service)
        return dict(await services.states(account))

    found = session.run(data_dir, "accounts", work)
    if as_json:
        session.print_json({"Account": account, "States": found})
    else:
        session.print_table(("Service", "State"), list(found.items()))


def quota(
    account: AccountName,
    pattern: Pattern = None,
    calls: Amount = None,
    per: Annotated[str | None, typer.Option(help="`day` or `month`, in UTC.")] = None,
    clear: Annotated[bool, typer.Option("--clear", help="Take the quota away.")] = False,
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> None:
    """Set how many calls an account may make in a day or month, or show its quotas."""
    if clear and (pattern is None or calls is not None):
        raise typer.BadParameter("To clear, give the pattern, and no number.")
    if not clear and ((pattern is None) != (calls is None) or (calls is None) != (per is None)):
        raise typer.BadParameter("Give a pattern, a number and --per, or none of them.")

    async def work(store: Store) -> "list[Quota]":
        from countenance.accounts.quotas import Quotas, parse_period

        quotas = Quotas(store.database)
        period: Period | None = None if per is None else parse_period(per)
        if clear and pattern is not None:
            await quotas.remove(account, pattern, period)
        elif pattern is not None and calls is not None and period is not None:
            await quotas.set(account, pattern, calls, period)
        return await quotas.list(account)

    found = [
        {"Pattern": q.pattern, "Period": q.period, "Calls": q.calls, "Used": q.used}
        for q in session.run(data_dir, "accounts", work)
    ]
    _show(as_json, account, "Quotas", found)


def package(
    account: AccountName,
    pattern: Pattern = None,
    size: Amount = None,
    expires: Annotated[
        str | None,
        typer.Option(metavar="DAY", help="The last day it holds, in UTC: 2027-12-31. Never."),
    ] = None,
    remove: Annotated[
        str | None, typer.Option(metavar="ID", help="Take the package of that id away.")
    ] = None,
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> None:
    """Give an account a package of billable answers, or show its packages."""
    if (pattern is None) != (size is None) or (pattern is not None and remove is not None):
        raise typer.BadParameter("Give a pattern and a number, or `--remove ID`, or neither.")
    if expires is not None and pattern is None:
        raise typer.BadParameter("--expires goes with a pattern and a number.")

    async def work(store: Store) -> "list[Package]":
        from countenance.accounts.packages import Packages

        packages = Packages(store.database)
        if remove is not None:
            await packages.remove(account, remove)
        elif pattern is not None and size is not None:
            await packages.add(account, pattern, size, _find_end(expires))
        return await packages.list(account)

    found = [
        {
            "Package": p.id,
            "Pattern": p.pattern,
            "Size": p.size,
            "Used": p.used,
            "Created": session.format_time(p.created),
            "Expires": session.format_time(p.expires),
        }
        for p in session.run(data_dir, "accounts", work)
    ]
    _show(as_json, account, "Packages", found)


def _find_end(day: str | None) -> float | None:
    """The end of a day as UNIX seconds; raises `ValueError`."""
    if day is None:
        return None
    after = session.parse_day(day) + datetime.timedelta(days=1)
    return datetime.datetime.combine(after, datetime.time(), datetime.UTC).timestamp()


def _show(as_json: bool, account: str, name: str, found: Sequence[dict[str, Any]]) -> None:
    if as_json:
        session.print_json({"Account": account, name: found})
    elif found:
        rows = [
            [str(value or "never" if key == "Expires" else value) for key, value in row.items()]
            for row in found
        ]
        session.print_table(found[0], rows)
    else:
        typer.echo(f"{account} has no {name.lower()}.")
