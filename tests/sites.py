"""Other people's web servers: on loopback, with answers as bytes, each connection counted."""

import socket
import socketserver
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

Answer = bytes | Callable[[socket.socket], None]


def answer(body: bytes = b"", status: str = "200 OK", **headers: str) -> bytes:
    """An HTTP/1.1 answer; `_` in a header's name stands for `-`."""
    fields = {"Content_Length": str(len(body))} | headers
    lines = [f"HTTP/1.1 {status}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in fields.items()]
    return "\r\n".join([*lines, "", ""]).encode() + body


def redirect(location: str, status: str = "302 Found") -> bytes:
    """A redirect to a location, which is sent as it is."""
    return answer(status=status, Location=location)


def trickle(head: bytes, piece: bytes = b"x", pause: float = 0.05) -> Answer:
    """An answer that never ends."""

    def send(connection: socket.socket) -> None:
        connection.sendall(head)
        while True:
            time.sleep(pause)
            connection.sendall(piece)

    return send


@dataclass
class Site:
    """One listener, whose pages may be changed while it runs; other paths answer `otherwise`."""

    address: str
    port: int = 0
    pages: dict[str, Answer] = field(default_factory=dict)
    otherwise: Answer = field(default_factory=lambda: answer(status="404 Not Found"))
    connections: int = 0  # taken off the listening socket, whatever came of them
    requests: list[bytes] = field(default_factory=list)

    def url(self, path: str = "/", host: str = "", scheme: str = "http") -> str:
        """The address of a page of it."""
        name = host or (f"[{self.address}]" if ":" in self.address else self.address)
        return f"{scheme}://{name}:{self.port}{path}"


@contextmanager
def site(
    address: str = "127.0.0.1",
    pages: Mapping[str, Answer] | None = None,
    *,
    port: int = 0,
    tls: ssl.SSLContext | None = None,
) -> Iterator[Site]:
    """A listener on an address of this machine, answering on threads."""
    made = Site(address, pages=dict(pages or {}))
    with _Listener(made, port, tls) as listener:
        made.port = listener.server_address[1]
        thread = threading.Thread(target=listener.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield made
        finally:
            listener.shutdown()
            thread.join()


class _Listener(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, made: Site, port: int, tls: ssl.SSLContext | None) -> None:
        self.site, self.tls = made, tls
        if ":" in made.address:
            self.address_family = socket.AF_INET6
        super().__init__((made.address, port), _Handler)

    def get_request(self) -> tuple[socket.socket, object]:
        connection, peer = super().get_request()
        self.site.connections += 1
        return connection, peer


class _Handler(socketserver.BaseRequestHandler):
    server: _Listener

    def handle(self) -> None:
        with ExitStack() as stack, suppress(OSError):
            connection: socket.socket = self.request
            connection.settimeout(10)
            if self.server.tls is not None:
                connection = self.server.tls.wrap_socket(connection, server_side=True)
                stack.callback(connection.close)
            head = b""
            while b"\r\n\r\n" not in head:
                piece = connection.recv(65536)
                if not piece:
                    return
                head += piece
            self.server.site.requests.append(head)
            path = head.split(b" ")[1].decode("latin-1").partition("?")[0]
            page = self.server.site.pages.get(path, self.server.site.otherwise)
            if callable(page):
                page(connection)
            else:
                connection.sendall(page)


@dataclass(frozen=True)
class Authority:
    """A certificate authority of our own: a server's context, and a client's that believes it."""

    server: ssl.SSLContext
    client: ssl.SSLContext
    file: Path


def authority(folder: Path, *names: str) -> Authority:
    """Make one, with a certificate for the names and addresses; the files stay in `folder`."""
    root_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    root_name, name = (
        x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)]) for text in ("root", "site")
    )
    root = _certificate(root_name, root_name, root_key.public_key(), root_key, ())
    leaf = _certificate(name, root_name, key.public_key(), root_key, names)
    pem = serialization.Encoding.PEM
    file, chain = folder / "root.pem", folder / "site.pem"
    file.write_bytes(root.public_bytes(pem))
    secret = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    chain.write_bytes(secret + leaf.public_bytes(pem))
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(chain)
    return Authority(server, ssl.create_default_context(cafile=str(file)), file)


def _certificate(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePublicKey,
    signer: ec.EllipticCurvePrivateKey,
    names: tuple[str, ...],
) -> x509.Certificate:
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=not names, path_length=None), critical=True)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False
        )
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )
    if names:
        made = made.add_extension(
            x509.SubjectAlternativeName([_general(name) for name in names]), critical=False
        )
    return made.sign(signer, hashes.SHA256())


def _general(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(name))
    except ValueError:
        return x509.DNSName(name)
