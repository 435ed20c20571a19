"""`countenance doctor`: checks what a server needs on this machine, and that nothing leaves it."""

import asyncio
import errno
import io
import os
import platform
import socket
import stat
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from countenance.cli import egress, show

if TYPE_CHECKING:
    from countenance.settings import Settings

State = Literal["ok", "note", "failed"]
STYLES: dict[State, str] = {"ok": "green", "note": "yellow", "failed": "bold red"}
PYTHON = (3, 11)


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found; a note is worth reading and no fault."""

    name: str
    state: State
    detail: str


Answer = tuple[State, str]


def doctor(
    data_dir: Annotated[
        Path | None, typer.Option("--data-dir", help="The folder the server keeps its state in.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for programs.")] = False,
) -> None:
    """Check this machine for what the server needs; status 1 when a check fails."""
    findings: list[Finding] = []

    def check(name: str, look: Callable[[], Answer]) -> None:
        try:
            state, detail = look()
        except Exception as error:  # whatever goes wrong in a check is what it found
            state, detail = "failed", f"{type(error).__name__}: {error}"
        findings.append(Finding(name, state, detail))
        if not as_json:
            show.out.print(f"{state:<7}", style=STYLES[state], end="")
            show.out.print(f"{name}: {detail}", markup=False, soft_wrap=True)

    check("python", _python)
    settings = _settings(data_dir, check)
    check("weights", _weights)
    if settings is not None:
        check("embedding", lambda: _embedding(settings))
    with egress.Watch() as watch:
        if settings is not None:
            check("engine", lambda: _engine(settings))
        check("decoder", _decoder)
        check("nothing leaves", watch.report)
    if settings is not None:
        check("fetching", lambda: _fetching(settings))
        check("data folder", lambda: _data_folder(settings))
        check("master key", lambda: _master_key(settings))
        check("database", lambda: _database(settings))
        check("port", lambda: _port(settings))
    passed = all(finding.state != "failed" for finding in findings)
    if as_json:
        show.print_json({"passed": passed, "checks": findings})
    raise typer.Exit(0 if passed else 1)


def _python() -> Answer:
    detail = f"{platform.python_version()} on {platform.system()} {platform.machine()}"
    return ("ok" if sys.version_info >= PYTHON else "failed"), detail


def _settings(
    data_dir: Path | None, check: Callable[[str, Callable[[], Answer]], None]
) -> "Settings | None":
    from countenance.settings import load

    loaded: list[Settings] = []

    def look() -> Answer:
        loaded.append(load(data_dir))
        return "ok", f"state lives in {loaded[0].data_dir}"

    check("settings", look)
    return loaded[0] if loaded else None


def _weights() -> Answer:
    from countenance.perception import weights

    states = {name: weights.state(name) for name in weights.resolve()}
    bad = [f"{name} is {state}" for name, state in states.items() if state != "present"]
    if bad:
        return "failed", f"{', '.join(bad)}; run `countenance models pull`"
    return "ok", f"{len(states)} files in {weights.directory()}, every sha256 as recorded"


def _embedding(settings: "Settings") -> Answer:
    from countenance.perception.faces import slot

    chosen, _ = slot.read(settings.embedding)
    return ("ok" if chosen.commercial else "note"), show.licence(chosen)


def _engine(settings: "Settings") -> Answer:
    import numpy as np

    from countenance.perception import runtime, weights

    runtime.configure(settings.engine)
    model = runtime.load(weights.path("yunet"))
    size = model.inputs["input"].shape
    found = model.run({"input": np.zeros(size, np.float32)})
    if not all(np.isfinite(values).all() for values in found.values()):
        return "failed", f"{settings.engine} gives values that are not finite"
    return "ok", f"{settings.engine} {runtime.version(settings.engine)} runs a network"


def _decoder() -> Answer:
    from PIL import Image

    from countenance.perception import media

    png = io.BytesIO()
    Image.new("RGB", (320, 240), (200, 120, 40)).save(png, "PNG")
    pixels = media.decode_image(png.getvalue()).pixels
    if pixels.shape != (240, 320, 3) or tuple(pixels[0, 0]) != (40, 120, 200):
        return "failed", "the decoding child gives other pixels than the picture has"
    lacking = media.decoder().missing
    if lacking:
        return "note", f"this platform lacks protections of the child: {', '.join(lacking)}"
    return "ok", "the decoding child reads a picture and is confined"


def _fetching(settings: "Settings") -> Answer:
    from countenance.net.rules import Rules

    Rules(hosts=tuple(settings.fetch_hosts))  # raises for a pattern that is none
    return "ok", egress.fetching(settings)


def _data_folder(settings: "Settings") -> Answer:
    folder = settings.data_dir
    if folder.is_dir():
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"x")
        return "ok", f"{folder} can be written"
    parent = next(parent for parent in folder.parents if parent.exists())
    if parent.is_dir() and os.access(parent, os.W_OK | os.X_OK):
        return "ok", f"{folder} is made at the first start"
    return "failed", f"{folder} does not exist and {parent} cannot be written"


def _master_key(settings: "Settings") -> Answer:
    from countenance.store.secrets import VARIABLE, MasterKey

    file = settings.master_key_file
    if not os.environ.get(VARIABLE) and not file.exists():
        return "ok", f"{file} is made at the first start"
    MasterKey.load_or_create(file)
    if os.environ.get(VARIABLE):
        return "ok", f"given by {VARIABLE}"
    return "ok", f"{file} has mode {stat.S_IMODE(file.stat().st_mode):04o}"


def _database(settings: "Settings") -> Answer:
    from countenance.store.database import Database

    file = settings.data_dir / "countenance.db"
    if not settings.database_url and not file.exists():
        return "ok", f"{file} is made at the first start"

    async def ask() -> str:
        async with Database(settings.database) as database, database.read() as connection:
            await connection.exec_driver_sql("SELECT 1")
            return "SQLite" if database.is_sqlite else "PostgreSQL"

    return "ok", f"{asyncio.run(ask())} answers"


def _port(settings: "Settings") -> Answer:
    place = f"{settings.host}:{settings.port}"
    family, kind, _, _, address = socket.getaddrinfo(
        settings.host, settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )[0]
    with socket.socket(family, kind) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                return "note", f"{place} is in use, perhaps by a server of ours"
            return "failed", f"{place} cannot be taken: {error.strerror}"
    return "ok", f"{place} is free"
