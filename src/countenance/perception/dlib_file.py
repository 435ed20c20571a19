"""Reads dlib's face recognition ResNet (`dlib_face_recognition_resnet_model_v1.dat`) as ONNX.

The file is dlib's own serialization: a whole number is a byte that holds its length (and sign)
followed by that many bytes, lowest first; a text is its length and its bytes; a tensor is the
version 2, four sizes and little-endian float32 values. Layers follow one another from the input to
the output, each under its name, with state of the training between them that is skipped.
"""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from countenance.perception.graph import Graph

SIDE = 150
LAYERS = re.compile(
    rb"\x01[\x04-\x0c](con_4|affine_|relu_110|max_pool_2|avg_pool_2|add_prev_111|fc_2)"
)
# What dlib's input layer subtracts from red, green and blue, and what it then divides by.
MEAN, SCALE = (122.782, 117.001, 104.298), 256.0


class DlibError(ValueError):
    """The file is not the network that is expected."""


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer: its kind, its whole numbers, and its values if it has any."""

    kind: str
    numbers: tuple[int, ...]
    values: NDArray[np.float32]


class Value(NamedTuple):
    """A value of the graph and its channels, rows and columns."""

    name: str
    shape: tuple[int, ...]


def convert(path: Path) -> bytes:
    """The network as ONNX: `data` [1, 3, 150, 150] RGB 0 to 255 to `descriptor` [1, 128]."""
    return build(read(path.read_bytes()))


def read(data: bytes) -> list[Layer]:
    """The layers from input to output; raises `DlibError`."""
    layers: list[Layer] = []
    at = 0
    while found := LAYERS.search(data, at):
        kind = found.group(1).decode().rstrip("0123456789").rstrip("_")
        layer, at = _layer(data, found.end(), kind)
        layers.append(layer)
    return layers


def _layer(data: bytes, at: int, kind: str) -> tuple[Layer, int]:
    numbers: list[int] = []
    values = np.zeros(0, np.float32)
    if kind == "fc":
        numbers, at = _numbers(data, at, 2)
    if kind in ("con", "affine", "fc"):
        values, at = _tensor(data, at)
    if kind == "con":
        numbers, at = _numbers(data, at, 7)
    elif kind in ("max_pool", "avg_pool"):
        numbers, at = _numbers(data, at, 6)
    return Layer(kind, tuple(numbers), values), at


def _tensor(data: bytes, at: int) -> tuple[NDArray[np.float32], int]:
    (version, *shape), at = _numbers(data, at, 5)
    size = int(np.prod(shape))
    if version != 2 or at + 4 * size > len(data):
        raise DlibError("a tensor is not of version 2, or longer than the file")
    return np.frombuffer(data, "<f4", size, at), at + 4 * size


def _numbers(data: bytes, at: int, count: int) -> tuple[list[int], int]:
    numbers = []
    for _ in range(count):
        head = data[at]
        length = head & 0x0F
        value = int.from_bytes(data[at + 1 : at + 1 + length], "little")
        numbers.append(-value if head & 0x80 else value)
        at += 1 + length
    return numbers, at


def build(layers: list[Layer]) -> bytes:
    """The ONNX file of the layers; raises `DlibError` where they do not fit together."""
    graph = Graph("data", (1, 3, SIDE, SIDE))
    mean = np.array(MEAN, np.float32).reshape(1, 3, 1, 1)
    scaled = graph.add("Sub", graph.input, graph.constant(mean))
    scaled = graph.add("Div", scaled, graph.constant(np.array(SCALE, np.float32)))
    value = skip = Value(scaled, (3, SIDE, SIDE))  # `skip` is what the next addition adds
    for layer, before, after in zip(layers, [None, *layers], [*layers[1:], None], strict=False):
        if layer.kind == "con":
            value = _convolve(graph, value, layer, after)
        elif layer.kind == "relu":
            value = Value(graph.add("Relu", value.name), value.shape)
            if before is not None and before.kind == "add_prev":
                skip = value
        elif layer.kind == "max_pool":
            value = skip = _pool(graph, "MaxPool", value, layer.numbers)
        elif layer.kind == "avg_pool" and layer.numbers[0]:
            skip = _pool(graph, "AveragePool", skip, layer.numbers)
        elif layer.kind == "avg_pool":  # over everything
            flat = graph.add("Flatten", graph.add("GlobalAveragePool", value.name))
            value = Value(flat, value.shape[:1])
        elif layer.kind == "add_prev":
            # dlib adds tensors of unequal sizes, taking what one lacks as zero
            whole = (*map(max, value.shape, skip.shape),)
            both = [_pad(graph, value, whole), _pad(graph, skip, whole)]
            value = Value(graph.add("Add", *both), whole)
        elif layer.kind == "fc":
            weight = layer.values.reshape(value.shape[0], layer.numbers[0])
            value = Value(graph.add("MatMul", value.name, graph.constant(weight)), ())
            return graph.encode(value.name, "descriptor", (1, layer.numbers[0]))
    raise DlibError("the file ends before the last layer")


def _convolve(graph: Graph, value: Value, layer: Layer, after: Layer | None) -> Value:
    """A convolution with the per-channel scale and shift that always follow it folded in."""
    count, rows, columns, *_ = layer.numbers
    size = count * value.shape[0] * rows * columns
    if after is None or after.kind != "affine" or layer.values.size != size + count:
        raise DlibError("a convolution has another shape than expected")
    scale, shift = np.split(after.values, 2)
    weight = layer.values[:size].reshape(count, value.shape[0], rows, columns)
    bias = layer.values[size:] * scale + shift
    constants = graph.constant(weight * scale[:, None, None, None]), graph.constant(bias)
    strides, pads, shape = _window(value, layer.numbers[1:])
    name = graph.add("Conv", value.name, *constants, strides=strides, pads=pads)
    return Value(name, (count, *shape))


def _pool(graph: Graph, operator: str, value: Value, numbers: tuple[int, ...]) -> Value:
    strides, pads, shape = _window(value, numbers)
    name = graph.add(operator, value.name, kernel_shape=numbers[:2], strides=strides, pads=pads)
    return Value(name, (value.shape[0], *shape))


def _window(
    value: Value, numbers: tuple[int, ...]
) -> tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]]:
    """Strides, paddings and the size that comes out, of rows, columns, two strides, two pads."""
    rows, columns, down, right, above, beside = numbers
    high = (value.shape[1] + 2 * above - rows) // down + 1
    wide = (value.shape[2] + 2 * beside - columns) // right + 1
    return (down, right), (above, beside, above, beside), (high, wide)


def _pad(graph: Graph, value: Value, shape: tuple[int, ...]) -> str:
    """The value with zeros after its last channels, rows and columns."""
    lacking = [large - small for large, small in zip(shape, value.shape, strict=True)]
    if not any(lacking):
        return value.name
    return graph.add("Pad", value.name, graph.constant(np.array([0] * 5 + lacking, np.int64)))
