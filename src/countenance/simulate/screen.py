"""A recording or a photograph of someone, shown on a device before a camera in a room."""

from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from countenance.perception.faces.detect import detect
from countenance.simulate import device as devices
from countenance.simulate.camera import Camera, drawn, exposures
from countenance.simulate.clip import Clip, Still
from countenance.simulate.device import MONITOR, PHONE, TABLET, Device
from countenance.simulate.hand import fingers
from countenance.simulate.light import Bytes, Floats, blurred
from countenance.simulate.motion import drift, rotation
from countenance.simulate.plane import Layer, Matrix, homography, in_sight, outline
from countenance.simulate.presentation import bona_fide
from countenance.simulate.room import room
from countenance.simulate.stage import Scene, View, over
from countenance.simulate.subpixels import mosaicked, sampled
from countenance.simulate.truth import Quad, Truth, Turn

SPECIES = (PHONE, TABLET, MONITOR)

_FACE = 0.136  # metres, as `presentation` has it
_ACROSS = 1.5  # of the lattice's pixels in one of the camera's


class _Shot:
    """A device in a hand or on a stand before a camera, drawn once; each frame of it by its pose.

    What the sensor counts is scaled to `size` by the camera's processor, as most do.
    """

    def __init__(
        self,
        rng: np.random.Generator,
        size: tuple[int, int],
        device: Device,
        distance: float,
        held: bool,
    ) -> None:
        self.size, self.device, self.distance = size, device, distance
        zoom = 1.0 if rng.random() < 0.4 else float(rng.uniform(0.93, 1.5))
        whole = (round(size[0] * zoom), round(size[1] * zoom))
        camera = drawn(rng, whole)
        self.blur = float(np.hypot(camera.blur, rng.uniform(0, 0.6)))  # near, it focuses less well
        self.camera = replace(camera, focal=0.9 * max(size) * zoom, blur=0.0)
        self.pitch = distance / self.camera.focal / _ACROSS
        self.body = devices.unlit(device, self.pitch)
        self.hand = (
            fingers(rng, device.body, self.pitch, in_sight(self.camera, distance)) if held else None
        )
        picture = room(rng)
        middle = (picture.shape[1] / 2, picture.shape[0] / 2)
        scene = Scene(picture, middle, distance / self.camera.focal * max(whole) / 640, 1.5)
        self.behind = scene.seen(self.camera, View(distance))
        self.around = float(rng.uniform(0.4, 0.9))  # light that falls on it
        self.mirrored = devices.glare(rng, whole)
        self.banding = float(rng.uniform(0.01, 0.07)) if rng.random() < 0.4 else 0.0
        self.bands = float(rng.uniform(0.7, 4.0))

    def light(self, shown: Layer, turn: Turn, moved: Floats, beat: float) -> tuple[Floats, Quad]:
        """Linear light on the sensor, scaled to `size`, and the device's corners there.

        `beat` is the phase, in turns, of the display's flicker against the rolling shutter.
        """
        camera, whole = self.camera, self.camera.size
        matrix = homography(camera, self.distance, rotation(*turn), moved)
        body = self.body.seen(matrix, whole)
        body[..., :3] *= self.around
        body[..., :3] += self.mirrored[..., None] * body[..., 3:]
        glow = shown.seen(matrix, whole)
        if self.banding:
            row = self.bands * np.arange(whole[1]) / whole[1] + beat
            glow *= (1 + self.banding * np.sin(2 * np.pi * row))[:, None, None].astype(np.float32)
        behind = over(body, self.behind)
        if self.hand is not None:
            hand = self.hand.seen(matrix, whole)
            hand[..., :3] *= self.around
            behind, glow = over(hand, behind), glow * (1 - hand[..., 3:])
        from_dots = sampled(self.device.dots, self.device.pitch, matrix, whole, self.blur)
        light = mosaicked(blurred(behind, self.blur) + blurred(glow, self.blur) * from_dots)
        scale = np.array(self.size) / whole
        fit = np.diag([*scale, 1.0])
        fit[:2, 2] = scale / 2 - 0.5
        how = cv2.INTER_AREA if scale[0] < 1 else cv2.INTER_CUBIC
        small = cv2.resize(light, self.size, interpolation=how)
        return np.asarray(small, np.float32), outline(fit @ matrix, self.device.body)

    def developed(self, lights: list[Floats], rng: np.random.Generator) -> list[Bytes]:
        """The frames from their light, exposure wandering a little about the first's."""
        camera: Camera = replace(self.camera, size=self.size)
        wander = drift(rng, (0.02,), (0.1, 0.5)).at(np.arange(len(lights)) / 25)[:, 0]
        gains = exposures(camera.meter(lights[0]), wander)
        response = camera.response()
        return [
            camera.develop(light, np.float32(gain) * response, rng)
            for light, gain in zip(lights, gains, strict=True)
        ]


