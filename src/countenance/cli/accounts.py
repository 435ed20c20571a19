"""`countenance accounts`: lists accounts, and sets from where and how often they may call."""

from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from countenance.cli import session
from countenance.cli.session import AccountName, AsJson, DataDir, Store

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from countenance.accounts.accounts import Account, Accounts

app = typer.Typer(
    help="List accounts; set from where and how often they may call.", no_args_is_help=True
)

Networks = Annotated[
    list[str] | None,
    typer.Argument(help="Addresses or networks, such as `203.0.113.7` or `10.0.0.0/8`."),
]
Clear = Annotated[bool, typer.Option("--clear", help="Take away what was set.")]


@app.command("list")
def show(as_json: AsJson = False, data_dir: DataDir = None) -> None:
    """List the accounts, oldest first, with what is set for them."""

    async def work(store: Store) -> list[dict[str, Any]]:
        from countenance.accounts.accounts import Accounts

        return [_describe(account) for account in await Accounts(store.database).list()]

    found = session.run(data_dir, "accounts", work)
    if as_json:
        session.print_json(found)
    elif found:
        headings = ("Account", "Id", "Created", "Allowed", "Denied", "Rates", "Keys at most")
        session.print_table(headings, [_row(account) for account in found])
    else:
        typer.echo("There are no accounts. `countenance keys create --account NAME` makes one.")


def _add_networks_command(name: str, which: Literal["allowed", "denied"], does: str) -> None:
    @app.command(name, help=does)
    def command(
        account: AccountName,
        networks: Networks = None,
        clear: Clear = False,
        as_json: AsJson = False,
        data_dir: DataDir = None,
    ) -> None:
        if clear == bool(networks):
            raise typer.BadParameter("Give networks, or `--clear`.")
        texts = networks or ()
        _change(data_dir, as_json, lambda accounts: accounts.set_networks(account, which, texts))


_add_networks_command(
    "allow",
    "allowed",
    "Serve an account's calls from these networks only, in place of those set before.",
)
_add_networks_command(
    "deny",
    "denied",
    "Refuse an account's calls from these networks, in place of those set before.",
)


@app.command()
def rate(
    account: AccountName,
    action: Annotated[
        str | None, typer.Argument(help="The action, such as CompareFace; `*` for all together.")
    ] = None,
    number: Annotated[
        int | None, typer.Argument(metavar="PER_SECOND", help="Requests per second.")
    ] = None,
    clear: Clear = False,
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> None:
    """Set how often an account may call an action; --clear alone takes all its rates away."""
    if clear == (number is not None) or (action is None and not clear):
        raise typer.BadParameter("Give an action and a number, or `--clear`.")

    async def change(accounts: "Accounts") -> "Account":
        if action is None:
            return await accounts.clear_rates(account)
        return await accounts.set_rate(account, action, number)

    _change(data_dir, as_json, change)


@app.command("max-keys")
def max_keys(
    account: AccountName,
    number: Annotated[int | None, typer.Argument(help="How many key pairs.")] = None,
    clear: Clear = False,
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> None:
    """Set how many key pairs an account may have; --clear goes back to the setting."""
    if clear == (number is not None):
        raise typer.BadParameter("Give a number, or `--clear`.")
    _change(data_dir, as_json, lambda accounts: accounts.set_max_keys(account, number))


def _change(
    data_dir: DataDir, as_json: bool, change: "Callable[[Accounts], Awaitable[Account]]"
) -> None:
    async def work(store: Store) -> dict[str, Any]:
        from countenance.accounts.accounts import Accounts

        return _describe(await change(Accounts(store.database)))

    changed = session.run(data_dir, "accounts", work)
    if as_json:
        session.print_json(changed)
        return
    labels = ("Allowed", "Denied", "Rates", "Keys")
    typer.echo(changed["Account"])
    for label, text in zip(labels, _row(changed)[3:], strict=True):
        typer.echo(f"  {label:<8} {text}")


def _describe(account: "Account") -> dict[str, Any]:
    return {
        "Account": account.name,
        "AccountId": account.id,
        "Created": session.format_time(account.created),
        "Demo": account.demo,
        "Allowed": [str(network) for network in account.allowed],
        "Denied": [str(network) for network in account.denied],
        "Rates": dict(account.rates),
        "MaxKeys": account.max_keys,
    }


def _row(account: dict[str, Any]) -> tuple[str, ...]:
    most = account["MaxKeys"]
    return (
        account["Account"],
        account["AccountId"],
        account["Created"],
        " ".join(account["Allowed"]) or "from anywhere",
        " ".join(account["Denied"]) or "none",
        " ".join(f"{action}={rate}" for action, rate in account["Rates"].items()) or "default",
        "default" if most is None else str(most),
    )
