"""A private PostgreSQL of Debian's binaries: a temporary folder, a port of its own, no root."""

import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from tests.needs import missing

UNPRIVILEGED = ("postgres", "nobody")
OLDEST = 15
START_SECONDS = 60


def find_binaries() -> Path | None:
    """The newest folder with initdb and postgres, 15 or later."""
    found = [
        (int(folder.parent.name), folder)
        for folder in Path("/usr/lib/postgresql").glob("[0-9]*/bin")
        if folder.parent.name.isdigit()
        and all((folder / name).is_file() for name in ("initdb", "postgres", "pg_isready"))
    ]
    newest = max(found, default=(0, None))
    return newest[1] if newest[0] >= OLDEST else None


@contextlib.contextmanager
def run_postgres() -> Iterator[str]:
    """Start the server, give its URL, stop it and remove its folder."""
    binaries = find_binaries()
    if binaries is None:
        missing(f"PostgreSQL {OLDEST} or later (Debian package `postgresql`)")
    prefix, owner = _step_down()
    # Short, for a socket's path is at most 107 bytes.
    folder = Path(tempfile.mkdtemp(prefix="cnt-pg-"))
    if owner is not None:
        os.chown(folder, owner.pw_uid, owner.pw_gid)
    data, port = folder / "data", _find_port()
    options = ["--auth=trust", "--username=countenance", "--encoding=UTF8", "--no-sync"]
    serving = ["-p", str(port), "-c", "listen_addresses=127.0.0.1", "-c", "fsync=off"]
    server = None
    try:
        initdb = [*prefix, str(binaries / "initdb"), "-D", str(data), *options]
        subprocess.run(initdb, check=True, cwd=folder, stdout=subprocess.DEVNULL)
        log = (folder / "log").open("wb")
        server = subprocess.Popen(
            [*prefix, str(binaries / "postgres"), "-D", str(data), "-k", str(folder), *serving],
            cwd=folder,
            stdout=log,
            stderr=log,
        )
        log.close()
        _wait(server, [str(binaries / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(port)])
        yield f"postgresql://countenance@127.0.0.1:{port}/postgres"
    finally:
        if server is not None:
            server.send_signal(signal.SIGINT)  # its fast shutdown, which waits for no client
            try:
                server.wait(START_SECONDS)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()
        shutil.rmtree(folder, ignore_errors=True)


def _step_down() -> tuple[list[str], pwd.struct_passwd | None]:
    """How to run as somebody else when we are root, whom PostgreSQL refuses."""
    if os.geteuid() != 0:
        return [], None
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        missing("`setpriv` (Debian package `util-linux`)")
    for name in UNPRIVILEGED:
        with contextlib.suppress(KeyError):
            user = pwd.getpwnam(name)
            identity = [f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]
            return [str(setpriv), *identity], user
    return missing(f"an unprivileged user, one of {', '.join(UNPRIVILEGED)}")


def _find_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


def _wait(server: subprocess.Popen[bytes], ready: list[str]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while subprocess.run(ready, check=False).returncode != 0:
        if server.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError("PostgreSQL did not start")
        time.sleep(0.1)
