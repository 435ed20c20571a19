"""A real server in a process of its own, as an operator starts it."""

import json
import os
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

READY_SECONDS = 120


@dataclass(frozen=True)
class Running:
    """A server that answers; `log` is the file its standard error goes to.

    What it says on standard output after its first line is in `server.out` when it has ended.
    """

    url: str
    secret_id: str
    secret_key: str
    folder: Path
    log: Path
    pid: int
    database_url: str
    demo: str | None = None
    certificate: str | None = None

    @property
    def endpoint(self) -> str:
        """Host and port, as SDKs want it."""
        return self.url.partition("://")[2]


@contextmanager
def serve(folder: Path, *options: str, **environment: str) -> Iterator[Running]:
    """Start `countenance serve --port 0`, wait until it is ready, and stop it at the end."""
    log = folder / "server.log"
    command = [sys.executable, "-m", "countenance", "serve", "--port", "0", "--json", *options]
    with log.open("wb") as errors:
        process = subprocess.Popen(
            [*command, "--data-dir", str(folder / "data")],
            stdout=subprocess.PIPE,
            stderr=errors,
            env=os.environ | environment,
        )
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            assert line, f"the server did not start:\n{log.read_text()}"
            told = json.loads(line)
            _wait(told["url"], told["certificate"], process, log)
            yield Running(
                url=told["url"],
                secret_id=told["SecretId"],
                secret_key=told["SecretKey"],
                folder=folder,
                log=log,
                pid=process.pid,
                database_url=environment.get(
                    "COUNTENANCE_DATABASE_URL", f"sqlite:///{folder}/data/countenance.db"
                ),
                demo=told["demo"],
                certificate=told["certificate"],
            )
        finally:
            process.terminate()
            process.wait(timeout=40)
            if process.stdout is not None:
                (folder / "server.out").write_bytes(process.stdout.read())
                process.stdout.close()


def _wait(url: str, trusted: str | None, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + READY_SECONDS
    verify = True if trusted is None else ssl.create_default_context(cafile=trusted)
    while time.monotonic() < deadline:
        assert process.poll() is None, f"the server ended:\n{log.read_text()}"
        try:
            if httpx.get(f"{url}/readyz", trust_env=False, verify=verify).status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    raise AssertionError(f"the server was not ready in {READY_SECONDS} s:\n{log.read_text()}")
