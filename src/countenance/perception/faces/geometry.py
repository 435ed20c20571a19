"""The canonical face mesh that ships inside Google's face_landmarker bundle (Apache-2.0).

`geometry_pipeline_metadata_landmarks.binarypb` is a protocol buffer; the three fields we need are
read with a dozen lines of wire-format decoding (protobuf.dev, "Encoding").
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from countenance.perception import weights


@dataclass(frozen=True, slots=True)
class Geometry:
    """`xyz` float32 [468, 3] in centimetres (y up, z towards the viewer), `uv` float32 [468, 2],

    `triangles` int32 [898, 3], and the pose basis: 33 landmark `ids` with their `weights`.
    """

    xyz: NDArray[np.float32]
    uv: NDArray[np.float32]
    triangles: NDArray[np.int32]
    ids: NDArray[np.int32]
    weights: NDArray[np.float64]


@cache
def canonical() -> Geometry:
    """The canonical geometry, read once; raises `WeightsMissing` when it is not pulled."""
    vertices: list[float] = []
    indices: list[int] = []
    basis: list[tuple[int, float]] = []
    for field, value in _fields(weights.path("face_geometry").read_bytes()):
        if field == 1 and isinstance(value, bytes):
            for inner, item in _fields(value):
                if inner == 3 and isinstance(item, float):
                    vertices.append(item)
                elif inner == 4 and isinstance(item, int):
                    indices.append(item)
        elif field == 2 and isinstance(value, bytes):
            entry = dict(_fields(value))
            basis.append((int(entry.get(1, 0)), float(entry[2])))
    table = np.array(vertices, np.float32).reshape(468, 5)
    return Geometry(
        xyz=np.ascontiguousarray(table[:, :3]),
        uv=np.ascontiguousarray(table[:, 3:]),
        triangles=np.array(indices, np.int32).reshape(-1, 3),
        ids=np.array([item[0] for item in basis], np.int32),
        weights=np.array([item[1] for item in basis], np.float64),
    )


def _fields(data: bytes) -> Iterator[tuple[int, int | float | bytes]]:
    """Field numbers and values of one message: varints as int, 32-bit as float, the rest bytes."""
    at = 0
    while at < len(data):
        tag, at = _varint(data, at)
        field, kind = tag >> 3, tag & 7
        if kind == 0:
            value, at = _varint(data, at)
            yield field, value
        elif kind == 5:
            yield field, float(np.frombuffer(data, "<f4", 1, at)[0])
            at += 4
        elif kind == 2:
            length, at = _varint(data, at)
            yield field, data[at : at + length]
            at += length
        else:
            raise ValueError(f"wire type {kind} is not expected in the face geometry")


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
        shift += 7
