"""Faces in stills: boxes, mesh, pose signs, alignment, embeddings, quality, views."""

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.conftest import Pixels

from countenance import simulate
from countenance.perception.faces import embed as embeddings
from countenance.perception.faces import mesh as meshes
from countenance.perception.faces import slot as slots
from countenance.perception.faces.align import SIDE, TEMPLATE, align, similarity
from countenance.perception.faces.compare import CompareParams, compare
from countenance.perception.faces.detect import CANVASES, DetectParams, Face, _canvas, detect
from countenance.perception.faces.pose import Pose, estimate
from countenance.perception.faces.upright import eye_line, settle
from countenance.perception.faces.view import TURNS, ViewParams, look

PORTRAITS = ["astronaut", "hopper"]


@pytest.fixture(params=PORTRAITS)
def portrait(request: pytest.FixtureRequest) -> Pixels:
    pixels: Pixels = request.getfixturevalue(request.param)
    return pixels


def _noise(seed: int) -> Pixels:
    return np.random.default_rng(seed).integers(0, 256, (480, 640, 3), dtype=np.uint8)


def _scaled(pixels: Pixels, factor: float) -> Pixels:
    kind = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(pixels, None, fx=factor, fy=factor, interpolation=kind), np.uint8)


def _pose(pixels: Pixels) -> Pose:
    return estimate(meshes.fit(pixels, detect(pixels)[0]).points)


def _vector(pixels: Pixels) -> np.ndarray:
    return embeddings.embed(pixels, detect(pixels)[0])


# --- detection


def test_one_face_is_found_where_it_is(portrait: Pixels) -> None:
    (face,) = detect(portrait)
    x, y, width, height = face.box
    assert face.score > 0.9
    assert min(x, y) > 0
    assert x + width < portrait.shape[1]
    assert y + height < portrait.shape[0]
    assert ((face.points > (x, y)) & (face.points < (x + width, y + height))).all()
    right_eye, left_eye, nose, right_mouth, left_mouth = face.points
    assert right_eye[0] < nose[0] < left_eye[0]  # the subject's right is on the image's left
    assert right_mouth[0] < nose[0] < left_mouth[0]
    assert max(right_eye[1], left_eye[1]) < nose[1] < min(right_mouth[1], left_mouth[1])


def test_nothing_is_found_in_noise_and_in_one_colour() -> None:
    assert detect(_noise(1)) == []
    assert detect(np.full((300, 200, 3), 127, np.uint8)) == []


def test_boxes_and_points_stay_right_when_the_image_is_enlarged(portrait: Pixels) -> None:
    (face,), (large,) = detect(portrait), detect(_scaled(portrait, 3))
    side = max(face.box[2:])
    assert np.allclose(np.array(large.box) / 3, face.box, atol=0.06 * side)
    assert np.allclose(large.points / 3, face.points, atol=0.06 * side)


@given(st.integers(1, 640), st.integers(1, 640))
def test_the_canvas_is_the_cheapest_that_holds_the_image(height: int, width: int) -> None:
    rows, columns = _canvas(height, width)
    assert height <= rows
    assert width <= columns
    cheaper = [size for size in CANVASES if size[0] * size[1] < rows * columns]
    assert all(height > size[0] or width > size[1] for size in cheaper)


