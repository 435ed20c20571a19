"""Recordings of people as the benchmarks judge them: reports, face vectors, photos, strangers."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.common import progress
from countenance.library import Verification, verification
from countenance.perception.faces import embed as embeddings
from countenance.perception.faces.view import look
from countenance.perception.media import VideoParams, decode_image, decode_video
from countenance.perception.verify import InputError, VerificationReport, check_clip
from countenance.verification.policy import Policy

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


def judge(
    files: list[Path], what: str, policy: Policy
) -> tuple[list[Clip], list[tuple[Path, InputError]]]:
    """Each file judged, and those that are not decoded with why; `what` names the progress."""
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


def patient(policy: Policy) -> Policy:
    """The policy with time to decode on a machine that does something else besides."""
    clip = policy.clip
    video = replace(clip.video, wall_seconds=600.0)
    return replace(policy, clip=replace(clip, video=video))


def _video(file: Path, params: VideoParams) -> list[Pixels]:
    return [frame.pixels for frame in decode_video(file.read_bytes(), params).frames]


def with_photo(other: Path, clip: Clip, policy: Policy) -> Verification:
    """The library's answer to a judged clip and a photo: a frame of the middle of a recording.

    The frames that are judged are an even number, so that the middle of a clip is none of them.
    """
    middle = replace(policy.clip.video, frames=1, span=(0.5, 0.5))
    view, pixels = look(_video(other, middle)[0], policy.silent().view)
    score = None
    if view.main is not None and clip.best is not None:
        vector = embeddings.embed(pixels, view.main, policy.embedding)
        score = alike(clip.best, vector, policy)
    report = replace(clip.report, photo=view, score=score)
    return verification(report, policy, with_photo=True)


def press(folder: Path, policy: Policy) -> list[Photo]:
    """The faces of photos that lie in a folder for each person."""
    photos = []
    for file in progress(sorted(folder.glob("*/*.jpg")), "press photos"):
        pixels = decode_image(file.read_bytes(), policy.clip.photo).pixels
        photos += _photo(file.parent.name, pixels, policy)
    return photos


def _photo(person: str, pixels: Pixels, policy: Policy) -> Iterator[Photo]:
    view, pixels = look(pixels, policy.clip.view)
    if view.main is not None:
        yield Photo(person, embeddings.embed(pixels, view.main, policy.embedding))


def best_frames(clips: list[Clip]) -> Iterator[Photo]:
    """The frame of each clip that would be compared, as a photo of its person."""
    for clip in clips:
        if clip.best is not None:
            yield Photo(clip.person, clip.best)


def cross(clips: list[Clip], photos: list[Photo], policy: Policy) -> Iterator[tuple[bool, float]]:
    """Every clip with every photo of somebody else: whether it passed, and the score."""
    for clip in clips:
        if clip.best is None:
            continue
        for photo in photos:
            if photo.person != clip.person:
                score = alike(clip.best, photo.vector, policy)
                yield clip.live and score >= policy.pass_score, score


def alike(a: Vector, b: Vector, policy: Policy) -> float:
    """The score of two vectors under the policy's embedding."""
    return embeddings.score(embeddings.cosine(a, b), policy.embedding)
