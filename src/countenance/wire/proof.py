"""Whether a call was signed with a secret: the pure check, fed from a Call."""

import asyncio
import hashlib
from dataclasses import dataclass, replace

from countenance.contract.errors import ApiError, failure
from countenance.contract.messages import text
from countenance.wire import signature
from countenance.wire.call import Call
from countenance.wire.signature import Verdict

# Longer than this, hashing moves to a thread so that other requests are not kept waiting.
HASHED_IN_LOOP = 512 * 1024
_SIGNATURE = b"Signature"
_NO_SIGNATURE = "0" * 64


@dataclass(frozen=True, slots=True)
class SignatureOptions:
    """`public_hosts` are names under which a proxy serves us, each tried as the host signed."""

    public_hosts: tuple[str, ...] = ()
    allow_unsigned_payload: bool = True


async def fault(
    call: Call, secret: str, options: SignatureOptions, *, spoilt: bool = False
) -> ApiError | None:
    """AuthFailure.SignatureFailure unless the call is signed with the secret.

    The body is hashed once, and only here. `spoilt`: the call is refused already; then no
    signature is taken for right, so that the work done is that of a wrong one, and None is given.
    """
    right = (await verify(call, secret, options, spoilt=spoilt)).ok
    if spoilt:
        return None
    if _is_unsigned(call) and not options.allow_unsigned_payload:
        return failure("AuthFailure.SignatureFailure", text("wire.signature-unsigned"))
    if right:
        return None
    date = signature.utc_date(str(call.timestamp))
    if call.authorization is not None and call.authorization.date != date:
        return failure("AuthFailure.SignatureFailure", text("wire.signature-date", date=date))
    return failure("AuthFailure.SignatureFailure")


async def verify(
    call: Call, secret: str, options: SignatureOptions, *, spoilt: bool = False
) -> Verdict:
    """The verdict on a signature alone, whatever it was taken over."""
    check = _verify_tc3 if call.family == "tc3" else _verify_v1
    return await check(call, secret, options, spoilt)


async def hash_body(call: Call) -> str:
    """Hex SHA-256 of the body, taken once."""
    if call.body_hash is None:
        large = len(call.body) > HASHED_IN_LOOP
        digest = await asyncio.to_thread(_sha256, call.body) if large else _sha256(call.body)
        call.body_hash = digest
    return call.body_hash


async def _verify_tc3(call: Call, secret: str, options: SignatureOptions, spoilt: bool) -> Verdict:
    claim = call.authorization
    assert claim is not None, "the Authorization header was not read"
    if _is_unsigned(call):
        payload_hash = signature.UNSIGNED_HASH
    elif call.method == "GET":
        payload_hash = signature.EMPTY_HASH
    else:
        payload_hash = await hash_body(call)
    return signature.verify_tc3(
        method=call.method,
        query=call.query,
        headers=call.headers,
        payload_hash=payload_hash,
        timestamp=call.headers["x-tc-timestamp"],
        authorization=replace(claim, signature=_NO_SIGNATURE if spoilt else claim.signature),
        secret=secret,
        public_hosts=options.public_hosts,
    )


async def _verify_v1(call: Call, secret: str, options: SignatureOptions, spoilt: bool) -> Verdict:
    form = call.form
    assert form is not None, "the form was not read"
    sent = _NO_SIGNATURE.encode() if spoilt else form.first(_SIGNATURE)
    pairs = [pair if pair[0] != _SIGNATURE else (_SIGNATURE, sent) for pair in form.pairs]

    def verify() -> Verdict:
        return signature.verify_v1(
            method=call.method,
            host=call.headers.get("host", ""),
            pairs=pairs,
            secret=secret,
            public_hosts=options.public_hosts,
        )

    return await asyncio.to_thread(verify) if len(call.body) > HASHED_IN_LOOP else verify()


def _is_unsigned(call: Call) -> bool:
    unsigned = call.headers.get("x-tc-content-sha256") == signature.UNSIGNED_PAYLOAD
    return call.family == "tc3" and unsigned


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
