"""The track of a video: small grey frames of all of it, upright, at their times, within bounds."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.perception.hostile import samples

from countenance.perception.decoder.params import TRACK_ASPECT
from countenance.perception.decoder.protocol import (
    Breach,
    FrameHead,
    TrackHead,
    VideoJob,
    VideoReply,
    allocation,
)
from countenance.perception.media import VideoParams, decode_video

SIDE = 120


def reply(track: TrackHead | None, samples_: int | None = None) -> VideoReply:
    return VideoReply(
        (FrameHead(0.0, 64, 48),), 1.0, 25, 0, 25.0, 640, 480, "h264", 0, samples_, track
    )


@given(st.integers(1, 400), st.integers(1, 1 << 16), st.integers(1, 1 << 16))
def test_no_track_makes_the_server_allocate_beyond_the_params(
    count: int, width: int, height: int
) -> None:
    job = VideoJob("mp4", 3, VideoParams(track_side=SIDE))
    try:
        _, track = allocation(job, reply(TrackHead((0.0,) * count, width, height)))
    except Breach:
        return
    assert track.nbytes <= job.params.track_frames * TRACK_ASPECT * SIDE**2


def test_a_track_that_was_not_asked_for_is_a_breach() -> None:
    with pytest.raises(Breach):
        allocation(VideoJob("mp4", 3, VideoParams()), reply(TrackHead((0.0,), 1, 1)))


def test_the_track_comes_before_the_sound() -> None:
    job = VideoJob("mp4", 3, VideoParams(track_side=SIDE, audio=True))
    frame, track, sound = allocation(job, reply(TrackHead((0.0, 0.1), 160, 120), 50))
    assert (frame.shape, track.shape, sound.shape) == ((48, 64, 3), (2, 120, 160), (50,))


def test_every_frame_of_a_short_video_is_in_its_track() -> None:
    data = samples.video("mp4", "libx264", "aac", rate=10, seconds=1.5)
    video = decode_video(data, VideoParams(track_side=SIDE, audio=True))
    assert video.track is not None
    assert video.samples is not None
    assert video.track.frames.shape == (15, SIDE, 160)
    assert video.track.frames.dtype == np.uint8
    assert np.allclose(video.track.times, np.arange(15) / 10, atol=1e-3)
    assert [samples.frame_number(frame) for frame in video.track.frames] == list(range(15))


def test_without_being_asked_there_is_none() -> None:
    assert decode_video(samples.video(seconds=0.4)).track is None


def test_a_long_video_is_spread_over_the_track() -> None:
    data = samples.video(rate=25, seconds=4.0)
    track = decode_video(data, VideoParams(track_side=SIDE, track_frames=30)).track
    assert track is not None
    assert len(track.times) == len(track.frames) == 25
    assert [samples.frame_number(frame) for frame in track.frames] == list(range(0, 100, 4))


def test_only_the_analysed_part_is_in_the_track() -> None:
    data = samples.video(rate=10, seconds=3.0)
    track = decode_video(data, VideoParams(track_side=SIDE, analysed_seconds=1.0)).track
    assert track is not None
    assert track.times[-1] <= 1.0


@pytest.mark.parametrize("clockwise", [90, 180])
def test_the_track_is_upright(clockwise: int) -> None:
    data = samples.rotated(samples.video(rate=10, seconds=0.5), clockwise)
    video = decode_video(data, VideoParams(track_side=SIDE))
    assert video.track is not None
    height, width = video.track.frames.shape[1:]
    assert (width > height) is (video.size[0] > video.size[1])
    shown = video.frames[0].pixels.mean(-1)
    whole = np.asarray(shown[:: shown.shape[0] // height, :: shown.shape[1] // width])
    small = video.track.frames[0][: whole.shape[0], : whole.shape[1]].astype(float)
    assert np.corrcoef(small.ravel(), whole[: len(small), : small.shape[1]].ravel())[0, 1] > 0.8


@pytest.mark.parametrize(
    ("size", "shape"), [((64, 48), (48, 64)), ((480, 64), (38, 288)), ((64, 480), (288, 38))]
)
def test_a_track_is_never_enlarged_nor_very_long(
    size: tuple[int, int], shape: tuple[int, int]
) -> None:
    track = decode_video(samples.video(size=size, seconds=0.2), VideoParams(track_side=SIDE)).track
    assert track is not None
    assert track.frames.shape[1:] == shape
