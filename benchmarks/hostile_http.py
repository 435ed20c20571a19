"""Hostile media through a real server by HTTP: the code of every class, and the next request.

    python -m benchmarks.hostile_http [--images 500] [--videos 300] [--seed 20180301]

Each file goes as `ImageA` of CompareFace, as `ImageBase64` or as `VideoBase64` of
CompareFaceLiveness, and after each a comparison of two good pictures must succeed. A class has one
right code (or a few, where what is left of a file decides). Damaged files may end in any code that
speaks of the picture or the presentation, and in no other: an InternalError is a failure.
"""

import argparse
import json
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from tests.perception.hostile import catalogue, mutations
from tests.serving import Running, serve

from benchmarks import pictures
from benchmarks.client import UNLIMITED, Answer, Client
from benchmarks.common import Conclusion, conclude, judged, machine, progress, table
from benchmarks.processes import usage
from countenance.perception.media import ImageParams, VideoParams
from countenance.reasons import reasons

GRACE = 10.0  # seconds past the wall limit that a busy machine may take to notice
DECODE, SIZE, LARGE = (
    f"FailedOperation.Image{name}" for name in ("DecodeFailed", "ResolutionExceed", "SizeExceed")
)
SMALL, NO_FACE = "FailedOperation.ImageResolutionTooSmall", "InvalidParameterValue.NoFaceInPhoto"
PHOTO_SIZE, PHOTO_LARGE = "FailedOperation.LifePhotoSizeError", "FailedOperation.ImageSizeTooLarge"
VIDEO = "InvalidParameterValue"
SHORT, UNSEEN, BLURRED = (
    f"FailedOperation.Silent{name}" for name in ("TooShort", "FaceDetectFail", "FaceQualityFail")
)
# The code as ImageA of CompareFace, and as ImageBase64 of CompareFaceLiveness beside a video of
# 0.2 s: a photo that decodes is told of that.
IMAGE_CODES: dict[str, tuple[str, str]] = {
    "empty": ("MissingParameter.ErrorParameterEmpty", "FailedOperation.EmptyImageError"),
    "over the byte cap": (LARGE, PHOTO_LARGE),
    "png of 900 MP": (SIZE, PHOTO_SIZE),
    "png of 40.008 MP": (SIZE, PHOTO_SIZE),
    "png of 40 MP in 39 kB": (SIZE, SHORT),
    "jpeg claiming 65500 px": (SIZE, PHOTO_SIZE),
    "bmp claiming 65500 px": (SIZE, DECODE),  # a photo may not be a BMP
    "bmp claiming 6000 px": (SIZE, DECODE),
    "png past the memory limit": (SIZE, PHOTO_SIZE),
    "jpeg of 120 scans, 0.1 s of CPU": (SIZE, SHORT),
    "png of 32 px": (SMALL, PHOTO_SIZE),
    "png 64 x 1 px": (SMALL, PHOTO_SIZE),
}
OTHER_IMAGES = (DECODE, DECODE)
# What is left of these can be shown; the face in it is 40 pixels wide, or there is none.
VIDEO_CODES: dict[str, tuple[str, ...]] = {
    "fragmented mp4 cut at 50 %": (SHORT,),
    "webm cut at 80 %": (SHORT,),
    "flv cut at 50 %": (SHORT,),
    "avi cut at 50 %": (SHORT,),
    "header claims 65535 px": (BLURRED, VIDEO),
    "1000 per second, 20 s": (UNSEEN,),
    "0.5 s of 4K, 0.05 s of CPU": (SHORT,),  # within the limit of a request, 15 s of CPU
    "no time passes": (BLURRED,),
    "one picture": (SHORT,),
    "data in another file": (BLURRED,),
}
OTHER_VIDEOS = (VIDEO,)
DAMAGED = {
    "image": {"Success", DECODE, SIZE, SMALL, NO_FACE},
    "video": {"Success", VIDEO}
    | {code for one in reasons().values() for mode, code in one.codes.items() if mode == "silent"}
    | {code for one in reasons().values() for mode, code in one.codes.items() if mode == "compare"},
}


class Trial:
    """A server under attack: what it answered, how long it took, whether it still works."""

    def __init__(self, server: Running) -> None:
        self._client = Client(server)
        self._good = pictures.head()
        self.failures: list[str] = []
        self.slowest = 0.0
        self.next_requests = 0

    def image(self, data: bytes) -> Answer:
        """The answer to a picture in CompareFace, in `ImageA`."""
        return self._check(self._client.compare(data, self._good), ImageParams().wall_seconds)

    def photo(self, data: bytes) -> Answer:
        """The answer to a picture as the photo of CompareFaceLiveness."""
        answer = self._client.liveness(data, catalogue.samples.video(seconds=0.2))
        return self._check(answer, ImageParams().wall_seconds)

    def video(self, data: bytes) -> Answer:
        """The answer to a video."""
        answer = self._client.liveness(self._good, data)
        return self._check(answer, VideoParams().wall_seconds)

    def close(self) -> None:
        """Close the connection."""
        self._client.close()

    def fail(self, what: str) -> None:
        """Count a failure."""
        self.failures.append(what)

    def _check(self, answer: Answer, limit: float) -> Answer:
        """Hold an answer to its form and time, and ask for something good."""
        self.slowest = max(self.slowest, answer.seconds)
        if answer.seconds > limit + GRACE:
            self.fail(f"{answer.code} took {answer.seconds:.1f} s")
        if answer.status != 200 or len(str(answer.response.get("RequestId"))) != 36:
            self.fail(f"status {answer.status}, or no RequestId")
        following = self._client.compare(self._good, self._good)
        self.next_requests += 1
        if following.code != "Success" or following.response["Score"] < 90:
            self.fail(f"after {answer.code} the next request ended in {following.code}")
        return answer


