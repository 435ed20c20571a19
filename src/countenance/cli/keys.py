"""`countenance keys`: makes, lists, switches, rotates and deletes API keys."""

import time
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from countenance.cli import session
from countenance.cli.session import AsJson, DataDir, Store, print_json, report

if TYPE_CHECKING:
    from countenance.accounts.pairs import Key, NewKey

DAY = 86400.0
ONCE = "The SecretKey is shown this once: keep it now, no command shows it again."
ONCE_TOO = "The SecretKey and the Token are shown this once: no command shows them again."

app = typer.Typer(help="Make, list, switch, rotate and delete API keys.", no_args_is_help=True)

Reference = Annotated[str, typer.Argument(metavar="ID", help="The key's id or its SecretId.")]
Allow = Annotated[
    list[str] | None,
    typer.Option(help="What the key may call, such as `faceid:*`; repeat it. All if absent."),
]
Days = Annotated[float | None, typer.Option(help="Days until the key expires. Never if absent.")]


class Switch(StrEnum):
    """The two positions of what a key can be marked with."""

    ON = "on"
    OFF = "off"


@app.command()
def create(
    account: Annotated[
        str, typer.Option(help="The account; made when there is none of that name.")
    ] = "default",
    name: Annotated[str, typer.Option(help="A word to know the key by.")] = "",
    allow: Allow = None,
    days: Days = None,
    mfa_only: Annotated[
        bool, typer.Option("--mfa-only", help="Refuse calls: none carries a second factor.")
    ] = False,
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> None:
    """Make a key and print its SecretId and SecretKey."""
    permissions, expires = allow or None, _moment(days)

    async def work(store: Store) -> dict[str, object]:
        made = await store.keys.create(
            account, name=name, permissions=permissions, expires=expires, mfa=mfa_only
        )
        return _describe_new(made)

    _print_new(session.run(data_dir, "keys", work), as_json, ONCE)


@app.command("list")
def show(
    account: Annotated[str | None, typer.Option(help="Only the keys of this account.")] = None,
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> None:
    """List the keys, oldest first, without their SecretKeys."""

    async def work(store: Store) -> list[dict[str, object]]:
        return [_describe(key) for key in await store.keys.list(account)]

    found = session.run(data_dir, "keys", work)
    if as_json:
        print_json(found)
    elif found:
        _print_table(found)
    else:
        typer.echo("There are no keys. Make one with `countenance keys create`.")


@app.command()
def disable(reference: Reference, as_json: AsJson = False, data_dir: DataDir = None) -> None:
    """Switch a key off; a running server refuses it within seconds."""
    session.run(data_dir, "keys", lambda store: store.keys.disable(reference))
    report(as_json, reference, "disabled")


@app.command()
def enable(reference: Reference, as_json: AsJson = False, data_dir: DataDir = None) -> None:
    """Switch a key on again."""
    session.run(data_dir, "keys", lambda store: store.keys.enable(reference))
    report(as_json, reference, "enabled")


@app.command()
def delete(reference: Reference, as_json: AsJson = False, data_dir: DataDir = None) -> None:
    """Delete a key, and the temporary credentials minted from it, for good."""
    session.run(data_dir, "keys", lambda store: store.keys.delete(reference))
    report(as_json, reference, "deleted")


@app.command()
def rotate(
    reference: Reference,
    overlap: Annotated[
        float, typer.Option(help="Seconds for which the old key works on; 0 disables it at once.")
    ] = 0.0,
    days: Days = None,
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> None:
    """Make a key like this one and end this one; print the new SecretId and SecretKey."""
    expires = _moment(days)

    async def work(store: Store) -> dict[str, object]:
        made = await store.keys.rotate(reference, overlap=overlap, expires=expires)
        return _describe_new(made)

    _print_new(session.run(data_dir, "keys", work), as_json, ONCE)


@app.command()
def allow(
    reference: Reference,
    patterns: Annotated[
        list[str] | None, typer.Argument(help="What the key may call, such as `faceid:*`.")
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="Allow every action.")] = False,
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> None:
    """Say what a key may call, in place of what was said before."""
    if everything == bool(patterns):
        raise typer.BadParameter("Give permissions, or `--all`.")
    chosen = patterns or None
    session.run(data_dir, "keys", lambda store: store.keys.allow(reference, chosen))
    if as_json:
        print_json({"Subject": reference, "Permissions": chosen and sorted(set(chosen))})
    else:
        typer.echo(f"{reference} may call {' '.join(chosen or ['all'])}.")


@app.command()
def mfa(
    reference: Reference,
    switch: Annotated[Switch, typer.Argument(help="Whether the key is MFA-only.")],
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> None:
    """Mark a key MFA-only: its calls are refused, for none carries a second factor."""
    on = switch is Switch.ON
    session.run(data_dir, "keys", lambda store: store.keys.mark_mfa(reference, on))
    report(as_json, reference, "MFA-only" if on else "not MFA-only")


@app.command()
def mint(
    reference: Reference,
    seconds: Annotated[int, typer.Option(help="How long they hold, 60 to 129600.")] = 7200,
    allow: Allow = None,
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> None:
    """Make temporary credentials from a key, which may do what the key may, at most."""

    async def work(store: Store) -> dict[str, object]:
        from countenance.accounts.temporary import Temporary

        temporary = Temporary(store.database, store.master)
        made = await temporary.mint(reference, seconds=seconds, permissions=allow or None)
        return _describe_new(made)

    _print_new(session.run(data_dir, "keys", work), as_json, ONCE_TOO)


def _moment(days: float | None) -> float | None:
    return None if days is None else time.time() + days * DAY


def _describe(key: "Key") -> dict[str, object]:
    allowed = key.permissions
    return {
        "KeyId": key.id,
        "Account": key.account,
        "AccountId": key.account_id,
        "Name": key.name,
        "SecretId": key.secret_id,
        "Enabled": key.enabled,
        "Created": session.format_time(key.created),
        "LastUsed": session.format_time(key.last_used),
        "Expires": session.format_time(key.expires),
        "Permissions": None if allowed is None else sorted(allowed),
        "MfaOnly": key.mfa,
        "Parent": key.parent,
    }


def _describe_new(made: "NewKey") -> dict[str, object]:
    """A temporary key also has what the vendor's token service calls its answer's members."""
    told = {**_describe(made.key), "SecretKey": made.secret_key}
    if made.token is not None and made.key.expires is not None:
        told |= {
            "Token": made.token,
            "ExpiredTime": int(made.key.expires),
            "Expiration": told["Expires"],
        }
    return told


def _print_new(made: dict[str, object], as_json: bool, note: str) -> None:
    if as_json:
        print_json(made)
        return
    for label in ("KeyId", "Account", "SecretId", "SecretKey", "Token", "Expires"):
        if made.get(label) is not None:
            typer.echo(f"{label:<10} {made[label]}")
    typer.echo(f"\n{note}")


def _print_table(found: list[dict[str, Any]]) -> None:
    headings = ("Key", "Account", "Name", "SecretId", "State", "Last used", "Expires", "May")
    session.print_table(
        headings,
        [
            (
                key["KeyId"],
                key["Account"],
                key["Name"],
                key["SecretId"],
                _describe_state(key),
                key["LastUsed"] or "never",
                key["Expires"] or "never",
                "all" if key["Permissions"] is None else " ".join(key["Permissions"]),
            )
            for key in found
        ],
    )


def _describe_state(key: dict[str, Any]) -> str:
    words = ["enabled" if key["Enabled"] else "disabled"]
    if key["MfaOnly"]:
        words.append("MFA-only")
    if key["Parent"] is not None:
        words.append(f"temporary, of {key['Parent']}")
    return ", ".join(words)
