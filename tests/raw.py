"""HTTP/1.1 over a bare socket: any bytes out, one answer back, on a connection that is kept."""

import json
import socket
import uuid
from dataclasses import dataclass
from typing import Any

SECONDS = 60


class Dropped(Exception):
    """The server closed the connection instead of answering, or in the middle of an answer."""


@dataclass(frozen=True)
class RawAnswer:
    """One answer; `headers` has lower-case names, `line` is the first line as it came."""

    status: int
    headers: dict[str, str]
    body: bytes
    line: str

    @property
    def response(self) -> dict[str, Any]:
        """What the envelope holds."""
        found: dict[str, Any] = json.loads(self.body)["Response"]
        return found

    @property
    def code(self) -> str:
        """The code of the error form, else the `Result`, else Success."""
        response = self.response
        error: dict[str, str] = response.get("Error", {})
        return error.get("Code") or str(response.get("Result") or "Success")

    @property
    def message(self) -> str:
        """The message of the error form, empty without one."""
        return str(self.response.get("Error", {}).get("Message", ""))

    @property
    def closes(self) -> bool:
        """Whether the server says that it ends the connection."""
        return self.headers.get("connection", "").lower() == "close"

    def faults(self) -> list[str]:
        """What is wrong with the form of the answer, whatever it says."""
        found: list[str] = []
        if self.status != 200:
            found.append(f"status {self.status}")
        if self.headers.get("content-type") != "application/json":
            found.append(f"Content-Type {self.headers.get('content-type')}")
        try:
            tree = json.loads(self.body)
            response = tree["Response"]
            known = uuid.UUID(response["RequestId"])
        except (ValueError, KeyError, TypeError, AttributeError):
            return [*found, "no envelope with a RequestId"]
        if tree.keys() != {"Response"}:
            found.append("more than the envelope")
        if known.version != 4 or str(known) != response["RequestId"]:
            found.append("a RequestId that is no uuid4")
        if "Error" in response:
            error = response["Error"]
            if response.keys() != {"Error", "RequestId"} or error.keys() != {"Code", "Message"}:
                found.append("an error form with more in it, or less")
            if not error.get("Message"):
                found.append("an error without a message")
        return found


def written(line: str, headers: dict[str, str], body: bytes = b"") -> bytes:
    """A request with exactly these headers, and the length of a body that has one."""
    lines = [line, *(f"{name}: {value}" for name, value in headers.items())]
    if body and "Transfer-Encoding" not in headers:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


class Connection:
    """One connection to `host:port`, opened at the first request and again when it has ended."""

    def __init__(self, endpoint: str) -> None:
        host, _, port = endpoint.rpartition(":")
        self._address = (host, int(port))
        self._socket: socket.socket | None = None
        self._rest = b""

    def __enter__(self) -> "Connection":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the connection; the next request opens another."""
        if self._socket is not None:
            self._socket.close()
        self._socket, self._rest = None, b""

    def exchange(
        self, *pieces: bytes, body_follows: bool = True, interim: bool = False
    ) -> RawAnswer:
        """Send the pieces, each in a segment of its own, and read one answer.

        `body_follows` is False for the answer to HEAD; `interim` is True to have a 100 Continue
        too, and not only what comes after it. Raises Dropped.
        """
        if self._socket is None:
            self._socket = socket.create_connection(self._address, SECONDS)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            for piece in pieces:
                self._socket.sendall(piece)
            answer = self._read(body_follows, interim)
        except (Dropped, OSError) as error:
            self.close()
            raise Dropped(str(error)) from None
        if answer.closes:
            self.close()
        return answer

    def _read(self, body_follows: bool, interim: bool) -> RawAnswer:
        while True:
            while b"\r\n\r\n" not in self._rest:
                self._fill()
            head, _, self._rest = self._rest.partition(b"\r\n\r\n")
            line, *lines = head.decode("latin-1").split("\r\n")
            status = int(line.split(" ")[1])
            if interim or status >= 200:
                break
        headers: dict[str, str] = {}
        for header in lines:
            name, _, value = header.partition(":")
            headers[name.strip().lower()] = value.strip()
        size = int(headers.get("content-length", "0")) if body_follows else 0
        while len(self._rest) < size:
            self._fill()
        body, self._rest = self._rest[:size], self._rest[size:]
        return RawAnswer(status, headers, body, line)

    def _fill(self) -> None:
        assert self._socket is not None
        data = self._socket.recv(1 << 16)
        if not data:
            raise Dropped("the connection ended")
        self._rest += data


def exchange(endpoint: str, *pieces: bytes) -> RawAnswer:
    """Send the pieces over a connection of their own and read one answer; raises Dropped."""
    with Connection(endpoint) as connection:
        return connection.exchange(*pieces)
