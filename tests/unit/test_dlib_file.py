"""dlib's file of weights: a small one made here gives what plain numpy makes of its layers."""

from dataclasses import dataclass, field

import numpy as np
import pytest
from numpy.lib.stride_tricks import sliding_window_view

from countenance.perception import dlib_file, runtime
from countenance.perception.dlib_file import MEAN, SCALE, SIDE, DlibError


def _number(value: int) -> bytes:
    size = max(1, (abs(value).bit_length() + 7) // 8)
    return bytes([size | (0x80 if value < 0 else 0)]) + abs(value).to_bytes(size, "little")


def _text(value: str) -> bytes:
    return _number(len(value)) + value.encode()


def _tensor(values: np.ndarray, *shape: int) -> bytes:
    sizes = b"".join(map(_number, (2, *shape, *[1] * (4 - len(shape)))))
    return sizes + values.astype("<f4").tobytes()


@dataclass
class Small:
    """Writes a file of layers and computes, beside it, what they make of an image [c, h, w]."""

    value: np.ndarray
    random: np.random.Generator = field(default_factory=lambda: np.random.default_rng(5))
    data: bytes = b"\x01\x01" + _text("loss_metric_2")
    skip: np.ndarray = field(default_factory=lambda: np.zeros(0))

    def convolve(self, count: int, side: int, stride: int, pad: int) -> None:
        channels = self.value.shape[0]
        kernel = self.random.normal(0, 0.2, (count, channels, side, side)).astype(np.float32)
        bias, scale, shift = self.random.normal(0, 1, (3, count)).astype(np.float32)
        sizes = (count, side, side, stride, stride, pad, pad)
        values = np.concatenate([kernel.reshape(-1), bias])
        self.data += _text("con_4") + _tensor(values, values.size)
        self.data += b"".join(map(_number, sizes)) + b"\x01\x00" * 3
        self.data += _text("affine_") + _tensor(np.concatenate([scale, shift]), 2 * count)
        padded = np.pad(self.value, ((0, 0), (pad, pad), (pad, pad)))
        windows = sliding_window_view(padded, (side, side), axis=(1, 2))[:, ::stride, ::stride]
        self.value = np.einsum("cyxhw,nchw->nyx", windows, kernel) + bias[:, None, None]
        self.value = self.value * scale[:, None, None] + shift[:, None, None]

    def relu(self) -> None:
        self.data += _text("relu_110")
        self.value = np.maximum(self.value, 0)

    def pool(self, kind: str, side: int) -> None:
        self.data += _text(kind) + b"".join(map(_number, (side, side, 2, 2, 0, 0)))
        source = self.value if kind == "max_pool_2" else self.skip
        windows = sliding_window_view(source, (side, side), axis=(1, 2))[:, ::2, ::2]
        self.skip = windows.max((3, 4)) if kind == "max_pool_2" else windows.mean((3, 4))
        self.value = self.skip if kind == "max_pool_2" else self.value

    def add(self) -> None:
        self.data += _text("add_prev_111")
        whole = np.maximum(self.value.shape, self.skip.shape)
        both = [
            np.pad(one, [(0, int(size)) for size in whole - one.shape])
            for one in (self.value, self.skip)
        ]
        self.value = both[0] + both[1]
        self.relu()
        self.skip = self.value

    def finish(self, count: int) -> None:
        weight = self.random.normal(size=(self.value.shape[0], count)).astype(np.float32)
        self.data += _text("avg_pool_2") + b"".join(map(_number, (0, 0, 1, 1, 0, 0)))
        self.data += _text("fc_2") + _number(count) + _number(len(weight))
        self.data += _tensor(weight, *weight.shape)
        self.value = self.value.mean((1, 2)) @ weight


@pytest.fixture(scope="module")
def image() -> np.ndarray:
    return np.random.default_rng(4).integers(0, 256, (3, SIDE, SIDE)).astype(np.float32)


@pytest.fixture(scope="module")
def small(image: np.ndarray) -> Small:
    """A stem, a block, and a block that halves the size and adds channels."""
    made = Small((image - np.array(MEAN, np.float32)[:, None, None]) / np.float32(SCALE))
    made.convolve(2, 7, 2, 0)
    made.relu()
    made.pool("max_pool_2", 3)
    made.convolve(2, 3, 1, 1)
    made.relu()
    made.convolve(2, 3, 1, 1)
    made.add()
    for _ in range(2):  # of an odd and of an even size: 35, then 17 or 18
        made.convolve(made.value.shape[0] + 1, 3, 2, 0)
        made.relu()
        made.convolve(made.value.shape[0], 3, 1, 1)
        made.pool("avg_pool_2", 2)
        made.add()
    made.finish(4)
    return made


@pytest.mark.parametrize("engine", ["openvino", "onnxruntime"])
def test_the_network_gives_what_its_layers_say(
    small: Small, image: np.ndarray, engine: runtime.Engine
) -> None:
    runtime.configure(engine)
    try:
        network = runtime.load(dlib_file.build(dlib_file.read(small.data)))
    finally:
        runtime.configure()
    found = network.run({"data": image[None]})["descriptor"]
    assert np.allclose(found[0], small.value, rtol=1e-4, atol=1e-4)


def test_a_file_that_ends_early_is_refused(small: Small) -> None:
    with pytest.raises(DlibError, match="longer than the file"):
        dlib_file.read(small.data[:-4])
    with pytest.raises(DlibError, match="before the last layer"):
        dlib_file.build(dlib_file.read(small.data)[:-1])
    with pytest.raises(DlibError, match="before the last layer"):
        dlib_file.build(dlib_file.read(b"another file"))


def test_layers_that_do_not_fit_together_are_refused(small: Small) -> None:
    layers = dlib_file.read(small.data)
    with pytest.raises(DlibError, match="another shape"):
        dlib_file.build(layers[:1] + layers[2:])