@pytest.mark.parametrize("canvas", CANVASES[:-1])
def test_a_face_is_found_at_the_same_place_on_every_canvas(
    portrait: Pixels, canvas: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    small = _scaled(portrait, min(300 / max(portrait.shape), 1))
    (found,) = detect(np.ascontiguousarray(np.pad(small, ((0, 10), (0, 10), (0, 0)))))
    monkeypatch.setattr("countenance.perception.faces.detect._canvas", lambda *_: canvas)
    (other,) = detect(small)
    eyes = np.linalg.norm(found.points[0] - found.points[1])
    assert np.abs(found.points - other.points).max() < 0.1 * eyes


def test_faces_come_largest_first_and_no_more_than_asked(astronaut: Pixels) -> None:
    small = _scaled(astronaut, 0.5)
    scene = np.full((512, 768, 3), 127, np.uint8)
    scene[:256, :256], scene[:, 256:] = small, astronaut
    faces = detect(scene)
    assert [face.box[0] > 256 for face in faces] == [True, False]
    assert faces[0].area > faces[1].area
    assert len(detect(scene, DetectParams(max_faces=1))) == 1


# --- mesh and pose


def test_the_mesh_lies_on_the_face(portrait: Pixels) -> None:
    (face,) = detect(portrait)
    mesh = meshes.fit(portrait, face)
    x, y, width, height = face.box
    low, high = mesh.points[:, :2].min(axis=0), mesh.points[:, :2].max(axis=0)
    slack = 0.1 * np.array([width, height])
    assert (low + slack >= (x, y)).all()
    assert (high - slack <= (x + width, y + height)).all()
    assert mesh.presence > 0.99
    assert np.allclose(mesh.points[[468, 473], :2], face.points[:2], atol=0.06 * width)  # irises
    assert mesh.blendshapes.shape == (52,)
    assert (mesh.blendshapes[[9, 10]] < 0.3).all()  # the eyes are open
    eyes = float(np.hypot(*(face.points[1] - face.points[0])))
    assert eyes < mesh.eye_distance < 2 * eyes


def test_the_mesh_sees_no_face_in_noise(astronaut: Pixels) -> None:
    assert meshes.fit(_noise(2), detect(astronaut)[0]).presence < 0.5


@pytest.mark.parametrize("degrees", [-20, 20])
def test_roll_is_positive_clockwise(portrait: Pixels, degrees: int) -> None:
    height, width = portrait.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), -degrees, 1)  # OpenCV's is the other
    turned = np.asarray(cv2.warpAffine(portrait, matrix, (width, height)), np.uint8)
    assert _pose(turned).roll - _pose(portrait).roll == pytest.approx(degrees, abs=3)


def test_yaw_to_the_persons_left_and_pitch_downwards_are_positive(astronaut: Pixels) -> None:
    """By the simulator's truth: yaw > 0 towards the image's right, pitch > 0 looking down."""
    clip = simulate.bona_fide(astronaut, seed=6, seconds=2.4, rate=5)
    told = np.array([(turn.yaw, turn.pitch) for turn in clip.truth.turns])
    seen = np.array([(pose.yaw, pose.pitch) for pose in map(_pose, clip.frames)])
    for axis, name in enumerate(("yaw", "pitch")):
        assert np.corrcoef(told[:, axis], seen[:, axis])[0, 1] > 0.8, name


def test_a_mirrored_face_has_mirrored_yaw_and_roll(portrait: Pixels) -> None:
    pose, mirrored = _pose(portrait), _pose(np.ascontiguousarray(portrait[:, ::-1]))
    assert mirrored.yaw == pytest.approx(-pose.yaw, abs=3)
    assert mirrored.pitch == pytest.approx(pose.pitch, abs=3)
    assert mirrored.roll == pytest.approx(-pose.roll, abs=3)


@pytest.mark.parametrize(
    ("yaw", "pitch", "frontal"), [(0, 0, 1), (27, 36, 0), (-22.5, 0, 0.5), (60, 60, 0)]
)
def test_frontal_falls_with_the_angle(yaw: float, pitch: float, frontal: float) -> None:
    assert Pose(yaw, pitch, 90.0).frontal == pytest.approx(frontal)


# --- alignment


@given(
    angle=st.floats(-np.pi, np.pi),
    scale=st.floats(0.05, 20),
    shift=st.tuples(st.floats(-500, 500), st.floats(-500, 500)),
    seed=st.integers(0, 2**32 - 1),
)
def test_similarity_finds_the_exact_transform(
    angle: float, scale: float, shift: tuple[float, float], seed: int
) -> None:
    points = np.random.default_rng(seed).uniform(-100, 100, (5, 2))
    cos, sin = np.cos(angle), np.sin(angle)
    matrix = np.column_stack([scale * np.array([[cos, -sin], [sin, cos]]), shift])
    target = points @ matrix[:, :2].T + matrix[:, 2]
    assert np.allclose(similarity(points, target), matrix, atol=1e-6 * max(1, scale))


