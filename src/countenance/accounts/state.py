"""Whether an account may be served at all; each service has its own code for no."""

from countenance.accounts.accounts import State
from countenance.contract.errors import ApiError

SUSPENDED = {
    "faceid": ("UnauthorizedOperation.Nonactivated", "The service has not been activated."),
    "iai": (
        "ResourceUnavailable.StopUsing",
        "The service has been suspended for the account.",
    ),
}
DEFAULT = ("UnauthorizedOperation", "Unauthorized operation.")


def require_active(state: State, service: str) -> None:
    """Raise the service's `ApiError` for a suspended account (the contract's error lists)."""
    if state == "suspended":
        code, text = SUSPENDED.get(service, DEFAULT)
        raise ApiError(code, f"{text} The operator of this server suspended the account.")
