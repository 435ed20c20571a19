"""Writes a network as ONNX, so that weights that come in other formats run on either engine.

Only what our loaders need of the format (onnx.proto3, IR version 8, operator set 13).
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Attribute = int | str | Sequence[int]
IR_VERSION, OPERATOR_SET = 8, 13
FLOAT, INT64 = 1, 7  # TensorProto.DataType


class Graph:
    """A network under construction: values are named, `encode` gives the file's bytes."""

    def __init__(self, name: str, shape: Sequence[int]) -> None:
        self.input = name
        self._shape = tuple(shape)
        self._nodes: list[bytes] = []
        self._constants: list[bytes] = []

    def add(self, operator: str, *inputs: str, **attributes: Attribute) -> str:
        """Append a node of one output; returns that output's name."""
        output = f"v{len(self._nodes)}"
        node = [_text(1, name) for name in inputs] + [_text(2, output), _text(4, operator)]
        node += [_bytes(5, _attribute(name, value)) for name, value in attributes.items()]
        self._nodes.append(b"".join(node))
        return output

    def constant(self, values: NDArray[np.float32] | NDArray[np.int64]) -> str:
        """Store a tensor; returns its name."""
        name = f"c{len(self._constants)}"
        whole = np.issubdtype(values.dtype, np.integer)
        raw = values.astype("<i8" if whole else "<f4").tobytes()
        tensor = [_number(1, size) for size in values.shape]
        tensor += [_number(2, INT64 if whole else FLOAT), _text(8, name), _bytes(9, raw)]
        self._constants.append(b"".join(tensor))
        return name

    def encode(self, value: str, name: str, shape: Sequence[int]) -> bytes:
        """The ONNX file whose one output is `value`, called `name`."""
        output = f"v{len(self._nodes)}"
        self.add("Identity", value)
        last = self._nodes.pop().replace(_text(2, output), _text(2, name))
        graph = [_bytes(1, node) for node in [*self._nodes, last]]
        graph.append(_text(2, "countenance"))
        graph += [_bytes(5, tensor) for tensor in self._constants]
        graph += [_bytes(11, _port(self.input, self._shape)), _bytes(12, _port(name, shape))]
        operators = _text(1, "") + _number(2, OPERATOR_SET)
        return _number(1, IR_VERSION) + _bytes(7, b"".join(graph)) + _bytes(8, operators)


def _attribute(name: str, value: Attribute) -> bytes:
    if isinstance(value, int):
        return _text(1, name) + _number(3, value) + _number(20, 2)
    if isinstance(value, str):
        return _text(1, name) + _text(4, value) + _number(20, 3)
    return _text(1, name) + b"".join(_number(8, item) for item in value) + _number(20, 7)


def _port(name: str, shape: Sequence[int]) -> bytes:
    dimensions = b"".join(_bytes(1, _number(1, size)) for size in shape)
    tensor = _number(1, FLOAT) + _bytes(2, dimensions)
    return _text(1, name) + _bytes(2, _bytes(1, tensor))


def _text(field: int, value: str) -> bytes:
    return _bytes(field, value.encode())


def _bytes(field: int, value: bytes) -> bytes:
    return _varint(field << 3 | 2) + _varint(len(value)) + value


def _number(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value)


def _varint(value: int) -> bytes:
    """A number from 0 up, seven bits a byte, the lowest first (protobuf.dev, "Encoding")."""
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)