def screen_attack(
    portrait: Bytes,
    *,
    seed: int,
    seconds: float = 3.0,
    rate: float = 25.0,
    size: tuple[int, int] = (640, 480),
    species: str = PHONE,
    playing: bool = True,
) -> Clip:
    """The person of a BGR `portrait` on a device: a recording of them, or, not `playing`, the
    portrait.

    The face is as large in the frame as a person's would be: of a telephone little but the
    display is seen. `size` is (width, height), both even. Raises ValueError where the portrait
    shows no face or the species is none of `SPECIES`.
    """
    rng = np.random.default_rng([seed, 3])
    if playing:
        recorded = bona_fide(
            portrait, seed=seed, seconds=seconds, rate=rate, size=(480, 640)
        ).frames
    else:
        recorded = [portrait]
    face = _face(recorded[0])
    device = devices.drawn(rng, species, upright=rng.random() < 0.8)
    share = rng.uniform(0.45, 0.75)
    distance = rng.uniform(0.40, 0.48) / _FACE * share * min(device.display)
    shot = _Shot(rng, size, device, distance, rng.random() < 0.5)
    times = np.arange(max(1, round(seconds * rate))) / rate
    sways = drift(rng, (1.2, 1.2, 0.8), (0.2, 1.5)).at(times) + _tilt(rng)
    moves = drift(rng, (0.003, 0.003, 0.003), (0.2, 1.5)).at(times)
    moves -= (*device.aside, 0)
    flicker = rng.uniform(0.1, 0.9)
    turns = tuple(Turn(*(float(v) for v in row)) for row in sways)
    lights, quads = [], []
    for index, (turn, moved) in enumerate(zip(turns, moves, strict=True)):
        picture = recorded[index % len(recorded)]
        shown = devices.lit(device, picture, face, share, shot.pitch)
        light, quad = shot.light(shown, turn, moved.astype(np.float32), flicker * index)
        lights.append(light)
        quads.append(quad)
    truth = Truth(species, False, seed, distance, turns, (0.0,) * len(turns), tuple(quads))
    return Clip(shot.developed(lights, rng), rate, truth)


def bezel_still(
    portrait: Bytes,
    *,
    seed: int,
    size: tuple[int, int] = (640, 480),
    species: str = PHONE,
    held: bool | None = None,
) -> Still:
    """A photograph of a device that shows the portrait, from so far that its outline is seen.

    The device takes 0.7 to 1.0 of the frame's width or height; a corner may be cut off. `held`
    puts fingers about it, None leaves it to the seed. Errors are those of `screen_attack`.
    """
    rng = np.random.default_rng([seed, 4])
    face = _face(portrait)
    along = rng.random() < 0.8  # turned as the frame is
    device = devices.drawn(rng, species, upright=(size[1] > size[0]) == along)
    fingers_seen = rng.random() < (0.3 if species == MONITOR else 0.7)
    distance, moved = set_off(rng, device.body, size)
    shot = _Shot(rng, size, device, distance, fingers_seen if held is None else held)
    shown = devices.lit(device, portrait, face, rng.uniform(0.45, 0.75), shot.pitch)
    turn = Turn(*(float(v) for v in _tilt(rng)))
    light, quad = shot.light(shown, turn, moved, rng.uniform())
    truth = Truth(species, False, seed, distance, (turn,), (0.0,), (quad,))
    return Still(shot.developed([light], rng)[0], truth)


def set_off(
    rng: np.random.Generator, body: tuple[float, float], size: tuple[int, int]
) -> tuple[float, Floats]:
    """Metres from the camera, and metres (3) moved aside, for a medium that fits the frame.

    It takes 0.7 to 1.0 of the width or height of a frame of `size` pixels.
    """
    filled = rng.uniform(0.7, 1.0)
    focal = 0.9 * max(size)
    distance = focal * max(body[0] / size[0], body[1] / size[1]) / filled
    seen = np.array(body) * focal / distance
    slack = (np.array(size) - seen) / 2
    aside = rng.uniform(-0.6, 0.6, 2) * slack + rng.normal(0, 0.01, 2) * size
    metres = aside * distance / focal
    return float(distance), np.array([metres[0], metres[1], 0.0], np.float32)


def _tilt(rng: np.random.Generator) -> NDArray[np.float64]:
    """Degrees (yaw, pitch, roll) at which a hand holds something up, within a span."""
    return np.clip(rng.normal(0, (6.0, 6.0, 3.5)), -16, 16)


def _face(picture: Bytes) -> tuple[Matrix, float]:
    """Middle and width in pixels of the largest face."""
    faces = detect(picture)
    if not faces:
        raise ValueError("no face in the portrait")
    x, y, wide, high = faces[0].box
    return np.array([x + wide / 2, y + high / 2]), wide
