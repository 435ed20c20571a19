"""What an account may have of a service, and how each action says that it is not active."""

import tomllib
from collections.abc import Mapping
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

    The code is that of the action's family in `data/states.toml`, which says what a family is.
    """
    if state == "active":
        return None
    code = _codes(frozenset(action.errors))[state]
    return ApiError(code, text(f"state.{state}", service=action.service))


@cache
def _codes(listed: frozenset[str]) -> Mapping[State, str]:
    families = list(_families().values())
    return next((codes for codes in families if listed.issuperset(codes.values())), families[-1])


@cache
def _families() -> Mapping[str, Mapping[State, str]]:
    with (source.DATA / "states.toml").open("rb") as file:
        return tomllib.load(file)
