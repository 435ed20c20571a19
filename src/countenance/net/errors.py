"""Why nothing was fetched: a fault that a program acts on, and the rule that was broken."""

from enum import StrEnum


class FetchFault(StrEnum):
    """What kind of failure it is, whatever the rule."""

    ILLEGAL = "illegal"  # the URL itself
    FORBIDDEN = "forbidden"  # where it leads
    TOO_LARGE = "too_large"
    TIMEOUT = "timeout"
    FAILED = "failed"  # the network or the other server


_F = FetchFault
# Every rule is a sentence of the messages, `fetch.<rule>`; none holds a part of the URL, which may
# carry a signature.
RULES: dict[str, FetchFault] = {
    "off": _F.FORBIDDEN,
    "length": _F.ILLEGAL,
    "characters": _F.ILLEGAL,
    "form": _F.ILLEGAL,
    "credentials": _F.ILLEGAL,
    "host": _F.ILLEGAL,
    "port": _F.FORBIDDEN,
    "hosts": _F.FORBIDDEN,
    "address": _F.FORBIDDEN,
    "downgrade": _F.FORBIDDEN,
    "redirects": _F.FAILED,
    "location": _F.FAILED,
    "name": _F.FAILED,
    "connect": _F.FAILED,
    "certificate": _F.FAILED,
    "protocol": _F.FAILED,
    "status": _F.FAILED,
    "encoded": _F.FAILED,
    "own-signature": _F.ILLEGAL,  # of a URL of this server itself, which is not fetched
    "own-expired": _F.FAILED,
    "own-gone": _F.FAILED,
    "bytes": _F.TOO_LARGE,
    "seconds": _F.TIMEOUT,
}


class FetchError(Exception):
    """Nothing was fetched. `detail` is a key of `RULES`; `values` fill its sentence."""

    def __init__(self, fault: FetchFault, detail: str, **values: int | float) -> None:
        self.fault = fault
        self.detail = detail
        self.values = values
        super().__init__(f"{fault}: {detail}")


def refusal(rule: str, **values: int | float) -> FetchError:
    """The error of a broken rule."""
    return FetchError(RULES[rule], rule, **values)
