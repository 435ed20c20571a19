"""Key pairs as rows: drawn, sealed for their place, and opened again without their SecretKey."""

import secrets
import string
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, Row, Select, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from countenance.accounts.errors import Refused
from countenance.store.secrets import MasterKey
from countenance.store.tables import accounts, keys

ALPHABET = string.ascii_letters + string.digits
PREFIX = "AKID"  # what clients and secret scanners know a SecretId by
LENGTH = 32  # characters, 190 bits
TOKEN_LENGTH = 64


@dataclass(frozen=True, slots=True)
class Key:
    """A key as a list shows it; times are UNIX seconds, `permissions` None allows all.

    `parent` is the id of the key that a temporary one was minted from, None for ordinary keys.
    """

    id: str
    account: str
    account_id: str
    name: str
    secret_id: str = field(repr=False)
    created: float
    last_used: float | None
    enabled: bool
    expires: float | None
    permissions: frozenset[str] | None
    mfa: bool
    parent: str | None


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key with its SecretKey, and a temporary one with its token; no other call gives them."""

    key: Key
    secret_id: str = field(repr=False)
    secret_key: str = field(repr=False)
    token: str | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class Draft:
    """What is chosen of a key before it is drawn; with a `parent` it is a temporary one."""

    account_id: str
    account: str
    name: str = ""
    permissions: frozenset[str] | None = None
    expires: float | None = None
    mfa: bool = False
    parent: str | None = None


async def draw(connection: AsyncConnection, master: MasterKey, draft: Draft, now: float) -> NewKey:
    """Make the key of a draft and store it in the connection's transaction."""
    key_id = f"key-{secrets.token_hex(8)}"
    secret_id, secret_key = PREFIX + _word(LENGTH), _word(LENGTH)
    token = None if draft.parent is None else _word(TOKEN_LENGTH)
    allowed = draft.permissions
    values = {
        "id": key_id,
        "account_id": draft.account_id,
        "name": draft.name,
        "lookup": master.lookup(secret_id),
        "secret_id": master.seal(secret_id.encode(), id_context(key_id)),
        "secret_key": master.seal(secret_key.encode(), secret_context(key_id)),
        "token": None if token is None else master.seal(token.encode(), token_context(key_id)),
        "created": now,
        "enabled": True,
        "expires": draft.expires,
        "permissions": None if allowed is None else sorted(allowed),
        "mfa": draft.mfa,
        "parent": draft.parent,
    }
    row = (await connection.execute(insert(keys).values(values).returning(keys))).one()
    return NewKey(build(row, draft.account, master), secret_id, secret_key, token)


def select_keys() -> Select[tuple[object, ...]]:
    """Start a query of keys, each with the name of its account as `account`."""
    return select(keys, accounts.c.name.label("account")).join(
        accounts, keys.c.account_id == accounts.c.id
    )


def match(reference: str, master: MasterKey) -> ColumnElement[bool]:
    """Pick the key of that id or SecretId."""
    if reference.startswith(PREFIX):
        return keys.c.lookup == master.lookup(reference)
    return keys.c.id == reference


def build(row: Row[tuple[object, ...]], account: str, master: MasterKey) -> Key:
    """Make the key of a row; raises `SecretsError` when its SecretId does not open."""
    allowed = row.permissions
    return Key(
        id=row.id,
        account=account,
        account_id=row.account_id,
        name=row.name,
        secret_id=master.open(row.secret_id, id_context(row.id)).decode(),
        created=row.created,
        last_used=row.last_used,
        enabled=row.enabled,
        expires=row.expires,
        permissions=None if allowed is None else frozenset(allowed),
        mfa=row.mfa,
        parent=row.parent,
    )


def check_usable(key: Key, now: float) -> None:
    """Raise `Refused` unless another key can be made of this one."""
    if key.parent is not None:
        raise Refused(f"The key {key.id} is temporary: use the key it was minted from.")
    if not key.enabled:
        raise Refused(f"The key {key.id} is disabled: enable it first, or make a new key.")
    if key.expires is not None and key.expires <= now:
        raise Refused(f"The key {key.id} has expired: make a new key.")


def id_context(key_id: str) -> str:
    """Name the place a SecretId is sealed for, so that it opens in no other row or column."""
    return f"keys/{key_id}/secret_id"


def secret_context(key_id: str) -> str:
    """Name the place a SecretKey is sealed for, so that it opens in no other row or column."""
    return f"keys/{key_id}/secret_key"


def token_context(key_id: str) -> str:
    """Name the place a token is sealed for, so that it opens in no other row or column."""
    return f"keys/{key_id}/token"


def _word(length: int) -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(length))
