"""Decodes one video with PyAV, in one pass after a pass over its packets; runs in the child."""

import io
import time
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import av
from av.stream import Disposition

from .album import Album
from .params import Fault, MediaError, VideoParams
from .protocol import Arrays, FrameHead, TrackHead, VideoReply
from .sound import CODECS as SOUND_CODECS
from .sound import Sound
from .timeline import Timeline, TimelineReader
from .track import Tracker, quarters

DEMUXERS = {
    "mp4": "mov",
    "mov": "mov",
    "avi": "avi",
    "flv": "flv",
    "webm": "matroska",
    "matroska": "matroska",
    "mpeg": "mpeg",
}
CODECS = frozenset(
    {
        *("h264", "hevc", "vp8", "vp9", "av1", "libdav1d", "mpeg4", "mpeg1video", "mpeg2video"),
        *("flv", "vp6f", "h263", "mjpeg"),
    }
)
_NAMES = {"libdav1d": "av1", "flv": "flv1"}
_MAX_STREAMS = 16


def decode(data: bytearray, kind: str, params: VideoParams) -> tuple[VideoReply, Arrays]:
    """Return a VideoReply and what follows it; raises MediaError and PyAV's errors."""
    return _Decoding(data, kind, params).run()


class _Decoding:
    def __init__(self, data: bytearray, kind: str, params: VideoParams) -> None:
        self._data = data
        self._kind = kind
        self._params = params
        self._end = time.process_time() + params.seconds
        self._skipped = 0

    def run(self) -> tuple[VideoReply, Arrays]:
        with closing(self._open()) as container:
            timeline = self._read_timeline(container)
        self._skipped = 0
        with closing(self._open()) as container:
            return self._decode(container, timeline)

    def _open(self) -> Any:
        options = {
            # Nothing may be opened from within a file, by any protocol.
            "protocol_whitelist": "none",
            "codec_whitelist": ",".join(sorted(CODECS | SOUND_CODECS)),
            "max_streams": str(_MAX_STREAMS),
            "max_pixels": str(self._params.max_pixels),
            "threads": "1",
        }
        demuxer = DEMUXERS[self._kind]
        if demuxer == "mov":
            options["enable_drefs"] = "0"
        return av.open(io.BytesIO(self._data), "r", format=demuxer, options=options)

    def _stream(self, container: Any) -> Any:
        for stream in container.streams.video:
            if not stream.disposition & Disposition.attached_pic:
                break
        else:
            raise MediaError(Fault.NO_VIDEO, f"{self._kind}: no video stream")
        codec = stream.codec_context
        name = codec.name if codec is not None else "unknown"
        if name not in CODECS:
            raise MediaError(Fault.UNDECODABLE, f"{self._kind}: codec {name} is not accepted")
        self._check_size(codec.width, codec.height)
        codec.options = {"max_pixels": str(self._params.max_pixels)}
        codec.thread_count = 1
        codec.thread_type = "SLICE"
        return stream

    def _check_size(self, width: int, height: int) -> None:
        if width * height > self._params.max_pixels:
            rule = f"pixels > {self._params.max_pixels}"
            raise MediaError(Fault.TOO_MANY_PIXELS, f"{rule}: {width} x {height} px")

    def _packets(self, container: Any, *streams: Any) -> Iterator[Any]:
        packets = container.demux(*streams)
        while True:
            try:
                packet = next(packets, None)
            except av.error.FFmpegError:  # what was read before the damage still counts
                self._skipped += 1
                return
            if packet is None:
                return
            if time.process_time() > self._end:
                raise MediaError(Fault.TOO_SLOW, f"CPU > {self._params.seconds:g} s")
            yield packet

    def _read_timeline(self, container: Any) -> Timeline:
        stream = self._stream(container)
        reader = TimelineReader(self._params)
        for packet in self._packets(container, stream):
            if packet.size and not packet.is_discard:
                stamp = packet.dts if packet.pts is None else packet.pts
                reader.add(None if stamp is None else float(stamp * stream.time_base))
        return reader.finish(float(stream.average_rate or stream.guessed_rate or 0))

    def _decode(self, container: Any, timeline: Timeline) -> tuple[VideoReply, Arrays]:
        stream = self._stream(container)
        sound = self._sound(container, timeline.start)
        tracker = Tracker(timeline, self._params) if self._params.track_side else None
        album = Album(timeline, self._params, tracker)
        for packet in self._packets(container, stream, *([sound.stream] if sound else [])):
            if sound and packet.stream_index == sound.stream.index:
                sound.feed(packet)
            elif not album.done:
                self._show(packet, album)
            if album.done and (not sound or sound.done):
                break
        if not album.count:
            raise MediaError(
                Fault.UNDECODABLE, f"{self._kind}: no frame, {self._skipped} packets skipped"
            )
        return self._reply(stream, timeline, album, tracker, sound)

    def _sound(self, container: Any, zero: float) -> Sound | None:
        if not self._params.audio:
            return None
        for stream in container.streams.audio:
            codec = stream.codec_context
            if codec is not None and codec.name in SOUND_CODECS:
                codec.thread_count = 1
                return Sound(stream, self._params.analysed_seconds, zero)
        return None

    def _show(self, packet: Any, album: Album) -> None:
        try:
            frames = packet.decode()
        except av.error.FFmpegError:
            self._skipped += 1
            return
        for frame in frames:
            self._check_size(frame.width, frame.height)
            if frame.is_corrupt:
                self._skipped += 1
            elif not album.done:
                album.add(frame)

    def _reply(
        self,
        stream: Any,
        timeline: Timeline,
        album: Album,
        tracker: Tracker | None,
        sound: Sound | None,
    ) -> tuple[VideoReply, Arrays]:
        pictures = album.finish()
        samples = sound.samples(album.zero) if sound else None
        track = tracker.finish() if tracker else None
        turns = quarters(album.last)
        size = (album.last.width, album.last.height)
        name = stream.codec_context.name
        reply = VideoReply(
            frames=tuple(FrameHead(t, p.shape[1], p.shape[0]) for t, p in pictures),
            duration=timeline.duration,
            frame_count=album.count,
            skipped=self._skipped,
            rate=album.rate,
            width=size[turns % 2],
            height=size[1 - turns % 2],
            codec=_NAMES.get(name, name),
            rotation=-90 * turns % 360,
            samples=None if samples is None else len(samples),
            track=TrackHead(track.times, *track.size) if track else None,
        )
        arrays: Arrays = [pixels for _, pixels in pictures]
        if track:
            arrays.append(track.frames)
        return reply, arrays if samples is None else [*arrays, samples]
