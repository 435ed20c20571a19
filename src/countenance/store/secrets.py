"""Keys at rest: one master key, from which every key that seals or looks up is derived."""

import base64
import binascii
import contextlib
import hmac
import os
import shlex
import stat
import subprocess
from collections.abc import Mapping
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from countenance.store.errors import SecretsError

VARIABLE = "COUNTENANCE_MASTER_KEY"
LENGTH = 32
COMMAND_SECONDS = 30  # for a master_key_command, which may have to reach another machine
# The first byte of every sealed value, so that a later form can be told from this one.
FORM = b"\x01"
NONCE = 12  # bytes, NIST SP 800-38D section 5.2.1.1
TAG = 16


class MasterKey:
    """Seals values (AES-256-GCM) and turns identifiers into lookup digests; holds no plaintext.

    Every key it works with is derived from the master key by HKDF-SHA256 (RFC 5869) with a label
    of its own; what people send is sealed with data keys, which it only wraps.
    """

    __slots__ = ("_lookup", "_root", "_seal", "_wrap")

    def __init__(self, master: bytes) -> None:
        if len(master) != LENGTH:
            raise SecretsError(f"The master key must be {LENGTH} bytes; {len(master)} arrived.")
        self._seal = AESGCM(_derive(master, b"countenance seal 1"))
        self._wrap = AESGCM(_derive(master, b"countenance wrap 1"))
        self._lookup = _derive(master, b"countenance lookup 1")
        self._root = _derive(master, b"countenance root 1")

    def __repr__(self) -> str:
        return "MasterKey(hidden)"

    def __reduce__(self) -> str:
        raise TypeError("a master key does not leave its process")

    @classmethod
    def load_or_create(
        cls, path: Path, environ: Mapping[str, str] | None = None, *, command: str = ""
    ) -> "MasterKey":
        """Take the key from `COUNTENANCE_MASTER_KEY`, else `command`, else `path`, made if absent.

        All give base64 of 32 bytes; `command` is run without a shell. Raises `SecretsError`, also
        when the file's mode lets anyone but its owner at it or the command fails.
        """
        text = (os.environ if environ is None else environ).get(VARIABLE, "").strip()
        if text:
            return cls(_decode(text, VARIABLE))
        if command:
            return cls(_decode(_ask(command), "What master_key_command prints"))
        try:
            return cls(_read(path))
        except FileNotFoundError:
            _create(path)
            return cls(_read(path))

    def seal(self, plaintext: bytes, context: str) -> bytes:
        """Encrypt `plaintext` so that only `open` with the same `context` gives it back."""
        return seal(self._seal, plaintext, context.encode())

    def open(self, blob: bytes, context: str) -> bytes:
        """Decrypt what `seal` made; raises `SecretsError` on any change of blob, context or key."""
        try:
            return unseal(self._seal, blob, context.encode())
        except ValueError:
            raise SecretsError(f"The sealed value of `{context}` is not of a known form.") from None
        except InvalidTag:
            raise SecretsError(
                f"The sealed value of `{context}` does not open: it was altered or moved, "
                "or another master key sealed it."
            ) from None

    def wrap(self, key: bytes, owner: str) -> bytes:
        """Seal the data key of one owner for its row."""
        return seal(self._wrap, key, owner.encode())

    def unwrap(self, wrapped: bytes, owner: str) -> bytes:
        """Give back what `wrap` sealed for this owner; raises `SecretsError` on any change."""
        try:
            return unseal(self._wrap, wrapped, owner.encode())
        except (ValueError, InvalidTag):
            raise SecretsError("A data key does not open under this master key.") from None

    def derive(self, label: str) -> bytes:
        """Give the 32-byte key for one use; the same label and master key give the same key."""
        return _derive(self._root, b"countenance use 1 " + label.encode())

    def lookup(self, value: str) -> bytes:
        """Give the 32 bytes (HMAC-SHA256) under which a row about `value` is found."""
        return hmac.digest(self._lookup, value.encode("utf-8", "surrogatepass"), "sha256")


def seal(cipher: AESGCM, plaintext: bytes, context: bytes) -> bytes:
    """Encrypt so that only `unseal` with the same cipher and `context` gives it back."""
    nonce = os.urandom(NONCE)
    return FORM + nonce + cipher.encrypt(nonce, plaintext, FORM + context)


def unseal(cipher: AESGCM, blob: bytes, context: bytes) -> bytes:
    """Decrypt what `seal` made; raises `ValueError` on another form, `InvalidTag` on any change."""
    if len(blob) < len(FORM) + NONCE + TAG or blob[:1] != FORM:
        raise ValueError("not of a known form")
    start = len(FORM) + NONCE
    return cipher.decrypt(blob[len(FORM) : start], blob[start:], FORM + context)


def _derive(master: bytes, label: bytes) -> bytes:
    return HKDF(SHA256(), LENGTH, None, label).derive(master)


def _decode(text: str, origin: str) -> bytes:
    try:
        master = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        master = b""
    if len(master) != LENGTH:
        raise SecretsError(f"{origin} must hold base64 of {LENGTH} bytes.") from None
    return master


def _ask(command: str) -> str:
    """Run the command; what it says stays out of every error, for it may be the key."""
    try:
        words = shlex.split(command)
        done = subprocess.run(
            words,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=COMMAND_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise SecretsError(f"master_key_command did not end in {COMMAND_SECONDS} s.") from None
    except (OSError, ValueError, IndexError) as error:
        kind = type(error).__name__
        raise SecretsError(f"master_key_command could not be started ({kind}).") from None
    if done.returncode != 0:
        raise SecretsError(f"master_key_command ended with exit status {done.returncode}.")
    return done.stdout.decode("ascii", "replace").strip()


def _read(path: Path) -> bytes:
    with path.open("rb") as file:
        # Of the open file, so that nothing can be swapped between the check and the reading.
        mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
        if mode & 0o077:
            raise SecretsError(
                f"{path} has mode {mode:04o}: others than its owner can get at the master key. "
                f"Make it private (chmod 600) or set {VARIABLE}."
            )
        return _decode(file.read().decode("ascii", "replace").strip(), str(path))


def _create(path: Path) -> None:
    """Make a new key appear at `path` whole, or leave the one another process made first."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}.{os.urandom(4).hex()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(base64.b64encode(os.urandom(LENGTH)) + b"\n")
            file.flush()
            os.fsync(file.fileno())
        # A hard link never replaces: of two first starts one wins and both read its key.
        with contextlib.suppress(FileExistsError):
            path.hardlink_to(draft)
    finally:
        draft.unlink()
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
