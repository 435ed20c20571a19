"""`countenance explain-signature`: why the signature of a request does not hold, in plain words."""

import hashlib
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from countenance.cli import session, show

if TYPE_CHECKING:
    from countenance.cli.judgement import Judgement, Key
    from countenance.settings import Settings

_COMMAND = "explain-signature"
_LONG = 96  # characters of a line, or of a value within it, that are shown whole
_TITLES = {
    "canonical_request": "The canonical request, as the server has it",
    "string_to_sign": "The string to sign, as the server has it",
    "client_canonical_request": "The canonical request, as the client had it",
    "client_string_to_sign": "The string to sign, as the client had it",
}
_STYLES = {"ok": "green", "note": "yellow", "wrong": "bold red"}


def explain_signature(
    file: Annotated[
        Path,
        typer.Argument(
            help="The request: raw HTTP text, a curl command or JSON; `-` is standard input."
        ),
    ] = Path("-"),
    key: Annotated[
        str, typer.Option("--key", help="The SecretId to judge by; the request's own if absent.")
    ] = "",
    secret_key_file: Annotated[
        Path | None,
        typer.Option(
            "--secret-key-file",
            help="A file with the SecretKey; if absent, the data folder's key, or a question.",
        ),
    ] = None,
    at: Annotated[
        float | None,
        typer.Option("--at", help="When it was sent (unix seconds), to judge the clock by."),
    ] = None,
    data_dir: session.DataDir = None,
    as_json: session.AsJson = False,
) -> None:
    """Say why a signature does not hold. Status 0: it holds, 1: it does not, 2: not readable."""
    from countenance.cli import judgement, pasted

    settings = _settings(data_dir)
    try:
        sent = pasted.read(_bytes(file), Path())
    except pasted.PasteError as error:
        show.fail(str(error))
    secret_id = key or judgement.secret_id(sent).strip(" \t\r\n\"'")
    if not secret_id:
        show.fail("The request names no SecretId that can be read: say which key by --key.")
    found = _key(secret_id, secret_key_file, settings, data_dir)
    with show.working("Looking for the mistake"):
        told = judgement.judge(
            sent,
            found,
            now=time.time(),
            at=at,
            window=settings.clock_window,
            public_hosts=settings.public_hosts,
        )
    if as_json:
        show.print_json(_document(told))
    else:
        _print(told)
    raise typer.Exit(0 if told.holds else 1)


def _settings(data_dir: Path | None) -> "Settings":
    from countenance.settings import SettingsError, load

    try:
        return load(data_dir)
    except SettingsError as error:
        show.fail(str(error))


def _bytes(file: Path) -> bytes:
    try:
        return sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    except OSError as error:
        show.fail(f"{file}: {error.strerror}")


def _key(
    secret_id: str, secret_key_file: Path | None, settings: "Settings", data_dir: Path | None
) -> "Key":
    """The key from the file, the data folder, or the person: never from the command line."""
    from countenance.cli.judgement import Key

    if secret_key_file is not None:
        try:
            return Key(secret_id, secret_key_file.read_text("utf-8").strip())
        except (OSError, UnicodeDecodeError) as error:
            show.fail(f"{secret_key_file}: {getattr(error, 'strerror', None) or 'is not text'}")
    stored = _stored(secret_id, settings, data_dir)
    if stored is not None:
        return stored
    if not sys.stderr.isatty():
        show.fail(f"{settings.data_dir} is no data folder of a server; give --secret-key-file")
    return Key(secret_id, typer.prompt(f"SecretKey of {secret_id}", hide_input=True, err=True))


def _stored(secret_id: str, settings: "Settings", data_dir: Path | None) -> "Key | None":
    """The key as the server of this data folder has it; None where there is no such folder.

    An id that the server does not know is a key that is switched off and has no secret.
    """
    if not settings.database_url and not (settings.data_dir / "countenance.db").exists():
        return None
    from countenance.accounts.authenticator import Authenticator
    from countenance.cli.judgement import Key

    async def find(store: session.Store) -> Key:
        caller = await Authenticator(store.database, store.master).find(secret_id)
        if caller is None:
            return Key(secret_id, "", enabled=False)
        return Key(secret_id, caller.secret, caller.token, caller.expires, caller.enabled)

    return session.run(data_dir, _COMMAND, find)


def _print(told: "Judgement") -> None:
    from countenance.cli.judgement import first_wrong

    for check in told.checks:
        show.out.print(f"{check.state:<6}", style=_STYLES[check.state], end="")
        show.out.print(check.text, markup=False)
    wrong = first_wrong(told.checks)
    if wrong is None:
        show.out.print("\nThe signature holds.", style="bold green")
    else:
        show.out.print("\nThe first thing wrong: ", style="bold red", end="")
        show.out.print(wrong.text, markup=False)
        show.out.print("What to do: ", style="bold", end="")
        show.out.print(wrong.mend, markup=False)
    texts = _texts(told)
    for name, lines in texts.items():
        show.out.print(f"\n{_TITLES[name]}", style="bold")
        servers = texts.get(name.removeprefix("client_"), [])
        for at, line in enumerate(lines):
            style = "red" if lines is not servers and line not in servers[at : at + 1] else ""
            show.out.print(f"  {line}", style=style, markup=False, emoji=False)


def _document(told: "Judgement") -> dict[str, object]:
    from countenance.cli.judgement import first_wrong

    return {
        "holds": told.holds,
        "algorithm": told.algorithm,
        "first_wrong": first_wrong(told.checks),
        "checks": told.checks,
        **_texts(told),
    }


def _texts(told: "Judgement") -> dict[str, list[str]]:
    """What is signed, line by line with long values shortened; no signature is among it."""
    from countenance.wire.texts import Tc3

    right, signed = told.right, told.signed
    if right is None:
        return {}
    found = {"string_to_sign": _lines(right.string())}
    other = False if signed is None or told.holds else signed.string() != right.string()
    if isinstance(right, Tc3):
        found = {"canonical_request": _lines(right.canonical()), **found}
        if other and isinstance(signed, Tc3) and signed.canonical() != right.canonical():
            found["client_canonical_request"] = _lines(signed.canonical())
            other = False  # the strings differ by its hash, if by nothing else
    if other and signed is not None:
        found["client_string_to_sign"] = _lines(signed.string())
    return found


def _lines(text: bytes) -> list[str]:
    """The lines of a text; what no terminal shows is escaped."""
    return [_short(line) for line in text.decode("utf-8", "backslashreplace").split("\n")]


def _short(line: str) -> str:
    shown = "&".join(_cut(value) for value in line.split("&"))
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in shown)


def _cut(value: str) -> str:
    if len(value) <= _LONG:
        return value
    digest = hashlib.sha256(value.encode("utf-8", "replace")).hexdigest()
    return f"{value[:32]}... ({len(value)} characters, SHA-256 {digest})"
