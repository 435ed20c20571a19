"""Watches this process for anything that would leave the machine."""

import ipaddress
import os
import socket
import sys
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal, Self

if TYPE_CHECKING:
    from countenance.settings import Settings

# Modules that report to someone elsewhere; none of ours imports one.
REPORTERS = ("openvino_telemetry", "mediapipe", "sentry_sdk", "posthog", "wandb")
PROXIES = ("http_proxy", "https_proxy", "all_proxy", "ftp_proxy")

_watching: "Watch | None" = None


class Watch:
    """Collects attempts to connect or to look up a name, and connections left open afterwards.

    Python tells of its own sockets through an audit hook; connections that native code keeps open
    are read from /proc. What native code opens and closes again in between is not seen.
    """

    def __init__(self) -> None:
        self.attempts: list[str] = []
        self._marker = _marker()

    def __enter__(self) -> Self:
        global _watching
        if not _hooked:
            sys.addaudithook(_hear)  # for good: a hook cannot be removed, so it asks _watching
            _hooked.append(True)
        _watching = self
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        global _watching
        _watching = None

    def report(self) -> tuple[Literal["ok", "note", "failed"], str]:
        """What was seen so far."""
        from countenance.perception import runtime

        faults = [f"tried to reach {target}" for target in self.attempts]
        faults += [f"is connected to {target}" for target in sorted(_remotes())]
        faults += [f"has loaded {name}" for name in REPORTERS if sys.modules.get(name)]
        if "openvino" in sys.modules and not runtime.telemetry_is_stubbed():
            faults.append("runs OpenVINO with its telemetry client")
        if _marker() != self._marker:
            faults.append("let OpenVINO write its identifier openvino_ga_cid")
        if faults:
            return "failed", "this process " + "; ".join(faults)
        seen = "no connection tried or open, no telemetry client loaded"
        if "openvino" in sys.modules:
            seen += ", OpenVINO's is its stub"
        if set_ := [name for name in os.environ if name.lower() in PROXIES and os.environ[name]]:
            return "note", f"{seen}; {', '.join(sorted(set_))} set: only package clients use it"
        return "ok", seen


def fetching(settings: "Settings") -> str:
    """Where a server with these settings goes when a caller gives it a URL; nowhere else."""
    if not settings.fetch:
        return "off: no URL is fetched"
    hosts = ", ".join(settings.fetch_hosts) or "any host"
    networks = ", ".join(["public addresses", *settings.fetch_networks])
    ports = ", ".join(str(port) for port in sorted(settings.fetch_ports))
    return f"only URLs that callers give: {hosts}; {networks}; ports {ports}"


_hooked: list[bool] = []


def _hear(event: str, arguments: tuple[Any, ...]) -> None:
    if _watching is None:
        return
    if event == "socket.connect" and isinstance(arguments[1], tuple):
        host = arguments[1][0]
    elif event == "socket.getaddrinfo":
        host = arguments[0]
    else:
        return
    if host not in (None, "", "localhost") and not _is_local(str(host)):
        _watching.attempts.append(str(host))


def _is_local(host: str) -> bool:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    address = getattr(address, "ipv4_mapped", None) or address
    return address.is_loopback or address.is_unspecified


def _marker() -> int | None:
    """When OpenVINO's identifier was written, if it ever was (other programs may have)."""
    try:
        return (Path.home() / "intel" / "openvino_ga_cid").stat().st_mtime_ns
    except OSError:
        return None


def _remotes() -> set[str]:
    """Addresses outside this machine that a socket of this process is connected to."""
    own = set()
    for link in Path("/proc/self/fd").glob("*"):
        with suppress(OSError):  # closed meanwhile
            own.add(str(link.readlink()))
    found: set[str] = set()
    for table, family in (
        ("tcp", socket.AF_INET),
        ("udp", socket.AF_INET),
        ("tcp6", socket.AF_INET6),
        ("udp6", socket.AF_INET6),
    ):
        try:
            rows = Path("/proc/self/net", table).read_text().splitlines()[1:]
        except OSError:  # no /proc, or no such protocol
            continue
        for row in rows:
            fields = row.split()
            remote = _address(fields[2].split(":")[0], family)
            if f"socket:[{fields[9]}]" in own and not _is_local(remote):
                found.add(remote)
    return found


def _address(text: str, family: socket.AddressFamily) -> str:
    """The kernel prints each 32-bit word of an address in the machine's byte order."""
    words = [int(text[i : i + 8], 16).to_bytes(4, sys.byteorder) for i in range(0, len(text), 8)]
    return socket.inet_ntop(family, b"".join(words))
