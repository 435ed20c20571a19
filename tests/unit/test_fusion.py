"""Embeddings of several networks: the arithmetic, and what a description must agree with."""

import json
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from countenance.perception import weights
from countenance.perception.faces import embed as embeddings
from countenance.perception.faces import slot as slots
from countenance.perception.faces.align import DLIB_TEMPLATE, crop
from countenance.perception.faces.detect import Face
from countenance.perception.faces.slot import SlotError
from countenance.perception.graph import Graph

SHIPPED = Path(slots.__file__).parent / "slots"
POINTS = DLIB_TEMPLATE.astype(np.float32) + 40
FACE = Face((70.0, 60.0, 80.0, 100.0), POINTS, 1.0)


def _pixels(seed: int) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (230, 230, 3), np.uint8)


def _network(weight: np.ndarray, output: str = "out") -> bytes:
    """A network of one matrix over 2 x 2 pixels of three channels."""
    graph = Graph("in", (1, 3, 2, 2))
    value = graph.add("MatMul", graph.add("Flatten", "in"), graph.constant(weight))
    return graph.encode(value, output, (1, weight.shape[1]))


@pytest.fixture
def made(tmp_path: Path) -> Callable[..., str]:
    """Make a model folder of one member for each matrix, with changes to each; its name."""

    def make(matrices: list[np.ndarray], *changes: dict[str, Any]) -> str:
        shipped = json.loads((SHIPPED / "sface.json").read_text("utf-8"))
        members = []
        for number, matrix in enumerate(matrices):
            data = _network(matrix)
            (tmp_path / f"{number}.onnx").write_bytes(data)
            member = {
                "file": f"{number}.onnx",
                "input": "in",
                "output": "out",
                "size": [2, 2],
                "color": "RGB",
                "mean": 0,
                "scale": 1,
                "align": "dlib5",
                "dim": matrix.shape[1],
                "sha256": sha256(data).hexdigest(),
                "license": f"licence {number}",
                "commercial": True,
            }
            members.append(member | (changes[number] if number < len(changes) else {}))
        described = {"kind": "embedding", "name": "made", "members": members}
        described |= {name: shipped[name] for name in ("anchors", "calibration")}
        (tmp_path / "model.json").write_text(json.dumps(described), "utf-8")
        return str(tmp_path)

    return make


@pytest.fixture(autouse=True)
def fresh() -> None:
    slots.load.cache_clear()


def _matrix(seed: int, dim: int) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(12, dim)).astype(np.float32)


def _plain(pixels: np.ndarray, matrix: np.ndarray, mirrored: bool = False) -> np.ndarray:
    square = crop(pixels, FACE, 2, "dlib5")[:, :: -1 if mirrored else 1, ::-1]
    return np.asarray(square.transpose(2, 0, 1).reshape(-1).astype(np.float32) @ matrix)


def _unit(vector: np.ndarray) -> np.ndarray:
    return vector / np.linalg.norm(vector)


def test_the_cosine_of_several_is_the_weighted_mean_of_theirs(made: Callable[..., str]) -> None:
    matrices = [_matrix(1, 5), _matrix(2, 3)]
    choice = made(matrices, {"weight": 1}, {"weight": 3})
    one, two = (embeddings.embed(_pixels(seed), FACE, choice) for seed in (1, 2))
    assert one.shape == (8,)
    assert np.linalg.norm(one) == pytest.approx(1, abs=1e-5)
    each = [float(_unit(_plain(_pixels(1), m)) @ _unit(_plain(_pixels(2), m))) for m in matrices]
    assert embeddings.cosine(one, two) == pytest.approx((each[0] + 3 * each[1]) / 4, abs=1e-5)
    assert slots.read(choice)[0].license == "licence 0, licence 1"


def test_flip_adds_the_mirrored_face_and_center_is_taken_off(made: Callable[..., str]) -> None:
    matrix, center = _matrix(3, 4), [30.0, -20.0, 10.0, 5.0]
    choice = made([matrix], {"flip": True, "center": center})
    pixels = _pixels(3)
    both = (_plain(pixels, matrix) + _plain(pixels, matrix, mirrored=True)) / 2
    assert np.allclose(embeddings.embed(pixels, FACE, choice), _unit(both - center), atol=1e-5)


def test_whiten_makes_light_and_contrast_of_no_account(made: Callable[..., str]) -> None:
    choice = made([_matrix(4, 4)], {"whiten": True, "align": "box"})
    pixels = _pixels(4)
    dim = (pixels // 4 + 20).astype(np.uint8)
    vectors = [embeddings.embed(image, FACE, choice) for image in (pixels, dim)]
    assert embeddings.cosine(*vectors) > 0.999


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"input": "data"}, "no input 'data', there is in"),
        ({"output": "fc1"}, "no output 'fc1', there is out"),
        ({"size": [3, 3]}, "the input 'in' has the shape (1, 3, 2, 2), not (1, 3, 3, 3)"),
    ],
)
def test_a_name_or_shape_the_network_has_not_is_told(
    made: Callable[..., str], changes: dict[str, Any], told: str
) -> None:
    choice = made([_matrix(5, 4)], changes)
    with pytest.raises(SlotError) as refused:
        slots.load(choice, "openvino")
    assert str(refused.value).endswith(told)
    assert "0.onnx" in str(refused.value)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"size": [2, 3]}, "`size` must be square"),
        ({"center": [1.0]}, "`center` has 1 values, `dim` is 4"),
        ({"weight": 0}, "`weight` must be above 0"),
        ({"weights": "arcface"}, "no weight 'arcface'"),
        ({"weights": "sface"}, "the sha256 of sface is another"),
        ({"file": "none.onnx"}, "none.onnx: not found"),
    ],
)
def test_a_description_that_cannot_be_is_refused(
    made: Callable[..., str], changes: dict[str, Any], told: str
) -> None:
    with pytest.raises(SlotError) as refused:
        slots.read(made([_matrix(6, 4)], changes))
    assert told in str(refused.value)


@pytest.mark.parametrize("name", [file.stem for file in sorted(SHIPPED.glob("*.json"))])
def test_shipped_slots_agree_with_the_catalogue(name: str) -> None:
    slot = slots._parse((SHIPPED / f"{name}.json").read_bytes(), name)
    known = weights.catalogue().weights
    for member in slot.members:
        assert member.sha256 == known[member.weights].sha256
        assert member.license == known[member.weights].licence
        assert member.commercial == (known[member.weights].commercial == "yes")
    assert slot.commercial == (name != "edgeface")


@pytest.mark.parametrize("name", ["accuracy", "edgeface"])
def test_missing_weights_of_an_optional_embedding_name_the_command(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = {"sface", "yunet"}
    monkeypatch.setattr(weights, "path", lambda n: tmp_path if n in here else _missing(n))
    with pytest.raises(weights.WeightsMissing) as refused:
        slots.read(name)
    assert str(refused.value).endswith(f"run `countenance models pull {name}`")


def _missing(name: str) -> Path:
    raise weights.WeightsMissing(name)


def test_a_file_that_is_no_network_is_told(made: Callable[..., str], tmp_path: Path) -> None:
    choice = made([_matrix(7, 4)], {"sha256": sha256(b"no network").hexdigest()})
    (tmp_path / "0.onnx").write_bytes(b"no network")
    with pytest.raises(SlotError, match=r"0\.onnx is no network that can be run"):
        slots.load(choice, "openvino")