def main() -> int:
    """Print the tables; status 1 when anything is not as it must be."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--images", type=int, default=500)
    parser.add_argument("--videos", type=int, default=300)
    parser.add_argument("--seed", type=int, default=20180301)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, serve(Path(name), **UNLIMITED) as server:
        trial = Trial(server)
        try:
            rows = list(_classes(trial))
            counts = {
                "image": _damaged(
                    trial, trial.image, catalogue.originals_of_images(), "image", options
                ),
                "video": _damaged(
                    trial, trial.video, catalogue.originals_of_videos(), "video", options
                ),
            }
        finally:
            trial.close()
        held = usage(server.pid)
        unexpected = _unexpected(server.log)
    table(
        f"Hostile classes by HTTP; {machine()}",
        ("class", "as", "bytes", "s", "code", "bar"),
        [(*row[:-1], "ok" if row[-1] else "WRONG") for row in rows],
    )
    table(
        f"Damaged files by HTTP, seed {options.seed}",
        ("files", "n", "codes"),
        [
            (f"{kind}s", found.total(), ", ".join(f"{c} {n}" for c, n in found.most_common()))
            for kind, found in counts.items()
        ],
    )
    if trial.failures:
        table("What is wrong", ("failure", "n"), Counter(trial.failures).most_common())
    return conclude(*_conclusions(trial, rows, counts, unexpected, held.own_memory))


Row = tuple[str, str, int, str, str, bool]


def _classes(trial: Trial) -> Iterator[Row]:
    """Every class through its doors."""
    for case in progress(catalogue.IMAGES, "image classes"):
        data = case.make()
        doors = zip(
            ("ImageA", "photo"),
            (trial.image, trial.photo),
            IMAGE_CODES.get(case.name, OTHER_IMAGES),
            strict=True,
        )
        for door, send, code in doors:
            yield _row(trial, case.name, door, data, send(data), (code,))
    for case in progress(catalogue.VIDEOS, "video classes"):
        data = case.make()
        codes = VIDEO_CODES.get(case.name, OTHER_VIDEOS)
        yield _row(trial, case.name, "video", data, trial.video(data), codes)


def _row(
    trial: Trial, name: str, door: str, data: bytes, answer: Answer, codes: tuple[str, ...]
) -> Row:
    if answer.code not in codes:
        trial.fail(f"{name} as {door}: {answer.code}, not {' or '.join(codes)}")
    return name, door, len(data), f"{answer.seconds:.2f}", answer.code, answer.code in codes


def _damaged(
    trial: Trial,
    send: Callable[[bytes], Answer],
    originals: list[bytes],
    kind: str,
    options: argparse.Namespace,
) -> Counter[str]:
    """How many damaged files ended in which code."""
    found: Counter[str] = Counter()
    count = getattr(options, f"{kind}s")
    mutants: Iterable[bytes] = mutations.mutants(originals, count, options.seed)
    for data in progress(mutants, f"damaged {kind}s", count):
        code = send(data).code
        found[code] += 1
        if code not in DAMAGED[kind]:
            trial.fail(f"a damaged {kind} ended in {code}")
    return found


def _unexpected(log: Path) -> int:
    """How many errors of its own the server has logged."""
    lines = (json.loads(line) for line in log.read_text("utf-8").splitlines() if line[:1] == "{")
    return sum(line.get("event") == "unexpected" for line in lines)


def _conclusions(
    trial: Trial, rows: list[Row], counts: dict[str, Counter[str]], unexpected: int, memory: float
) -> Iterator[Conclusion]:
    right = sum(row[-1] for row in rows)
    yield judged("hostile classes by HTTP", f"{right} of {len(rows)}", "all", right == len(rows))
    for kind, found in counts.items():
        good = sum(n for code, n in found.items() if code in DAMAGED[kind])
        figure = f"{good} of {found.total()} in a code for it"
        yield judged(f"damaged {kind}s by HTTP", figure, "all", good == found.total())
    yield judged(
        "no hang, and the next request is answered",
        f"{trial.next_requests} requests, slowest {trial.slowest:.1f} s, "
        f"{len(trial.failures)} failures, {unexpected} unexpected errors, {memory:.0f} MB after",
        "0 failures",
        not trial.failures and not unexpected,
    )


if __name__ == "__main__":
    sys.exit(main())
