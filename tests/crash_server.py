"""Servers that die by SIGKILL at one of their durable writes; a program of its own.

It reads orders from its standard input, a line of JSON each, and forks a server for each, which
tells on standard output where it listens. All of the product is imported before the first fork,
and nothing of it has run: a fork stands for a fresh process that need not import it again.
"""

import contextlib
import json
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from types import FrameType
from typing import Any

import msgspec

import countenance
from countenance.store.blobs import FolderBlobs
from countenance.store.database import Database
from tests.contract.servers import real

SOURCE = str(Path(countenance.__file__).parent)
# Of these nobody asks who called them, but who called those.
PLUMBING = ("store/database.py", "jobs.py", "store/blobs.py", "store/data_keys.py")


class Order(msgspec.Struct, frozen=True):
    """Serve this folder; die at write `kill_at`, from 1 (0: never), counted once `armed` exists."""

    folder: str
    kill_at: int = 0

    @property
    def armed(self) -> Path:
        return Path(self.folder) / "armed"

    @property
    def log(self) -> Path:
        """Where the writes are listed, one a line."""
        return Path(self.folder) / "writes"


class Counter:
    """Counts the moments before and after durable writes, and ends the process at one of them."""

    def __init__(self, order: Order) -> None:
        self._order, self._count = order, 0

    def __call__(self, moment: str, what: str) -> None:
        if not self._order.armed.exists():
            return
        self._count += 1
        with self._order.log.open("a") as file:
            file.write(f"{moment} {what}\n")
        if self._count == self._order.kill_at:
            os.kill(os.getpid(), signal.SIGKILL)


def watch(point: Counter) -> None:
    """Have every commit, every write or removal of bytes and every rename pass by `point`."""
    begin, scrub = Database.begin, Database.scrub

    @contextlib.asynccontextmanager
    async def watched_begin(self: Database) -> AsyncIterator[Any]:
        what = f"commit of {_find_caller()}"
        async with begin(self) as connection:
            yield connection
            point("before", what)
        point("after", what)

    async def watched_scrub(self: Database) -> bool:
        what = f"scrub of {_find_caller()}"
        point("before", what)
        done = await scrub(self)
        point("after", what)
        return done

    def watched(name: str) -> Callable[..., Any]:
        method = getattr(FolderBlobs, name)

        async def call(self: FolderBlobs, *arguments: Any) -> Any:
            what = f"{name} of {_find_caller()}"
            point("before", what)
            done = await method(self, *arguments)
            point("after", what)
            return done

        return call

    replace = Path.replace

    def watched_replace(self: Path, target: Path) -> Path:
        point("before", f"rename of {self.suffix}")  # all bytes are written, under another name
        return replace(self, target)

    Path.replace = watched_replace  # type: ignore[method-assign,assignment]
    Database.begin = watched_begin  # type: ignore[method-assign]
    Database.scrub = watched_scrub  # type: ignore[method-assign]
    for name in ("put", "delete"):
        setattr(FolderBlobs, name, watched(name))


def _find_caller() -> str:
    """Module and function of the product that wants the write."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        file = frame.f_code.co_filename
        if file.startswith(SOURCE) and not file.endswith(PLUMBING):
            return f"{Path(file).stem}.{frame.f_code.co_name}"
        frame = frame.f_back
    return "jobs"


def serve(order: Order) -> None:
    """Serve until killed."""
    watch(Counter(order))
    with real(Path(order.folder), keys_per_account=99) as server:
        told = {
            "pid": os.getpid(),
            "url": server.url,
            "secret_id": server.secret_id,
            "secret_key": server.secret_key,
        }
        print(json.dumps(told), flush=True)
        while True:
            time.sleep(60)


def main() -> None:
    """Take orders until there are none."""
    for line in sys.stdin:
        order = msgspec.json.decode(line, type=Order)
        child = os.fork()
        if child == 0:
            with contextlib.suppress(BaseException):
                serve(order)
            os._exit(1)
        os.waitpid(child, 0)
        print(json.dumps({"ended": True}), flush=True)


if __name__ == "__main__":
    main()
