"""Which answers are counted, and which are billed: the published rule for each flow, as data."""

from functools import cache
from typing import Literal

from countenance.contract import source

Flow = Literal["pure_api", "web_h5", "app_sdk"]

# An action answers so before it has done anything; its finer codes say what it found.
_UNPERFORMED = {"InvalidParameter", "InvalidParameterValue", "MissingParameter"}
_UNPERFORMED |= {
    "ServiceUnavailable",
    "UnsupportedOperation",
    "MissingParameter.ErrorParameterEmpty",
}


def charge(flow: Flow, code: str) -> int:
    """What an answer with that code counts on a bill, 1 or 0.

    `code` is `Success` or a dotted code for the pure API, a number as text for the two flows. 0
    also where the published tables do not say: a bill counts nothing that they do not.
    """
    return int(code in _billed(flow))


def was_performed(code: str) -> bool:
    """Whether an action that answered an error with that code is to be counted.

    Not counted are faults of the parameters alone, and what this server cannot do (yet).
    """
    return code not in _UNPERFORMED


@cache
def _billed(flow: Flow) -> frozenset[str]:
    codes = source.common()["result_codes"]
    if flow == "pure_api":
        return frozenset(codes["pure_api_billed"])
    return frozenset(code for code, row in codes[flow].items() if row["billed"])
