"""HTTP written out: a request goes over the connection byte for byte as a test has it."""

import json
import socket
from dataclasses import dataclass
from typing import Any

SECONDS = 20


@dataclass(frozen=True)
class Raw:
    """One answer; `headers` has lower-case names."""

    status: str
    headers: dict[str, str]
    body: bytes

    @property
    def response(self) -> dict[str, Any]:
        """What the envelope holds."""
        found: dict[str, Any] = json.loads(self.body)["Response"]
        return found

    @property
    def code(self) -> str:
        """The code of the error form, empty without one."""
        return str(self.response.get("Error", {}).get("Code", ""))

    @property
    def message(self) -> str:
        """The message of the error form, empty without one."""
        return str(self.response.get("Error", {}).get("Message", ""))


def written(line: str, headers: dict[str, str], body: bytes = b"") -> bytes:
    """A request with exactly these headers, and the length of a body that has one."""
    lines = [line, *(f"{name}: {value}" for name, value in headers.items())]
    if body and "Transfer-Encoding" not in headers:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


def exchange(port: int, *pieces: bytes) -> Raw:
    """Send the pieces and read one answer, which has to have its length in a header."""
    with socket.create_connection(("127.0.0.1", port), SECONDS) as connection:
        for piece in pieces:
            connection.sendall(piece)
        with connection.makefile("rb") as answer:
            return read(answer)


def read(answer: Any) -> Raw:
    """One answer off a connection."""
    status = answer.readline().decode().rstrip("\r\n")
    headers: dict[str, str] = {}
    while line := answer.readline().decode("latin-1").rstrip("\r\n"):
        name, _, value = line.partition(":")
        headers[name.lower()] = value.strip()
    return Raw(status, headers, answer.read(int(headers.get("content-length", "0"))))
