"""Framing: a 4-byte big-endian length, that many bytes of JSON, then the bytes they announce."""

import socket
import struct
import time
from typing import Any

import msgspec

from .protocol import Breach, Job, Reply

_MAX_TEXT = 1 << 18  # bytes; the longest reply, 4096 frame heads, fits
_LENGTH = struct.Struct(">I")


class Channel:
    """Messages over one end of a socket pair; EOFError when the other end is gone."""

    def __init__(self, end: socket.socket) -> None:
        self.socket = end

    def send(self, message: Job | Reply, *payload: Any, deadline: float | None = None) -> None:
        """Send a message and the raw buffers it announces; TimeoutError past `deadline`."""
        text = msgspec.json.encode(message)
        for part in (_LENGTH.pack(len(text)) + text, *payload):
            self._set_timeout(deadline)
            self.socket.sendall(part)

    def receive(self, deadline: float | None = None) -> bytearray:
        """Return the text of one message; Breach when it is longer than any message is."""
        length = bytearray(_LENGTH.size)
        self.fill(length, deadline)
        (size,) = _LENGTH.unpack(length)
        if size > _MAX_TEXT:
            raise Breach("header")
        text = bytearray(size)
        self.fill(text, deadline)
        return text

    def fill(self, buffer: Any, deadline: float | None = None) -> None:
        """Receive exactly as many bytes as `buffer` holds."""
        view = memoryview(buffer).cast("B")
        while view:
            self._set_timeout(deadline)
            received = self.socket.recv_into(view)
            if not received:
                raise EOFError
            view = view[received:]

    def _set_timeout(self, deadline: float | None) -> None:
        if deadline is not None:
            left = deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError
            self.socket.settimeout(left)
