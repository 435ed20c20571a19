"""Telephones, tablets and monitors: their body, their glass and the light of their display."""

from dataclasses import dataclass, replace

import numpy as np

from countenance.simulate.light import Bytes, Floats, blurred
from countenance.simulate.plane import Layer, Matrix, covered, laid, lattice, rounded
from countenance.simulate.subpixels import DIAMONDS, STRIPES, Dots

PHONE, TABLET, MONITOR = "replay-phone", "replay-tablet", "replay-monitor"

_FACE_HEIGHT = 0.45  # of the display's height, from above: where an attacker puts the face


@dataclass(frozen=True, slots=True)
class Device:
    """Metres: `display` (width, height), `body` about it, `corners` (display's, body's radius).

    `body` may stand off centre: the display's middle lies `aside` of its own. `pitch` is metres
    between pixels; `bezel`, `frame` linear albedo of the glass beside the display and of the rim;
    `white` the light of a white pixel (B, G, R) where a white wall is about 0.5, `black` the share
    of it a black one leaks; `gamma` from a byte to light.
    """

    species: str
    display: tuple[float, float]
    body: tuple[float, float]
    aside: tuple[float, float]
    corners: tuple[float, float]
    pitch: float
    dots: Dots
    bezel: float
    frame: float
    white: tuple[float, float, float]
    black: float
    gamma: float


def drawn(rng: np.random.Generator, species: str, *, upright: bool) -> Device:
    """A device of the kind people own, as it is held; `upright` turns telephones and tablets.

    Raises ValueError for a species that is no device.
    """
    if species == PHONE:
        wide = rng.uniform(0.062, 0.072)
        display = (wide, wide * rng.choice([16 / 9, 2.0, 19.5 / 9]))
        even = rng.random() < 0.6  # a display to the edges, or a forehead and a chin
        sides, ends = rng.uniform(0.002, 0.005), rng.uniform(0.003, 0.008)
        ends = ends if even else rng.uniform(0.012, 0.020)
        pitch = rng.uniform(0.055, 0.080)
        corners = (rng.uniform(0.0, 0.006) if even else 0.0, rng.uniform(0.006, 0.011))
        dots, light = (DIAMONDS if rng.random() < 0.5 else STRIPES), 0.2
    elif species == TABLET:
        wide = rng.uniform(0.135, 0.165)
        display = (wide, wide * rng.choice([4 / 3, 1.43, 1.6]))
        sides = ends = rng.uniform(0.008, 0.020)
        pitch, dots, light = rng.uniform(0.085, 0.125), STRIPES, 0.3
        corners = (0.0, rng.uniform(0.006, 0.012))
    elif species == MONITOR:
        laptop = rng.random() < 0.5
        wide = rng.uniform(0.29, 0.345) if laptop else rng.uniform(0.47, 0.60)
        display = (wide, wide / rng.choice([16 / 9, 1.6]))
        sides, ends = rng.uniform(0.005, 0.020, 2)
        pitch = rng.uniform(0.13, 0.23) if laptop else rng.uniform(0.23, 0.31)
        corners, dots, light = (0.0, rng.uniform(0.001, 0.006)), STRIPES, 0.15
    else:
        raise ValueError(f"no device: {species}")
    chin = rng.uniform(1.0, 2.0) if species == MONITOR else 1.0
    pale = rng.random() < light
    device = Device(
        species=species,
        display=(float(display[0]), float(display[1])),
        body=(display[0] + 2 * sides, display[1] + (1 + chin) * ends),
        aside=(0.0, ends * (chin - 1) / 2),
        corners=(float(corners[0]), float(corners[1])),
        pitch=pitch * 1e-3,
        dots=dots,
        bezel=rng.uniform(0.4, 0.7) if pale else rng.uniform(0.006, 0.04),
        frame=rng.uniform(0.05, 0.5),
        white=_white(rng),
        black=1 / rng.uniform(150, 1500),
        gamma=rng.uniform(2.0, 2.4),
    )
    return device if upright or species == MONITOR else _on_its_side(device)


