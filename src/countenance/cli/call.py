"""`countenance call`: sign one request and send it to a server, as an SDK would."""

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from countenance.cli import show

if TYPE_CHECKING:
    from countenance.contract.catalogue import Action

ADDRESS = "http://127.0.0.1:8480"


def call(
    action: Annotated[str, typer.Argument(help="An action, such as CompareFace.")],
    parameters: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[NAME=VALUE | NAME=@FILE]...",
            help="Parameters; @FILE sends a file as base64, other values as the contract types.",
        ),
    ] = None,
    url: Annotated[str, typer.Option(help="The server.")] = ADDRESS,
    secret_id: Annotated[str, typer.Option(envvar="TENCENTCLOUD_SECRET_ID")] = "",
    secret_key: Annotated[str, typer.Option(envvar="TENCENTCLOUD_SECRET_KEY")] = "",
    certificate: Annotated[
        Path | None, typer.Option(help="PEM file to trust, say tls.crt of `serve --tls`.")
    ] = None,
    region: Annotated[str, typer.Option(help="X-TC-Region; none is sent by default.")] = "",
    json: Annotated[bool, typer.Option("--json", help="Print the answer as it came.")] = False,
) -> None:
    """Call one action with TC3-HMAC-SHA256; status 1 when the answer is an error."""
    from ssl import create_default_context
    from urllib.parse import urlsplit

    import httpx
    import msgspec

    from countenance.wire.outgoing import post_headers

    if not secret_id or not secret_key:
        show.fail("a key is needed: --secret-id and --secret-key, or the TENCENTCLOUD_ variables")
    found = _find(action)
    body = msgspec.json.encode(_parameters(found, parameters or []))
    headers = post_headers(
        found,
        body,
        host=urlsplit(url).netloc,
        secret_id=secret_id,
        secret=secret_key,
        now=time.time(),
        region=region,
    )
    try:
        trusted = True if certificate is None else create_default_context(cafile=certificate)
        client = httpx.Client(verify=trusted, timeout=60, trust_env=False)
        with show.working(f"Calling {action}"), client:
            answer = client.post(url, content=body, headers=headers)
    except (httpx.HTTPError, OSError) as error:
        show.fail(f"{url}: {error}", status=3)
    response = _response(answer.content, url)
    if json:
        typer.echo(answer.text)
    else:
        show.print_json(_shortened(response))
    raise typer.Exit(1 if "Error" in response else 0)


def _find(action: str) -> "Action":
    from countenance.contract import catalogue

    for candidate in catalogue.actions():
        if candidate.name == action:
            return candidate
    return show.fail(f"{action}: no such action; the documentation's coverage table lists them")


def _parameters(action: "Action", arguments: list[str]) -> dict[str, object]:
    """`Name=value` arguments as the JSON body: files as base64, scalars as the contract types."""
    from countenance.contract import decode
    from countenance.contract.errors import ApiError

    pairs: list[tuple[str, str | bytes]] = []
    for argument in arguments:
        name, equals, value = argument.partition("=")
        if not equals:
            show.fail(f"{argument}: a parameter is written NAME=VALUE or NAME=@FILE")
        pairs.append((name, _file(value[1:]) if value.startswith("@") else value))
    try:
        return decode.nest(pairs, action)
    except ApiError as error:
        show.fail(str(error))


def _file(name: str) -> str:
    import pybase64

    try:
        return pybase64.b64encode(Path(name).expanduser().read_bytes()).decode("ascii")
    except OSError as error:
        show.fail(f"{name}: {error.strerror}")


def _response(content: bytes, url: str) -> dict[str, object]:
    import msgspec

    try:
        return msgspec.json.decode(content, type=dict[str, dict[str, object]])["Response"]
    except (msgspec.DecodeError, KeyError):
        show.fail(f"{url}: the answer is not of the API; is this a countenance server?", status=3)


def _shortened(response: dict[str, object]) -> dict[str, object]:
    """The answer with long base64 values cut for reading."""
    return {
        name: f"{value[:40]}... ({len(value)} characters)"
        if isinstance(value, str) and len(value) > 400
        else value
        for name, value in response.items()
    }
