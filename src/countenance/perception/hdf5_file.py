"""Reads what Keras files use of HDF5: groups, float32 arrays in one piece, text attributes.

After the HDF5 file format specification, version 3.0: superblock 0, version 1 object headers,
groups as B-trees of symbol tables. Numbers are little-endian, offsets and lengths of 8 bytes.
"""

import struct
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

SIGNATURE = b"\x89HDF\r\n\x1a\n"
# Types of header messages
DATASPACE, DATATYPE, LAYOUT, ATTRIBUTE, CONTINUATION, SYMBOLS = 0x01, 0x03, 0x08, 0x0C, 0x10, 0x11
FLOAT, STRING, VARIABLE = 1, 3, 9  # classes of datatypes


class Hdf5Error(ValueError):
    """The file is not HDF5, or uses a part of it that is not read here."""


class File:
    """The bytes of one file; every method raises `Hdf5Error` for what it cannot read."""

    def __init__(self, data: bytes) -> None:
        if data[:9] != SIGNATURE + b"\0" or data[13:15] != b"\x08\x08":
            raise Hdf5Error("not an HDF5 file of superblock 0 with offsets of 8 bytes")
        self._data = data
        self.root = self._number(64)

    def children(self, group: int) -> dict[str, int]:
        """The names in a group, and where the header of each lies."""
        for kind, at, _ in self._messages(group):
            if kind == SYMBOLS:
                tree, heap = self._numbers("<QQ", at)
                return dict(self._entries(tree, self._number(heap + 24)))
        raise Hdf5Error("not a group of the older format")

    def find(self, path: str) -> int:
        """The header of what a path of names leads to from the root."""
        at = self.root
        for name in path.split("/"):
            found = self.children(at)
            if name not in found:
                raise Hdf5Error(f"there is no {name!r} in {path!r}")
            at = found[name]
        return at

    def arrays(self, group: int) -> Iterator[tuple[str, NDArray[np.float32]]]:
        """The arrays in a group and in the groups within it, each with its own name."""
        for name, at in self.children(group).items():
            if any(kind == SYMBOLS for kind, *_ in self._messages(at)):
                yield from self.arrays(at)
            else:
                yield name, self.array(at)

    def array(self, header: int) -> NDArray[np.float32]:
        """One array of float32."""
        found = {kind: at for kind, at, _ in self._messages(header)}
        if not {DATASPACE, DATATYPE, LAYOUT} <= found.keys():
            raise Hdf5Error("not an array")
        shape = self._shape(found[DATASPACE])
        kind, size = self._type(found[DATATYPE])
        layout, at = found[LAYOUT], found[LAYOUT] + 2
        if (kind, size) != (FLOAT, 4) or self._bytes(layout, 2) != b"\x03\x01":
            raise Hdf5Error("only float32 in one piece is read")
        count = int(np.prod(shape, dtype=np.int64))
        start = self._number(at)
        return np.frombuffer(self._bytes(start, 4 * count), "<f4").reshape(shape)

    def attribute(self, header: int, name: str) -> str:
        """A text attribute."""
        for kind, at, _ in self._messages(header):
            if kind != ATTRIBUTE:
                continue
            version, _, name_size, type_size, space_size = self._numbers("<BBHHH", at)
            if version != 1:
                raise Hdf5Error(f"an attribute of version {version}")
            sizes = [size + -size % 8 for size in (name_size, type_size, space_size)]
            if self._bytes(at + 8, name_size).rstrip(b"\0").decode() == name:
                return self._text(at + 8 + sizes[0], at + 8 + sum(sizes))
        raise Hdf5Error(f"there is no attribute {name!r}")

    def _text(self, datatype: int, at: int) -> str:
        kind, size = self._type(datatype)
        if kind == STRING:
            return self._bytes(at, size).rstrip(b"\0").decode()
        if kind != VARIABLE:
            raise Hdf5Error("an attribute that is no text")
        length, heap, wanted = self._numbers("<IQI", at)
        end, at = heap + self._number(heap + 8), heap + 16
        while at < end:
            index, _, _, size = self._numbers("<HHIQ", at)
            if index == wanted:
                return self._bytes(at + 16, length).decode()
            at += 16 + size + -size % 8
        raise Hdf5Error("a text is not where it should be")

    def _entries(self, node: int, names: int) -> Iterator[tuple[str, int]]:
        """The entries below a node of a group's tree; `names` is where its heap's names begin."""
        if self._bytes(node, 4) == b"SNOD":
            (count,) = self._numbers("<H", node + 6)
            for at in range(node + 8, node + 8 + 40 * count, 40):
                name, header = self._numbers("<QQ", at)
                end = self._data.find(b"\0", names + name)
                yield self._bytes(names + name, end - names - name).decode(), header
            return
        if self._bytes(node, 5) != b"TREE\0":
            raise Hdf5Error("a group's tree is broken")
        (count,) = self._numbers("<H", node + 6)
        for child in range(count):
            yield from self._entries(self._number(node + 32 + 16 * child), names)

    def _messages(self, header: int) -> Iterator[tuple[int, int, int]]:
        """Type, place and size of each message of an object header."""
        version, _, count, _, size = self._numbers("<BBHII", header)
        if version != 1:
            raise Hdf5Error(f"an object header of version {version}")
        blocks = [(header + 16, size)]
        while blocks:
            at, left = blocks.pop(0)
            while left >= 8 and count:
                kind, length = self._numbers("<HH", at)
                if kind == CONTINUATION:
                    blocks.append((self._number(at + 8), self._number(at + 16)))
                yield kind, at + 8, length
                at, left, count = at + 8 + length, left - 8 - length, count - 1

    def _shape(self, at: int) -> tuple[int, ...]:
        version, rank = self._numbers("<BB", at)
        return self._numbers(f"<{rank}Q", at + (8 if version == 1 else 4))

    def _type(self, at: int) -> tuple[int, int]:
        """Class and size of a datatype."""
        return self._data[at] & 0x0F, self._numbers("<I", at + 4)[0]

    def _number(self, at: int) -> int:
        return self._numbers("<Q", at)[0]

    def _numbers(self, form: str, at: int) -> tuple[int, ...]:
        return struct.unpack(form, self._bytes(at, struct.calcsize(form)))

    def _bytes(self, at: int, size: int) -> bytes:
        if size < 0 or at + size > len(self._data):
            raise Hdf5Error("the file ends early")
        return self._data[at : at + size]
