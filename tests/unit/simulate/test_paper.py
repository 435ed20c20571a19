import numpy as np

from countenance.simulate.light import linear, luminance
from countenance.simulate.paper import bent, sheet


def printed(level: int) -> np.ndarray:
    portrait = np.full((200, 160, 3), level, np.uint8)
    landmarks = np.array([[60, 60, 0], [100, 110, 0]], np.float32)
    rng = np.random.default_rng(2)
    made = sheet(portrait, landmarks, rng, paper=(0.2, 0.3), border=0.01, face_width=0.09)
    return made.texture


def test_a_halftone_keeps_the_tone_of_the_picture() -> None:
    tones = []
    for level in (40, 120, 188, 240):
        texture = printed(level)
        height, width = texture.shape[:2]
        middle = texture[height // 3 : -height // 3, width // 3 : -width // 3, :3]
        # Within what the printer's own colours may be off by.
        asked = 0.0116 + (0.85 - 0.0116) * float(linear(np.array([level], np.uint8))[0])
        tones.append(float(luminance(middle).mean()))
        assert 0.88 * asked < tones[-1] < 1.03 * asked
    assert tones == sorted(tones)


def test_the_dots_can_be_seen_in_the_middle_tones_only() -> None:
    grain = [float(printed(level)[100:200, 100:200, 1].std()) for level in (0, 160)]
    assert grain[1] > 3 * grain[0]


def test_the_sheet_has_a_white_border_and_an_empty_rim() -> None:
    texture = printed(30)
    assert texture[:10, :10].max() == 0
    assert texture[20, texture.shape[1] // 2, :3].mean() > 0.7
    assert set(np.unique(texture[..., 3])) == {0.0, 1.0}


def test_the_sheet_is_cut_where_the_portrait_ends_and_says_where_the_face_is() -> None:
    portrait = np.full((100, 400, 3), 128, np.uint8)
    landmarks = np.array([[20, 20, 0], [60, 70, 0]], np.float32)
    rng = np.random.default_rng(2)
    made = sheet(portrait, landmarks, rng, paper=(0.4, 0.3), border=0.0, face_width=0.08)
    assert made.size[0] > 0.4  # all 100 rows are 0.2 m, the rim apart
    assert 0.2 < made.size[1] < 0.22
    assert made.face[0] < -0.01


def test_a_bent_sheet_keeps_its_length() -> None:
    for upright in (True, False):
        vertices, normals, triangles, (rows, columns) = bent((0.2, 0.3), 0.3, upright)
        grid = vertices.reshape(rows, columns, 3)
        wide = np.linalg.norm(np.diff(grid, axis=1), axis=-1).sum(1)
        tall = np.linalg.norm(np.diff(grid, axis=0), axis=-1).sum(0)
        np.testing.assert_allclose(wide, 0.2, rtol=2e-3)
        np.testing.assert_allclose(tall, 0.3, rtol=2e-3)
        np.testing.assert_allclose(np.linalg.norm(normals, axis=1), 1, atol=1e-5)
        assert vertices[:, 2].max() <= 0 < -vertices[:, 2].min()
        assert triangles.max() == len(vertices) - 1
