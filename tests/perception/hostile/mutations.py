"""Random damage from fixed seeds."""

import random
from collections.abc import Callable, Iterator, Sequence

HEADER = 512  # bytes in which damage meets parsers rather than pixels


def mutants(originals: Sequence[bytes], count: int, seed: int) -> Iterator[bytes]:
    """Yield `count` damaged copies, each of one to four kinds of damage."""
    chance = random.Random(seed)
    for number in range(count):
        data = bytearray(originals[number % len(originals)])
        for _ in range(chance.randint(1, 4)):
            if len(data) > 16:
                chance.choice(DAMAGE)(data, chance)
        yield bytes(data)


def _flip_bits(data: bytearray, chance: random.Random) -> None:
    for _ in range(chance.randint(1, 32)):
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)


def _flip_header(data: bytearray, chance: random.Random) -> None:
    for _ in range(chance.randint(1, 8)):
        data[chance.randrange(min(len(data), HEADER))] = chance.randrange(256)


def _extreme_number(data: bytearray, chance: random.Random) -> None:
    at = chance.randrange(len(data) - 8)
    size = chance.choice((1, 2, 4, 8))
    data[at : at + size] = chance.choice((b"\x00", b"\xff", b"\x7f", b"\x80")) * size


def _overwrite(data: bytearray, chance: random.Random) -> None:
    at = chance.randrange(len(data))
    size = min(chance.randint(1, 1024), len(data) - at)
    data[at : at + size] = chance.randbytes(size)


def _delete(data: bytearray, chance: random.Random) -> None:
    at = chance.randrange(len(data))
    del data[at : at + chance.randint(1, 1024)]


def _repeat(data: bytearray, chance: random.Random) -> None:
    at = chance.randrange(len(data))
    piece = data[at : at + chance.randint(1, 1024)]
    data[at:at] = piece * chance.randint(1, 8)


def _cut(data: bytearray, chance: random.Random) -> None:
    del data[chance.randrange(len(data) // 8, len(data)) :]


def _swap_ends(data: bytearray, chance: random.Random) -> None:
    middle = chance.randrange(len(data))
    data[HEADER:] = data[middle:] + data[HEADER:middle] if middle > HEADER else data[HEADER:]


DAMAGE: tuple[Callable[[bytearray, random.Random], None], ...] = (
    _flip_bits,
    _flip_header,
    _extreme_number,
    _overwrite,
    _delete,
    _repeat,
    _cut,
    _swap_ends,
)
