"""What a clip shows over time: whether it stands still, repeats, moves like a sheet, or is cut."""

from dataclasses import dataclass

import numpy as np

from countenance.perception.liveness import breaks, flatness, repeats, stillness
from countenance.perception.liveness.series import Place, series
from countenance.perception.media import Track


@dataclass(frozen=True, slots=True)
class MotionParams:
    """Each limit was chosen on simulated clips of one person and on what was published of four

    recorded people and their made attacks; docs/explanation/silent-liveness.md has the figures of
    other clips, and `benchmarks/temporal.py` measures them again.

    Grey levels: a frame is `same` below 0.05, as published, or `repeated` below 0.35 of what moves
    beside it. Still: frames `still_lag` s apart differ by less than `still_level`. Static: so for
    more than `static` of the time; frozen: for `freeze` s, or the face's points move less than
    `frozen` px over `follow` s. Looped: more than `looped` of the pictures are seen again, more
    than `apart` s later, `run` in a row. Planar: the points move at least `moving` px and lie
    within `planar` px of one plane's movement, both pixels of a 320-pixel track. Cut: a step is
    `cut` times as large as any beside it, the face is gone for more than `lost` s, or no frame is
    shown for more than `gap` s. Nothing is said of fewer than `frames` frames.
    """

    same: float = 0.05
    repeated: float = 0.35
    still_lag: float = 0.4
    still_level: float = 0.5
    static: float = 0.6
    freeze: float = 0.6
    frozen: float = 0.1
    follow: float = 0.4
    every: float = 0.48
    apart: float = 0.5
    nearness: float = 0.9
    run: int = 5
    looped: float = 0.4
    moving: float = 0.5
    planar: float = 0.18
    cut: float = 4.0
    lost: float = 0.4
    gap: float = 1.0
    frames: int = 10


@dataclass(frozen=True, slots=True)
class MotionReport:
    """The numbers that `MotionParams` judges; None where one could not be measured.

    `frames` were looked at, of which `pictures` were new, `gap` s apart at most; `vetoes` refuse,
    `doubts` ask for more.
    """

    frames: int
    pictures: int
    still: float | None
    freeze: float | None
    looped: float | None
    residual: float | None
    motion: float | None
    jump: float | None
    absence: float
    gap: float
    vetoes: tuple[str, ...]
    doubts: tuple[str, ...]

    @property
    def not_run(self) -> tuple[str, ...]:
        """The checks for which too little was seen."""
        still, known = self.still is not None, self.motion is not None
        names = {
            "static": still,
            "loop": self.looped is not None or "static" in self.vetoes,
            "planar": known,
            "cut": self.jump is not None or "static" in self.vetoes,
        }
        return tuple(name for name, run in names.items() if not run)


def measure(
    track: Track | None, seen: tuple[tuple[float, Place | None], ...], params: MotionParams
) -> MotionReport:
    """Judge a track; `seen` are the moments that were looked at, with where the face was."""
    places = tuple(place for _, place in seen if place is not None)
    absence = breaks.absence([(time, place is not None) for time, place in seen])
    if track is None or len(track.times) < params.frames:
        count = 0 if track is None else len(track.times)
        nothing = (None, None, None, None, None, None)
        return MotionReport(count, count, *nothing, absence, 0.0, (), ())
    rows = series(track, same=params.same, repeat=params.repeated)
    still = stillness.measure(rows, lag=params.still_lag, level=params.still_level)
    looped = repeats.share(rows, apart=params.apart, nearness=params.nearness, run=params.run)
    flat = None
    if places:
        flat = flatness.measure(rows, places, every=params.every, lag=params.follow)
    jump = breaks.jump(rows, places)
    gap = float(np.diff(track.times).max())
    vetoes, doubts = [], []
    if still is not None and still.share > params.static:
        vetoes.append("static")
    if looped is not None and looped > params.looped:
        vetoes.append("looped")
    if (jump is not None and jump > params.cut) or absence > params.lost or gap > params.gap:
        vetoes.append("cut")
    if flat is not None and flat.motion >= params.moving and flat.residual < params.planar:
        doubts.append("planar")
    if (flat is not None and flat.motion < params.frozen) or (
        still is not None and still.longest >= params.freeze
    ):
        doubts.append("frozen")
    return MotionReport(
        frames=len(rows.frames),
        pictures=len(rows.distinct),
        still=None if still is None else still.share,
        freeze=None if still is None else still.longest,
        looped=looped,
        residual=None if flat is None else flat.residual,
        motion=None if flat is None else flat.motion,
        jump=jump,
        absence=absence,
        gap=gap,
        vetoes=tuple(vetoes),
        doubts=tuple(doubts),
    )
