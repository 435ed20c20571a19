"""`countenance redact`: erases what is kept of one verification, now."""

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from countenance.cli import session
from countenance.cli.session import AsJson, DataDir, Store

if TYPE_CHECKING:
    from countenance.store.objects import Stored
    from countenance.verification.session import Session

UNKNOWN = "no verification has this token, or its record is gone already."


def redact(
    given: Annotated[
        str, typer.Argument(metavar="TOKEN", help="The token; `-` reads it from standard input.")
    ],
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> None:
    """Erase what is kept of a verification: its key, its files, its texts. The verdict stays."""
    wanted = sys.stdin.readline() if given == "-" else given

    async def work(store: Store) -> dict[str, Any]:
        from countenance.jobs import Jobs
        from countenance.parts import open_store
        from countenance.store.objects import Objects
        from countenance.verification.lives import Lives
        from countenance.verification.sessions import Sessions, UnknownToken

        objects = Objects(store.database, store.master, open_store(store.settings))
        lives = Lives.from_settings(store.settings)
        jobs = Jobs(store.database)
        sessions = Sessions(store.database, store.master, objects, jobs, lives)
        try:
            found = await sessions.find(wanted.strip())
        except UnknownToken:
            raise ValueError(UNKNOWN) from None
        kept = await objects.find(found.id)
        erased = await sessions.erase(found.id, "redacted")
        told = _tell(erased, kept, erased.created + store.settings.keep_records)
        return told | {"Scrubbed": await store.database.scrub()}

    done = session.run(data_dir, "redact", work)
    if as_json:
        session.print_json(done)
    else:
        _print(done)


def _tell(erased: "Session", kept: "list[Stored]", record_until: float) -> dict[str, Any]:
    return {
        "State": erased.state,
        "ErasedAt": session.format_time(erased.erased),
        "ErasedWhy": erased.erased_why,
        "Objects": [{"Label": o.label, "Kind": o.kind, "Bytes": o.size} for o in kept],
        "RecordUntil": session.format_time(record_until),
    }


def _print(done: dict[str, Any]) -> None:
    if done["ErasedWhy"] != "redacted":
        typer.echo(f"It was erased before ({done['ErasedWhy']}, {done['ErasedAt']}).")
    objects = done["Objects"]
    typer.echo(f"Erased: the data key and {len(objects)} stored objects.")
    for one in objects:
        typer.echo(f"  {one['Label']} ({one['Kind']}, {one['Bytes']} bytes)")
    typer.echo(f"The state ({done['State']}) and the evidence stay until {done['RecordUntil']}.")
    if not done["Scrubbed"]:
        typer.echo("The database's log is being read: the server's next sweep empties it.")
