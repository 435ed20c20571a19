"""Compares pairs of files as `countenance.compare` does: the worker of `benchmarks.deepface`."""

from pathlib import Path

from benchmarks.peers.answer import answer
from countenance.perception import verify
from countenance.perception.faces.embed import DEFAULT
from countenance.perception.warm import warm
from countenance.verification.policy import Policy


def main() -> None:
    """Answer until the input ends."""
    warm(DEFAULT, "openvino")  # as a server is before it calls itself ready
    params = Policy().stills()

    def compare(a: str, b: str) -> float | None:
        return verify.compare_stills(Path(a).read_bytes(), Path(b).read_bytes(), params).cosine

    answer(compare)


if __name__ == "__main__":
    main()
