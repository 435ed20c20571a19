"""A client of the capture protocol in Python, to test the server with and to learn from.

`docs/reference/capture-protocol.md` explains what happens here. In short:

    with Capture("http://127.0.0.1:8480", token) as capture:
        view = capture.verify(Path("clip.mp4").read_bytes())
"""

import hashlib
import time
from dataclasses import dataclass, field
from typing import Any, Self

import httpx

View = dict[str, Any]
CHUNK = 256 * 1024  # small enough to lose little with a connection
TRIES = 5
PATIENCE = 5.0  # seconds that are waited where the server asks for it


class CaptureError(Exception):
    """An answer of status 400 or above; `retry_in` is the seconds to wait, where waiting helps."""

    def __init__(self, status: int, code: str, message: str, retry_in: float | None) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status, self.code, self.retry_in = status, code, retry_in


@dataclass
class Capture:
    """One device that carries out one verification; `device` is its key, empty before `begin`."""

    url: str
    token: str
    device: str = ""
    http: httpx.Client = field(default_factory=lambda: httpx.Client(trust_env=False, timeout=40))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.http.close()

    def verify(self, clip: bytes, media_type: str = "video/mp4", **client: Any) -> View:
        """Begin, agree, record once and wait for the verdict: the view that has it."""
        view = self.begin(client=client)
        if not view["consent"]["given"] and not view["flow"]["skip_consent"]:
            self.consent(view["consent"]["version"])
        return self.record(clip, media_type)

    def record(self, clip: bytes, media_type: str = "video/mp4", **client: Any) -> View:
        """Answer one challenge with a clip and wait for the verdict."""
        nonce = self.challenge()["challenge"]["nonce"]
        self.send(clip, nonce, media_type)
        self.complete(clip, nonce, **client)
        return self.wait()

    def send(
        self, clip: bytes, nonce: str, media_type: str = "video/mp4", size: int = CHUNK
    ) -> int:
        """Send all chunks that have not arrived, going on where a lost connection broke off."""
        chunks = [clip[start : start + size] for start in range(0, len(clip), size)]
        for attempt in range(TRIES):
            try:
                for n in range(self.arrived()["chunks"], len(chunks)):
                    self.put(n, chunks[n], nonce, media_type)
                return len(chunks)
            except httpx.TransportError:
                if attempt == TRIES - 1:
                    raise
                time.sleep(0.1 * 2**attempt)
        raise AssertionError("unreachable")

    def wait(self) -> View:
        """The view, once the recording has been judged."""
        while (view := self.status(wait=20))["state"] == "judging":
            pass
        return view

    def begin(self, **body: Any) -> View:
        """Take the verification to this device; `take_over=True` takes it from another."""
        view = self.ask("POST", "begin", json={"device": self.device or None} | body)
        self.device = view["device"]
        return view

    def consent(self, version: str, accepted: bool = True, locale: str = "en") -> View:
        """What the person said to the text of this version."""
        body = {"version": version, "accepted": accepted, "locale": locale}
        return self.ask("POST", "consent", json=body)

    def look(self, picture: bytes) -> dict[str, Any]:
        """What hinders a good recording, by a JPEG of the camera."""
        return self.ask("POST", "look", content=picture, headers={"Content-Type": "image/jpeg"})

    def challenge(self) -> View:
        """What to record; `challenge.nonce` is told here alone."""
        return self.ask("POST", "challenge", json={})

    def put(self, n: int, chunk: bytes, nonce: str, media_type: str = "video/mp4") -> View:
        """Send chunk `n`; the same once more does no harm."""
        headers = {"X-Capture-Nonce": nonce, "Content-Type": media_type}
        return self.ask("PUT", f"recording/{n}", content=chunk, headers=headers)

    def arrived(self) -> dict[str, int]:
        """How many chunks have arrived."""
        return self.ask("GET", "recording")

    def complete(self, clip: bytes, nonce: str, chunks: int = 0, **client: Any) -> View:
        """Hand the recording in."""
        body = {
            "chunks": chunks or -(-len(clip) // CHUNK),
            "sha256": hashlib.sha256(clip).hexdigest(),
            "client": client,
        }
        headers = {"X-Capture-Nonce": nonce}
        return self.ask("POST", "recording/complete", json=body, headers=headers)

    def status(self, wait: int = 0) -> View:
        """The view; with `wait`, not before the recording has been judged or the time is up."""
        return self.ask("GET", f"status?wait={wait}")

    def leave(self, why: str = "left") -> View:
        """End the verification without a verdict."""
        return self.ask("POST", "leave", json={"why": why})

    def kept(self) -> dict[str, Any]:
        """What is stored of the person, and until when."""
        return self.ask("GET", "kept")

    def erase(self) -> dict[str, Any]:
        """Erase all of it; only after the end."""
        return self.ask("POST", "erase", json={})

    def ask(self, method: str, path: str, **request: Any) -> dict[str, Any]:
        """One request; raises `CaptureError`, and `httpx.TransportError` for no answer."""
        headers = {"Authorization": f"Bearer {self.token}"} | request.pop("headers", {})
        if self.device:
            headers["X-Capture-Device"] = self.device
        url = f"{self.url}/capture/v1/{path}"
        for _ in range(TRIES):
            answer = self.http.request(method, url, headers=headers, **request)
            body: dict[str, Any] = answer.json()
            if answer.is_success:
                return body
            told = body["error"]
            error = CaptureError(
                answer.status_code, told["code"], told["message"], told.get("retry_in")
            )
            if error.retry_in is None or error.retry_in > PATIENCE:
                break
            time.sleep(error.retry_in)
        raise error
