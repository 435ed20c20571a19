"""A reader who holds the master key and a copy of the disk, and what it finds there.

It shares no code with the product: what it recovers, anybody with the same two things would.
"""

import base64
import sqlite3
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from tests.traces import read_files, traces

FORM, NONCE = b"\x01", 12
WINDOW = 24  # bytes of noise that are not there by chance


@dataclass(frozen=True)
class Recovered:
    """What the reader has: contents, and the noise that they were read from."""

    contents: list[bytes] = field(default_factory=list)
    wrapped: list[bytes] = field(default_factory=list)
    sealed: list[bytes] = field(default_factory=list)
    keys: list[bytes] = field(default_factory=list)

    def holds(self, value: bytes) -> bool:
        """Whether a value is among the contents."""
        return any(value in content for content in self.contents)

    def keys_alone(self) -> dict[str, bytes]:
        """The data keys as they are, which no file may ever hold."""
        return {f"key {n}": key for n, key in enumerate(self.keys)}

    def noise(self) -> dict[str, bytes]:
        """Pieces of the wrapped keys, of the data keys and of the sealed bytes: a few of each."""
        found = {}
        for name, values in (
            ("wrapped", self.wrapped),
            ("key", self.keys),
            ("sealed", self.sealed),
        ):
            for n, value in enumerate(values):
                for at in {0, max(0, len(value) // 2 - WINDOW), max(0, len(value) - WINDOW)}:
                    found[f"{name} {n} at {at}"] = value[at : at + WINDOW]
        return found


def recover(data: Path) -> Recovered:
    """Open everything in a server's data folder with the master key that lies there."""
    master = base64.b64decode((data / "master.key").read_bytes())
    unwrap = AESGCM(HKDF(SHA256(), 32, None, b"countenance wrap 1").derive(master))
    recovered = Recovered()
    with closing(sqlite3.connect(f"file:{data / 'countenance.db'}?mode=ro", uri=True)) as database:
        wrapped = dict(database.execute("SELECT owner, wrapped FROM data_keys"))
        rows = database.execute("SELECT id, owner, label, kind, media_type FROM objects").fetchall()
    keys = {owner: _open(unwrap, text, owner.encode()) for owner, text in wrapped.items()}
    recovered.wrapped.extend(wrapped.values())
    recovered.keys.extend(key for key in keys.values() if key is not None)
    for id, owner, label, kind, media_type in rows:
        with suppress(FileNotFoundError):
            sealed = (data / "objects" / id).read_bytes()
            recovered.sealed.append(sealed)
            bound = f'["{id}","{owner}","{label}","{kind}","{media_type}"]'
            key = keys.get(owner)
            content = key and _open(AESGCM(key), sealed, f"countenance object 1 {bound}".encode())
            if content is not None:
                recovered.contents.append(content)
    return recovered


def search(folder: Path, plants: dict[str, bytes], noise: dict[str, bytes]) -> dict[str, list[str]]:
    """Where below a folder plants in any spelling, or noise as it is, are found."""
    found = {}
    for name, content in read_files(folder).items():
        there = [what for what, value in noise.items() if value in content]
        if there := there + traces(content, plants):
            found[name] = there
    return found


def _open(cipher: AESGCM, sealed: bytes, context: bytes) -> bytes | None:
    try:
        return cipher.decrypt(sealed[1 : 1 + NONCE], sealed[1 + NONCE :], FORM + context)
    except InvalidTag:
        return None