def _white(rng: np.random.Generator) -> tuple[float, float, float]:
    """Bluer than the room as a rule; as bright as a wall, or several times."""
    level = float(np.exp(rng.uniform(np.log(0.5), np.log(2.0))))
    return level * rng.uniform(1.0, 1.2), level, level * rng.uniform(0.85, 1.0)


def _on_its_side(device: Device) -> Device:
    return replace(
        device,
        display=device.display[::-1],
        body=device.body[::-1],
        aside=device.aside[::-1],
    )


def unlit(device: Device, pitch: float) -> Layer:
    """What the body gives back under light 1: H x W x 4, light times cover, and cover."""
    layer = lattice((device.body[0] + 8 * pitch, device.body[1] + 8 * pitch), pitch)
    x, y = layer.metres()
    edge = rounded(x, y, device.body, min(device.corners[1], min(device.body) / 2.1))
    cover = covered(edge, layer)
    # A rim a millimetre wide about the glass, brighter where it is round.
    rim = np.clip(1 - np.abs(edge + 0.0008) / 0.0008, 0, 1)
    albedo = device.bezel + (device.frame - device.bezel) * rim
    albedo *= 1 - 0.6 * covered(_active(device, x, y), layer)  # the display itself is darker
    light = np.repeat((albedo * cover)[..., None], 3, 2)
    return Layer(np.dstack([light, cover]).astype(np.float32), layer.size)


def lit(
    device: Device, picture: Bytes, face: tuple[Matrix, float], share: float, pitch: float
) -> Layer:
    """The display's own light, H x W x 3: the picture about its face, black bars where it ends.

    `face` is the middle and the width of the face in pixels, `share` how much of the display's
    shorter side its width takes.
    """
    layer = lattice(device.body, pitch)
    middle, wide = face
    per_metre = wide / (share * min(device.display))
    size = np.array(picture.shape[1::-1], np.float64)
    area = np.minimum(np.array(device.display) * per_metre, size)
    low = np.clip(middle - area * (0.5, _FACE_HEIGHT), 0, size - area)
    tones = ((np.arange(256) / 255) ** device.gamma).astype(np.float32)
    shown = laid(tones[picture], low, area, per_metre, layer, np.array(device.aside))[..., :3]
    x, y = layer.metres()
    glowing = covered(_active(device, x, y), layer)[..., None]
    light = device.black + (1 - device.black) * np.minimum(shown, 1)
    return Layer(
        np.asarray(light * glowing * np.array(device.white, np.float32), np.float32), layer.size
    )


def glare(rng: np.random.Generator, size: tuple[int, int]) -> Floats:
    """A lamp or window mirrored in glass, and a faint veil: light H x W of a frame of `size`."""
    width, height = size
    light = np.full((height, width), rng.uniform(0.003, 0.03), np.float32)
    if rng.random() < 0.6:
        y, x = np.mgrid[:height, :width].astype(np.float32)
        at, turn = rng.uniform(0.2, 0.8, 2) * size, rng.uniform(0, np.pi)
        across = (x - at[0]) * np.cos(turn) + (y - at[1]) * np.sin(turn)
        down = (y - at[1]) * np.cos(turn) - (x - at[0]) * np.sin(turn)
        radii = rng.uniform((0.03, 0.05), (0.10, 0.25)) * max(size)
        shape = (np.abs(across / radii[0]) < 1) & (np.abs(down / radii[1]) < 1)
        soft = blurred(shape.astype(np.float32), rng.uniform(0.01, 0.04) * max(size))
        light += np.float32(np.exp(rng.uniform(np.log(0.04), np.log(0.5)))) * soft
    return light


def _active(device: Device, x: Floats, y: Floats) -> Floats:
    return rounded(
        np.asarray(x - np.float32(device.aside[0])),
        np.asarray(y - np.float32(device.aside[1])),
        device.display,
        device.corners[0],
    )
