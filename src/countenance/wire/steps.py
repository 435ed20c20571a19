"""The steps of the chain, in the order they run; `app` lists them.

Every step is `async (call) -> None` and raises ApiError. Those that need a collaborator are
functions that take it and return the step.
"""

import hmac
from collections.abc import Awaitable, Callable, Collection, Iterable
from dataclasses import replace

import msgspec

from countenance.contract import decode
from countenance.contract.catalogue import Action
from countenance.contract.errors import ApiError, failure
from countenance.wire import authorization, forms, guard, proof, request, signature
from countenance.wire.call import Authenticator, Call, Caller
from countenance.wire.proof import SignatureOptions as SignatureOptions

Step = Callable[[Call], Awaitable[None]]
Clock = Callable[[], float]
_MAX_SECRET_ID = 128
_FORM = "application/x-www-form-urlencoded"


def name(step: Step) -> str:
    """The word for a step in metrics: that of the function which made it, or of the method."""
    made, local, _ = getattr(step, "__qualname__", "step").partition(".<locals>.")
    return made if local else made.rpartition(".")[2].lstrip("_")


def limit_address(rates: guard.Rates) -> Step:
    """0: RequestLimitExceeded.IPLimitExceeded, before anything is read."""

    async def step(call: Call) -> None:
        rates.hit_address(call.client)

    return step


async def check_method(call: Call) -> None:
    """1: UnsupportedProtocol for other methods than GET and POST, and other paths than `/`."""
    if call.method not in ("GET", "POST"):
        raise failure("UnsupportedProtocol")
    if call.path != "/":
        raise failure("UnsupportedProtocol", "The API is served at the path `/` only.")


def receive(sizes: request.Sizes) -> Step:
    """2: sizes; the body is in the call afterwards. InvalidParameter for a Content-Encoding."""

    async def step(call: Call) -> None:
        if call.method == "GET":
            request.check_query(call, sizes.query)
        await request.read_body(call, sizes)
        if call.headers.get("content-encoding", "identity").strip().lower() != "identity":
            message = "The body must be sent without `Content-Encoding`; an encoded one arrived."
            raise ApiError("InvalidParameter", message)

    return step


async def read_common(call: Call) -> None:
    """3: the common parameters; MissingParameter, InvalidParameter."""
    if call.family == "tc3":
        request.read_tc3(call)
    else:
        request.read_v1(call)


async def read_authorization(call: Call) -> None:
    """4a: the shape of the Authorization header; AuthFailure.InvalidAuthorization."""
    if call.family == "tc3":
        call.authorization = authorization.parse(call.headers["authorization"])
        call.secret_id = call.authorization.secret_id


def find_key(authenticator: Authenticator, clock: Clock) -> Step:
    """4b: the caller; AuthFailure.SecretIdNotFound for unknown, deleted, disabled, expired ids."""

    async def step(call: Call) -> None:
        caller = None
        if len(call.secret_id) <= _MAX_SECRET_ID:
            caller = await authenticator.find(call.secret_id)
        if caller is None or not caller.enabled or _has_ended(caller, clock()):
            scope = call.authorization
            # As much work as a known id costs here, so that time tells less than the answer.
            signature.derive_key("-" * 32, scope.date if scope else "", "")
            raise failure("AuthFailure.SecretIdNotFound", "Look for stray spaces around it, too.")
        call.caller = caller

    return step


def check_token(clock: Clock) -> Step:
    """4c: AuthFailure.TokenFailure; a key that is not temporary needs no token and ignores one."""

    async def step(call: Call) -> None:
        caller = call.account
        if caller.token is None:
            return
        name = "X-TC-Token" if call.family == "tc3" else "Token"
        if call.token is None:
            raise failure("AuthFailure.TokenFailure", f"A temporary key needs its `{name}`.")
        if not hmac.compare_digest(call.token.encode(), caller.token.encode()):
            raise failure("AuthFailure.TokenFailure", f"`{name}` does not belong to this key.")
        if caller.expires is not None and caller.expires <= clock():
            raise failure("AuthFailure.TokenFailure", f"`{name}` has expired.")

    return step


def check_clock(clock: Clock, window: int = 300) -> Step:
    """4d: AuthFailure.SignatureExpire outside `window` seconds either way."""

    async def step(call: Call) -> None:
        assert call.timestamp is not None
        guard.check_clock(call.timestamp, clock(), window)

    return step


def check_signature(options: SignatureOptions, clock: Clock) -> Step:
    """4e: AuthFailure.SignatureFailure; the reason goes to `call.explanation`, for the operator."""

    async def step(call: Call) -> None:
        explanation = (await proof.verify(call, options)).explanation
        if explanation is None:
            return
        assert call.timestamp is not None
        call.explanation = replace(explanation, skew=clock() - call.timestamp)
        detail = ""
        date = signature.utc_date(str(call.timestamp))
        if call.authorization is not None and call.authorization.date != date:
            detail = (
                f"The date in `Credential` does not match the timestamp, whose UTC date is {date}."
            )
        raise failure("AuthFailure.SignatureFailure", detail)

    return step


