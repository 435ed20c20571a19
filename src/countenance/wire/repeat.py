"""What makes two requests the same one sent again: 32 bytes that stand for what was asked."""

import asyncio
import hashlib
from collections.abc import Iterable

from countenance.wire import proof
from countenance.wire.call import Call, Pair


async def digest(call: Call) -> bytes:
    """32 bytes of the business parameters; only a call whose body was parsed may be asked for.

    For JSON the SHA-256 of the body as it came. Where parameters come as pairs it is that of the
    pairs in order of their names, without what a client makes anew to sign a second time.
    """
    if call.pairs is None:
        return bytes.fromhex(await proof.hash_body(call))
    pairs = call.pairs
    large = call.body_size > proof.HASHED_IN_LOOP
    return await asyncio.to_thread(_sha256, pairs) if large else _sha256(pairs)


def _sha256(pairs: Iterable[Pair]) -> bytes:
    found = hashlib.sha256()
    for pair in sorted((_bytes(name), _bytes(value)) for name, value in pairs):
        for part in pair:
            # The length keeps `a=bc` and `ab=c` apart.
            found.update(len(part).to_bytes(8, "big"))
            found.update(part)
    return found.digest()


def _bytes(part: str | bytes) -> bytes:
    return part.encode() if isinstance(part, str) else part
