"""`countenance serve`: the server, and on a first start an account and key to try it with."""

import asyncio
import socket
from collections.abc import Callable
from ipaddress import ip_address
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer

from countenance.cli import show

if TYPE_CHECKING:
    from countenance.cli.tls import Certificate
    from countenance.settings import Settings

LOCAL, ALL = "127.0.0.1", "0.0.0.0"  # noqa: S104  # only where --tls asks for it


def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port; 0 picks a free one.")] = None,
    data_dir: Annotated[
        Path | None, typer.Option("--data-dir", help="The folder the server keeps its state in.")
    ] = None,
    tls: Annotated[
        bool,
        typer.Option("--tls", help="Serve https to this network too, say for a phone's camera."),
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Print where and with which key.")] = False,
) -> None:
    """Start the server; on a first start also make a demo account and key."""
    from countenance import observe
    from countenance.settings import SettingsError, load

    try:
        settings = load(data_dir, host=host, port=port)
        if tls and host is None and settings.host == LOCAL:
            settings = msgspec.structs.replace(settings, host=ALL)
    except SettingsError as error:
        show.fail(str(error))
    observe.configure(settings.log_level)
    _fetch_weights()
    _check_embedding(settings.embedding)
    listener = _listen(settings)
    with asyncio.Runner(loop_factory=_loop_factory()) as runner:
        runner.run(_serve(settings, listener, tls, json))


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """uvloop's event loop, where it is installed: half the CPU of a small request."""
    try:
        from uvloop import new_event_loop
    except ImportError:
        return None
    return new_event_loop


def _fetch_weights() -> None:
    """Fetch the weights that are missing, with progress; a later start needs no network."""
    from countenance.cli import models
    from countenance.perception import weights

    if any(weights.state(name) != "present" for name in weights.resolve()):
        models.pull(None)


def _check_embedding(choice: str) -> None:
    from countenance.perception import weights
    from countenance.perception.faces import slot

    try:
        chosen, _ = slot.read(choice)
    except (slot.SlotError, weights.WeightsMissing) as error:
        show.fail(str(error))
    if not chosen.commercial:
        show.warn(show.licence(chosen))


def _listen(settings: "Settings") -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    # asyncio sends small answers at once only on a socket that says it is TCP
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((settings.host, settings.port))
    except OSError as error:
        show.fail(f"{settings.host}:{settings.port}: {error.strerror}; --port 0 picks a free port")
    listener.set_inheritable(True)
    return listener


async def _serve(settings: "Settings", listener: socket.socket, tls: bool, json: bool) -> None:
    import uvicorn

    from countenance.accounts.pairs import NewKey
    from countenance.asgi import build
    from countenance.cli import welcome
    from countenance.settings import SettingsError
    from countenance.store.errors import StoreError
    from countenance.wire.protocol import bounded_protocol

    port = listener.getsockname()[1]
    try:
        certificate, reached = _certificate(settings) if tls else (None, None)
        address = _address(settings.host, port, certificate)
        public = address if reached is None else _address(reached, port, certificate)
        settings = msgspec.structs.replace(settings, public_url=settings.public_url or public)
        server, application = build(settings)
        await server.database.migrate()
        await server.keys.check_master()
        key = await server.keys.ensure_demo()
    except (StoreError, SettingsError, OSError) as error:
        show.fail(str(error))
    told = welcome.Listening(
        address,
        key.secret_id,
        key.secret_key if isinstance(key, NewKey) else None,
        application.demo_link,
        phone=reached is not None,
        certificate=None if certificate is None else certificate.chain,
    )
    (welcome.tell_program if json else welcome.tell_person)(told)
    config = uvicorn.Config(
        application,
        http=bounded_protocol(settings.query_limit),
        ws="none",
        lifespan="on",
        proxy_headers=False,  # a forwarded address would get round the limit per address
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=30,
        timeout_keep_alive=75,
        ssl_certfile=None if certificate is None else certificate.chain,
        ssl_keyfile=None if certificate is None else certificate.key,
    )

    class Listening(uvicorn.Server):
        def handle_exit(self, sig: int, frame: FrameType | None) -> None:
            server.drain()
            super().handle_exit(sig, frame)

    await Listening(config).serve(sockets=[listener])


def _certificate(settings: "Settings") -> tuple["Certificate", str | None]:
    """A certificate for the addresses that are listened on, and the one a phone would use."""
    from countenance.cli import tls

    if settings.host in (ALL, "::"):
        addresses = tls.local_addresses()
    else:
        addresses = [settings.host] if _is_number(settings.host) else []
    reached = next((one for one in addresses if one not in (LOCAL, "::1")), None)
    return tls.ensure(settings.data_dir, addresses), reached


def _is_number(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _address(host: str, port: int, certificate: "Certificate | None") -> str:
    name = {ALL: LOCAL, "::": "[::1]"}.get(host, host)
    scheme = "http" if certificate is None else "https"
    return f"{scheme}://{f'[{name}]' if ':' in name and name[0] != '[' else name}:{port}"
