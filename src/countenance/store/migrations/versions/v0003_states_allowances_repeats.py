"""A state for each service of an account, quotas, packages, and calls that are metered once."""

import time

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    states = op.create_table(
        "service_states",
        sa.Column("account_id", sa.String(32), nullable=False),
        sa.Column("service", sa.String(32), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("since", sa.Double, nullable=False),
        sa.PrimaryKeyConstraint("account_id", "service", name="pk_service_states"),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name="fk_service_states_account_id"
        ),
    )
    # Until now a whole account was active or suspended.
    accounts = sa.table("accounts", sa.column("id"), sa.column("state"))
    now = sa.literal(time.time(), sa.Double)
    for service in ("faceid", "iai"):
        row = sa.select(accounts.c.id, sa.literal(service), accounts.c.state, now)
        op.execute(
            states.insert().from_select(
                ["account_id", "service", "state", "since"], row.where(accounts.c.state != "active")
            )
        )
    with op.batch_alter_table("accounts") as batch:
        batch.drop_constraint("ck_accounts_state", type_="check")
        batch.drop_column("state")
    op.create_table(
        "quotas",
        sa.Column("account_id", sa.String(32), nullable=False),
        sa.Column("pattern", sa.String(97), nullable=False),
        sa.Column("period", sa.String(8), nullable=False),
        sa.Column("calls", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("account_id", "pattern", "period", name="pk_quotas"),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_quotas_account_id"),
    )
    op.create_table(
        "packages",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("account_id", sa.String(32), nullable=False),
        sa.Column("pattern", sa.String(97), nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("used", sa.BigInteger, nullable=False),
        sa.Column("created", sa.Double, nullable=False),
        sa.Column("expires", sa.Double),
        sa.PrimaryKeyConstraint("id", name="pk_packages"),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_packages_account_id"),
    )
    op.create_index("ix_packages_account_id", "packages", ["account_id"])
    op.create_table(
        "repeats",
        sa.Column("account_id", sa.String(32), nullable=False),
        sa.Column("action", sa.String(97), nullable=False),
        sa.Column("digest", sa.LargeBinary(32), nullable=False),
        sa.Column("expires", sa.Double, nullable=False),
        sa.Column("billed", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("account_id", "action", "digest", name="pk_repeats"),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_repeats_account_id"),
    )
    op.create_index("ix_repeats_expires", "repeats", ["expires"])
    op.add_column("usage", sa.Column("repeats", sa.BigInteger, nullable=False, server_default="0"))
