"""What an account may have of a service, and how each action says that it is not active."""

from functools import cache
from typing import Literal, get_args

from countenance.contract import source
from countenance.contract.catalogue import Action
from countenance.contract.errors import ApiError
from countenance.contract.messages import text

State = Literal[
    "active",
    "not-activated",
    "activating",
    "activation-failed",
    "arrears",
    "not-authorised",
    "package-used-up",
    "frozen",
    "suspended",
    "repossessed",
    "delivering",
    "unknown",
]
STATES: tuple[State, ...] = get_args(State)


def refusal(state: State, action: Action) -> ApiError | None:
    """The error of an action for an account in that state; None for `active`.

    It is the first of the state's codes (`[state]` of the overlay, in their order) that the
    contract lists for the action, and the last of them where it lists none.
    """
    if state == "active":
        return None
    codes = _codes()[state]
    code = next((code for code in codes if code in action.errors), codes[-1])
    return ApiError(code, text(f"state.{state}", service=action.service))


@cache
def _codes() -> dict[State, tuple[str, ...]]:
    return {state: tuple(source.overlay()["state"][state]) for state in STATES[1:]}
