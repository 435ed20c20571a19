"""Chromium's fake camera: films of simulated people and prints, changed while it runs."""

from pathlib import Path

import av

from countenance.simulate import Clip

RATE = 15  # pictures a second


def write(clip: Clip, path: Path) -> Path:
    """The clip as Chromium's fake camera takes it, at its own rate and in a loop: YUV4MPEG2."""
    height, width = clip.frames[0].shape[:2]
    with path.open("wb") as file:
        file.write(f"YUV4MPEG2 W{width} H{height} F{round(clip.rate)}:1 Ip C420\n".encode())
        for pixels in clip.frames:
            frame = av.VideoFrame.from_ndarray(pixels, format="bgr24").reformat(format="yuv420p")
            file.write(b"FRAME\n" + frame.to_ndarray().tobytes())
    return path


class Camera:
    """The file that a browser takes for its camera; it is read anew whenever that is turned on."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "camera.y4m"

    def show(self, film: Path) -> None:
        """What a camera that is turned on from now shows, from the film's beginning."""
        link = self.path.with_suffix(".next")
        link.symlink_to(film)
        link.replace(self.path)

    @property
    def options(self) -> tuple[str, ...]:
        """What a browser with this camera, whose person allows it, is started with."""
        return (
            "--use-fake-ui-for-media-stream",
            "--use-fake-device-for-media-stream",
            f"--use-file-for-fake-video-capture={self.path}",
        )
