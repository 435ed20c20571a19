"""What an operator can get wrong about accounts and keys."""


class NotFound(LookupError):
    """No account or key goes by the name given; the message says so in a sentence."""


class Refused(ValueError):
    """What was asked does not fit the key or the account as it stands; the message says why."""
