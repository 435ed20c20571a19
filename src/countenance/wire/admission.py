"""The steps that decide who is asking and whether they may; `app` lists them with the others."""

import hmac
import re
from collections.abc import Callable, Mapping

from countenance.contract.errors import ApiError, failure, printable
from countenance.contract.messages import text
from countenance.observe import log
from countenance.wire import address, guard, proof
from countenance.wire.call import Authenticator, Call, Caller
from countenance.wire.proof import SignatureOptions
from countenance.wire.steps import Clock, Step

Allow = Callable[[frozenset[str] | None, str, str], bool]
_MAX_SECRET_ID = 128
# What stands in for the secret and token of an id that is not known: as long as ours.
_DECOY = "-" * 32
# Ids that are plainly something else: how we list keys and accounts, and other providers' keys.
_LISTED = re.compile(r"(key|acc)-[0-9a-f]{16}")
_FOREIGN = re.compile(r"(AKIA|ASIA)[A-Z0-9]{16}|LTAI[A-Za-z0-9]{12,26}")


def authenticate(
    authenticator: Authenticator, options: SignatureOptions, clock: Clock, window: int = 300
) -> Step:
    """4b-4e: the holder of the SecretId, proved by token, clock and signature.

    Raises the first of AuthFailure.SecretIdNotFound (or InvalidSecretId), TokenFailure,
    SignatureExpire, SignatureFailure. All of it is worked through first, with a decoy where there
    is no key, so that neither a code's time nor its cost tells more than the code itself.
    """

    async def step(call: Call) -> None:
        caller = None
        if len(call.secret_id) <= _MAX_SECRET_ID:
            caller = await authenticator.find(call.secret_id)
        now = clock()
        known = caller if caller is not None and _may_be_used(caller, now) else None
        assert call.timestamp is not None, "the common parameters were not read"
        faults = (
            None if known else _unknown(call.secret_id),
            _token_fault(call, known, now),
            guard.clock_fault(call.timestamp, now, window),
        )
        fault = next((fault for fault in faults if fault is not None), None)
        secret = known.secret if known else _DECOY
        unsigned = await proof.fault(call, secret, options, spoilt=fault is not None)
        call.caller = caller
        if error := fault or unsigned:
            raise error

    return step


def _may_be_used(caller: Caller, now: float) -> bool:
    # A temporary key that has ended says so through its token's error instead.
    ended = caller.token is None and caller.expires is not None and caller.expires <= now
    return caller.enabled and not ended


def _unknown(secret_id: str) -> ApiError:
    if _LISTED.fullmatch(secret_id):
        return failure("AuthFailure.InvalidSecretId", text("wire.id-listed"))
    if _FOREIGN.fullmatch(secret_id):
        return failure("AuthFailure.InvalidSecretId", text("wire.id-foreign"))
    return failure("AuthFailure.SecretIdNotFound", text("wire.id-spaces"))


def _token_fault(call: Call, caller: Caller | None, now: float) -> ApiError | None:
    """AuthFailure.TokenFailure; a key that is not temporary needs no token and ignores one."""
    expected = caller.token if caller else None
    same = hmac.compare_digest((call.token or "").encode(), (expected or _DECOY).encode())
    if caller is None or expected is None:
        return None
    name = "X-TC-Token" if call.family == "tc3" else "Token"
    if call.token is None:
        return failure("AuthFailure.TokenFailure", text("wire.token-needed", name=name))
    if not same:
        return failure("AuthFailure.TokenFailure", text("wire.token-wrong", name=name))
    if caller.expires is not None and caller.expires <= now:
        return failure("AuthFailure.TokenFailure", text("wire.token-expired", name=name))
    return None


def check_replay(replays: guard.ReplayStore, clock: Clock) -> Step:
    """4f: AuthFailure.SignatureFailure for a v1 request seen before; TC3 has no nonce."""

    async def step(call: Call) -> None:
        if call.form is None:
            return
        parts = (call.form.first(name) for name in (b"Timestamp", b"Nonce", b"Signature"))
        timestamp, nonce, signed = (part.decode() for part in parts)
        key = guard.replay_key(call.secret_id, timestamp, nonce, signed)
        if not await replays.first_use(key, clock()):
            raise failure("AuthFailure.SignatureFailure", text("wire.signature-used"))

    return step


async def check_address(call: Call) -> None:
    """4g: IpInBlacklist, IpNotInWhitelist by the lists of the key; the log has the address."""
    caller = call.account
    denied = address.within(call.client, caller.denied)
    if denied or (caller.allowed and not address.within(call.client, caller.allowed)):
        code = "IpInBlacklist" if denied else "IpNotInWhitelist"
        log().warning("address refused", request_id=call.request_id, code=code, address=call.client)
        raise failure(code)


async def check_mfa(call: Call) -> None:
    """4h: AuthFailure.MFAFailure for a key that needs a second factor."""
    if call.account.mfa:
        raise failure("AuthFailure.MFAFailure", text("wire.mfa"))


def check_permission(allow: Allow, services: Mapping[str, str]) -> Step:
    """4i: AuthFailure.UnauthorizedOperation unless `allow(permissions, service, action)`.

    `services` maps each version to its service. It stands before the route, so that a limited key
    learns nothing of what it may not call.
    """

    async def step(call: Call) -> None:
        service = services.get(call.version, "")
        if not allow(call.account.permissions, service, call.action):
            detail = text("wire.permission", action=printable(call.action))
            raise failure("AuthFailure.UnauthorizedOperation", detail)

    return step
