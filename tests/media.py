"""What the tests of codes send: pictures and clips, right and wrong, as parameters."""

import base64
import io
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import PIL.Image

from countenance import simulate
from countenance.perception.media import decode_video
from countenance.verification.policy import VIDEO
from tests import films
from tests.conftest import Pixels, jpeg

Params = dict[str, Any]
EVERY = replace(VIDEO, frames=26, span=(0.0, 1.0))


def text(data: bytes) -> str:
    """Base64."""
    return base64.b64encode(data).decode()


def picture(pixels: Any, kind: str = "JPEG") -> bytes:
    """A BGR image as a file of `kind`."""
    buffer = io.BytesIO()
    rgb = np.ascontiguousarray(np.asarray(pixels, np.uint8)[:, :, ::-1])
    PIL.Image.fromarray(rgb).save(buffer, kind)
    return buffer.getvalue()


@dataclass(frozen=True)
class Media:
    """What the cases send, made once."""

    astronaut: Pixels
    hopper: Pixels
    live_clip: bytes
    print_clip: bytes

    @cached_property
    def live(self) -> list[Pixels]:
        """Frames of the astronaut, 2.6 seconds at 10 per second."""
        return films.pictures(decode_video(self.live_clip, EVERY))

    @cached_property
    def fake(self) -> list[Pixels]:
        """Frames of the astronaut's print, as many."""
        return films.pictures(decode_video(self.print_clip, EVERY))

    @cached_property
    def other(self) -> list[Pixels]:
        """Frames of Hopper, as many."""
        clip = simulate.bona_fide(self.hopper, seed=1, seconds=2.6, rate=15).encode("mp4")
        return films.pictures(decode_video(clip, EVERY))

    def still(self, **params: Any) -> Params:
        """CompareFace of two pictures of the astronaut, with what is given in place."""
        return {"ImageA": text(jpeg(self.astronaut)), "ImageB": text(jpeg(self.astronaut))} | params

    def clip(self, photo: bytes = b"", video: bytes = b"", **params: Any) -> Params:
        """CompareFaceLiveness of the astronaut's photo and clip, with what is given in place."""
        return {
            "ImageBase64": text(photo or jpeg(self.astronaut)),
            "VideoBase64": text(video or self.live_clip),
            "LivenessType": "SILENT",
        } | params

    def filmed(self, change: films.Change) -> Params:
        """The live clip with each frame changed."""
        return self.clip(video=films.film(films.changed(self.live, change)))


GIF = picture(np.zeros((80, 80, 3)), "GIF")
NOISE = picture(films.noise(5, 1)[0])
Build = Callable[[Media], Params]
