"""`countenance serve`: the server, and on a first start an account and key to try it with."""

import asyncio
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Annotated

import typer

from countenance.cli import show

if TYPE_CHECKING:
    from countenance.accounts.pairs import Key, NewKey
    from countenance.settings import Settings

SNIPPET = """\
  import base64
  from tencentcloud.common import credential
  from tencentcloud.common.profile.client_profile import ClientProfile
  from tencentcloud.common.profile.http_profile import HttpProfile
  from tencentcloud.iai.v20200303 import iai_client, models

  http = HttpProfile(protocol="http", endpoint="{endpoint}")
  client = iai_client.IaiClient(
      credential.Credential("{secret_id}", "{secret_key}"),
      "ap-singapore", ClientProfile(httpProfile=http))
  request = models.CompareFaceRequest()
  request.ImageA = base64.b64encode(open("a.jpg", "rb").read()).decode()
  request.ImageB = base64.b64encode(open("b.jpg", "rb").read()).decode()
  print(client.CompareFace(request).Score)
"""
ONCE = "shown when it was made; `countenance keys create` makes another"


def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port; 0 picks a free one.")] = None,
    data_dir: Annotated[
        Path | None, typer.Option("--data-dir", help="The folder the server keeps its state in.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print where and with which key.")] = False,
) -> None:
    """Start the server; on a first start also make a demo account and key."""
    from countenance import observe
    from countenance.settings import SettingsError, load

    try:
        settings = load(data_dir, host=host, port=port)
    except SettingsError as error:
        show.fail(str(error))
    observe.configure(settings.log_level)
    _fetch_weights()
    _check_embedding(settings.embedding)
    listener = _listen(settings)
    with asyncio.Runner(loop_factory=_loop_factory()) as runner:
        runner.run(_serve(settings, listener, json))


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


async def _serve(settings: "Settings", listener: socket.socket, json: bool) -> None:
    import uvicorn

    from countenance.asgi import build
    from countenance.settings import SettingsError
    from countenance.store.errors import StoreError
    from countenance.wire.protocol import bounded_protocol

    try:
        server, application = build(settings)
        await server.database.migrate()
        await server.keys.check_master()
        key = await server.keys.ensure_demo()
    except (StoreError, SettingsError, OSError) as error:
        show.fail(str(error))
    address = _address(settings.host, listener.getsockname()[1])
    (_tell_program if json else _tell_person)(address, key)
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
    )

    class Listening(uvicorn.Server):
        def handle_exit(self, sig: int, frame: FrameType | None) -> None:
            server.drain()
            super().handle_exit(sig, frame)

    await Listening(config).serve(sockets=[listener])


def _address(host: str, port: int) -> str:
    name = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, host)  # noqa: S104  # a comparison
    return f"http://{f'[{name}]' if ':' in name and name[0] != '[' else name}:{port}"


def _tell_program(address: str, key: "Key | NewKey") -> None:
    told = {"url": address, "page": f"{address}/", "SecretId": key.secret_id}
    show.print_json(told | {"SecretKey": _secret(key)}, one_line=True)


def _tell_person(address: str, key: "Key | NewKey") -> None:
    secret = _secret(key)
    snippet = SNIPPET.format(
        endpoint=address.removeprefix("http://"),
        secret_id=key.secret_id,
        secret_key=secret or "the SecretKey",
    )
    lines = [
        f"countenance listens on {address}",
        "",
        f"  page to try it    {address}/",
        f"  SecretId          {key.secret_id}",
        f"  SecretKey         {secret or ONCE}",
        "",
        "An SDK call, unmodified (Python):",
        "",
        snippet,
    ]
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()


def _secret(key: "Key | NewKey") -> str | None:
    """The SecretKey, on the one start that made it."""
    from countenance.accounts.pairs import NewKey

    return key.secret_key if isinstance(key, NewKey) else None
