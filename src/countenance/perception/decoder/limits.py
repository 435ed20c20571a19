"""Takes rights away from the process it runs in; used by the decoding child, on itself.

Linux has every protection; elsewhere the missing ones are named rather than fatal.
"""

import ctypes
import math
import os
import signal
import sys

try:
    import resource
except ImportError:  # not a POSIX system
    resource = None  # type: ignore[assignment]  # every use tests for it

MEMORY = 1536 << 20  # bytes of address space
DESCRIPTORS = 16
# linux/prctl.h
_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_NO_NEW_PRIVS = 1, 4, 38


def confine() -> tuple[str, ...]:
    """Apply every limit but CPU; returns the names of those that this platform lacks."""
    # The parent alone decides when a child ends: a Ctrl-C or a service manager's signal to the
    # whole group must not cut off what the server is still finishing.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    os.umask(0o777)
    return (*_limit(), *_control())


def allow_cpu(seconds: float) -> None:
    """Let the process use `seconds` more CPU; past that the kernel ends it (SIGXCPU)."""
    if resource is None:
        return
    usage = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    soft = math.ceil(usage.ru_utime + usage.ru_stime + seconds)
    if hard != resource.RLIM_INFINITY:
        soft = min(soft, hard)
    resource.setrlimit(resource.RLIMIT_CPU, (soft, hard))


def _limit() -> list[str]:
    missing = []
    for name, value in (
        ("core", 0),
        ("fsize", 0),
        ("nofile", DESCRIPTORS),
        ("nproc", 0),  # neither processes nor threads; does not bind root
        ("as", MEMORY),
    ):
        try:
            resource.setrlimit(getattr(resource, f"RLIMIT_{name.upper()}"), (value, value))
        except (AttributeError, ValueError, OSError):
            missing.append(f"rlimit_{name}")
    return missing


def _control() -> list[str]:
    requests = {
        "no_new_privs": (_PR_SET_NO_NEW_PRIVS, 1),
        "not_dumpable": (_PR_SET_DUMPABLE, 0),
        "parent_death": (_PR_SET_PDEATHSIG, signal.SIGKILL),
    }
    if sys.platform != "linux":
        return list(requests)
    prctl = ctypes.CDLL(None).prctl
    return [
        name
        for name, (option, value) in requests.items()
        if prctl(ctypes.c_int(option), ctypes.c_ulong(value), *[ctypes.c_ulong(0)] * 3) != 0
    ]
