"""Genuine clips and photos: decoded, passed, and matched with the right person only.

    python -m benchmarks.genuine_clips

Each clip is judged by the library as a request is. A photo of the same person is, for the GRID
speaker, a frame of the middle of another clip; the other recordings are each the only one of their
person (they were looked at; no two of them show the same face), so theirs is a frame of the clip
itself, from between those that are judged, and has a row of its own. Everybody else's best frames,
and press photos of yet others, are the photos of other people: every pair of a clip and such a
photo is compared.

Accepted means passed: live, and `Sim` at the policy's score. Clips that liveness refuses have no
`Sim`; they are counted apart with their reasons, so that the two errors can be told.
"""

import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from benchmarks import recordings
from benchmarks.common import (
    NO_DATA,
    Conclusion,
    conclude,
    console,
    judged,
    machine,
    progress,
    share,
    table,
    test_data,
)
from benchmarks.recordings import Clip, alike, with_photo
from countenance.actions import inputs
from countenance.library import Verification
from countenance.perception.media import Fault, MediaError
from countenance.perception.runtime import choice
from countenance.perception.verify import InputError
from countenance.verification.policy import Policy

QUANTILES = (0, 5, 50, 99, 100)


def main() -> int:
    """Print the tables."""
    data = test_data()
    if data is None:
        console.print(f"skipped: {NO_DATA} (set COUNTENANCE_TEST_DATA)")
        return conclude(Conclusion("skipped", "genuine clips and photos", NO_DATA))
    policy = recordings.patient(Policy())
    files = {
        "GRID, 1 speaker": sorted((data / "grid" / "s1").glob("*.mpg")),
        "recordings, 1 each": sorted((data / "video" / "real").glob("*.mp4")),
    }
    sets: dict[str, list[Clip]] = {}
    refused: dict[str, list[tuple[Path, InputError]]] = {}
    for name, found in files.items():
        sets[name], refused[name] = recordings.judge(found, name, policy)
    others = recordings.press(data / "celeb_fullres", policy)
    grid, alone = sets["GRID, 1 speaker"], sets["recordings, 1 each"]
    same = {
        "another recording": [
            with_photo(other.file, clip, policy)
            for clip, other in progress(_turned(grid), "another recording")
        ],
        "the same recording": [
            with_photo(clip.file, clip, policy) for clip in progress(alone, "the same recording")
        ],
    }
    clips = [*grid, *alone]
    photos = [*recordings.best_frames(clips), *others]
    strangers = list(recordings.cross(clips, photos, policy))
    console.print(f"{policy.embedding}, {choice().engine}; {machine()}")
    _show_media(files, refused)
    _show_liveness(sets)
    _show_matches(same, strangers, policy)
    continuity = _show_continuity(clips, policy)
    return conclude(*_conclusions(files, refused, sets, same, strangers, policy), continuity)


def _turned(clips: list[Clip]) -> list[tuple[Clip, Clip]]:
    """Each clip with the one after it, the last with the first."""
    return list(zip(clips, [*clips[1:], *clips[:1]], strict=True))


def _show_media(
    files: dict[str, list[Path]], refused: dict[str, list[tuple[Path, InputError]]]
) -> None:
    rows = []
    for name, found in files.items():
        rows.append((name, len(found), len(found) - len(refused[name]), ""))
        for file, error in refused[name]:
            code = inputs.video_error("VideoBase64", error.error).code
            rows.append((file.name, "", "refused", f"{code}: {error.error.detail}"))
    table("Decoded", ("set", "clips", "decoded", "code"), rows)


def _show_liveness(sets: dict[str, list[Clip]]) -> None:
    rows: list[tuple[str, str, str]] = []
    for name, clips in sets.items():
        rows.append((name, "live", share(sum(c.live for c in clips), len(clips))))
        counts = Counter(key for c in clips for key in c.report.liveness.reasons)
        rows += [(name, key, share(n, len(clips))) for key, n in counts.most_common()]
    table("Passed by liveness, and why not", ("set", "reason", "clips"), rows)
    table(
        "Refused clips",
        ("clip", "reasons", "median live score"),
        [
            (c.file.name, ", ".join(c.report.liveness.reasons), _number(c.report.liveness.median))
            for clips in sets.values()
            for c in clips
            if not c.live
        ],
    )


