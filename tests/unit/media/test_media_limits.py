"""The child's limits, each tried in a process of its own."""

import os
import signal
import subprocess
import sys

import pytest

from countenance.perception.decoder import limits
from countenance.perception.decoder.worker import command

linux = pytest.mark.skipif(sys.platform != "linux", reason="the limits are Linux's")


def run(code: str) -> subprocess.CompletedProcess[str]:
    """Run `code` in an interpreter that found our package as a child does, confined."""
    _, _, _, _, boot, *paths = command()
    finding = boot.split("from countenance")[0]
    prelude = "from countenance.perception.decoder import limits\nmissing = limits.confine()\n"
    return subprocess.run(
        [sys.executable, "-I", "-B", "-c", finding + "\n" + prelude + code, *paths],
        capture_output=True,
        text=True,
        timeout=120,
    )


@linux
def test_every_protection_is_there() -> None:
    assert run("print(missing)").stdout == "()\n"


@linux
@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("bytearray(1700 << 20)", "MemoryError"),
        ("f = open('/dev/shm/countenance-limit', 'w'); f.write('x'); f.flush()", "OSError"),
        ("held = [open('/dev/null') for _ in range(16)]", "OSError"),
    ],
)
def test_memory_files_and_descriptors_are_bounded(code: str, error: str) -> None:
    result = run(f"try:\n    {code}\nexcept {error}:\n    print('refused')")
    assert result.stdout == "refused\n", result.stderr


@linux
def test_the_cpu_limit_ends_the_process_and_moves_with_each_job() -> None:
    result = run(
        "import time\n"
        "for _ in range(3):\n"
        "    limits.allow_cpu(1)\n"
        "    end = time.process_time() + 0.7\n"
        "    while time.process_time() < end: pass\n"
        "print('three jobs', flush=True)\n"
        "limits.allow_cpu(1)\n"
        "while True: pass"
    )
    assert result.stdout == "three jobs\n", result.stderr
    assert result.returncode == -signal.SIGXCPU


@linux
@pytest.mark.parametrize(("option", "value"), [(39, 1), (3, 0)])
def test_no_new_privileges_and_not_dumpable(option: int, value: int) -> None:
    result = run(f"import ctypes; print(ctypes.CDLL(None).prctl({option}, 0, 0, 0, 0))")
    assert result.stdout == f"{value}\n", result.stderr


@linux
def test_neither_threads_nor_processes_can_be_started() -> None:
    result = run(
        "import os, threading\n"
        "if os.geteuid() == 0: os.setuid(65534)  # the limit does not bind root\n"
        "for start in (threading.Thread(target=print).start, os.fork):\n"
        "    try: start()\n"
        "    except (RuntimeError, OSError): print('refused')"
    )
    assert result.stdout == "refused\nrefused\n", result.stderr


def test_signals_to_the_group_are_left_to_the_parent() -> None:
    result = run("import os, signal; os.kill(os.getpid(), signal.SIGTERM); print('alive')")
    assert result.stdout == "alive\n"


def test_a_platform_that_lacks_protections_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.setattr(limits, "resource", None)
    monkeypatch.setattr(os, "umask", lambda _: 0)
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    limits.allow_cpu(1)
    assert set(limits.confine()) == {
        *("rlimit_core", "rlimit_fsize", "rlimit_nofile", "rlimit_nproc", "rlimit_as"),
        *("no_new_privs", "not_dumpable", "parent_death"),
    }
