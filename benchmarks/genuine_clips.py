"""Genuine clips and photos: decoded, passed, and matched with the right person only.

    python -m benchmarks.genuine_clips

Each clip is judged by the library as a request is. A photo of the same person is, for the GRID
speaker, a frame of the middle of another clip; the other recordings are each the only one of their
person (they were looked at; no two of them show the same face), so theirs is a frame from behind
the part that is judged, or from between the frames that are, and has a column of its own. Everybody
else's frames, and press photos of yet others, are the photos of other people: every pair of a clip
and such a photo is compared.

Accepted means passed: live, and `Sim` at the policy's score. Clips that liveness refuses have no
`Sim`; they are counted apart with their reasons, so that the two errors can be told.
"""

import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

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
from countenance.actions import inputs
from countenance.library import Verification, verification, verify
from countenance.perception.faces import embed as embeddings
from countenance.perception.faces.view import look
from countenance.perception.media import Fault, MediaError, VideoParams, decode_image, decode_video
from countenance.perception.runtime import choice
from countenance.perception.verify import InputError, VerificationReport, check_clip
from countenance.verification.policy import Policy
from countenance.verification.verdict import judge_clip

SPEAKER = "the GRID speaker"
Pixels = NDArray[np.uint8]
Vector = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Clip:
    """One recording that was judged: whose, how long, the best frame's vector, every frame's."""

    file: Path
    person: str
    report: VerificationReport
    best: Vector | None
    frames: tuple[Vector, ...]

    @property
    def live(self) -> bool:
        """Whether liveness let it through."""
        return not self.report.liveness.reasons


@dataclass(frozen=True, slots=True)
class Photo:
    """A picture of somebody's face."""

    person: str
    vector: Vector


def main() -> int:
    """Print the tables."""
    data = test_data()
    if data is None:
        console.print(f"skipped: {NO_DATA} (set COUNTENANCE_TEST_DATA)")
        return conclude(Conclusion("skipped", "genuine clips and photos", NO_DATA))
    policy = Policy()
    files = {
        "GRID, 1 speaker": sorted((data / "grid" / "s1").glob("*.mpg")),
        "recordings, 1 each": sorted((data / "video" / "real").glob("*.mp4")),
    }
    sets: dict[str, list[Clip]] = {}
    refused: dict[str, list[tuple[Path, InputError]]] = {}
    for name, found in files.items():
        sets[name], refused[name] = _judged(found, name, policy)
    others = _press(data / "celeb_fullres", policy)
    grid, alone = sets["GRID, 1 speaker"], sets["recordings, 1 each"]
    same = {
        "another recording": [_with(_later(grid, i).file, c, policy) for i, c in _counted(grid)],
        "the same recording": [_with(c.file, c, policy) for c in progress(alone, "same recording")],
    }
    clips = [*grid, *alone]
    photos = [*_frames(clips), *others]
    strangers = list(_cross(clips, photos, policy))
    console.print(f"{policy.embedding}, {choice().engine}; {machine()}")
    _show_media(files, refused)
    _show_liveness(sets)
    _show_matches(same, strangers, policy)
    continuity = _show_continuity(clips, policy)
    return conclude(*_conclusions(files, refused, sets, same, strangers, policy), continuity)


def _judged(
    files: list[Path], what: str, policy: Policy
) -> tuple[list[Clip], list[tuple[Path, InputError]]]:
    clips, refused = [], []
    for file in progress(files, what):
        person = SPEAKER if file.suffix == ".mpg" else file.stem
        try:
            report = check_clip(file.read_bytes(), policy.silent())
        except InputError as error:
            refused.append((file, error))
            continue
        frames = _video(file, policy.clip.video)
        seen = report.liveness.frames
        vectors = {
            i: embeddings.embed(pixels, seen[i].face, policy.embedding)
            for i, pixels in enumerate(frames)
            if seen[i].face is not None
        }
        best = report.liveness.best
        clips.append(
            Clip(
                file,
                person,
                report,
                None if best is None else vectors[best],
                tuple(vectors.values()),
            )
        )
    return clips, refused


def _video(file: Path, params: VideoParams) -> list[Pixels]:
    return [frame.pixels for frame in decode_video(file.read_bytes(), params).frames]


def _later(clips: list[Clip], i: int) -> Clip:
    """Another clip of the same list: the one after, and after the last the first."""
    return clips[(i + 1) % len(clips)]


def _counted(clips: list[Clip]) -> Iterable[tuple[int, Clip]]:
    return progress(list(enumerate(clips)), "another recording")


def _with(other: Path, clip: Clip, policy: Policy) -> Verification:
    """The library's answer to a clip and a photo taken from a recording.

    The photo's frame lies between those that are judged: their number is even, so that the middle
    of a clip is none of them.
    """
    middle = replace(policy.clip.video, frames=1, span=(0.5, 0.5))
    encoded, photo = cv2.imencode(".png", _video(other, middle)[0])
    assert encoded
    return verify(photo.tobytes(), clip.file.read_bytes(), policy)


def _press(folder: Path, policy: Policy) -> list[Photo]:
    photos = []
    for file in progress(sorted(folder.glob("*/*.jpg")), "press photos"):
        pixels = decode_image(file.read_bytes(), policy.clip.photo).pixels
        photos += _photo(file.parent.name, pixels, policy)
    return photos


def _photo(person: str, pixels: Pixels, policy: Policy) -> Iterator[Photo]:
    view, pixels = look(pixels, policy.clip.view)
    if view.main is not None:
        yield Photo(person, embeddings.embed(pixels, view.main, policy.embedding))


def _frames(clips: list[Clip]) -> Iterator[Photo]:
    for clip in clips:
        if clip.best is not None:
            yield Photo(clip.person, clip.best)


def _cross(clips: list[Clip], photos: list[Photo], policy: Policy) -> Iterator[tuple[bool, float]]:
    """Every clip with every photo of somebody else: whether it passed, and the score."""
    for clip in clips:
        if clip.best is None:
            continue
        for photo in photos:
            if photo.person != clip.person:
                cosine = embeddings.cosine(clip.best, photo.vector)
                score = embeddings.score(cosine, policy.embedding)
                yield _verdict(clip, score, policy), score


def _verdict(clip: Clip, score: float, policy: Policy) -> bool:
    """Whether the clip passes beside a good photo that has this score."""
    matched = replace(clip.report, score=score)
    live = judge_clip(matched, policy, with_photo=False).passed
    return live and score >= policy.pass_score


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
        min(_alike(clip.best, other, policy) for other in clip.frames)
        for clip in clips
        if clip.best is not None
    ]
    ends = [clip.report.continuity for clip in clips if clip.report.continuity is not None]
    others = [
        _alike(a.best, frame, policy)
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


QUANTILES = (0, 5, 50, 99, 100)


def _below(scores: list[float], least: float) -> str:
    return share(sum(score < least for score in scores), len(scores))


def _alike(a: Vector, b: Vector, policy: Policy) -> float:
    return embeddings.score(embeddings.cosine(a, b), policy.embedding)


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
    accepted = sum(passed for passed, _ in strangers)
    yield judged("another person: accepted", share(accepted, len(strangers)), "0", accepted == 0)
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
