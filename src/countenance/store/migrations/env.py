"""Alembic runs this file; `upgrade` in this package hands it an open connection."""

from alembic import context

context.configure(
    connection=context.config.attributes["connection"],
    # Both databases undo table changes; Alembic assumes SQLite does not.
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
