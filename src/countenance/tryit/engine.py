"""The try page's engine: the same perception and verdict as the API, told with its pictures."""

import time
from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

import cv2
import numpy as np
import pybase64
from numpy.typing import NDArray

from countenance import library
from countenance.compute import Busy, Compute
from countenance.perception.faces import mesh as meshes
from countenance.perception.faces import pose as poses
from countenance.perception.faces import quality as qualities
from countenance.perception.faces.detect import Face
from countenance.perception.faces.view import View
from countenance.perception.verify import (
    ClipParams,
    InputError,
    VerificationReport,
    check_clip,
    compare_stills,
    verify_clip,
)
from countenance.reasons import reason
from countenance.tryit import shapes
from countenance.verification.policy import Policy
from countenance.verification.verdict import Verdict, judge_stills

T = TypeVar("T")
WEAK = {"face_small": "short_side", "blurred": "sharpness", "too_dark": "luma"}
WEAK |= {"too_bright": "luma"}
WHERE = {"a": "First photo: ", "b": "Second photo: ", "photo": "Photo: ", "video": "", "match": ""}


class PerceptionEngine:
    """Answers the page from `compute`; nothing of what it is shown is kept."""

    def __init__(self, compute: Compute, policy: Policy) -> None:
        self._compute = compute
        self._policy = policy

    async def compare(self, a: bytes, b: bytes) -> shapes.CompareAnswer:
        """Two photos; raises `ApiError` for one that is not a picture."""
        begun = time.perf_counter()
        report = await self._run(compare_stills, a, b, self._policy.stills(mesh=True))
        verdict = judge_stills(report, self._policy)
        return shapes.CompareAnswer(
            a=_seen(report.a),
            b=_seen(report.b),
            score=None if report.score is None else round(report.score, 2),
            passed=verdict.passed,
            meaning=library.explain(report.score, report.model),
            reasons=_reasons(verdict),
            millis={"total": _since(begun)},
        )

    async def verify(self, photo: bytes | None, video: bytes) -> shapes.VerifyAnswer:
        """A clip, with or without a photo; raises `ApiError` for unusable media."""
        begun = time.perf_counter()
        # the page takes the larger photos of the comparison here too
        params = replace(self._policy.silent(mesh=True), photo=self._policy.still)
        if photo is None:
            report, best = await self._run(_check, video, params)
        else:
            report, best = await self._run(_verify, photo, video, params)
        result = library.verification(report, self._policy, with_photo=photo is not None)
        return shapes.VerifyAnswer(
            photo=None if report.photo is None else _seen(report.photo),
            best_frame=best,
            frames=[
                shapes.FrameSeen(time=f.time, live=f.live, faces=f.people)
                for f in report.liveness.frames
            ],
            live=result.live,
            score=None if photo is None else result.score,
            passed=result.passed,
            meaning=result.meaning,
            reasons=_reasons(result.verdict),
            live_needed=_needed(report, self._policy),
            millis={"total": _since(begun)},
        )

    async def _run(self, function: Callable[..., T], *args: object) -> T:
        try:
            return await self._compute.run(function, *args)
        except InputError as error:
            name = {"a": "first photo", "b": "second photo"}.get(error.name, error.name)
            message = f"The {name} cannot be used: {error.error.detail}."
            raise shapes.Unusable(f"Unusable.{error.error.fault}", message) from None
        except Busy:
            message = "The server is busy. Try again in a few seconds."
            raise shapes.Unusable("Busy", message) from None


def _check(video: bytes, params: ClipParams) -> tuple[VerificationReport, shapes.BestFrame | None]:
    report = check_clip(video, params)
    return report, _best(report)


def _verify(
    photo: bytes, video: bytes, params: ClipParams
) -> tuple[VerificationReport, shapes.BestFrame | None]:
    report = verify_clip(photo, video, params)
    return report, _best(report)


def _best(report: VerificationReport) -> shapes.BestFrame | None:
    """The compared frame as a picture, with its mesh fitted for drawing."""
    index = report.liveness.best
    if index is None or report.best is None:
        return None
    frame = report.liveness.frames[index]
    assert frame.face is not None  # a best frame has a face
    mesh = meshes.fit(report.best, frame.face)
    height, width = report.best.shape[:2]
    face = _face(frame.face, mesh, poses.estimate(mesh.points), frame.quality, main=True)
    return shapes.BestFrame(
        width=width,
        height=height,
        faces=[face],
        image="data:image/jpeg;base64," + _jpeg(report.best),
        time=frame.time,
    )


def _needed(report: VerificationReport, policy: Policy) -> float:
    """What the live score had to reach in this clip, where any could."""
    cues = report.liveness.cues
    return (cues and cues.required) or policy.clip.silent.live


def _seen(view: View) -> shapes.Seen:
    faces = [
        _face(face, view.mesh, view.pose, view.quality, main=True)
        if index == 0
        else _face(face, None, None, None, main=False)
        for index, face in enumerate(view.faces)
    ]
    return shapes.Seen(width=view.width, height=view.height, faces=faces)


def _face(
    face: Face,
    mesh: meshes.Mesh | None,
    pose: poses.Pose | None,
    quality: qualities.Quality | None,
    *,
    main: bool,
) -> shapes.FaceSeen:
    return shapes.FaceSeen(
        box=face.box,
        score=face.score,
        points=[(float(x), float(y)) for x, y in face.points],
        mesh=None if mesh is None else [(float(p[0]), float(p[1])) for p in mesh.points],
        pose=None if pose is None else shapes.Pose(pose.yaw, pose.pitch, pose.roll),
        quality=None if quality is None else _quality(quality),
        main=main,
    )


def _quality(quality: qualities.Quality) -> shapes.Quality:
    weak = [WEAK[key] for key in qualities.complaints(quality, qualities.LEVELS[4])]
    return shapes.Quality(quality.short_side, quality.sharpness, quality.luma, weak)


def _reasons(verdict: Verdict) -> list[shapes.Reason]:
    """The findings in telling order, each with the picture it was made in."""
    return [
        shapes.Reason(item.key, WHERE[item.where] + reason(item.key).text, reason(item.key).hint)
        for item in verdict.findings
    ]


def _jpeg(pixels: NDArray[np.uint8]) -> str:
    encoded, data = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, 90])
    assert encoded  # a BGR array always encodes
    return pybase64.b64encode(data.tobytes()).decode("ascii")


def _since(begun: float) -> float:
    return round((time.perf_counter() - begun) * 1000, 1)
