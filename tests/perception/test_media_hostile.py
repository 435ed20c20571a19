"""Hostile files, through a real child."""

import re
import sys
from collections.abc import Iterator

import pytest
from tests.perception.hostile import catalogue, mutations, samples
from tests.perception.hostile.verdicts import error_of, fault_of, open_descriptors

from countenance.perception.media import (
    Decoder,
    Fault,
    ImageParams,
    decode_image,
    decode_video,
)

ALL = ImageParams(formats=("jpeg", "png", "bmp"))
linux = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


@pytest.fixture(scope="module")
def child() -> Iterator[Decoder]:
    """One child for the whole module, never replaced for its age."""
    with Decoder(1, jobs_per_child=100_000) as pool:
        yield pool


@pytest.mark.parametrize("case", catalogue.IMAGES + catalogue.VIDEOS, ids=lambda case: case.name)
def test_a_hostile_file_ends_in_its_fault_and_the_next_one_decodes(
    child: Decoder, case: catalogue.Case
) -> None:
    data, params = case.make(), case.params
    if isinstance(params, ImageParams):
        error = error_of(lambda: decode_image(data, params, using=child))
    else:
        error = error_of(lambda: decode_video(data, params, using=child))
    assert (error.fault if error else None) in case.outcomes
    # Numbers and names only; nothing of the file.
    assert error is None or re.fullmatch(r"[A-Za-z0-9 .,:;/=<>()_-]{1,160}", error.detail)
    assert decode_image(samples.image("jpeg"), using=child).pixels.shape == (512, 512, 3)


@linux
def test_damaged_files_hold_no_descriptor_and_crash_nothing(child: Decoder) -> None:
    images = mutations.mutants(catalogue.originals_of_images(), 150, seed=11)
    videos = mutations.mutants(catalogue.originals_of_videos(), 150, seed=12)
    child.start()
    before = open_descriptors()
    faults = [fault_of(lambda d=data: decode_image(d, ALL, using=child)) for data in images]  # type: ignore[misc]
    faults += [fault_of(lambda d=data: decode_video(d, using=child)) for data in videos]  # type: ignore[misc]
    assert open_descriptors() == before
    assert Fault.CRASHED not in faults
    assert faults.count(Fault.UNDECODABLE) > 100


@linux
def test_three_hundred_failing_files_through_one_child_leak_nothing(child: Decoder) -> None:
    child.start()
    before, pids = open_descriptors(), child.pids
    cut = samples.video(seconds=0.4)[:-500]
    for _ in range(300):
        assert fault_of(lambda: decode_video(cut, using=child)) is Fault.UNDECODABLE
    # The child may hold 16 descriptors: it could not have leaked one per file and still work.
    assert decode_video(samples.video(seconds=0.4), using=child).frame_count == 10
    assert child.pids == pids
    assert open_descriptors() == before
