"""The default policy: the only builder of Params, the only place a threshold is overridden."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from functools import cache

from countenance.perception.faces import quality as qualities
from countenance.perception.faces import shown as showing
from countenance.perception.faces.compare import CompareParams
from countenance.perception.faces.view import ViewParams
from countenance.perception.framing import FramingParams
from countenance.perception.liveness.still import StillLivenessParams
from countenance.perception.media import ImageParams, VideoParams
from countenance.perception.verify import ClipParams, LiveStillParams, StillsParams
from countenance.settings import Rule

MB = 1024 * 1024
# iai takes JPG up to 4,000 pixels a side and refuses a short side under 64; its
# other formats stop at 2,000, which the actions check once the format is known.
STILL = ImageParams(max_bytes=5 * MB, formats=("jpeg", "png", "bmp"), max_side=4000, min_side=64)
PHOTO = ImageParams(max_bytes=3 * MB, formats=("jpeg", "png"), max_side=8000, min_side=64)
# A picture of the camera before the recording: small, so that it costs little.
GLIMPSE = ImageParams(max_bytes=MB // 4, formats=("jpeg",), max_side=1280, min_side=64)
TOKEN_PHOTO = 8 * MB  # of the reference photo that comes with a token
# The constants of motion are pixels of a track whose short side is 320.
VIDEO = VideoParams(max_bytes=8 * MB, track_side=320)


@dataclass(frozen=True, slots=True)
class Policy:
    """What is asked; `pass_score` 70 promises a false-match rate of 1 in 1,000."""

    pass_score: float = 70.0
    embedding: str = "sface"
    clip: ClipParams = field(default_factory=lambda: ClipParams(video=VIDEO, photo=PHOTO))
    still: ImageParams = STILL
    live: StillLivenessParams = field(default_factory=StillLivenessParams)

    @property
    def version(self) -> str:
        """16 hex digits that stand for every threshold of this policy, for evidence."""
        return _version(self)

    def stills(self, *, control: int = 0, turn: bool = False, mesh: bool = False) -> StillsParams:
        """Params of a comparison of stills; `control` is QualityControl 0 to 4.

        0 asks nothing. From 1 to 4 less and less may be lost: the measures of a picture stop where
        half, 30, 15 and 9 % of genuine pairs would be missed for it (`quality.LEVELS`); from 2 the
        mouth and the eyes must be bare (the specification gives five names and no figures).
        """
        view = ViewParams(
            quality=qualities.LEVELS.get(control),
            shown=showing.LEVELS.get(control),
            turn=turn,
            mesh=mesh,
        )
        return StillsParams(image=self.still, compare=CompareParams(view, self.embedding))

    def live_still(self) -> LiveStillParams:
        """Params of the liveness of one picture."""
        return LiveStillParams(image=self.still, liveness=self.live)

    def silent(self, *, mesh: bool = False, frames: int = 1) -> ClipParams:
        """Params of a silent liveness check, with or without a photo to compare.

        `frames` is how many of the best frames to give back. The photo is held to the least level
        of quality: a portrait off a document is small and soft, and still compares.
        """
        view = replace(
            self.clip.view, quality=qualities.LEVELS[1], shown=showing.LEVELS[1], mesh=mesh
        )
        return replace(self.clip, view=view, model=self.embedding, frames=frames)

    def session(self) -> ClipParams:
        """Params of a recording of a session, whose photo may be as large as a token takes it."""
        clip = self.silent()
        return replace(clip, photo=replace(clip.photo, max_bytes=TOKEN_PHOTO))

    def framing(self) -> FramingParams:
        """Params of a look before the recording: what the clip is judged by, and room to spare.

        A picture is smaller than the clip: what a face must measure is asked as a share of it.
        """
        view = ViewParams(
            quality=replace(self.clip.silent.quality, min_side=0.0),
            shown=replace(showing.LEVELS[4], outside=0.1, closed=None),
            single=True,
        )
        return FramingParams(image=GLIMPSE, view=view, context=self.clip.silent.context)


class Policies:
    """The server's own policy, and the ones that an operator's rules make of it."""

    def __init__(self, policy: Policy, rules: Mapping[str, Rule]) -> None:
        self._rules = rules
        self._policies = {
            "": policy,
            **{name: replace(policy, pass_score=rule.pass_score) for name, rule in rules.items()},
        }

    def find(self, rule: str) -> Policy | None:
        """The policy of a RuleId, the server's own for an empty one, None for an unknown one."""
        return self._policies.get(rule)

    def find_retries(self, rule: str) -> int | None:
        """How many attempts a rule gives, None where it leaves that to the token."""
        known = self._rules.get(rule)
        return None if known is None else known.retries


@cache
def _version(policy: Policy) -> str:
    text = json.dumps([asdict(policy), asdict(policy.silent())], sort_keys=True, default=sorted)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
