"""The server's hold on one decoding child: starts it, hands it jobs, ends it."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from .channel import Channel
from .params import Fault, MediaError
from .protocol import Arrays, Breach, Job, Ready, Refusal, Reply, allocation, read_reply

# A fresh interpreter in isolated mode sees neither PYTHONPATH nor the working directory; it is
# given the directories that this process imports from, in their order, so that both ends of the
# protocol are the same code.
_BOOT = (
    "import sys; sys.path[:] = sys.argv[1:]; "
    "from countenance.perception.decoder.program import main; main()"
)
_KEPT = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")  # where shared libraries are, if set
_SINGLE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
_START_SECONDS = 60.0
_BUFFER = 1 << 20  # bytes of the socket


def command() -> list[str]:
    """Return the command line that starts a child."""
    paths = [path for path in sys.path if Path(path).is_absolute()]
    return [sys.executable, "-I", "-B", "-c", _BOOT, *paths]


class Worker:
    """One child. Use it from one thread at a time; `stop` alone may come from any.

    The kernel ends a child when the thread that started it ends, so that thread must live on.
    """

    def __init__(self, arguments: Sequence[str] | None = None) -> None:
        """Start the child and wait until it is ready; raises MediaError CRASHED if it is not."""
        try:
            self._process, end = _start(arguments or command())
        except OSError as error:
            reason = type(error).__name__
            raise MediaError(Fault.CRASHED, f"the decoder did not start: {reason}") from None
        self._channel = Channel(end)
        self.jobs = 0
        self.working = False  # a job was handed over and not answered
        self.missing = self._wait_ready()

    @property
    def pid(self) -> int:
        """Return the child's process id."""
        return self._process.pid

    @property
    def usable(self) -> bool:
        """Return whether the child lives and has said nothing unasked."""
        try:
            self._channel.socket.setblocking(False)
            self._channel.socket.recv(1, socket.MSG_PEEK)
        except BlockingIOError:
            return self._process.poll() is None
        except OSError:
            return False
        return False

    def run(self, job: Job, data: bytes) -> tuple[Reply, Arrays]:
        """Return the reply to a job and what follows it; raises MediaError.

        After TOO_SLOW, CRASHED or any error that is no MediaError the child is dead.
        """
        self.jobs += 1
        deadline = time.monotonic() + job.params.wall_seconds
        try:
            self._channel.send(job, data, deadline=deadline)
            self.working = True
            reply = read_reply(self._channel.receive(deadline))
            if isinstance(reply, Refusal):
                if reply.retire:
                    self.kill()
                raise MediaError(reply.fault, reply.detail)
            arrays = allocation(job, reply)
            for array in arrays:
                self._channel.fill(array, deadline)
        except MediaError:
            raise
        except TimeoutError:
            self.kill()
            limit = f"{job.params.wall_seconds:g} s"
            raise MediaError(Fault.TOO_SLOW, f"wall time > {limit}") from None
        except Breach:
            self.kill()
            raise MediaError(Fault.CRASHED, "the decoder broke its protocol") from None
        except (EOFError, OSError):
            raise self._death(job) from None
        except BaseException:
            self.kill()
            raise
        finally:
            self.working = False
        return reply, arrays

    def stop(self) -> int:
        """End the child, if it has not ended, and return its exit status."""
        self._process.kill()
        return self._process.wait()

    def kill(self) -> int:
        """Stop the child and close the socket; returns the exit status."""
        status = self.stop()
        self._channel.socket.close()
        return status

    def _death(self, job: Job) -> MediaError:
        # The socket closes just before the kernel has the exit status ready.
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(5)
        status = self.kill()
        if status == -signal.SIGXCPU:
            return MediaError(Fault.TOO_SLOW, f"CPU > {job.params.seconds:g} s")
        return MediaError(Fault.CRASHED, f"the decoder ended with status {status}")

    def _wait_ready(self) -> tuple[str, ...]:
        try:
            greeting = read_reply(self._channel.receive(time.monotonic() + _START_SECONDS))
        except (EOFError, OSError, Breach):
            greeting = None
        except BaseException:
            self.kill()
            raise
        if isinstance(greeting, Ready):
            return greeting.missing
        status = self.kill()
        raise MediaError(Fault.CRASHED, f"the decoder did not start: status {status}")


def _start(arguments: Sequence[str]) -> tuple[subprocess.Popen[bytes], socket.socket]:
    ours, theirs = socket.socketpair()
    ours.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER)
    theirs.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _BUFFER)
    try:
        with theirs:
            process = subprocess.Popen(
                list(arguments),
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                env=_SINGLE_THREAD | {key: os.environ[key] for key in _KEPT if key in os.environ},
                cwd="/",
            )
    except OSError:
        ours.close()
        raise
    return process, ours
