"""Pictures judged as DetectLiveFace judges them, and the shares of errors among them."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.common import progress, share
from countenance.perception.liveness.still import StillLivenessReport, check
from countenance.perception.media import decode_image
from countenance.verification.policy import Policy
from countenance.verification.verdict import judge_live_still

POLICY = Policy()
PARAMS = POLICY.live_still()
BINS = tuple(least for least, _ in PARAMS.liveness.context.bins)  # the fullest first


@dataclass(frozen=True, slots=True)
class Trial:
    """One picture, judged as a request's."""

    name: str
    attack: bool
    report: StillLivenessReport
    passed: bool

    @property
    def wrong(self) -> bool:
        """A bona fide picture that did not pass, or an attack that did."""
        return self.passed is self.attack

    @property
    def subject(self) -> int:
        """The person of a NUAA picture."""
        return int(Path(self.name).parent.name)

    @property
    def bin(self) -> str:
        """The name of its bin of context."""
        return bin_of(self.report.context)


def bin_of(context: float | None) -> str:
    """The name of the bin a context is in."""
    if context is None:
        return "no face"
    least = next((b for b in BINS if context >= b), None)
    return f"s < {BINS[-1]}" if least is None else f"s >= {least}"


def pixels_of(file: Path) -> NDArray[np.uint8]:
    """The picture as an action would decode it."""
    return decode_image(file.read_bytes(), PARAMS.image).pixels


def trial(name: str, attack: bool, pixels: NDArray[np.uint8]) -> Trial:
    """One picture through what DetectLiveFace runs."""
    report = check(pixels, PARAMS.liveness)
    return Trial(name, attack, report, judge_live_still(report, POLICY).passed)


def trials(data: Path, folder: str, attack: bool, every: int = 1) -> list[Trial]:
    """The pictures of a folder."""
    files = sorted(f for f in (data / folder).rglob("*") if f.suffix in (".jpg", ".jpeg", ".png"))
    chosen = files[::every]
    return [trial(str(f), attack, pixels_of(f)) for f in progress(chosen, folder)]


def gated(part: Sequence[Trial]) -> str:
    """The share that a gate refused."""
    return share(sum(bool(t.report.refusals) for t in part), len(part))


def wrong(part: Sequence[Trial]) -> str:
    """The share that was judged wrongly."""
    return share(sum(t.wrong for t in part), len(part))
