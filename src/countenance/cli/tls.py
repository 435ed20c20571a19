"""A certificate of this machine's own, for `serve --tls`: a phone asks for one before its camera.

Browsers give a camera only to pages over https or on the same machine.
"""

import contextlib
import ipaddress
import os
import socket
import ssl
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

# Apple's systems refuse a server certificate that is valid for more than 398 days.
LIFE = timedelta(days=397)
RENEW = timedelta(days=30)
# Documentation and private addresses: to ask which of our own would be used to reach them.
_TARGETS = ("192.0.2.1", "192.168.255.255", "10.255.255.255", "172.31.255.255")


@dataclass(frozen=True, slots=True)
class Certificate:
    """The PEM files of a certificate and its key."""

    chain: Path
    key: Path


def ensure(folder: Path, addresses: Iterable[str], now: datetime | None = None) -> Certificate:
    """The folder's certificate, valid for these addresses and this machine's names.

    It is made when there is none, when one of the names is new, or 30 days before it ends; the
    key stays. Raises `OSError`.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    made = Certificate(folder / "tls.crt", folder / "tls.key")
    wanted = _names(addresses)
    moment = now or datetime.now(UTC)
    if not _is_good(made, wanted, moment):
        key = _key(made.key)
        chain = _issue(key, wanted, moment).public_bytes(Encoding.PEM)
        _write(made.chain, chain, 0o644)
    return made


def local_addresses() -> list[str]:
    """This machine's addresses in its networks, the one of the default route first.

    Nothing is sent: connecting a UDP socket only chooses the address.
    """
    found: dict[str, None] = {}
    for target in _TARGETS:
        with (
            contextlib.suppress(OSError),
            socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking,
        ):
            asking.connect((target, 9))
            address = asking.getsockname()[0]
            if not ipaddress.ip_address(address).is_loopback:
                found[address] = None
    return list(found)


def _names(addresses: Iterable[str]) -> list[x509.GeneralName]:
    host = socket.gethostname().partition(".")[0].lower()
    names = dict.fromkeys(("localhost", socket.gethostname().lower(), host, f"{host}.local"))
    hosts: list[x509.GeneralName] = [
        x509.DNSName(name) for name in names if name and name.isascii()
    ]
    numbers = dict.fromkeys(("127.0.0.1", "::1", *addresses))
    return hosts + [x509.IPAddress(ipaddress.ip_address(number)) for number in numbers]


def _is_good(made: Certificate, wanted: list[x509.GeneralName], now: datetime) -> bool:
    try:
        found = x509.load_pem_x509_certificate(made.chain.read_bytes())
        names = set(found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value)
        ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(made.chain, made.key)
    except (OSError, ValueError, x509.ExtensionNotFound):  # SSLError, of a foreign key, is OSError
        return False
    private = made.key.stat().st_mode & 0o077 == 0
    lasts = found.not_valid_before_utc <= now <= found.not_valid_after_utc - RENEW
    return private and lasts and names >= set(wanted)


def _key(path: Path) -> ec.EllipticCurvePrivateKey:
    """The key in the file; a new one when there is none, or others could read it."""
    with contextlib.suppress(OSError, ValueError):
        if path.stat().st_mode & 0o077 == 0:
            found = load_pem_private_key(path.read_bytes(), password=None)
            if isinstance(found, ec.EllipticCurvePrivateKey):
                return found
    key = ec.generate_private_key(ec.SECP256R1())
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    _write(path, pem, 0o600)
    return key


def _issue(
    key: ec.EllipticCurvePrivateKey, names: list[x509.GeneralName], now: datetime
) -> x509.Certificate:
    host = socket.gethostname()[:40]
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"countenance on {host}")])
    usage = [ExtendedKeyUsageOID.SERVER_AUTH]
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))  # a phone's clock may be behind
        .not_valid_after(now + LIFE)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage(usage), critical=False)
        .sign(key, SHA256())
    )


def _write(path: Path, content: bytes, mode: int) -> None:
    """Make the file appear whole, with this mode, in place of what was there."""
    draft = path.with_name(f".{path.name}.{os.getpid()}.{os.urandom(4).hex()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
