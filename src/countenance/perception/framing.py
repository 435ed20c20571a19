"""What hinders a good recording, seen in one small picture of the camera before it begins."""

import math
from dataclasses import dataclass, field

from countenance.perception.faces.view import View, ViewParams, look
from countenance.perception.liveness import antispoof
from countenance.perception.liveness.context import ContextParams, required
from countenance.perception.media import ImageParams, decode_image

# In telling order: what the person must do first.
HINTS = (
    "no_face",
    "several_faces",
    "face_cut_off",
    "too_close",
    "face_small",
    "off_centre",
    "too_dark",
    "too_bright",
    "mask",
    "mouth_hidden",
    "eyes_hidden",
    "face_turned",
    "blurred",
)
# Beside these the colours say nothing of what covers a face.
UNSURE = frozenset({"too_dark", "too_bright", "face_small", "blurred"})
COVERED = frozenset({"mask", "mouth_hidden", "eyes_hidden"})


@dataclass(frozen=True, slots=True)
class FramingParams:
    """What is asked of a picture; what the clip is judged by is in `view` and `context`.

    `context` is the least live score that may be required of the face's surroundings: a face so
    near that more is required is told to move back. `side` is the least share of the picture's
    shorter side that the face is wide, `aside` the farthest that its middle lies from the
    picture's, in the same unit. Below `sharp` pixels a face is too small in the picture to tell
    whether it is blurred. The last three were chosen, not measured.
    """

    image: ImageParams = field(default_factory=ImageParams)
    view: ViewParams = field(default_factory=ViewParams)
    context: ContextParams = field(default_factory=ContextParams)
    required: float = 0.80
    side: float = 0.2
    aside: float = 0.2
    sharp: float = 80.0


@dataclass(frozen=True, slots=True)
class FramingReport:
    """`people` who count; `box` x, y, width, height of the largest face as shares of the picture,

    `context` its surroundings (2.7 is full), `luma` its brightness 0 to 255; None without a face.
    `reasons` are of `HINTS`, in that order.
    """

    people: int
    box: tuple[float, float, float, float] | None
    context: float | None
    luma: float | None
    reasons: tuple[str, ...]


def check_framing(picture: bytes, params: FramingParams) -> FramingReport:
    """Look at one encoded picture; raises `MediaError` for what is none."""
    image = decode_image(picture, params.image)
    view, _ = look(image.pixels, params.view)
    face = view.main
    if face is None:
        return FramingReport(0, None, None, None, ("no_face",))
    context = antispoof.context((view.height, view.width), face)
    x, y, width, height = face.box
    return FramingReport(
        people=len(view.faces),
        box=(x / view.width, y / view.height, width / view.width, height / view.height),
        context=context,
        luma=None if view.quality is None else view.quality.luma,
        reasons=_reasons(view, context, params),
    )


def _reasons(view: View, context: float, params: FramingParams) -> tuple[str, ...]:
    found = set(view.reasons) & set(HINTS)
    assert view.main is not None  # the caller looked
    x, y, width, height = view.main.box
    short = min(view.width, view.height)
    away = math.hypot(x + (width - view.width) / 2, y + (height - view.height) / 2)
    if required(context, params.context) > params.required:
        found.add("too_close")
    if width < params.side * short:
        found.add("face_small")
    if away > params.aside * short:
        found.add("off_centre")
    if found & UNSURE:
        found -= COVERED
    if min(width, height) < params.sharp:
        found.discard("blurred")
    return tuple(key for key in HINTS if key in found)
