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
    UniqueConstraint,
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

# --- people who verify ------------------------------------------------------------------------

# The key that every artefact of one owner is sealed with, itself sealed by the master key. Without
# its row nothing of the owner can be read: this row is what an erasure removes first.
data_keys = Table(
    "data_keys",
    metadata,
    Column("owner", String(32), primary_key=True),  # a session, an upload, a call
    Column("wrapped", LargeBinary, nullable=False),
    Column("created", Double, nullable=False),
)

# What is in the object store; a row is written before its bytes and goes after them.
objects = Table(
    "objects",
    metadata,
    Column("id", String(32), primary_key=True),  # the name of the bytes in the store
    Column("owner", String(32), nullable=False),
    Column("label", String(64), nullable=False),  # what it is to its owner
    Column("kind", String(16), nullable=False),  # one of store/objects.KINDS
    Column("media_type", String(64), nullable=False),
    Column("size", BigInteger, nullable=False),  # of the plaintext, as is `md5`
    Column("md5", String(32), nullable=False),
    Column("ready", Boolean, nullable=False),  # false until all its bytes are in the store
    Column("created", Double, nullable=False),
    Column("expires", Double, nullable=False, index=True),
    UniqueConstraint("owner", "label", name="uq_objects_owner_label"),
)

# One verification of one person; what may name or show them is in objects, not here.
sessions = Table(
    "sessions",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("account_id", String(32), ForeignKey("accounts.id"), nullable=False, index=True),
    Column("token", LargeBinary(32), nullable=False, unique=True),  # a keyed digest
    Column("family", String(16), nullable=False),  # verification/session.Family
    Column("action", String(64), nullable=False),  # that issued the token
    Column("rule", String(64), nullable=False),  # RuleId; empty: the server's own policy
    Column("config", JSON, nullable=False),  # verification/session.Config
    Column("state", String(16), nullable=False),  # verification/session.State
    Column("revision", Integer, nullable=False),  # counts changes: two writers cannot both win
    Column("created", Double, nullable=False),
    Column("begin_until", Double, nullable=False),
    Column("finish_until", Double, nullable=False),
    Column("result_until", Double, nullable=False, index=True),
    Column("finished", Double),
    Column("erased", Double),
    Column("erased_why", String(16)),
    Column("device", LargeBinary(32)),  # a keyed digest of what the device holds
    Column("device_seen", Double),
    Column("consent", JSON(none_as_null=True)),  # verification/session.Consent
    Column("challenge", JSON(none_as_null=True)),  # verification/session.Challenge
    Column("attempts", JSON, nullable=False),  # list of verification/session.Attempt
)

# One record for each verdict: by what it was reached. Nothing in it shows or names a person.
evidence = Table(
    "evidence",
    metadata,
    Column("session_id", String(32), ForeignKey("sessions.id"), primary_key=True),
    Column("attempt", Integer, primary_key=True),
    Column("created", Double, nullable=False),
    Column("policy", String(64), nullable=False),
    Column("record", JSON, nullable=False),  # verification/evidence.Evidence
)

# The outbox: written with the change it tells of, delivered afterwards.
events = Table(
    "events",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("session_id", String(32), ForeignKey("sessions.id"), nullable=False, index=True),
    Column("account_id", String(32), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("created", Double, nullable=False, index=True),
    Column("payload", JSON, nullable=False),
    Column("delivered", Double),
)

# Work to do by whichever replica takes it; a lease that runs out is taken by another.
jobs = Table(
    "jobs",
    metadata,
    Column("kind", String(32), primary_key=True),
    Column("subject", String(64), primary_key=True),
    Column("due", Double, nullable=False, index=True),  # also the end of a lease
    Column("again", Double),  # when it was asked for once more while it runs; NULL: it was not
    Column("lease", String(32)),  # who works on it; NULL: nobody
    Column("tries", Integer, nullable=False),
    Column("created", Double, nullable=False),
    Column("fault", String(128)),  # the kind of the last failure
)
