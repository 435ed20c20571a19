"""The search for what must not be there: values in every spelling, in every file of a folder."""

import base64
import contextlib
import hashlib
import json
from pathlib import Path
from urllib.parse import quote, quote_plus


def spellings(value: bytes) -> dict[str, bytes]:
    """The forms under which a value could turn up in a file."""
    text = value.decode("latin-1")
    found = {
        "plain": value,
        "hex": value.hex().encode(),
        "SHA-256": hashlib.sha256(value).hexdigest().encode(),
        "repr": repr(value)[2:-1].encode(),
        "JSON": json.dumps(text)[1:-1].encode(),
        "percent": quote(value, safe="").encode(),
        "plus": quote_plus(value).encode(),
    }
    with contextlib.suppress(UnicodeDecodeError):
        found["JSON of UTF-8"] = json.dumps(value.decode())[1:-1].encode()
    for shift in range(3):  # where the value starts within a group of base64
        whole = base64.b64encode(bytes(shift) + value + bytes(2))
        inner = whole[4 * bool(shift) : 4 * ((shift + len(value)) // 3)]
        found[f"base64 {shift}"] = inner
        found[f"URL base64 {shift}"] = inner.translate(bytes.maketrans(b"+/", b"-_"))
        found[f"percent base64 {shift}"] = quote(inner, safe="").encode()
    return found | {f"{name}, lower": form.lower() for name, form in found.items()}


def traces(haystack: bytes, plants: dict[str, bytes]) -> list[str]:
    """Which plants are in the bytes, and how they are spelt there."""
    return [
        f"{name} ({how})"
        for name, value in plants.items()
        for how, form in spellings(value).items()
        if form in haystack
    ]


def find_files(folder: Path) -> set[str]:
    """The names of the files below a folder."""
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if not path.is_dir()}


def read_files(folder: Path) -> dict[str, bytes]:
    """The files below a folder by their names; one that goes meanwhile is left out."""
    found = {}
    for name in sorted(find_files(folder)):
        with contextlib.suppress(FileNotFoundError):
            found[name] = (folder / name).read_bytes()
    return found
