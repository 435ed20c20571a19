"""The tables as the newest migration leaves them; a test compares the two.

Times are UNIX seconds, days are UTC dates.
"""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    Double,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    false,
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
    Column("allowed", JSON(none_as_null=True)),  # list of networks; NULL allows all
    Column("denied", JSON(none_as_null=True)),  # list of networks
    Column("rates", JSON(none_as_null=True)),  # requests per second by action, `*` for all
    Column("max_keys", Integer),  # NULL: as the settings say
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
    Column("mfa", Boolean, nullable=False, server_default=false()),
    Column("token", LargeBinary),  # sealed; NULL for a key that is not temporary
    # The key a temporary one was minted from, without which it is worth nothing.
    Column("parent", String(32), ForeignKey("keys.id", ondelete="CASCADE"), index=True),
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
    # Calls beside `calls`, each the repeat of one that was counted a moment before.
    Column("repeats", BigInteger, nullable=False, server_default="0"),
)

# The services of an account that are not active; `state` is one of contract/states.STATES.
service_states = Table(
    "service_states",
    metadata,
    Column("account_id", String(32), ForeignKey("accounts.id"), primary_key=True),
    Column("service", String(32), primary_key=True),
    Column("state", String(32), nullable=False),
    Column("since", Double, nullable=False),
)

# At most `calls` in one UTC `period` (day, month); what counts is in `usage`.
quotas = Table(
    "quotas",
    metadata,
    Column("account_id", String(32), ForeignKey("accounts.id"), primary_key=True),
    Column("pattern", String(97), primary_key=True),  # `service:Action`
    Column("period", String(8), primary_key=True),
    Column("calls", BigInteger, nullable=False),
)

# `size` billable answers, of which `used` are spent.
packages = Table(
    "packages",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("account_id", String(32), ForeignKey("accounts.id"), nullable=False, index=True),
    Column("pattern", String(97), nullable=False),  # `service:Action`
    Column("size", BigInteger, nullable=False),
    Column("used", BigInteger, nullable=False),
    Column("created", Double, nullable=False),
    Column("expires", Double),
)

# The calls of the last moments, so that an equal one is metered once.
repeats = Table(
    "repeats",
    metadata,
    Column("account_id", String(32), ForeignKey("accounts.id"), primary_key=True),
    Column("action", String(97), primary_key=True),  # `service:Action`
    Column("digest", LargeBinary(32), primary_key=True),  # of the request's body
    Column("expires", Double, nullable=False, index=True),
    Column("billed", Boolean, nullable=False),
)

# The v1 requests of the last minutes, each of which is good for one use.
replays = Table(
    "replays",
    metadata,
    Column("key", LargeBinary(16), primary_key=True),  # `wire/guard.replay_key`
    Column("expires", Double, nullable=False, index=True),
)