def check_replay(replays: guard.ReplayStore, clock: Clock) -> Step:
    """4f: AuthFailure.SignatureFailure for a v1 request seen before; TC3 has no nonce."""

    async def step(call: Call) -> None:
        if call.form is None:
            return
        parts = (call.form.first(name) for name in (b"Timestamp", b"Nonce", b"Signature"))
        timestamp, nonce, signed = (part.decode() for part in parts)
        key = guard.replay_key(call.secret_id, timestamp, nonce, signed)
        if not await replays.first_use(key, clock()):
            detail = "A request with this `Timestamp`, `Nonce` and `Signature` was already used."
            raise failure("AuthFailure.SignatureFailure", detail)

    return step


def check_permission(allow: Callable[[frozenset[str] | None, str, str], bool]) -> Step:
    """4g: AuthFailure.UnauthorizedOperation unless `allow(permissions, service, action)`.

    It stands after the route because a permission names the service, which only that tells.
    """

    async def step(call: Call) -> None:
        action = call.routed
        if not allow(call.account.permissions, action.service, action.name):
            raise no_permission(action.name)

    return step


def no_permission(action: str) -> ApiError:
    """The refusal of a key that may not call the action."""
    detail = f"The key has no permission for the action `{action}`."
    return failure("AuthFailure.UnauthorizedOperation", detail)


def route(find: Callable[[str, str], Action], offline: Collection[str] = ()) -> Step:
    """5: NoSuchVersion, InvalidAction (from `find`), ActionOffline; Host and scope play no part."""

    async def step(call: Call) -> None:
        call.contract_action = find(call.version, call.action)
        if call.action in offline:
            detail = f"The operator of this server has switched `{call.action}` off."
            raise failure("ActionOffline", detail)

    return step


def check_region(known: Iterable[str], default: str, *, strict: bool = False) -> Step:
    """6: InvalidParameterValue for unknown regions, UnsupportedRegion when strict."""
    regions = tuple(known)

    async def step(call: Call) -> None:
        if call.region is None:
            call.region = default
            return
        name = "X-TC-Region" if call.family == "tc3" else "Region"
        if call.region not in regions:
            detail = f"Known regions: {', '.join(regions)}."
            raise failure("InvalidParameterValue", detail, name=name)
        action = call.routed
        if strict and action.regions and call.region not in action.regions:
            detail = f"Regions of `{action.name}`: {', '.join(action.regions)}."
            raise failure("UnsupportedRegion", detail)

    return step


def limit_rate(rates: guard.Rates) -> Step:
    """7: RequestLimitExceeded per account and action, .UinLimitExceeded per account."""

    async def step(call: Call) -> None:
        action = call.routed
        rates.hit(call.account.account_id, action.name, action.rate_limit)

    return step


async def parse_body(call: Call) -> None:
    """9a: the parameters as nested values; InvalidParameter, InvalidRequest for a bad multipart."""
    action = call.routed
    if call.family == "v1" or call.method == "GET":
        call.params = decode.nest(_form_pairs(call), action)
        return
    media_type = call.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type == "multipart/form-data":
        parts = forms.parse_multipart(call.body, call.headers["content-type"])
        pairs: list[tuple[str, str | bytes]] = [
            (part.name, part.value if part.file else forms.utf8(part.name, part.value))
            for part in parts
        ]
        call.params = decode.nest(pairs, action)
    elif media_type == _FORM:
        call.params = decode.nest(_form_pairs(call), action)
    else:  # No action takes a raw octet-stream: its body, too, has to hold the parameters.
        call.params = decode.decode_json(call.body or b"{}")


def validate(*, lenient: bool = False) -> Step:
    """9b: UnknownParameter, MissingParameter, InvalidParameter, InvalidParameterValue."""

    async def step(call: Call) -> None:
        assert call.params is not None, "the body was not parsed"
        built: msgspec.Struct = decode.build(call.routed, call.params, lenient=lenient)
        call.request = built

    return step


def _has_ended(caller: Caller, now: float) -> bool:
    # A temporary key says so through its token's error instead.
    return caller.token is None and caller.expires is not None and caller.expires <= now


def _form_pairs(call: Call) -> list[tuple[str, str | bytes]]:
    form = call.form
    if form is None:
        form = forms.parse_urlencoded(call.query if call.method == "GET" else call.body)
    if form.broken:
        message = f"Url key and value should be splited by `=`. {forms.NOT_DECODED}"
        raise ApiError("InvalidParameter", f"{message} It has {form.broken}.")
    skipped = request.V1_COMMON if call.family == "v1" else frozenset()
    return [
        (word := forms.utf8("a name", key), forms.utf8(word, value))
        for key, value in form.pairs
        if key not in skipped
    ]
