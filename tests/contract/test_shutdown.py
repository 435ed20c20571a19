"""A server that is told to end: what it has in hand it finishes."""

import json
import os
import signal
import socket
import time
from pathlib import Path

from tests.client import IAI
from tests.serving import serve

from countenance.contract import catalogue
from countenance.wire.outgoing import post_headers


def test_a_request_in_hand_is_answered_and_the_log_is_all_json(tmp_path: Path) -> None:
    body = json.dumps({"ImageA": "YQ==", "ImageB": "YQ=="}).encode()
    with serve(tmp_path) as running:
        host, _, port = running.endpoint.partition(":")
        headers = post_headers(
            catalogue.find(IAI, "CompareFace"),
            body,
            host=running.endpoint,
            secret_id=running.secret_id,
            secret=running.secret_key,
            now=time.time(),
        )
        lines = [f"{name}: {value}" for name, value in headers.items()]
        lines += [f"content-length: {len(body)}", "expect: 100-continue"]
        head = "\r\n".join(["POST / HTTP/1.1", *lines, "", ""])
        with socket.create_connection((host, int(port)), timeout=60) as odd:
            odd.sendall(b"POST / HTTQ/9\r\n\r\n")
            assert odd.recv(4096).startswith(b"HTTP/1.1 400")
        with socket.create_connection((host, int(port)), timeout=60) as connection:
            connection.sendall(head.encode())
            # The chain has begun: it asks for the body.
            assert connection.recv(4096) == b"HTTP/1.1 100 Continue\r\n\r\n"
            os.kill(running.pid, signal.SIGTERM)
            _until_closed(host, int(port))
            connection.sendall(body)
            answer = b""
            while piece := connection.recv(65_536):
                answer += piece
    head_, _, content = answer.partition(b"\r\n\r\n")
    assert head_.startswith(b"HTTP/1.1 200")
    assert b"connection: close" in head_.lower()
    code = json.loads(content)["Response"]["Error"]["Code"]
    assert code == "FailedOperation.ImageDecodeFailed"
    written = [json.loads(line) for line in running.log.read_text().splitlines()]
    assert any(line.get("library") == "uvicorn.error" for line in written)


def _until_closed(host: str, port: int) -> None:
    """Wait until no new connection is taken."""
    for _ in range(600):
        try:
            socket.create_connection((host, port), timeout=10).close()
        except ConnectionRefusedError:
            return
        time.sleep(0.1)
    raise AssertionError("the server still takes connections")
