"""The steps of the chain, in the order they run; `app` lists them.

Every step is `async (call) -> None` and raises ApiError. Those that need a collaborator are
functions that take it and return the step.
"""

import ipaddress
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping

import msgspec

from countenance.contract import decode
from countenance.contract.catalogue import Action
from countenance.contract.errors import ApiError, describe, failure, invalid_parameter
from countenance.contract.messages import text
from countenance.wire import authorization, forms, guard, request
from countenance.wire.call import Call, Pair

Step = Callable[[Call], Awaitable[None]]
Clock = Callable[[], float]
_DRY_RUN = "DryRun"
_BOOLEANS = {"true": True, "True": True, "1": True, "false": False, "False": False, "0": False}
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
        raise failure("UnsupportedProtocol", text("wire.path"))


def receive(sizes: request.Sizes) -> Step:
    """2: sizes; the body is in the call afterwards. InvalidParameter for a Content-Encoding."""

    async def step(call: Call) -> None:
        if call.method == "GET":
            request.check_query(call, sizes.query)
        await request.read_body(call, sizes)
        if call.headers.get("content-encoding", "identity").strip().lower() != "identity":
            raise ApiError("InvalidParameter", text("wire.encoded"))

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


def check_host(
    products: Mapping[str, str], public_hosts: Collection[str], *, strict: bool = False
) -> Step:
    """5a: NoSuchProduct, NoSuchVersion when strict and the host names another product.

    `products` maps each product to its version. A host has its say when it has several labels
    and is no address, and none of `public_hosts`; its first label is then the product.
    """
    ours = {_host_name(host) for host in public_hosts}

    async def step(call: Call) -> None:
        host = _host_name(call.headers.get("host", ""))
        if not strict or host in ours or "." not in host or _is_address(host):
            return
        product = host.partition(".")[0]
        if product not in products:
            raise failure("NoSuchProduct", text("wire.products", products=tuple(products)))
        version = products[product]
        if call.version != version:
            detail = text("wire.host-version", product=product, version=version)
            raise failure("NoSuchVersion", detail)

    return step


def _host_name(host: str) -> str:
    """The name in a Host header, in lower case: some clients send `http://name:port`."""
    name = host.rpartition("://")[2].partition("/")[0].lower()
    if name.startswith("["):
        return name[1:].partition("]")[0]
    return (name.partition(":")[0] if name.count(":") == 1 else name).rstrip(".")


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def route(find: Callable[[str, str], Action], offline: Collection[str] = ()) -> Step:
    """5b: NoSuchVersion, InvalidAction (from `find`), ActionOffline; the scope plays no part."""

    async def step(call: Call) -> None:
        call.contract_action = find(call.version, call.action)
        if call.action in offline:
            raise failure("ActionOffline", text("wire.offline", action=call.action))

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
            detail = text("wire.regions", regions=regions)
            raise failure("InvalidParameterValue", detail, name=name)
        action = call.routed
        if strict and action.regions and call.region not in action.regions:
            detail = text("wire.regions-of", action=action.name, regions=action.regions)
            raise failure("UnsupportedRegion", detail)

    return step


def limit_rate(rates: guard.Rates) -> Step:
    """7: RequestLimitExceeded per account and action, .UinLimitExceeded per account."""

    async def step(call: Call) -> None:
        action, caller = call.routed, call.account
        rates.hit(caller.account_id, action.name, action.rate_limit, caller.rates)

    return step


async def parse_body(call: Call) -> None:
    """9a: the parameters as nested values; InvalidParameter, InvalidRequest for a bad multipart."""
    action = call.routed
    call.pairs = _pairs(call)
    if call.pairs is None:
        # No action takes a raw octet-stream: its body, too, has to hold the parameters as JSON.
        call.params = decode.decode_json(call.body or b"{}")
    else:
        business = [pair for pair in call.pairs if pair[0] != _DRY_RUN]
        call.params = decode.nest(business, action)


async def take_dry_run(call: Call) -> None:
    """9b: the common parameter DryRun out of the others; InvalidParameter unless a boolean."""
    assert call.params is not None, "the body was not parsed"
    if call.pairs is None:
        given = call.params.pop(_DRY_RUN, None)
    else:
        texts = [value for name, value in call.pairs if name == _DRY_RUN]
        if len(texts) > 1:
            arrived = text("kind.values", n=len(texts))
            raise invalid_parameter(_DRY_RUN, text("rule.once"), arrived)
        given = next((_boolean(value) for value in texts), None)
    if given is not None and not isinstance(given, bool):
        raise invalid_parameter(_DRY_RUN, text("rule.boolean"), describe(given))
    call.dry_run = bool(given)


def validate(*, lenient: bool = False) -> Step:
    """9c: UnknownParameter, MissingParameter, InvalidParameter, InvalidParameterValue."""

    async def step(call: Call) -> None:
        assert call.params is not None, "the body was not parsed"
        built: msgspec.Struct = decode.build(call.routed, call.params, lenient=lenient)
        call.request = built
        if lenient:
            call.ignored = decode.unrecognized(call.routed, call.params)

    return step


def end_dry_run(is_built: Callable[[Action], bool]) -> Step:
    """9d: DryRunOperation, when every check has passed and no more than that was asked."""

    async def step(call: Call) -> None:
        if call.dry_run:
            key = "wire.dry-run-built" if is_built(call.routed) else "wire.dry-run-missing"
            raise failure("DryRunOperation", text(key, action=call.routed.name))

    return step


def _pairs(call: Call) -> tuple[Pair, ...] | None:
    """What came as pairs, common parameters of v1 left out; None for a JSON body."""
    if call.family == "v1" or call.method == "GET":
        return _form_pairs(call)
    media_type = call.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type == _FORM:
        return _form_pairs(call)
    if media_type != "multipart/form-data":
        return None
    parts = forms.parse_multipart(call.body, call.headers["content-type"])
    return tuple(
        (part.name, part.value if part.file else forms.utf8(part.name, part.value))
        for part in parts
    )


def _form_pairs(call: Call) -> tuple[Pair, ...]:
    form = call.form
    if form is None:
        form = forms.parse_urlencoded(call.query if call.method == "GET" else call.body)
    if form.broken:
        raise failure("InvalidParameter#form", forms.NOT_DECODED, form.broken)
    skipped = request.V1_COMMON if call.family == "v1" else frozenset()
    return tuple(
        (word := forms.utf8_name(key), forms.utf8(word, value))
        for key, value in form.pairs
        if key not in skipped
    )


def _boolean(value: str | bytes) -> object:
    word = value.decode("utf-8", "replace") if isinstance(value, bytes) else value
    return _BOOLEANS.get(word, word)