def _show_matches(
    same: dict[str, list[Verification]], strangers: list[tuple[bool, float]], policy: Policy
) -> None:
    rows = [
        (
            f"same person, {name}",
            share(sum(v.passed for v in found), len(found)),
            _range([v.score for v in found if v.verdict.score]),
            share(sum(s >= policy.pass_score for s in _scores(found)), len(_scores(found))),
        )
        for name, found in same.items()
    ]
    scores = [score for _, score in strangers]
    accepted = sum(passed for passed, _ in strangers)
    reached = sum(score >= policy.pass_score for score in scores)
    rows.append(
        (
            "another person",
            share(accepted, len(strangers)),
            _range(scores),
            share(reached, len(scores)),
        )
    )
    table(
        "Photo and clip",
        ("photo of", "accepted", "Sim: lowest, median, highest", f"Sim >= {policy.pass_score:g}"),
        rows,
    )


def _scores(found: list[Verification]) -> list[float]:
    """`Sim` of the clips that liveness let through."""
    return [v.score for v in found if not v.report.liveness.reasons]


def _show_continuity(clips: list[Clip], policy: Policy) -> Conclusion:
    """How alike frames of one clip are, and frames of different people, to the best one."""
    own = [
        min(alike(clip.best, other, policy) for other in clip.frames)
        for clip in clips
        if clip.best is not None
    ]
    ends = [clip.report.continuity for clip in clips if clip.report.continuity is not None]
    others = [
        alike(a.best, frame, policy)
        for a in clips
        for b in clips
        if a.best is not None and a.person != b.person
        for frame in b.frames
    ]
    least = policy.clip.same_person
    table(
        "Frames beside the best frame of a clip",
        ("frames", "n", "lowest", "5 %", "median", "99 %", "highest", f"< {least:g}"),
        [
            (
                name,
                len(found),
                *(_number(float(np.percentile(found, q))) for q in QUANTILES),
                _under,
            )
            for name, found, _under in (
                ("of the same clip, the least alike", own, _below(own, least)),
                ("first and last of it, the less alike", ends, _below(ends, least)),
                ("of other people", others, _below(others, least)),
            )
        ],
    )
    return Conclusion(
        "shown",
        f"one clip taken for two people (score under {least:g}); frames of others told apart",
        f"{_below(ends, least)}; {_below(others, least)}",
    )


def _below(scores: list[float], least: float) -> str:
    return share(sum(score < least for score in scores), len(scores))


def _conclusions(
    files: dict[str, list[Path]],
    refused: dict[str, list[tuple[Path, InputError]]],
    sets: dict[str, list[Clip]],
    same: dict[str, list[Verification]],
    strangers: list[tuple[bool, float]],
    policy: Policy,
) -> Iterator[Conclusion]:
    errors: list[MediaError] = [e.error for found in refused.values() for _, e in found]
    long = sum(error.fault == Fault.TOO_LONG for error in errors)
    every = sum(map(len, files.values()))
    decoded = every - len(errors)
    yield judged(
        "clips up to 30 s decoded", share(decoded, every - long), "100 %", decoded == every - long
    )
    told = sum(inputs.video_error("v", e).code == "InvalidParameterValue" for e in errors)
    yield judged(
        "longer clips refused with their code", f"{told} of {long}", "all", told == long > 0
    )
    for name, found in same.items():
        passed = sum(v.passed for v in found)
        what = f"same person, {name}: accepted"
        if name == "another recording":
            yield judged(what, share(passed, len(found)), ">= 95 %", passed >= 0.95 * len(found))
        else:
            yield Conclusion("shown", what, share(passed, len(found)))
        scores = _scores(found)
        reached = sum(score >= policy.pass_score for score in scores)
        yield Conclusion(
            "shown", f"same person, {name}: Sim where live", share(reached, len(scores))
        )
    reached = sum(score >= policy.pass_score for _, score in strangers)
    what = f"another person: Sim >= {policy.pass_score:g}, whatever liveness said"
    yield judged(what, share(reached, len(strangers)), "0", reached == 0)
    for name, clips in sets.items():
        yield Conclusion(
            "shown", f"passed by liveness, {name}", share(sum(c.live for c in clips), len(clips))
        )


def _range(scores: list[float]) -> str:
    if not scores:
        return ""
    return ", ".join(_number(float(np.percentile(scores, q))) for q in (0, 50, 100))


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}"


if __name__ == "__main__":
    sys.exit(main())
