"""Keras files: a small one that h5py wrote gives its arrays and what plain numpy makes of them.

`python -m tests.unit.test_keras_file` writes `data/tiny.h5` again; it needs h5py 3.16, which
nothing else here does.
"""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.lib.stride_tricks import sliding_window_view

from countenance.perception import keras_file, runtime
from countenance.perception.hdf5_file import File, Hdf5Error
from countenance.perception.keras_file import KerasError

TINY = Path(__file__).parent / "data" / "tiny.h5"
SIDE = 11


def _layer(kind: str, name: str, *sources: str, **config: Any) -> dict[str, Any]:
    nodes = [[[source, 0, 0, {}] for source in sources]] if sources else []
    return {"class_name": kind, "name": name, "config": config, "inbound_nodes": nodes}


def _normal(name: str, source: str, axis: int, epsilon: float) -> dict[str, Any]:
    return _layer("BatchNormalization", name, source, axis=[axis], epsilon=epsilon)


def _conv(name: str, source: str, padding: str, stride: int, bias: bool) -> dict[str, Any]:
    strides = [stride, stride]
    return _layer("Conv2D", name, source, padding=padding, strides=strides, use_bias=bias)


LAYERS = [
    _layer("InputLayer", "input", batch_input_shape=[None, SIDE, SIDE, 3]),
    _conv("one", "input", "valid", 2, bias=False),
    _normal("one_norm", "one", 3, 1e-3),
    _layer("Activation", "one_relu", "one_norm", activation="relu"),
    _conv("two", "one_relu", "same", 1, bias=True),
    _layer("Concatenate", "both", "one_relu", "two"),
    _layer("Lambda", "scaled", "both", arguments={"scale": 0.17}),
    _layer("Add", "sum", "both", "scaled"),
    _layer("MaxPooling2D", "pool", "sum", pool_size=[3, 3], strides=[2, 2], padding="valid"),
    _layer("GlobalAveragePooling2D", "mean", "pool"),
    _layer("Dropout", "drop", "mean", rate=0.2),
    _layer("Dense", "dense", "drop"),
    _normal("last", "dense", 1, 1e-2),
]


def _arrays() -> dict[str, dict[str, np.ndarray]]:
    """The weights of every layer that has any, as the file holds them."""
    random = np.random.default_rng(11)

    def draw(*shape: int) -> np.ndarray:
        return random.normal(0, 0.5, shape).astype(np.float32)

    def norm(size: int) -> dict[str, np.ndarray]:
        names = ("beta:0", "moving_mean:0")
        spread = np.abs(draw(size)) + np.float32(0.1)
        return {name: draw(size) for name in names} | {"moving_variance:0": spread}

    return {
        "one": {"kernel:0": draw(3, 3, 3, 4)},
        "one_norm": norm(4),
        "two": {"kernel:0": draw(3, 3, 4, 2), "bias:0": draw(2)},
        "dense": {"kernel:0": draw(6, 5)},
        "last": norm(5) | {"gamma:0": draw(5)},
    }


def _convolve(value: np.ndarray, kernel: np.ndarray, stride: int) -> np.ndarray:
    windows = sliding_window_view(value, kernel.shape[:2], axis=(0, 1))[::stride, ::stride]
    return np.asarray(np.einsum("yxchw,hwcn->yxn", windows, kernel))


def _normalise(value: np.ndarray, given: dict[str, np.ndarray], epsilon: float) -> np.ndarray:
    deviation = np.sqrt(given["moving_variance:0"] + epsilon)
    centred = (value - given["moving_mean:0"]) / deviation
    return centred * given.get("gamma:0", 1) + given["beta:0"]


def _expected(image: np.ndarray) -> np.ndarray:
    """What the layers make of an image [rows, columns, 3]."""
    given = _arrays()
    one = np.maximum(
        _normalise(_convolve(image, given["one"]["kernel:0"], 2), given["one_norm"], 1e-3), 0
    )
    padded = np.pad(one, ((1, 1), (1, 1), (0, 0)))
    two = _convolve(padded, given["two"]["kernel:0"], 1) + given["two"]["bias:0"]
    both = np.concatenate([one, two], axis=2) * 1.17
    pooled = sliding_window_view(both, (3, 3), axis=(0, 1))[::2, ::2].max((3, 4))
    return _normalise(pooled.mean((0, 1)) @ given["dense"]["kernel:0"], given["last"], 1e-2)


def test_every_array_and_text_of_the_file_is_read() -> None:
    file = File(TINY.read_bytes())
    assert file.attribute(file.root, "backend") == "tensorflow"
    assert json.loads(file.attribute(file.root, "model_config"))["config"]["layers"] == LAYERS
    stored = file.children(file.find("model_weights"))
    assert {layer["name"] for layer in LAYERS} == set(stored)
    for name, arrays in _arrays().items():
        found = dict(file.arrays(stored[name]))
        assert found.keys() == arrays.keys()
        assert all(np.array_equal(found[key], arrays[key]) for key in arrays)
    assert dict(file.arrays(stored["drop"])) == {}


@pytest.mark.parametrize("engine", ["openvino", "onnxruntime"])
def test_the_network_gives_what_its_layers_say(engine: runtime.Engine) -> None:
    runtime.configure(engine)
    try:
        network = runtime.load(keras_file.convert(TINY))
    finally:
        runtime.configure()
    image = np.random.default_rng(12).normal(size=(SIDE, SIDE, 3)).astype(np.float32)
    found = network.run({"data": image.transpose(2, 0, 1)[None]})["embedding"]
    assert np.allclose(found[0], _expected(image), rtol=1e-4, atol=1e-5)


def test_code_in_a_file_is_not_run_and_unknown_layers_are_refused() -> None:
    strange = _layer("Lambda", "strange", "input", arguments={}, function=["4wIAAAA", None, None])
    for layer in (strange, _layer("Conv3D", "strange", "input")):
        with pytest.raises(KerasError, match="strange: a layer"):
            keras_file.build([LAYERS[0], layer], lambda name: {})


def test_what_is_no_hdf5_or_ends_early_is_refused() -> None:
    data = TINY.read_bytes()
    with pytest.raises(Hdf5Error, match="not an HDF5 file"):
        File(b"PK\3\4" + data)
    whole = File(data)
    with pytest.raises(Hdf5Error, match="there is no 'nothing'"):
        whole.find("model_weights/nothing")
    with pytest.raises(Hdf5Error, match="no attribute"):
        whole.attribute(whole.root, "nothing")
    with pytest.raises(Hdf5Error, match="not an array"):
        whole.array(whole.root)


@pytest.mark.parametrize("share", [0.01, 0.1, 0.3, 0.5, 0.7, 0.9])
def test_a_file_cut_short_is_refused(share: float, tmp_path: Path) -> None:
    data = TINY.read_bytes()
    (tmp_path / "cut.h5").write_bytes(data[: int(share * len(data))])
    with pytest.raises(Hdf5Error):
        keras_file.convert(tmp_path / "cut.h5")


if __name__ == "__main__":
    import h5py  # type: ignore[import-not-found]

    with h5py.File(TINY, "w") as made:
        made.attrs["backend"] = np.bytes_("tensorflow")
        made.attrs["model_config"] = json.dumps({"config": {"layers": LAYERS}})
        group = made.create_group("model_weights")
        for item in LAYERS:
            inner = group.create_group(item["name"])
            for key, array in _arrays().get(item["name"], {}).items():
                inner.create_dataset(f"{item['name']}/{key}", data=array)
