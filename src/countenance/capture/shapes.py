"""The JSON of the capture protocol: what a device sends and what it is answered.

The OpenAPI description is written from these structs, and `docs/reference/capture-protocol.md`
explains them. Times are seconds from now, sizes are bytes.
"""

from typing import Annotated, Literal

import msgspec

CHUNK_BYTES = 1024 * 1024
TOTAL_BYTES = 8 * 1024 * 1024
TYPES = ("video/mp4", "video/webm")

Word = Annotated[str, msgspec.Meta(max_length=64)]
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=32, pattern="^[a-z0-9_]+$")]
# What a device tells of itself and of the recording; it is put into the capture package.
Words = Annotated[dict[Name, bool | int | float | Word | None], msgspec.Meta(max_length=32)]


class Begin(msgspec.Struct, frozen=True, kw_only=True):
    """Body of `begin`: `device` is the key that an earlier `begin` answered, if this is that one.

    With `take_over` a link that another device holds passes to this one.
    """

    device: Annotated[str, msgspec.Meta(max_length=64)] | None = None
    take_over: bool = False
    client: Words = {}


class Agreement(msgspec.Struct, frozen=True, kw_only=True):
    """Body of `consent`: which text was read, in which language, and what the person said to it."""

    version: Annotated[str, msgspec.Meta(max_length=16)]
    accepted: bool
    locale: Annotated[str, msgspec.Meta(max_length=16, pattern="^[A-Za-z0-9-]+$")]


class Complete(msgspec.Struct, frozen=True, kw_only=True):
    """Body of `recording/complete`: what was sent, so that a loss on the way shows."""

    chunks: Annotated[int, msgspec.Meta(ge=1, le=64)]
    sha256: Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]
    client: Words = {}


class Leave(msgspec.Struct, frozen=True, kw_only=True):
    """Body of `leave`: the person went, or the time that the page gave them ran out."""

    why: Literal["left", "timeout"] = "left"


class Nothing(msgspec.Struct, frozen=True, kw_only=True):
    """Body of `challenge` and `erase`."""


class Flow(msgspec.Struct, frozen=True, kw_only=True):
    """What the integrator asked for; `seconds` is the time for one recording, 0 for no limit."""

    family: Literal["web", "web_v1", "faceid", "sdk", "liveness", "card"]
    mode: Literal["liveness", "compare"]
    level: int
    language: str
    theme: str
    skip_start: bool
    skip_consent: bool
    skip_result: bool
    seconds: int


class Consent(msgspec.Struct, frozen=True, kw_only=True):
    """The version of the text that is to be agreed to, or was; `given` says which."""

    version: str
    given: bool


class Attempts(msgspec.Struct, frozen=True, kw_only=True):
    """Recordings that were judged, and how many more may be."""

    made: int
    left: int


class Challenge(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What to record, and within what; `nonce` is told once, in the answer to `challenge`."""

    id: str
    kind: Literal["silent"]
    record_seconds: float
    min_seconds: float
    chunk_bytes: int
    total_bytes: int
    types: tuple[str, ...]
    expires_in: float
    nonce: str | msgspec.UnsetType = msgspec.UNSET


class Recording(msgspec.Struct, frozen=True, kw_only=True):
    """What has arrived of the recording: the next chunk is number `chunks`."""

    chunks: int
    bytes: int


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """One reason in plain words: what happened, and what the person can do."""

    key: str
    text: str
    hint: str


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """What the last recording came to, or, once `final`, the whole verification.

    `code` is 0 when passed, else the number that the integrator reads; `redirect` is where the
    person goes afterwards.
    """

    passed: bool
    final: bool
    code: int
    reasons: list[Told]
    redirect: str | None


class View(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A verification as its device sees it; `device` is told by `begin` alone.

    `expires_in` is the time left for the whole, `retry_in` the wait before the next challenge.
    """

    state: Literal[
        "issued",
        "begun",
        "recording",
        "judging",
        "passed",
        "failed",
        "left",
        "timed_out",
        "expired",
    ]
    flow: Flow
    consent: Consent
    attempts: Attempts
    challenge: Challenge | None
    recording: Recording | None
    verdict: Verdict | None
    expires_in: float
    retry_in: float
    device: str | msgspec.UnsetType = msgspec.UNSET


class Look(msgspec.Struct, frozen=True, kw_only=True):
    """What hinders a good recording, most important first, and where the face is.

    `box` is left, top, width, height of the largest face as shares 0 to 1 of the picture.
    """

    hints: list[Told]
    box: tuple[float, float, float, float] | None


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """A kind of thing that is stored of the person, and until when (UNIX seconds)."""

    kind: Literal["video", "frame", "card", "text", "package", "upload"]
    bytes: int
    until: float


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """What is stored of a verification.

    `records_until` is when the verdict itself goes, which shows and names nobody.
    """

    items: list[Item]
    records_until: float
    erased: bool


class Erased(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to `erase`."""

    erased: bool


Code = Literal[
    "not_available",
    "in_use",
    "taken_over",
    "wrong_state",
    "bad_nonce",
    "bad_origin",
    "bad_request",
    "too_large",
    "bad_type",
    "damaged",
    "too_many",
    "busy",
    "not_found",
    "bad_method",
    "internal",
]


class Fault(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Why a request was refused; `retry_in` where waiting helps."""

    code: Code
    message: str
    retry_in: float | msgspec.UnsetType = msgspec.UNSET


class Refusal(msgspec.Struct, frozen=True, kw_only=True):
    """Every answer of status 400 and above."""

    error: Fault
