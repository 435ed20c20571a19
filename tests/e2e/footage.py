"""Chromium's fake camera: films of simulated people and prints, changed while it runs."""

from pathlib import Path

import av

from countenance.simulate import Clip

RATE = 30  # Chromium plays a Motion JPEG file at 30 frames a second whatever the file says


def write(clip: Clip, path: Path) -> Path:
    """The clip as Chromium's fake camera takes its pictures: Motion JPEG, played in a loop."""
    with av.open(str(path), "w", format="mjpeg") as file:
        stream = file.add_stream("mjpeg", rate=RATE)
        stream.height, stream.width = clip.frames[0].shape[:2]
        stream.pix_fmt = "yuvj420p"
        stream.bit_rate = 20_000_000
        for pixels in clip.frames:
            file.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, format="bgr24")))
        file.mux(stream.encode(None))
    return path


class Camera:
    """The file that a browser takes for its camera; each time that is opened, it is read anew."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "camera.mjpeg"

    def show(self, film: Path) -> None:
        """What a camera opened from now on shows."""
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