@given(seed=st.integers(0, 2**32 - 1))
def test_similarity_never_reflects(seed: int) -> None:
    points = np.random.default_rng(seed).uniform(-100, 100, (5, 2))
    matrix = similarity(points * (-1, 1), points)
    assert np.linalg.det(matrix[:, :2]) >= 0


def test_similarity_survives_five_equal_points() -> None:
    assert np.isfinite(similarity(np.ones((5, 2)), TEMPLATE)).all()


def test_aligned_points_lie_on_the_template() -> None:
    turn = cv2.getRotationMatrix2D((56, 56), 25, 2.5)
    points = (TEMPLATE @ turn[:, :2].T + turn[:, 2] + (150, 150)).astype(np.float32)
    for index, place in enumerate(TEMPLATE):
        dots = np.zeros((400, 400, 3), np.uint8)
        cv2.circle(dots, [round(float(v)) for v in points[index]], 6, (255, 255, 255), -1)
        crop = align(dots, points)
        assert crop.shape == (SIDE, SIDE, 3)
        rows, columns = np.nonzero(crop[:, :, 0] > 127)
        assert np.allclose((columns.mean(), rows.mean()), place, atol=0.5)


# --- embeddings


def test_embeddings_are_unit_vectors_that_tell_people_apart(
    astronaut: Pixels, hopper: Pixels
) -> None:
    one, same, other = _vector(astronaut), _vector(astronaut[20:420, 40:460]), _vector(hopper)
    for vector in (one, same, other):
        assert vector.shape == (128,)
        assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-5)
    assert embeddings.cosine(one, one) == pytest.approx(1, abs=1e-6)
    assert embeddings.cosine(one, same) > 0.5
    assert embeddings.cosine(_vector(hopper), _vector(_scaled(hopper, 0.4))) > 0.5
    assert embeddings.cosine(one, other) < 0.3


