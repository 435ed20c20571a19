"""Patterns of actions, as quotas and packages name them."""

from countenance.accounts.permissions import parse


def complete(pattern: str) -> str:
    """Give the `service:Action` pattern of what an operator writes: `faceid` means `faceid:*`.

    Raises `ValueError` for what matches no action of the API.
    """
    whole = pattern if ":" in pattern else f"{pattern}:*"
    try:
        parse([whole])
    except ValueError:
        raise ValueError(
            f"`{pattern}` names no action; write a service such as `faceid`, or an action such as "
            "`iai:CompareFace`, where `*` stands for any run of characters."
        ) from None
    return whole
