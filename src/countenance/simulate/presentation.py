"""What stands before the camera: a living person, or a print of one."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from countenance.perception.faces.detect import detect
from countenance.perception.faces.mesh import fit
from countenance.simulate.camera import Camera, drawn, exposures
from countenance.simulate.clip import Clip
from countenance.simulate.head import posed
from countenance.simulate.light import Bytes, Floats
from countenance.simulate.motion import blinks, drift, rotation
from countenance.simulate.paper import bent, sheet
from countenance.simulate.relief import Relief, sculpt
from countenance.simulate.room import room
from countenance.simulate.stage import Scene, Surface, View, draw, lambert, over
from countenance.simulate.truth import Truth, Turn

LIVE, PAGE, POSTER = "bona-fide", "print-page", "print-poster"

_A4, _A4_BORDER = (0.210, 0.297), 0.008  # metres
_POSTER_SIDE = 0.42  # metres, the long side of A3: the whole portrait without a border
_FACE = 0.136  # metres from ear to ear where the outer eye corners are 0.09 apart
_AHEAD = 0.04  # metres from the ears, the origin of the head, to where its outline is seen


def bona_fide(
    portrait: Bytes,
    *,
    seed: int,
    seconds: float = 3.0,
    rate: float = 25.0,
    size: tuple[int, int] = (640, 480),
) -> Clip:
    """The person of a BGR `portrait`, waiting and blinking before a fixed or hand-held camera.

    `size` is (width, height), both even. Raises ValueError where the portrait shows no face.
    """
    relief, _ = _sitter(portrait)
    rng = np.random.default_rng([seed, 1])
    camera = drawn(rng, size)
    times = _times(seconds, rate)
    distance = rng.uniform(0.40, 0.48) + _AHEAD
    sways = drift(rng, (3.0, 2.0, 1.2), (0.1, 0.8)).at(times) + rng.normal(0, (3.0, 2.5, 1.5))
    moves = drift(rng, (0.006, 0.003, 0.006), (0.1, 0.6)).at(times)
    lids = blinks(rng, times)
    lamp = _lamp(rng, 0.5)
    behind = rng.uniform(0.8, 2.5)
    views = _views(rng, times, camera, distance, held=rng.random() < 0.5)
    turns, scene = _turns(sways), Scene(relief.background, relief.origin, relief.scale, behind)
    lights = []
    for turn, moved, closed, view in zip(turns, moves, lids, views, strict=True):
        surface, shade = posed(relief, turn, moved.astype(np.float32), float(closed), lamp)
        lights.append(over(draw(surface, shade, camera, view), scene.seen(camera, view)))
    truth = Truth(LIVE, True, seed, distance, turns, tuple(float(v) for v in lids))
    return Clip(_developed(lights, camera, rng), rate, truth)


def print_attack(
    portrait: Bytes,
    *,
    seed: int,
    seconds: float = 3.0,
    rate: float = 25.0,
    size: tuple[int, int] = (640, 480),
    species: str = PAGE,
) -> Clip:
    """The same portrait printed and held up: on an A4 page, or as a poster that fills the frame.

    `size` and the error are those of `bona_fide`.
    """
    _, landmarks = _sitter(portrait)
    rng = np.random.default_rng([seed, 2])
    camera = drawn(rng, size)
    times = _times(seconds, rate)
    # As large in the frame as a person would be at a person's distance; a poster is brought
    # nearer until it fills it.
    near = rng.uniform(0.40, 0.48) / _FACE
    if species == PAGE:
        width = rng.uniform(0.085, 0.105)
        made = sheet(portrait, landmarks, rng, paper=_A4, border=_A4_BORDER, face_width=width)
        distance, centre = near * width, np.array(made.face)
    else:
        width = _POSTER_SIDE * float(np.ptp(landmarks[:, 0])) / max(portrait.shape[:2])
        made = sheet(
            portrait, landmarks, rng, paper=(_POSTER_SIDE,) * 2, border=0.0, face_width=width
        )
        room_about = 0.86 * np.array(made.size)
        distance = min(near * width, float((room_about * camera.focal / size).min()))
        slack = np.maximum(room_about - distance * np.array(size) / camera.focal, 0) / 2
        centre = np.clip(made.face, -slack, slack)
    vertices, normals, triangles, (rows, columns) = bent(
        made.size, rng.uniform(0.25, 1.5), rng.random() < 0.5
    )
    sways = drift(rng, (1.5, 1.5, 1.0), (0.2, 1.5)).at(times) + rng.normal(0, (4.0, 4.0, 2.0))
    moves = drift(rng, (0.004, 0.003, 0.004), (0.2, 1.5)).at(times) - (*centre, 0)
    lamp = _lamp(rng, 0.4)
    side = 1 + rng.normal(0, 0.06) * vertices[:, 0] / 0.1  # a lamp nearer to one side
    across, down = np.meshgrid(
        *(
            np.linspace(-0.5, n - 0.5, k)
            for n, k in zip(made.texture.shape[1::-1], (columns, rows), strict=True)
        )
    )
    places = np.stack([across, down], -1).reshape(-1, 2).astype(np.float32)
    picture = room(rng)
    scene = Scene(
        picture,
        (picture.shape[1] / 2, picture.shape[0] / 2),
        distance / camera.focal * max(size) / 640,
        1.5,
    )
    views = _views(rng, times, camera, distance, held=False)
    turns, lights = _turns(sways), []
    for turn, moved, view in zip(turns, moves, views, strict=True):
        matrix = rotation(*turn)
        placed = vertices @ matrix.T + moved.astype(np.float32)
        shade = np.asarray(lambert(normals @ matrix.T, lamp, 0.3) * side, np.float32)
        medium = draw(Surface(made.texture, places, placed, triangles), shade, camera, view)
        lights.append(over(medium, scene.seen(camera, view)))
    truth = Truth(species, False, seed, distance, turns, (0.0,) * len(turns))
    return Clip(_developed(lights, camera, rng), rate, truth)


def _times(seconds: float, rate: float) -> NDArray[np.float64]:
    return np.arange(max(1, round(seconds * rate))) / rate


def _turns(rows: NDArray[np.float64]) -> tuple[Turn, ...]:
    return tuple(Turn(*(float(v) for v in row)) for row in rows)


def _lamp(rng: np.random.Generator, spread: float) -> Floats:
    """A direction to the light: before the sitter, above, more or less to one side."""
    towards = np.array([rng.normal(0, spread), 0.5 + rng.normal(0, spread / 2), 0.85])
    return np.asarray(towards / np.linalg.norm(towards), np.float32)


def _views(
    rng: np.random.Generator,
    times: NDArray[np.float64],
    camera: Camera,
    distance: float,
    *,
    held: bool,
) -> list[View]:
    """The camera over time: on a stand, or in a hand, trembling by millimetres and quarter
    degrees.
    """
    width, height = camera.size
    aim = rng.normal(0, 0.012, 2) * (width, height) + (0, -0.03 * height)
    tremor = drift(rng, (0.002, 0.002, 0.25, 0.25), (0.3, 4.0)).at(times) * held
    turned = camera.focal * np.tan(np.radians(tremor[:, 2:])) + aim
    return [
        View(distance, (float(m[0]), float(m[1])), (float(t[0]), float(t[1])))
        for m, t in zip(tremor[:, :2], turned, strict=True)
    ]


def _developed(lights: list[Floats], camera: Camera, rng: np.random.Generator) -> list[Bytes]:
    """Expose and develop the frames: metered on the first, then wandering by a few per cent."""
    wander = drift(rng, (0.02,), (0.1, 0.5)).at(np.arange(len(lights)) / 25)[:, 0]
    gains = exposures(camera.meter(lights[0]), wander)
    response = camera.response()
    return [
        camera.develop(light, np.float32(gain) * response, rng)
        for light, gain in zip(lights, gains, strict=True)
    ]


def _sitter(portrait: Bytes) -> tuple[Relief, Floats]:
    pixels = np.ascontiguousarray(portrait)
    return _sculpted(pixels.tobytes(), pixels.shape)


@lru_cache(maxsize=4)  # seconds of work, the same for every clip of one portrait
def _sculpted(raw: bytes, shape: tuple[int, int, int]) -> tuple[Relief, Floats]:
    portrait = np.frombuffer(raw, np.uint8).reshape(shape)
    faces = detect(portrait)
    if not faces:
        raise ValueError("no face in the portrait")
    landmarks = fit(portrait, faces[0]).points
    return sculpt(portrait, landmarks), landmarks
