"""Which v1 requests were used."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "replays",
        sa.Column("key", sa.LargeBinary(16), nullable=False),
        sa.Column("expires", sa.Double, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_replays"),
    )
    op.create_index("ix_replays_expires", "replays", ["expires"])
