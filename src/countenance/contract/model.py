"""The base of the generated Structs."""

from typing import Any

import msgspec


class Model(msgspec.Struct):
    """A Struct whose repr is its type alone: images, names and numbers stay out of logs."""

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        return []
