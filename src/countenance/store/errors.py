"""What can be wrong with stored data or with the keys that protect it."""


class StoreError(Exception):
    """The operator has to act; the message says on what, and never holds a stored value."""


class DatabaseTooNew(StoreError):
    """The database was migrated by a later release than the one running."""


class SecretsError(StoreError):
    """The master key is unusable, or a sealed value was altered, moved or sealed by another key."""
