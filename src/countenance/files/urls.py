"""Signed addresses of stored files: who holds one may do what it says, until it ends.

An address is `/files/<name>?<limits>&signature=<hex>`; the signature is HMAC-SHA256 over the
method, the path and the limits. It is read to the letter: there is one spelling of each address.
"""

import hmac
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

FORM = "countenance file 1"  # what is signed begins with it, so that a later form differs
PREFIX = "/files/"
_PATH = re.compile(r"/files/(?:faceid/[A-Za-z]{1,64}/)?([0-9a-f]{32})", re.ASCII)
_GET = re.compile(r"(expires=(0|[1-9][0-9]{0,11}))&signature=([0-9a-f]{64})", re.ASCII)
_PUT = re.compile(
    r"(expires=(0|[1-9][0-9]{0,11})&bytes=(0|[1-9][0-9]{0,11})&kinds=([a-z0-9.]{1,64}))"
    r"&signature=([0-9a-f]{64})",
    re.ASCII,
)
_ANY = "any"


class UrlError(Exception):
    """An address that opens nothing: its signature does not hold, or its time is over."""

    def __init__(self, rule: Literal["signature", "expired"]) -> None:
        self.rule = rule
        super().__init__(rule)


@dataclass(frozen=True, slots=True)
class Limits:
    """What may be uploaded: at most `bytes`, of kinds that `sniff` names; no kind: any bytes."""

    bytes: int
    kinds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Grant:
    """What an address allows. `id` is the owner of an upload, else an object; UNIX seconds."""

    id: str
    upload: bool
    expires: int


class FileUrls:
    """Makes and reads addresses; `base` is this server as clients reach it, `key` 32 bytes."""

    def __init__(self, base: str, key: bytes, now: Callable[[], float] = time.time) -> None:
        self._base = base.rstrip("/")
        self._key = key
        self._now = now

    def get_url(self, name: str, expires: int) -> str:
        """Where the file `name` is read until `expires`: an object's id, or `upload_name`."""
        return self._url("GET", PREFIX + name, f"expires={expires}")

    def put_url(self, name: str, expires: int, limits: Limits) -> str:
        """Where the bytes of an upload are sent until `expires`."""
        kinds = ".".join(limits.kinds) or _ANY
        return self._url(
            "PUT", PREFIX + name, f"expires={expires}&bytes={limits.bytes}&kinds={kinds}"
        )

    def verify_get(self, path: str, query: str) -> Grant:
        """What the address of a file allows; raises `UrlError`."""
        match = _GET.fullmatch(query)
        if match is None:
            raise UrlError("signature")
        return self._verify("GET", path, match[1], match[2], match[3])

    def verify_put(self, path: str, query: str) -> tuple[Grant, Limits]:
        """What the address of an upload allows; raises `UrlError`."""
        match = _PUT.fullmatch(query)
        if match is None:
            raise UrlError("signature")
        grant = self._verify("PUT", path, match[1], match[2], match[5])
        kinds = () if match[4] == _ANY else tuple(match[4].split("."))
        return grant, Limits(int(match[3]), kinds)

    def read(self, url: str) -> Grant | None:
        """What a whole URL allows if it is one of ours, None for any other; raises `UrlError`."""
        if not self._base or not url.startswith(self._base + PREFIX):
            return None
        path, _, query = url.removeprefix(self._base).partition("?")
        return self.verify_get(path, query)

    def _url(self, method: str, path: str, limits: str) -> str:
        return f"{self._base}{path}?{limits}&signature={self._sign(method, path, limits)}"

    def _verify(self, method: str, path: str, limits: str, expires: str, signature: str) -> Grant:
        match = _PATH.fullmatch(path)
        right = self._sign(method, path, limits)
        if match is None or not hmac.compare_digest(signature, right):
            raise UrlError("signature")
        if self._now() >= int(expires):
            raise UrlError("expired")
        return Grant(match[1], match[1] != path.removeprefix(PREFIX), int(expires))

    def _sign(self, method: str, path: str, limits: str) -> str:
        signed = "\n".join((FORM, method, path, limits)).encode("utf-8", "surrogatepass")
        return hmac.new(self._key, signed, "sha256").hexdigest()


def upload_name(target: str, id: str) -> str:
    """The name of an upload for the action `target`, in the form of the published examples."""
    return f"faceid/{target}/{id}"
