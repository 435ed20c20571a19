"""What goes wrong with a signature, in plain words."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mistake:
    """A way to sign wrongly: `part` is what of the signed text differs, `mend` what to do.

    No value of a request is in it, so that it may be written to a log.
    """

    key: str
    part: str
    said: str
    mend: str


SIGN_AS_SENT = "Sign exactly the bytes that are sent, in the same function that sends them."
USE_UTC = "Take the UTC date of the timestamp, not the local one."
