"""Temporary and MFA-only keys; the networks, rates and key count of an account."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("accounts", sa.Column("allowed", sa.JSON))
    op.add_column("accounts", sa.Column("denied", sa.JSON))
    op.add_column("accounts", sa.Column("rates", sa.JSON))
    op.add_column("accounts", sa.Column("max_keys", sa.Integer))
    # SQLite adds no constraint to a table that exists: there the batch copies the table.
    with op.batch_alter_table("keys") as batch:
        batch.add_column(sa.Column("mfa", sa.Boolean, nullable=False, server_default=sa.false()))
        batch.add_column(sa.Column("token", sa.LargeBinary))
        batch.add_column(sa.Column("parent", sa.String(32)))
        batch.create_foreign_key("fk_keys_parent", "keys", ["parent"], ["id"], ondelete="CASCADE")
        batch.create_index("ix_keys_parent", ["parent"])
