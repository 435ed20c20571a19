"""Verifications on a real server, with values planted wherever somebody can put one."""

import base64
import hashlib
import io
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import numpy as np
from numpy.typing import NDArray
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from countenance.perception import weights
from tests.capture import Capture
from tests.client import Client
from tests.serving import Running

WEB, FACEID = "ApplyWebVerificationBizTokenIntl", "GetFaceIdTokenIntl"
VIDEO = "VideoLivenessCompare"
NAME, PLACE = "Zoë Quillfeather-Ångström", "https://shop.example/back?customer={}"
DEADLINE = 90  # seconds for what the server does by itself


def environment(folder: Path, **settings: object) -> dict[str, str]:
    """Of a server all of whose files lie below `folder`, temporary ones too."""
    places = {"TMPDIR": folder / "tmp", "HOME": folder / "home", "XDG_CACHE_HOME": folder / "cache"}
    for place in places.values():
        place.mkdir()
    told = {"models": weights.directory(), "log_level": "debug", "rate_per_action": 1000} | settings
    known = {f"COUNTENANCE_{name.upper()}": str(value) for name, value in told.items()}
    return known | {name: str(place) for name, place in places.items()}


def mark(what: str) -> bytes:
    """Bytes that are nowhere by chance, the same for the same words."""
    return hashlib.sha512(what.encode()).digest()


def until(true: Callable[[], bool], what: str) -> None:
    """Wait for what the server does by itself."""
    deadline = time.monotonic() + DEADLINE
    while not true():
        assert time.monotonic() < deadline, f"not within {DEADLINE} s: {what}"
        time.sleep(0.1)


@dataclass
class Plant:
    """Plants values and remembers them in `values`; `clip` is MP4, `picture` makes a marked PNG."""

    server: Running
    clip: bytes
    picture: Callable[[bytes], bytes]
    values: dict[str, bytes] = field(default_factory=dict)

    def verify(self, action: str, who: str) -> str:
        """Carry a verification to its verdict; give its token."""
        token = self.apply(action, who)
        own = self._own(self.clip, who)
        with self._capture(token) as capture:
            view = capture.verify(own, model=f"phone of {who}")
        assert view["state"] == "passed", view
        self.values[f"the clip of {who}"] = own[-64:]
        self.values[f"the device of {who}"] = f"phone of {who}".encode()
        return token

    def leave_open(self, who: str) -> str:
        """Begin a verification, send a part of a recording, and go; give its token."""
        token = self.apply(WEB, who)
        self.values[f"the chunk of {who}"] = mark(f"chunk {who}")
        with self._capture(token) as capture:
            capture.consent(capture.begin()["consent"]["version"])
            nonce = capture.challenge()["challenge"]["nonce"]
            capture.put(0, self.clip[:4000] + mark(f"chunk {who}"), nonce)
        return token

    def apply(self, action: str, who: str) -> str:
        """A token for a comparison with a marked photo, a name, and an address to come back to."""
        extra = f"{NAME}, {who}"
        photo = base64.b64encode(self._photo(who)).decode()
        if action == FACEID:
            params = {"CheckMode": "compare", "SecureLevel": "1", "Image": photo, "Extra": extra}
            return str(self._call(action, params)["SdkToken"])
        back = PLACE.format(mark(f"back {who}").hex())
        self.values[f"the redirect of {who}"] = back.encode()
        config = {"CheckMode": 2, "SecurityLevel": 1}
        params = {"CompareImageBase64": photo, "Extra": extra, "RedirectURL": back}
        return str(self._call(action, params | {"Config": config})["BizToken"])

    def upload(self, who: str) -> None:
        """Upload a photo and a video and have them judged, whose best frame is stored."""
        own = self._own(self.clip, who)
        self.values[f"the upload of {who}"] = own[-64:]
        params = {"LivenessType": "SILENT"}
        for name, data in (("Image", self._photo(who)), ("Video", own)):
            invited = self._call("CreateUploadUrl", {"TargetAction": VIDEO})
            sent = httpx.put(invited["UploadUrl"], content=data, trust_env=False, timeout=30)
            assert sent.status_code == 200, sent.text
            md5 = hashlib.md5(data, usedforsecurity=False).hexdigest()
            params |= {f"{name}Url": invited["ResourceUrl"], f"{name}Md5": md5}
        judged = self._call(VIDEO, params)
        assert judged["Result"] == "Success", judged

    @contextmanager
    def _capture(self, token: str) -> Iterator[Capture]:
        with httpx.Client(trust_env=False, timeout=60) as http:
            yield Capture(self.server.url, token, http=http)

    def _photo(self, who: str) -> bytes:
        self.values[f"the photo of {who}"] = mark(f"photo {who}")
        self.values[f"the name of {who}"] = f"{NAME}, {who}".encode()
        return self.picture(mark(f"photo {who}"))

    def _own(self, clip: bytes, who: str) -> bytes:
        """The clip with a box at its end that players pass over."""
        content = mark(f"clip {who}")
        return clip + (len(content) + 8).to_bytes(4, "big") + b"free" + content

    def _call(self, action: str, params: dict[str, Any]) -> dict[str, Any]:
        answer = Client(self.server).call(action, params)
        assert answer.code == "Success", (action, answer.response)
        return answer.response


def redact(data: Path, known: dict[str, str], token: str) -> dict[str, object]:
    """`countenance redact` in a process of its own, beside the server."""
    command = [sys.executable, "-m", "countenance", "redact", token, "--json"]
    done = subprocess.run(
        [*command, "--data-dir", str(data)], env=os.environ | known, capture_output=True, check=True
    )
    told: dict[str, object] = json.loads(done.stdout)
    return told


def marked_png(pixels: NDArray[np.uint8], comment: bytes) -> bytes:
    """A PNG of a BGR picture that holds the comment as it is."""
    notes, buffer = PngInfo(), io.BytesIO()
    notes.add_text("Comment", comment.decode("latin-1"))
    Image.fromarray(pixels[:, :, ::-1]).save(buffer, "PNG", pnginfo=notes)
    return buffer.getvalue()