def test_the_network_is_fed_in_its_colour_order(
    astronaut: Pixels, monkeypatch: pytest.MonkeyPatch
) -> None:
    (face,) = detect(astronaut)
    loaded = slots.load("sface", "openvino")
    fed: list[np.ndarray] = []

    def run(_: object, inputs: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
        fed.append(inputs["data"])
        return {"fc1": np.ones((1, 128), np.float32)}

    monkeypatch.setattr(type(loaded.models[0]), "run", run)
    embeddings.embed(astronaut, face)
    crop = align(astronaut, face.points)
    assert loaded.slot.members[0].color == "RGB"
    assert np.array_equal(fed[0][0, 0], crop[:, :, 2])
    assert np.array_equal(fed[0][0, 2], crop[:, :, 0])


@pytest.mark.parametrize(("values", "told"), [([1.0] * 3, "3 values"), ([np.nan] * 128, "numbers")])
def test_a_network_that_gives_no_embedding_is_an_error(
    astronaut: Pixels, values: list[float], told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded = slots.load("sface", "openvino")
    outputs = {"fc1": np.array([values], np.float32)}
    monkeypatch.setattr(type(loaded.models[0]), "run", lambda self, inputs: outputs)
    face = Face((178, 63, 90, 113), (TEMPLATE * 0.8).astype(np.float32) + 180, 1.0)
    with pytest.raises(slots.SlotError, match=told):
        embeddings.embed(astronaut, face)


def test_two_stills_are_compared_by_their_largest_faces(astronaut: Pixels, hopper: Pixels) -> None:
    crowd = np.hstack([_scaled(hopper, 0.4)[:200], np.zeros((200, 4, 3), np.uint8)])
    crowd = np.vstack([crowd, np.zeros((312, crowd.shape[1], 3), np.uint8)])
    report = compare(astronaut, np.hstack([crowd, _scaled(astronaut, 1)]), CompareParams())
    assert report.cosine is not None
    assert report.cosine > 0.9
    assert report.score is not None
    assert report.score > 90
    none = compare(astronaut, _noise(1), CompareParams())
    assert (none.cosine, none.score) == (None, None)
    assert (none.a.reasons, none.b.reasons) == ((), ("no_face",))


# --- views


def test_a_leaning_face_is_looked_at_again_by_the_roll_of_its_mesh(portrait: Pixels) -> None:
    (face,) = detect(portrait)
    upright = embeddings.embed(portrait, face)
    assert settle(portrait, face, 7.9, DetectParams()) is face
    height, width = portrait.shape[:2]
    middle = [float(v) for v in face.points.mean(axis=0)]
    matrix = cv2.getRotationMatrix2D(middle, 30, 1)
    turned = np.asarray(cv2.warpAffine(portrait, matrix, (width, height)), np.uint8)
    leaning = detect(turned)[0]
    settled = look(turned, ViewParams(mesh=True))[0].faces[0]
    assert settled.box == leaning.box
    assert abs(eye_line(leaning)) < 30 - 5  # YuNet draws the eyes too level
    likeness = [
        embeddings.cosine(upright, embeddings.embed(turned, one)) for one in (settled, leaning)
    ]
    assert likeness[0] > likeness[1]
    nobody = np.zeros_like(turned)
    assert settle(nobody, leaning, 30.0, DetectParams()) is leaning


def test_two_people_side_by_side_are_several_faces_only_where_one_is_asked_for(
    astronaut: Pixels, hopper: Pixels
) -> None:
    pair = np.hstack([astronaut, cv2.resize(hopper, (437, 512))])
    single, _ = look(pair, ViewParams(single=True))
    assert single.reasons == ("several_faces",)
    anyone, _ = look(pair, ViewParams())
    assert (len(anyone.faces), anyone.reasons) == (2, ())
    assert anyone.main is anyone.faces[0]
    assert anyone.main.box[0] > 512  # the larger of the two


def test_a_passer_by_is_no_rival(astronaut: Pixels, hopper: Pixels) -> None:
    small = _scaled(astronaut, 0.5)
    behind = np.vstack([small, np.zeros((344, 256, 3), np.uint8)])
    view, _ = look(np.hstack([hopper, behind]), ViewParams(single=True))
    assert (len(view.faces), view.reasons) == (2, ())


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_a_turned_image_is_turned_back(portrait: Pixels, degrees: int) -> None:
    turned = np.asarray(cv2.rotate(portrait, TURNS[360 - degrees]), np.uint8)
    view, pixels = look(turned, ViewParams(turn=True))
    assert view.turned == degrees
    assert np.array_equal(pixels, portrait)
    assert (view.height, view.width) == portrait.shape[:2]
    assert view.reasons == ()
    assert view.faces[0].box == detect(portrait)[0].box


def test_an_upright_image_stays_and_so_does_one_without_a_face(portrait: Pixels) -> None:
    view, pixels = look(portrait, ViewParams(turn=True))
    assert view.turned == 0
    assert pixels is portrait
    empty = _noise(1)
    view, pixels = look(empty, ViewParams(turn=True))
    assert (view.turned, view.reasons, view.main) == (0, ("no_face",), None)
    assert pixels is empty


def test_the_mesh_is_fitted_only_when_it_is_asked_for(astronaut: Pixels) -> None:
    plain, _ = look(astronaut, ViewParams())
    assert (plain.mesh, plain.pose) == (None, None)
    fitted, _ = look(astronaut, ViewParams(mesh=True))
    assert fitted.mesh is not None
    assert fitted.pose is not None


def test_quality_is_measured_but_not_judged_when_nothing_is_asked(astronaut: Pixels) -> None:
    dark = (astronaut * 0.08).astype(np.uint8)
    judged, _ = look(dark, ViewParams())
    lenient, _ = look(dark, ViewParams(quality=None))
    assert judged.reasons[0] == "too_dark"
    assert lenient.reasons == ()
    assert lenient.quality == judged.quality


@pytest.mark.parametrize("scale", [1.3, 2.0, 2.7, 5.5])
def test_a_large_picture_is_seen_as_its_mean_over_areas_is(astronaut: Pixels, scale: float) -> None:
    side = round(640 * scale)
    large = np.asarray(cv2.resize(astronaut, (side, side), interpolation=cv2.INTER_CUBIC), np.uint8)
    mean = np.asarray(cv2.resize(large, (640, 640), interpolation=cv2.INTER_AREA), np.uint8)
    [found, *_], [same, *_] = detect(large), detect(mean)
    apart = np.linalg.norm(found.points * (640 / side) - same.points, axis=1).mean()
    assert apart < 0.02 * same.area**0.5
