"""Brings a database to the form this release needs; the steps are in `versions/`."""

from pathlib import Path

from sqlalchemy import Connection, String, column, inspect, select, table

from countenance.store.errors import DatabaseTooNew

# The newest step, written here so that a start with nothing to do need not import Alembic.
HEAD = "0005"


def find_revision(connection: Connection) -> str | None:
    """Name the step the database stands at; None before the first."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    versions = table("alembic_version", column("version_num", String))
    return connection.execute(select(versions.c.version_num)).scalar()


def upgrade(connection: Connection) -> None:
    """Run the missing steps in the caller's transaction; raises `DatabaseTooNew`.

    The caller holds the lock that keeps a second process from doing the same.
    """
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    folder = str(Path(__file__).parent).replace("%", "%%")
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", folder)
    config.set_main_option("path_separator", "os")
    known = {step.revision for step in ScriptDirectory.from_config(config).walk_revisions()}
    found = find_revision(connection)
    if found is not None and found not in known:
        raise DatabaseTooNew(
            f"The database stands at step {found}, which this release does not know (its newest "
            f"is {HEAD}): a later release wrote it. Run that release, or restore a backup."
        )
    command.upgrade(config, "head")
