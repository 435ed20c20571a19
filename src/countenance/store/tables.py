"""The tables as the newest migration leaves them; a test compares the two.

Times are UNIX seconds, days are UTC dates.
"""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Double,
    ForeignKey,
    LargeBinary,
    MetaData,
    String,
    Table,
)

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)

accounts = Table(
    "accounts",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("name", String(128), nullable=False, unique=True),
    Column("created", Double, nullable=False),
    Column("demo", Boolean, nullable=False),
    Column("state", String(16), nullable=False),
    CheckConstraint("state IN ('active', 'suspended')", name="state"),
)

keys = Table(
    "keys",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("account_id", String(32), ForeignKey("accounts.id"), nullable=False, index=True),
    Column("name", String(128), nullable=False),
    # A keyed digest of the SecretId: a copy of the database alone names no key.
    Column("lookup", LargeBinary(32), nullable=False, unique=True),
    Column("secret_id", LargeBinary, nullable=False),  # sealed
    Column("secret_key", LargeBinary, nullable=False),  # sealed
    Column("created", Double, nullable=False),
    Column("last_used", Double),
    Column("enabled", Boolean, nullable=False),
    Column("expires", Double),
    Column("permissions", JSON(none_as_null=True)),  # list of `service:Action`; NULL allows all
)

usage = Table(
    "usage",
    metadata,
    Column("account_id", String(32), ForeignKey("accounts.id"), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("service", String(32), primary_key=True),
    Column("action", String(64), primary_key=True),
    Column("outcome", String(128), primary_key=True),
    Column("calls", BigInteger, nullable=False),
    Column("billed", BigInteger, nullable=False),
)
