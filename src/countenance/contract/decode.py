"""Bytes and pairs of a request -> the typed request of an action: the three steps in one place."""

from countenance.contract.checks import build, unrecognized
from countenance.contract.errors import describe, invalid_body
from countenance.contract.messages import text
from countenance.contract.pairs import nest
from countenance.contract.text import TextError, parse

__all__ = ["build", "decode_json", "nest", "unrecognized"]


def decode_json(body: bytes) -> dict[str, object]:
    """The object in a JSON body; InvalidParameter on bad UTF-8 or JSON, or repeated names.

    Also refused: anything but an object, nesting beyond 32 levels, more than 20,000 values. The
    message gives the defect, never content. 1 MB of base64 costs under 1 ms of CPU.
    """
    try:
        value = parse(body)
    except TextError as error:
        raise invalid_body(error.fault) from None
    if not isinstance(value, dict):
        raise invalid_body(text("text.object", arrived=describe(value)))
    return value
