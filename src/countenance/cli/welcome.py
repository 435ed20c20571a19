"""What `countenance serve` prints once it listens: one line for programs, a page for people."""

import io
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

import segno

from countenance.cli import show

SNIPPET = """\
  import base64
  from tencentcloud.common import credential
  from tencentcloud.common.profile.client_profile import ClientProfile
  from tencentcloud.common.profile.http_profile import HttpProfile
  from tencentcloud.iai.v20200303 import iai_client, models

  http = HttpProfile({profile})
  client = iai_client.IaiClient(
      credential.Credential("{secret_id}", "{secret_key}"),
      "ap-singapore", ClientProfile(httpProfile=http))
  request = models.CompareFaceRequest()
  request.ImageA = base64.b64encode(open("a.jpg", "rb").read()).decode()
  request.ImageB = base64.b64encode(open("b.jpg", "rb").read()).decode()
  print(client.CompareFace(request).Score)
"""
ONCE = "shown when it was made; `countenance keys create` makes another"
WARNING = (
    "The certificate is this machine's own, so the browser will warn once; "
    "choose to go on to the page."
)
BLACK_ON_WHITE, PLAIN = "\x1b[97;40m", "\x1b[0m"  # the code is drawn by its light modules


@dataclass(frozen=True, slots=True)
class Listening:
    """Where a server listens and what to say of it.

    `secret_key` is known on the start that made the key; `phone`: another device can reach the
    demo link.
    """

    address: str
    secret_id: str
    secret_key: str | None
    demo: str | None
    phone: bool = False
    certificate: Path | None = None


def tell_program(told: Listening) -> None:
    """One line of JSON; what there is not is null."""
    line: dict[str, Any] = {
        "url": told.address,
        "page": f"{told.address}/",
        "SecretId": told.secret_id,
        "SecretKey": told.secret_key,
        "demo": told.demo,
        "certificate": None if told.certificate is None else str(told.certificate),
    }
    show.print_json(line, one_line=True)


def tell_person(told: Listening) -> None:
    """The address, the key, the demo link, for a phone its QR code, and a call to copy."""
    lines = [
        f"countenance listens on {told.address}",
        "",
        f"  page to try it    {told.address}/",
        f"  SecretId          {told.secret_id}",
        f"  SecretKey         {told.secret_key or ONCE}",
    ]
    if told.demo is not None:
        lines += [f"  demo link         {told.demo}", "", *_demo(told, told.demo)]
    call = SNIPPET.format(
        profile=_profile(told),
        secret_id=told.secret_id,
        secret_key=told.secret_key or "the SecretKey",
    )
    lines += ["", "An SDK call, unmodified (Python):", "", call]
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()


def _demo(told: Listening, link: str) -> list[str]:
    said = [
        "The demo link runs a verification as your own user would see it, until this server stops."
    ]
    if told.phone:
        said += ["On a phone in the same network, scan:", "", draw_qr(link), "", WARNING]
    elif told.certificate is not None:
        said.append("This machine has no address in a local network that a phone could reach.")
    return said


def draw_qr(text: str, stream: TextIO | None = None) -> str:
    """A QR code in lines of half blocks, with its colours fixed where the stream is a terminal."""
    drawn = io.StringIO()
    segno.make(text, error="m", micro=False).terminal(drawn, border=2, compact=True)
    lines = drawn.getvalue().splitlines()
    if (stream or sys.stdout).isatty():
        lines = [BLACK_ON_WHITE + line + PLAIN for line in lines]
    return "\n".join(lines)


def _profile(told: Listening) -> str:
    scheme, _, endpoint = told.address.partition("://")
    profile = f'protocol="{scheme}", endpoint="{endpoint}"'
    return (
        profile
        if told.certificate is None
        else f'{profile},\n      certification="{told.certificate}"'
    )
