"""Whether a call was signed with its caller's key: the pure check, fed from a Call."""

import asyncio
import hashlib
from dataclasses import dataclass

from countenance.contract.errors import failure
from countenance.wire import signature
from countenance.wire.call import Call
from countenance.wire.signature import Verdict

# Longer than this, hashing moves to a thread so that other requests are not kept waiting.
_HASHED_IN_LOOP = 512 * 1024


@dataclass(frozen=True, slots=True)
class SignatureOptions:
    """`public_hosts` are names under which a proxy serves us, each tried as the host signed."""

    public_hosts: tuple[str, ...] = ()
    allow_unsigned_payload: bool = True


async def verify(call: Call, options: SignatureOptions) -> Verdict:
    """The verdict on a call whose caller is known; its body is hashed once, and only here.

    Raises AuthFailure.SignatureFailure for an unsigned payload where the operator forbids it.
    """
    if call.family == "tc3":
        return await _verify_tc3(call, options)
    return await _verify_v1(call, options)


async def _verify_tc3(call: Call, options: SignatureOptions) -> Verdict:
    claim = call.authorization
    assert claim is not None, "the Authorization header was not read"
    if call.headers.get("x-tc-content-sha256") == signature.UNSIGNED_PAYLOAD:
        if not options.allow_unsigned_payload:
            raise failure("AuthFailure.SignatureFailure", "Unsigned payloads are refused here.")
        payload_hash = signature.UNSIGNED_HASH
    elif call.method == "GET":
        payload_hash = signature.EMPTY_HASH
    else:
        payload_hash = await _hash_body(call)
    return signature.verify_tc3(
        method=call.method,
        query=call.query,
        headers=call.headers,
        payload_hash=payload_hash,
        timestamp=call.headers["x-tc-timestamp"],
        authorization=claim,
        secret=call.account.secret,
        public_hosts=options.public_hosts,
    )


async def _verify_v1(call: Call, options: SignatureOptions) -> Verdict:
    form, secret = call.form, call.account.secret
    assert form is not None, "the form was not read"

    def verify() -> Verdict:
        return signature.verify_v1(
            method=call.method,
            host=call.headers.get("host", ""),
            pairs=form.pairs,
            secret=secret,
            public_hosts=options.public_hosts,
        )

    return await asyncio.to_thread(verify) if len(call.body) > _HASHED_IN_LOOP else verify()


async def _hash_body(call: Call) -> str:
    if call.body_hash is None:
        large = len(call.body) > _HASHED_IN_LOOP
        digest = await asyncio.to_thread(_sha256, call.body) if large else _sha256(call.body)
        call.body_hash = digest
    return call.body_hash


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
